"""Why a line of an invoice is there, as a page of text that an accountant reads (perché questa riga), BIL-7.

It tells what the view `why-line` answers, in the reader's language. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from textwrap import wrap
from typing import Any

from aggregates.because import DATE
from aggregates.values import cents
from gateways import line_page_words as words
from gateways.i18n import translations, translator
from gateways.labels import label, shown
from gateways.line_page_words import FORMULAS, TOPICS, _

Row = Mapping[str, Any]
WIDTH = 100
PLAIN = "text/plain"


def line_page(why: Row, language: str) -> str:
    """The answer of `why-line` as text."""
    return "\n".join(_Page(language).lines(why)).rstrip() + "\n"


class _Page:
    """Writes the page, section by section; a section without anything to say is left out."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._to_language = translator(language)

    def lines(self, why: Row) -> Iterator[str]:
        yield from self._head(why)
        sections: tuple[tuple[str, Callable[[Row], Iterator[str]]], ...] = (
            (_("How the amount comes about"), self._formula),
            (_("Terms in force"), self._terms),
            (_("Price changes and indices"), self._adjustments),
            (_("Readings"), self._meters),
            (_("Price list"), self._price),
            (_("Hours drawn"), self._draws),
            (_("What it bills"), self._record),
            (_("VAT"), self._vat),
            (_("What was recorded"), self._facts),
        )
        for title, section in sections:
            told = list(section(why))
            if told:
                yield from ("", self.say(title).upper(), *(line for text in told for line in _wrapped(text)))
        if why["original"] is not None:
            yield from ("", self.say(_("The line that is credited")).upper(), "", *self.lines(why["original"]))

    def say(self, message: str, **values: Any) -> str:
        """A message in the reader's language; amounts of money are given as texts."""
        told = {name: self._value(value) for name, value in values.items()}
        return self._to_language(message).format_map(told)

    def _value(self, value: Any) -> str:
        if isinstance(value, str) and not isinstance(value, Enum) and DATE.fullmatch(value):
            value = date.fromisoformat(value)
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        return "–" if value is None else shown(value, self._language)

    def euro(self, amount: Any) -> str:
        """An amount with its cents."""
        text = shown(abs(cents(Decimal(amount))), self._language)
        point = "," if self._language == "it" else "."
        whole, _point, decimals = text.partition(point)
        return f"{'-' if Decimal(amount) < 0 else ''}{whole}{point}{decimals.ljust(2, '0')}"

    def _head(self, why: Row) -> Iterator[str]:
        yield self.say(_("Why this line")).upper()
        yield ""
        if why["invoice_state"] == "issued":
            yield self.say(
                _("Document {number} of {on} ({type}), line {line}"),
                number=why["invoice_number"],
                on=why["invoice_issued_on"],
                type=why["invoice_document_type"],
                line=why["number"],
            )
        else:
            yield self.say(words.PROPOSAL, type=why["invoice_document_type"], line=why["number"])
        yield from wrap(why["description"], WIDTH)
        if why["period"] is not None:
            period = why["period"]
            yield self.say(_("From {starts_on} to {ends_on}"), **period)
        yield self.say(_("Amount {amount} euro before VAT"), amount=self.euro(why["amount"]))

    # The amount

    def _formula(self, why: Row) -> Iterator[str]:
        values, code = why["formula"]["values"], why["formula"]["code"]
        if code in ("fee", "difference") and "fees" in values:
            yield from self._fee(values)
        if code == "price" or code not in FORMULAS:
            yield from self._priced(values)
        else:
            euro = {name: self.euro(value) for name, value in values.items() if name in MONEY and value is not None}
            told = {**values, **euro}
            yield from (self.say(text, **told) for text in FORMULAS[code])
        if code in ("meter", "true-up") and values["is_estimated"]:
            yield self.say(_("Some readings are estimated: the next real one settles the difference."))

    def _fee(self, values: Row) -> Iterator[str]:
        for fee in values["fees"]:
            text = _("{annual_fee} a year, for {days} days from {starts_on} to {ends_on}.")
            yield self.say(text, **{**fee, "annual_fee": self.euro(fee["annual_fee"])})
        text = (
            _("The period is billed in advance, every {step_months} months, on {billing_on}.")
            if values["timing"] == "advance"
            else _("The period is billed in arrears, every {step_months} months, on {billing_on}.")
        )
        yield self.say(text, **values)
        amount = values.get("by_terms", values["amount"])
        told = {**values, "amount": self.euro(amount), "annual_fee": self.euro(values["fees"][0]["annual_fee"])}
        if len(values["fees"]) > 1:
            yield self.say(_("Each annual fee counts for its days; the sum is rounded once: {amount}."), **told)
        elif values["is_whole"]:
            yield self.say(words.WHOLE_PERIOD, **told)
        elif values["basis"] == "fixed-365":
            yield self.say(words.PART_OF_365, **told)
        else:
            yield self.say(words.PART, **told)

    def _priced(self, values: Row) -> Iterator[str]:
        if "unit_price" not in values:
            return
        per = "" if values["price_per"] == 1 else f" ÷ {self._value(values['price_per'])}"
        less = "".join(f" − {self._value(each)} %" for each in values["discounts"])
        yield (
            f"{self._value(values['quantity'])} {values['unit'] or ''} × {self._value(values['unit_price'])}"
            f"{per}{less} = {self.euro(values['amount'])}"
        ).replace("  ", " ")

    # Where it comes from

    def _terms(self, why: Row) -> Iterator[str]:
        contract = why["contract"]
        if contract is None:
            return
        yield self.say(_("Contract {number}, signed on {signed_on}."), **contract)
        line = contract["line"]
        if line is not None:
            yield self.say(_("Contract line: {description}"), **line)
        for tier in why.get("tiers", ()):
            bound = tier["up_to"]
            text = words.TIER if bound else words.LAST_TIER
            yield self.say(text, up_to=bound, unit_price=Decimal(tier["unit_price"]))

    def _adjustments(self, why: Row) -> Iterator[str]:
        for each in why.get("adjustments", ()):
            told = {"from_on": each["from_on"], "old": self.euro(each["old"]), "new": self.euro(each["new"])}
            yield self.say(_("From {from_on}: {old} became {new} a year."), **told)
            if each["index_percent"] is not None:
                yield "  " + self.say(words.INDEX_CHANGE, **{**each, "index_percent": Decimal(each["index_percent"])})
            old, new = (sum((Decimal(line[name]) for line in each["lines"]), Decimal(0)) for name in ("old", "new"))
            yield "  " + self.say(words.IN_ALL, old=self.euro(old), new=self.euro(new))
            for row in each["index_rows"]:
                value = Decimal(row["value"]) if row["value"] is not None else None
                yield "  " + self.say(words.INDEX, **{**row, "value": value})

    def _meters(self, why: Row) -> Iterator[str]:
        for use in why.get("meters", ()):
            yield self.say(_("Machine {serial}, meter {meter}: {clicks} clicks, weight {weight}."), **use)
            for mark in (use["opening"], use["closing"]):
                text = words.NOT_READ
                if mark["reading_id"] is not None:
                    text = words.READ
                yield "  " + self.say(text, **mark)
            for swap in use["swaps"]:
                yield "  " + self.say(_("Meter replaced: taken out at {final}, put in at {initial}."), **swap)

    def _price(self, why: Row) -> Iterator[str]:
        call, price = why.get("call"), why.get("price")
        if call is not None and call["item"] is not None:
            yield self.say(_("Item of cost: {item}."), item=call["item"])
            yield str(call["reason"])
        if price is not None:
            yield self.say(
                words.PRICE,
                **price,
            )

    def _draws(self, why: Row) -> Iterator[str]:
        for draw in why.get("draws", ()):
            yield self.say(words.DRAWN, **draw)
            for band in draw["bands"]:
                name = label(band["band"], self._language)
                yield f"  {name}: {band['minutes']} × {self._value(band['factor'])} = {self._value(band['weighed'])}"
            for part in draw["parts"]:
                yield "  " + self.say(_("{minutes} minutes from pool {pool}."), **part)
            if draw["overage_minutes"]:
                told = {"rate": self.euro(draw["hourly_rate"]) if draw["hourly_rate"] else None}
                yield "  " + self.say(words.BEYOND, minutes=draw["overage_minutes"], **told)

    def _record(self, why: Row) -> Iterator[str]:
        call, pool, quote, note = (why.get(name) for name in ("call", "pool", "quote", "delivery_note"))
        if call is not None:
            yield self.say(_("Call {number} opened on {opened_at}, worked on {worked_on}: {fault}"), **call)
        if pool is not None:
            yield self.say(_("Hour pool {name}, sold on {sold_on}."), **pool)
            if pool["lot"] is not None:
                lot = {**pool["lot"], "price": self.euro(pool["lot"]["price"]["amount"])}
                yield self.say(_("{minutes} minutes for {price}, valid from {valid_from} to {valid_to}."), **lot)
        if quote is not None:
            yield self.say(_("Quote {number}, revision {revision} as it was accepted."), **quote)
        if note is not None:
            yield self.say(_("Delivery note {number} of {dated_on}: {reason}."), **note)
        if why["delivery"] is not None and note is None:
            yield self.say(_("Goes with delivery note {number}."), **why["delivery"])
        if why.get("advance") is not None:
            yield self.say(_("Deducts the advance invoice {number} of {issued_on}."), **why["advance"])
        for each in why["corrects"]:
            yield self.say(_("Takes back something of invoice {number} of {issued_on}."), **each)
        if why["about"] is not None:
            yield self.say(_("Asked for in advance on {number}."), **why["about"])
        has_formula = why["formula"]["code"] != "price" or any((call, pool, quote, note))
        if why["why"] and not has_formula:
            yield why["why"]

    # The law, and the log

    def _vat(self, why: Row) -> Iterator[str]:
        vat = why["vat"]
        if vat is None:
            return
        if vat["nature"] is None:
            yield self.say(_("{rate} % on {on}."), **vat)
        else:
            yield self.say(_("No VAT, nature {nature}, on {on}."), **vat)
        if vat["chargeability"] is not None:
            yield self.say(_("VAT chargeability: {chargeability}."), chargeability=vat["chargeability"])
        for row, text in (
            (vat["rate_row"], _("Law table: {percent} % from {from_on}.")),
            (vat["reference_row"], _("Law table from {from_on}: {text}.")),
        ):
            if row is not None:
                yield self.say(text, **row)

    def _facts(self, why: Row) -> Iterator[str]:
        for fact in why["facts"]:
            kind = translations(self._language).gettext(TOPICS.get(fact["topic"], fact["topic"]))
            yield self.say(
                words.FACT,
                **{**fact, "what": kind, "position": str(fact["position"])},
            )


MONEY = frozenset({"amount", "rated", "billed_before", "credited_before", "by_terms", "minimum"})


def _wrapped(text: str) -> list[str]:
    """Long lines broken, their beginning indented as it was."""
    indent = " " * (2 + len(text) - len(text.lstrip()))
    return wrap(text.strip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ") or [""]
