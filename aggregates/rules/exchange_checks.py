"""What the exchange system would refuse (controlli SdI), found before a number is taken: R9.2 to R9.10.

Codes of five digits are the exchange system's own; `LIB...` are ours, for what it lets pass and a reader would not.
Messages are constant sentences with named values, so that they can be translated. Amounts are euro, rates percent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from aggregates.rules.line_amounts import line_total
from aggregates.values import CENT, Rate, Value, cents

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


class StampRule(Value):
    """When a document needs the stamp duty (R9.8): above the threshold in euro, over these natures."""

    threshold: Rate = Decimal("77.47")
    natures: tuple[str, ...] = ("N1", "N2", "N3.5", "N4")
    """N2 stands for N2.1 and N2.2."""

    def holds(self, nature: str | None) -> bool:
        """Whether sums of a nature count."""
        return nature is not None and any(nature == each or nature.startswith(f"{each}.") for each in self.natures)


class CheckedLine(Value):
    """A line as it is checked."""

    quantity: Rate
    unit_price: Rate
    price_per: Rate = Decimal(1)
    discounts: tuple[Rate, ...] = ()
    amount: Rate
    rate: Rate
    nature: str | None = None


class CheckedSummary(Value):
    """A VAT summary as it is checked."""

    rate: Rate
    nature: str | None = None
    base: Rate
    tax: Rate
    chargeability: str | None = None


class CheckedReference(Value):
    """A document that a credit note or an invoice is linked to."""

    number: str
    issued_on: date | None = None


class CheckedCustomer(Value):
    """What is asked of the receiver; `recipient_code` is the one the file would go to."""

    name: str
    is_identified: bool
    is_public_body: bool
    recipient_code: str
    has_intent: bool = True


class CheckedDocument(Value):
    """A document with all that its checks ask, whatever it was made from."""

    number: str
    document_type: str
    issued_on: date
    customer: CheckedCustomer
    references: tuple[str, ...] = ()
    """Numbers of orders, contracts, delivery notes and linked documents."""
    related: tuple[CheckedReference, ...] = ()
    postcodes: tuple[str, ...] = ()
    """Those of Italian addresses."""
    lines: tuple[CheckedLine, ...]
    summaries: tuple[CheckedSummary, ...]
    taxable: Rate
    tax: Rate
    total: Rate
    payable: Rate
    due: Rate | None = None
    """What the instalments sum to; None when there are none."""
    stamp_duty: Rate | None = None
    needs_cig: bool = False
    has_cig: bool = False


def fits(text: str, most: int) -> bool:
    """Whether an identifier is plain ASCII of at most that many characters."""
    return 1 <= len(text) <= most and text.isascii() and text.isprintable()


def expected_amount(line: CheckedLine) -> Decimal:
    """Price less discounts, times quantity, in euro to the cent (R9.2); the price may be for several units (R11.8)."""
    return line_total(line.unit_price, line.quantity, line.discounts, line.price_per)


def problems(
    document: CheckedDocument, *, sent_on: date | None = None, stamp: StampRule | None = None
) -> list[Problem]:
    """Every problem of a document; `sent_on` is the Rome date of sending, without it no date is too late.

    That a number was never used before (00404) is the number register's promise and not asked here.
    """
    return [
        *_identity(document, sent_on),
        *_addressing(document),
        *_lines(document),
        *_summaries(document),
        *_totals(document),
        *_stamp_duty(document, stamp or StampRule()),
        *_references_wanted(document),
    ]


def _problem(code: str, message: str, **values: object) -> Problem:
    return Problem(code=code, message=message, values={name: str(value) for name, value in values.items()})


def _identity(document: CheckedDocument, sent_on: date | None) -> Iterator[Problem]:
    number = document.number
    if not any(c.isdigit() for c in number):
        yield _problem("00425", "The number {number} contains no digit.", number=number)
    for name in (number, *document.references):
        if not fits(name, 20):
            yield _problem("00200", "{number} is not one to 20 plain characters.", number=name)
    if sent_on is not None and document.issued_on > sent_on:
        yield _problem("00403", "The date {day} is after the day of sending.", day=document.issued_on)
    for original in document.related:
        if original.issued_on is not None and document.issued_on < original.issued_on:
            yield _problem(
                "00418",
                "The date {day} is before that of the linked document {number}, {linked}.",
                day=document.issued_on,
                number=original.number,
                linked=original.issued_on,
            )
    if document.document_type == "TD04" and not document.related:
        yield _problem("LIB04", "The credit note names no invoice that it corrects.")


def _addressing(document: CheckedDocument) -> Iterator[Problem]:
    customer = document.customer
    if not customer.is_identified:
        yield _problem("00417", "{name} has neither a VAT number nor a tax code.", name=customer.name)
    code, wanted = customer.recipient_code, 6 if customer.is_public_body else 7
    if len(code) != wanted:
        yield _problem(
            "00427", "The recipient code {recipient} must have {wanted} characters.", recipient=code, wanted=wanted
        )
    for postcode in document.postcodes:
        if not (len(postcode) == 5 and postcode.isascii() and postcode.isdigit()):
            yield _problem("00200", "The postcode {postcode} is not five digits.", postcode=postcode)


def _lines(document: CheckedDocument) -> Iterator[Problem]:
    for number, line in enumerate(document.lines, start=1):
        if line.rate == 0 and line.nature is None:
            yield _problem("00400", "Line {line} has no VAT and no nature that says why.", line=number)
        if line.rate > 0 and line.nature is not None:
            yield _problem(
                "00401", "Line {line} has VAT and also the nature {nature}.", line=number, nature=line.nature
            )
        if 0 < line.rate < 1:
            yield _problem("00424", "Line {line}: {rate} is not a percentage.", line=number, rate=line.rate)
        if line.nature in GENERIC_NATURES:
            yield _problem("00445", "Line {line}: nature {nature} needs its sub-code.", line=number, nature=line.nature)
        expected = expected_amount(line)
        if abs(line.amount - expected) > CENT:
            yield _problem(
                "00423",
                "Line {line}: {amount} is not price less discounts times quantity, {expected}.",
                line=number,
                amount=line.amount,
                expected=expected,
            )


def _summaries(document: CheckedDocument) -> Iterator[Problem]:
    sums: defaultdict[tuple[Decimal, str | None], Decimal] = defaultdict(Decimal)
    for line in document.lines:
        sums[line.rate, line.nature] += line.amount
    summaries = Counter((s.rate, s.nature) for s in document.summaries)
    for (rate, nature), times in (*summaries.items(), *((key, 0) for key in sums if key not in summaries)):
        values = {"rate": rate, "nature": nature or "-"}
        if times == 0:
            yield _problem("00419", "No summary for rate {rate}, nature {nature}.", **values)
        if times > 1:
            yield _problem("00419", "More than one summary for rate {rate}, nature {nature}.", **values)
        if (rate, nature) not in sums:
            code = "00444" if nature else "00443"
            yield _problem(code, "No line has rate {rate}, nature {nature} of the summary.", **values)
    for summary in document.summaries:
        values = {"rate": summary.rate, "nature": summary.nature or "-"}
        if summary.rate == 0 and summary.nature is None:
            yield _problem("00429", "The summary at rate {rate} has no nature that says why.", **values)
        if summary.rate > 0 and summary.nature is not None:
            yield _problem("00430", "The summary at rate {rate} also has the nature {nature}.", **values)
        if summary.nature in GENERIC_NATURES:
            yield _problem("00445", "The summary's nature {nature} needs its sub-code.", **values)
        if summary.chargeability == "S" and (summary.nature or "").startswith("N6"):
            yield _problem("00420", "Split payment and reverse charge {nature} exclude each other.", **values)
        tax = cents(summary.base * summary.rate / 100)
        if abs(summary.tax - tax) > CENT:
            yield _problem(
                "00421", "Tax {tax} at {rate}% should be {expected}.", tax=summary.tax, expected=tax, **values
            )
        base = sums[summary.rate, summary.nature]
        if abs(summary.base - base) >= 1:
            yield _problem(
                "00422", "Base {base} at {rate}% should be {expected}.", base=summary.base, expected=base, **values
            )


def _totals(document: CheckedDocument) -> Iterator[Problem]:
    taxable = sum((s.base for s in document.summaries), _ZERO)
    tax = sum((s.tax for s in document.summaries), _ZERO)
    if (document.taxable, document.tax, document.total) != (taxable, tax, taxable + tax):
        yield _problem(
            "LIB01",
            "The total {total} is not the sum of the summaries, {expected}.",
            total=document.total,
            expected=taxable + tax,
        )
    if document.due is not None and document.due != document.payable:
        yield _problem(
            "LIB02", "The payments sum to {due}, not to {payable}.", due=document.due, payable=document.payable
        )


def _stamp_duty(document: CheckedDocument, rule: StampRule) -> Iterator[Problem]:
    untaxed = sum((s.base for s in document.summaries if rule.holds(s.nature)), _ZERO)
    if untaxed > rule.threshold and not document.stamp_duty:
        yield _problem(
            "LIB03", "{untaxed} without VAT need the stamp duty (above {limit}).", untaxed=untaxed, limit=rule.threshold
        )


def _references_wanted(document: CheckedDocument) -> Iterator[Problem]:
    """What the exchange system lets pass and the customer would send back."""
    name = document.customer.name
    if any(line.nature == "N3.5" for line in document.lines) and not document.customer.has_intent:
        yield _problem("LIB05", "A declaration of intent needs its protocol; put it in the terms of {name}.", name=name)
    if document.needs_cig and document.customer.is_public_body and not document.has_cig:
        yield _problem("LIB06", "{name} needs the tender code (CIG) on its invoices.", name=name)
