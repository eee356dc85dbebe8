"""What the exchange system would refuse (controlli SdI), found before sending: R9.2 to R9.10.

Codes of five digits are the exchange system's own; `LIB…` are ours, for what it lets pass and a reader would not.
Messages are constant sentences with named values, so that they can be translated.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from aggregates.values import CENT, Value, cents
from gateways.einvoice_parties import customer_ids, is_foreign, recipient_code, transmission_format
from gateways.einvoice_xml import fits
from projections.documents.content_invoice import InvoiceContent, InvoiceLine

GENERIC_NATURES = frozenset({"N2", "N3", "N6"})
_ZERO = Decimal(0)


class Problem(Value):
    """One reason for a refusal: the code, a sentence with places for its values, and the values."""

    code: str
    message: str
    values: dict[str, str]

    @property
    def text(self) -> str:
        """The sentence with its values, in English."""
        return self.message.format(**self.values)


class StampDuty(Value):
    """When a document needs the stamp duty (R9.8): above the threshold in euro, over these natures."""

    threshold: Decimal = Decimal("77.47")
    natures: tuple[str, ...] = ("N1", "N2.1", "N2.2", "N3.5", "N4")


def line_total(line: InvoiceLine) -> Decimal:
    """Price less discounts, times quantity, in euro to the cent (R9.2); the price may be for several units (R11.8)."""
    price = line.unit_price / line.price_per
    for percent in line.discounts:
        price = price * (100 - percent) / 100
    return cents(price * line.quantity)


def checks(content: InvoiceContent, *, sent_on: date | None = None, stamp: StampDuty | None = None) -> list[Problem]:
    """Every problem of a document; `sent_on` is the Rome date of sending, without it no date is too late.

    That a number was never used before (00404) is the number register's promise and not asked here.
    """
    return [
        *_identity(content, sent_on),
        *_addressing(content),
        *_lines(content),
        *_summaries(content),
        *_totals(content),
        *_stamp_duty(content, stamp or StampDuty()),
    ]


def _problem(code: str, message: str, **values: object) -> Problem:
    return Problem(code=code, message=message, values={name: str(value) for name, value in values.items()})


def _identity(content: InvoiceContent, sent_on: date | None) -> Iterator[Problem]:
    number = content.number or ""
    if not any(c.isdigit() for c in number):
        yield _problem("00425", "The number {number} contains no digit.", number=number)
    references = [r.number for r in (*content.orders, *content.contracts, *content.related_invoices)]
    for name in (number, *references, *(delivery.number for delivery in content.deliveries)):
        if not fits(name, 20):
            yield _problem("00200", "{number} is not one to 20 plain characters.", number=name)
    if sent_on is not None and content.issued_on > sent_on:
        yield _problem("00403", "The date {day} is after the day of sending.", day=content.issued_on)
    for original in content.related_invoices:
        if original.issued_on is not None and content.issued_on < original.issued_on:
            yield _problem(
                "00418",
                "The date {day} is before that of the linked document {number}, {linked}.",
                day=content.issued_on,
                number=original.number,
                linked=original.issued_on,
            )
    if content.document_type == "TD04" and not content.related_invoices:
        yield _problem("LIB04", "The credit note names no invoice that it corrects.")


def _addressing(content: InvoiceContent) -> Iterator[Problem]:
    customer = content.customer
    if customer_ids(customer) == (None, None):
        yield _problem("00417", "{name} has neither a VAT number nor a tax code.", name=customer.name)
    code, wanted = recipient_code(customer), 6 if transmission_format(customer) == "FPA12" else 7
    if len(code) != wanted:
        yield _problem(
            "00427", "The recipient code {recipient} must have {wanted} characters.", recipient=code, wanted=wanted
        )
    for address in (content.issuer.address, customer.address):
        postcode = address.postcode
        if not is_foreign(address) and not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
            yield _problem("00200", "The postcode {postcode} is not five digits.", postcode=postcode)


def _lines(content: InvoiceContent) -> Iterator[Problem]:
    for number, line in enumerate(content.lines, start=1):
        if line.vat_rate == 0 and line.vat_nature is None:
            yield _problem("00400", "Line {line} has no VAT and no nature that says why.", line=number)
        if line.vat_rate > 0 and line.vat_nature is not None:
            yield _problem(
                "00401", "Line {line} has VAT and also the nature {nature}.", line=number, nature=line.vat_nature
            )
        if 0 < line.vat_rate < 1:
            yield _problem("00424", "Line {line}: {rate} is not a percentage.", line=number, rate=line.vat_rate)
        if line.vat_nature in GENERIC_NATURES:
            yield _problem(
                "00445", "Line {line}: nature {nature} needs its sub-code.", line=number, nature=line.vat_nature
            )
        expected = line_total(line)
        if abs(line.amount - expected) > CENT:
            yield _problem(
                "00423",
                "Line {line}: {amount} is not price less discounts times quantity, {expected}.",
                line=number,
                amount=line.amount,
                expected=expected,
            )


def _summaries(content: InvoiceContent) -> Iterator[Problem]:
    sums: defaultdict[tuple[Decimal, str | None], Decimal] = defaultdict(Decimal)
    for line in content.lines:
        sums[line.vat_rate, line.vat_nature] += line.amount
    summaries = Counter((s.rate, s.nature) for s in content.summaries)
    for (rate, nature), times in (*summaries.items(), *((key, 0) for key in sums if key not in summaries)):
        values = {"rate": rate, "nature": nature or "-"}
        if times == 0:
            yield _problem("00419", "No summary for rate {rate}, nature {nature}.", **values)
        if times > 1:
            yield _problem("00419", "More than one summary for rate {rate}, nature {nature}.", **values)
        if (rate, nature) not in sums:
            code = "00444" if nature else "00443"
            yield _problem(code, "No line has rate {rate}, nature {nature} of the summary.", **values)
    for summary in content.summaries:
        values = {"rate": summary.rate, "nature": summary.nature or "-"}
        if summary.rate == 0 and summary.nature is None:
            yield _problem("00429", "The summary at rate {rate} has no nature that says why.", **values)
        if summary.rate > 0 and summary.nature is not None:
            yield _problem("00430", "The summary at rate {rate} also has the nature {nature}.", **values)
        if summary.nature in GENERIC_NATURES:
            yield _problem("00445", "The summary's nature {nature} needs its sub-code.", **values)
        if summary.chargeability == "S" and (summary.nature or "").startswith("N6"):
            yield _problem("00420", "Split payment and reverse charge {nature} exclude each other.", **values)
        tax = cents(summary.taxable * summary.rate / 100)
        if abs(summary.tax - tax) > CENT:
            yield _problem(
                "00421", "Tax {tax} at {rate}% should be {expected}.", tax=summary.tax, expected=tax, **values
            )
        base = sums[summary.rate, summary.nature]
        if abs(summary.taxable - base) >= 1:
            yield _problem(
                "00422", "Base {base} at {rate}% should be {expected}.", base=summary.taxable, expected=base, **values
            )


def _totals(content: InvoiceContent) -> Iterator[Problem]:
    taxable = sum((s.taxable for s in content.summaries), _ZERO)
    tax = sum((s.tax for s in content.summaries), _ZERO)
    if (content.taxable, content.tax, content.total) != (taxable, tax, taxable + tax):
        yield _problem(
            "LIB01",
            "The total {total} is not the sum of the summaries, {expected}.",
            total=content.total,
            expected=taxable + tax,
        )
    due = sum((d.amount for d in content.due_dates), _ZERO)
    if content.due_dates and due != content.payable:
        yield _problem("LIB02", "The payments sum to {due}, not to {payable}.", due=due, payable=content.payable)


def _stamp_duty(content: InvoiceContent, rule: StampDuty) -> Iterator[Problem]:
    untaxed = sum((s.taxable for s in content.summaries if s.nature in rule.natures), _ZERO)
    if untaxed > rule.threshold and content.stamp_duty is None:
        yield _problem(
            "LIB03", "{untaxed} without VAT need the stamp duty (above {limit}).", untaxed=untaxed, limit=rule.threshold
        )
