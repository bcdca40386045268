"""The page of the pretended bank, on which a buyer approves a payment or does not."""

from html import escape
from typing import Final
from urllib.parse import urlsplit

from payments.domain import Standing
from payments.providers.stand_in.books import Account

#: ISO 4217 currencies whose minor unit is not a hundredth.
_DIGITS: Final = {
    **dict.fromkeys(("bif", "clp", "djf", "gnf", "isk", "jpy", "kmf", "krw"), 0),
    **dict.fromkeys(("pyg", "rwf", "ugx", "uyi", "vnd", "vuv", "xaf", "xof", "xpf"), 0),
    **dict.fromkeys(("bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"), 3),
}

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Test bank</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 0; background: #f4f4f5;
  color: #18181b; }}
main {{ max-width: 26rem; margin: 10vh auto; padding: 2rem; background: #fff;
  border: 1px solid #d4d4d8; border-radius: .75rem; }}
h1 {{ font-size: 1.375rem; margin: 0 0 1rem; }}
.buttons {{ display: flex; gap: .75rem; margin-top: 1.5rem; }}
button {{ flex: 1; font: inherit; font-weight: 600; padding: .75rem 1rem;
  border: 1px solid #18181b; border-radius: .5rem; background: #fff; color: #18181b;
  cursor: pointer; }}
button.approve {{ background: #166534; border-color: #166534; color: #fff; }}
:focus-visible {{ outline: 3px solid #1d4ed8; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
_QUESTION: Final = """<p>Your bank asks: do you pay <strong>{amount}</strong>?</p>
<p>This is a test. No money moves.</p>
<form method="post" class="buttons">
<button class="approve" name="decision" value="approve">Approve</button>
<button name="decision" value="decline">Decline</button>
</form>"""
_ANSWERED: Final = """<p>This payment of <strong>{amount}</strong> needs no answer.</p>
<p><a href="{back}">Back to your order</a></p>"""


def money(amount: int, currency: str) -> str:
    digits = _DIGITS.get(currency.lower(), 2)
    shown = f"{amount // 10**digits:,}"
    if digits:
        shown += f".{amount % 10**digits:0{digits}d}"
    return f"{shown} {currency.upper()}"


def challenge_page(account: Account) -> str:
    amount = escape(money(account.amount, account.currency))
    if account.standing is Standing.REQUIRES_ACTION:
        content = _QUESTION.format(amount=amount)
        return _PAGE.format(title="Approve this payment", content=content)
    back = escape(account.return_url, quote=True)
    content = _ANSWERED.format(amount=amount, back=back)
    return _PAGE.format(title="Already answered", content=content)


def unknown_page() -> str:
    content = "<p>There is no such payment. Go back to your order and pay again.</p>"
    return _PAGE.format(title="Nothing to approve", content=content)


def headers(return_url: str | None = None) -> dict[str, str]:
    """Nothing but this page's own style; a form may lead back to the client."""
    target = urlsplit(return_url) if return_url else None
    origin = f" {target.scheme}://{target.netloc}" if target else ""
    return {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
            f"form-action 'self'{origin}; frame-ancestors 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
