"""An offer as a plain page for the customer (pagina del preventivo): read, download, answer; no script, no account.

Every word of a record is escaped. The address is a secret, so the page asks browsers to tell nobody where they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from aggregates.values import cents
from gateways.i18n import translator

Offer = Mapping[str, Any]
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .5rem;border-top:1px solid #d0d7de}"
    ".n{text-align:right;white-space:nowrap}section{margin:2rem 0;padding:1rem;border:1px solid #d0d7de}"
    "label{display:block;margin:.5rem 0}input,textarea{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}"
    "input[type=checkbox]{width:auto}button{font:inherit;padding:.6rem 1rem}.note{background:#fff3cd;padding:.6rem}"
)
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
}


def _(message: str) -> str:
    """Marks a message for translation; `_Page.say` finds its words."""
    return message


def quote_page(offer: Offer, address: str, language: str, note: str | None = None) -> str:
    """The offer with its forms; `note` says what came of the last one."""
    return _Page(address, language).whole(offer, note)


def answer_page(text: str, language: str) -> str:
    """One sentence, where there is nothing more to do."""
    return _Page("", language).framed(text, f"<p>{escape(text)}</p>")


class _Page:
    def __init__(self, address: str, language: str) -> None:
        self._address, self._language = escape(address, quote=True), language
        self._to_language = translator(language)

    def say(self, message: str, **values: Any) -> str:
        """A message in the reader's language, safe to stand on the page."""
        return escape(self._to_language(message).format_map(values))

    def euro(self, amount: Any) -> str:
        """An amount as people write it."""
        text = f"{cents(Decimal(str(amount))):,.2f}"
        return text.translate(str.maketrans(",.", ".,")) if self._language == "it" else text

    def framed(self, title: str, body: str) -> str:
        """A whole page."""
        return (
            f'<!doctype html><html lang="{self._language}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
            f"<style>{STYLE}</style></head><body>{body}</body></html>"
        )

    def whole(self, offer: Offer, note: str | None) -> str:
        """Head, alternatives, then what can be done."""
        title = self._to_language(_("Quote {number}")).format_map({"number": offer["number"]})
        parts = [f"<h1>{escape(title)}</h1>"]
        if note:
            parts.append(f'<p class="note" role="status">{escape(note)}</p>')
        parts.append(f"<p>{self.say(_('From {company} for {customer}.'), **offer)}</p>")
        if offer["subject"]:
            parts.append(f"<p><strong>{escape(offer['subject'])}</strong></p>")
        for one in offer["offers"]:
            parts += self._alternative(one, offer["is_confirmed"], len(offer["offers"]) > 1)
        parts += self._decline() if offer["is_confirmed"] else self._code(offer)
        return self.framed(title, "".join(parts))

    def _alternative(self, one: Offer, is_confirmed: bool, is_one_of_many: bool) -> Iterator[str]:
        yield "<section>"
        if is_one_of_many:
            yield f"<h2>{self.say(_('Alternative {alternative}'), **one)}</h2>"
        yield "<table>" + "".join(self._line(line) for line in one["lines"])
        for name, label in (("net", _("Net")), ("tax", _("VAT")), ("total", _("Total"))):
            yield f'<tr><th>{self.say(label)}</th><th></th><th class="n">{self.euro(one[name])} €</th></tr>'
        yield "</table>"
        until = f"{date.fromisoformat(str(one['valid_until'])):%d/%m/%Y}"
        said = self.say(_("Revision {revision}, valid until {until}."), revision=one["revision"], until=until)
        yield f"<p>{said}</p>"
        if one["document_sha256"] is None:
            yield f"<p>{self.say(_('The document is still being prepared; try again in a minute.'))}</p>"
        else:
            path = f"{self._address}/document/{escape(one['alternative'])}"
            yield f'<p><a href="{path}">{self.say(_("Download the PDF"))}</a></p>'
            if is_confirmed:
                yield from self._accept(one)
        yield "</section>"

    def _line(self, line: Offer) -> str:
        price = f"{self.euro(line['amount'])} €"
        if line.get("optional"):
            price = f"({price}) {self.say(_('to choose'))}"
        quantity = f"{line['quantity']} {line['unit']}"
        return f'<tr><td>{escape(line["description"])}</td><td>{escape(quantity)}</td><td class="n">{price}</td></tr>'

    def _accept(self, one: Offer) -> Iterator[str]:
        yield f'<form method="post" action="{self._address}">'
        yield '<input type="hidden" name="answer" value="accepted">'
        for name in ("alternative", "revision", "document_sha256"):
            yield f'<input type="hidden" name="{name}" value="{escape(str(one[name]), quote=True)}">'
        for line in one["lines"]:
            if line.get("optional"):
                box = f'<input type="checkbox" name="options" value="{escape(str(line["line_id"]), quote=True)}">'
                yield f"<label>{box} {escape(line['description'])}</label>"
        yield f'<label>{self.say(_("Name"))}<input name="name" required maxlength="200"></label>'
        yield f'<label>{self.say(_("Role"))}<input name="role" maxlength="100"></label>'
        yield f"<button>{self.say(_('Accept this offer'))}</button></form>"

    def _decline(self) -> Iterator[str]:
        yield f'<section><form method="post" action="{self._address}">'
        yield '<input type="hidden" name="answer" value="declined">'
        yield f'<label>{self.say(_("Name"))}<input name="name" required maxlength="200"></label>'
        yield f'<label>{self.say(_("Reason"))}<textarea name="reason" required maxlength="1000"></textarea></label>'
        yield f"<button>{self.say(_('Decline'))}</button></form></section>"

    def _code(self, offer: Offer) -> Iterator[str]:
        yield f"<section><p>{self.say(_('To answer, enter the code that we send you.'))}</p>"
        if offer["can_mail_code"]:
            yield f'<form method="post" action="{self._address}/send-code">'
            yield f"<button>{self.say(_('Send me the code by e-mail'))}</button></form>"
        yield f'<form method="post" action="{self._address}/code"><label>{self.say(_("Code"))}'
        yield '<input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required></label>'
        yield f"<button>{self.say(_('Go on'))}</button></form></section>"
