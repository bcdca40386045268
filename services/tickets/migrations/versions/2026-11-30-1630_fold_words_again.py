"""Fold words again where letters are in them that were folded otherwise before."""

from alembic import op
from sqlalchemy import Connection, text

from tickets.domain.words import fold, words_of

revision = "2026_11_30_1630"
down_revision = "2026_11_22_2200"
branch_labels = None
depends_on = None

#: Letters with strokes, apostrophes that are letters, what is not seen.
_OTHERWISE = "[ĦħŦŧƗɨʻʼ\u00ad\u200b-\u200f\u2060\ufeff]"
_EVENTS = text("""
    SELECT id, name, venue_name, venue_city FROM events
    WHERE concat_ws(' ', name, venue_name, venue_city) ~ :otherwise
    ORDER BY id FOR UPDATE
""")
_TICKETS = text("""
    SELECT id, title FROM tickets WHERE title ~ :otherwise ORDER BY id FOR UPDATE
""")
_KEEP_EVENT = text("UPDATE events SET words = :words, city_key = :city WHERE id = :id")
_KEEP_OF_EVENT = text("UPDATE tickets SET event_words = :words WHERE event_id = :id")
_KEEP_TICKET = text("UPDATE tickets SET words = :words WHERE id = :id")


def upgrade() -> None:
    fold_again(op.get_bind())


def fold_again(connection: Connection) -> None:
    those = {"otherwise": _OTHERWISE}
    for event in connection.execute(_EVENTS, those).all():
        words = words_of(event.name, event.venue_name, event.venue_city)
        folded = {"id": event.id, "words": words, "city": fold(event.venue_city)}
        connection.execute(_KEEP_EVENT, folded)
        connection.execute(_KEEP_OF_EVENT, folded)
    for ticket in connection.execute(_TICKETS, those).all():
        words = words_of(ticket.title)
        connection.execute(_KEEP_TICKET, {"id": ticket.id, "words": words})


def downgrade() -> None:
    """Words are found either way; those of before were only found by fewer."""
