"""Words to be found by: case, accents and punctuation do not matter.

Folded here and not in the database, so that what is stored and what is asked for go
through the same function, whatever extensions and locale a server has.
"""

import unicodedata

#: Letters that people type without their stroke, and that have no accent to take off.
_STROKES = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ħ": "h",
        "ŧ": "t",
        "ɨ": "i",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)
#: Apostrophes that are letters of a word, as in Hawaiian, and that few people type.
_SILENT = "\N{MODIFIER LETTER TURNED COMMA}\N{MODIFIER LETTER APOSTROPHE}"
#: Letters, numbers and the marks that belong to them.
_IN_WORDS = "LNM"
#: Longer words are cut: PostgreSQL's limit, at the widest letters.
_LONGEST = 64


def fold(text: str) -> str:
    """Fold case and accents: `Łódź` becomes `lodz`, `Straße` becomes `strasse`.

    What is not seen, such as a soft hyphen, is not there.
    """
    folded = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(filter(_sounds, folded)).translate(_STROKES)


def words_of(*texts: str | None) -> list[str]:
    """The distinct folded words of some texts, sorted."""
    found = (word for text in texts if text for word in _split(fold(text)))
    return sorted({word[:_LONGEST] for word in found})


def prefix_query(words: list[str]) -> str:
    """A tsquery of all words as prefixes; they hold letters and numbers alone."""
    return " & ".join(f"'{word}':*" for word in words)


def _sounds(char: str) -> bool:
    unseen = unicodedata.combining(char) or unicodedata.category(char) == "Cf"
    return not unseen and char not in _SILENT


def _split(folded: str) -> list[str]:
    spaced = (c if unicodedata.category(c)[0] in _IN_WORDS else " " for c in folded)
    return "".join(spaced).split()
