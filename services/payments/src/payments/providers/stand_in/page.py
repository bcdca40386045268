"""The page of the pretended bank, on which a buyer approves a payment or does not."""

from html import escape
from typing import Final
from urllib.parse import urlsplit

from common.money import digits
from payments.domain import Standing
from payments.providers.stand_in.books import Account

#: The colours of the client, in both schemes; it has no script and no font to load.
_STYLE: Final = """
:root { color-scheme: light dark;
  --paper: light-dark(#faf8f4, #131110); --surface: light-dark(#fff, #1d1a18);
  --ink: light-dark(#1b1815, #f6f2ec); --muted: light-dark(#625a51, #b5aca1);
  --line: light-dark(#e2dcd1, #36302c); --edge: light-dark(#877e73, #857b70);
  --info: light-dark(#e5eef9, #13273f); --go: #ffc531; --on-go: #1b1815;
  --focus: light-dark(#1b1815, #ffc531); }
* { box-sizing: border-box; margin: 0; }
body { min-height: 100dvh; display: flex; flex-direction: column;
  font: 1rem/1.5 "Inter Variable", Inter, system-ui, sans-serif;
  background: var(--paper); color: var(--ink); }
.test { padding: .5rem 1rem; background: var(--info); font-size: .875rem;
  text-align: center; }
main { width: 100%; max-width: 27rem; margin: auto; padding: 2rem 1rem 3rem; }
.bank { display: flex; align-items: center; gap: .75rem; margin-bottom: 1.25rem;
  font-weight: 650; }
.bank svg { width: 2.5rem; height: 2.5rem; padding: .5rem; border-radius: .75rem;
  background: var(--ink); color: var(--paper); }
.card { padding: 1.5rem; background: var(--surface); border: 1px solid var(--line);
  border-radius: 1.25rem;
  box-shadow: 0 14px 36px -14px light-dark(rgb(27 24 21 / .16), rgb(0 0 0 / .7)); }
h1 { font-size: 1.375rem; font-weight: 700; line-height: 1.2; text-wrap: balance;
  letter-spacing: -.015em; }
h1 + p { margin-top: .5rem; color: var(--muted); }
dl { margin: 1.25rem 0 0; padding: 1.25rem 0; border-block: 1px dashed var(--line);
  display: grid; gap: .75rem; }
dl div { display: flex; align-items: baseline; justify-content: space-between;
  gap: 1rem; }
dt { color: var(--muted); }
dd { font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
dd.amount { font-size: 1.75rem; font-weight: 750; line-height: 1.1;
  letter-spacing: -.02em; }
.ways { display: grid; gap: .75rem; margin-top: 1.5rem; }
.ways > * { display: grid; place-items: center; min-height: 3.25rem; padding: 0 1.25rem;
  font: inherit; font-weight: 650; text-decoration: none; cursor: pointer;
  border: 1px solid var(--edge); border-radius: 99rem; background: var(--surface);
  color: var(--ink); }
.ways > *:hover { border-color: var(--ink); }
.ways .go { background: var(--go); border-color: var(--go); color: var(--on-go); }
.ways .go:hover { background: light-dark(#f5b70f, #ffd45f); }
.small { margin-top: 1.25rem; color: var(--muted); font-size: .875rem;
  text-align: center; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
"""
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Test bank</title>
<style>{style}</style>
</head>
<body>
<p class="test">This bank is pretended: no real money moves.</p>
<main>
<p class="bank"><svg viewBox="0 0 24 24" fill="none" stroke="currentColor"
 stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
<path d="m3 9 9-6 9 6M5 9v9m4.7-9v9m4.6-9v9M19 9v9M3 21h18"/></svg>Test bank</p>
<div class="card">
<h1>{title}</h1>
{content}
</div>
</main>
</body>
</html>
"""
_FACTS: Final = """<dl>
<div><dt>Paid to</dt><dd>Ticketing</dd></div>
<div><dt>Amount</dt><dd class="amount">{amount}</dd></div>
</dl>"""
_QUESTION: Final = """<p>Your bank asks whether it is you who pays.</p>
{facts}
<form method="post" class="ways">
<button class="go" name="decision" value="approve">Approve</button>
<button name="decision" value="decline">Decline</button>
</form>
<p class="small">Then you are taken back to your order.</p>"""
_ANSWERED: Final = """<p>This payment needs no answer any more.</p>
{facts}
<p class="ways"><a class="go" href="{back}">Back to your order</a></p>"""


def money(amount: int, currency: str) -> str:
    places = digits(currency.lower())
    shown = f"{amount // 10**places:,}"
    if places:
        shown += f".{amount % 10**places:0{places}d}"
    return f"{shown} {currency.upper()}"


def challenge_page(account: Account) -> str:
    amount = escape(money(account.amount, account.currency))
    facts = _FACTS.format(amount=amount)
    if account.standing is Standing.REQUIRES_ACTION:
        return _page("Approve this payment", _QUESTION.format(facts=facts))
    back = escape(account.return_url, quote=True)
    return _page("Already answered", _ANSWERED.format(facts=facts, back=back))


def unknown_page() -> str:
    content = "<p>There is no such payment. Go back to your order and pay again.</p>"
    return _page("Nothing to approve", content)


def _page(title: str, content: str) -> str:
    return _PAGE.format(title=title, style=_STYLE, content=content)


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
