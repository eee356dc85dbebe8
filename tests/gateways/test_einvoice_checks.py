"""Electronic invoices: the exchange system's own checks, and any sound invoice passing them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.values import Address, Period, cents
from gateways import einvoice
from projections.documents.content import VatSummary
from projections.documents.content_invoice import DocumentReference, DueDate, InvoiceContent, InvoiceLine
from tests.gateways.einvoices import SENDER, XSD, codes, needs_schema
from tests.projections.documents import samples

# ---- Checks ----------------------------------------------------------------------------------------------------------


def line(**fields: object) -> InvoiceContent:
    """S01's invoice with its only line changed."""
    base = samples.simple_invoice()
    return base.model_copy(update={"lines": (base.lines[0].model_copy(update=fields),)})


def summary(content: InvoiceContent | None = None, **fields: object) -> InvoiceContent:
    """An invoice, S01's if none is given, with its first summary changed."""
    base = content or samples.simple_invoice()
    return base.model_copy(update={"summaries": (base.summaries[0].model_copy(update=fields), *base.summaries[1:])})


UNIDENTIFIED = samples.BUSINESS.model_copy(update={"vat_number": None, "tax_code": None})
WITH_A_LINE_AT_TEN = samples.simple_invoice(
    lines=(*samples.simple_invoice().lines, samples.invoice_line("Libro", "1.00", vat_rate=Decimal(10)))
)
VAT_FREE = samples.REVERSE_CHARGE_INVOICE
EXEMPT = samples.simple_invoice(
    lines=(samples.invoice_line("Visita medica", "77.48", vat_rate=Decimal(0), vat_nature="N4"),),
    summaries=(VatSummary(rate=Decimal(0), nature="N4", taxable=Decimal("77.48"), tax=Decimal(0)),),
    taxable=Decimal("77.48"),
    tax=Decimal(0),
    total=Decimal("77.48"),
    due_dates=(),
)


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("00400", line(vat_rate=Decimal(0))),
        ("00401", line(vat_nature="N4")),
        ("00417", samples.simple_invoice(customer=UNIDENTIFIED)),
        ("00418", samples.CREDIT_NOTE.model_copy(update={"issued_on": date(2027, 1, 3)})),
        ("00419", WITH_A_LINE_AT_TEN),
        ("00419", samples.simple_invoice(summaries=samples.simple_invoice().summaries * 2)),
        ("00420", summary(VAT_FREE, chargeability="S")),
        ("00421", summary(tax=Decimal("77.41"))),
        ("00422", summary(taxable=Decimal("352.78"))),
        ("00423", line(unit_price=Decimal("351.80"))),
        ("00424", line(vat_rate=Decimal("0.22"))),
        ("00425", samples.simple_invoice(number="FATT")),
        ("00427", samples.simple_invoice(customer=samples.TOWN.model_copy(update={"recipient_code": None}))),
        ("00427", samples.simple_invoice(customer=samples.BUSINESS.model_copy(update={"recipient_code": "UF1234"}))),
        ("00429", summary(VAT_FREE, nature=None)),
        ("00430", summary(nature="N4")),
        ("00443", summary(rate=Decimal(10))),
        ("00444", summary(VAT_FREE, nature="N4")),
        ("00445", line(vat_rate=Decimal(0), vat_nature="N6")),
        ("LIB01", samples.simple_invoice(total=Decimal("429.18"))),
        ("LIB02", samples.simple_invoice(due_dates=(DueDate(due_on=date(2026, 10, 31), amount=Decimal("429.16")),))),
        ("LIB03", EXEMPT),
        ("LIB04", samples.CREDIT_NOTE.model_copy(update={"related_invoices": ()})),
    ],
)  # fmt: skip
def test_what_the_exchange_system_would_refuse_is_named_before(code: str, content: InvoiceContent) -> None:
    problems = einvoice.checks(content)
    assert code in [problem.code for problem in problems]
    assert all("{" not in problem.text for problem in problems)


def test_a_date_after_sending_is_refused_and_the_same_day_is_not() -> None:
    assert codes(samples.simple_invoice(), sent_on=date(2026, 9, 15)) == ["00403"]
    assert codes(samples.simple_invoice(), sent_on=date(2026, 9, 16)) == []


def test_tolerances_are_one_cent_on_lines_and_tax_and_one_euro_on_bases() -> None:
    assert codes(line(unit_price=Decimal("351.77"))) == []
    assert "00423" in codes(line(unit_price=Decimal("351.76")))
    assert "00421" not in codes(summary(tax=Decimal("77.40")))
    assert "00422" not in codes(summary(taxable=Decimal("352.77")))


def test_vat_is_of_the_sum_and_not_of_the_lines() -> None:
    """R9.3: three lines of 10.01 make 30.03 and 6.61; line by line it would be 6.60."""
    three = tuple(samples.invoice_line("Visita", "10.01") for _ in range(3))
    good = samples.simple_invoice(
        lines=three,
        summaries=(VatSummary(rate=Decimal(22), taxable=Decimal("30.03"), tax=Decimal("6.61")),),
        taxable=Decimal("30.03"), tax=Decimal("6.61"), total=Decimal("36.64"), due_dates=(),
    )  # fmt: skip
    assert codes(good) == []


def test_the_stamp_duty_starts_above_the_threshold_and_not_on_reverse_charge() -> None:
    assert codes(EXEMPT.model_copy(update={"stamp_duty": Decimal(2)})) == []
    at_limit = summary(EXEMPT, taxable=Decimal("77.47")).model_copy(
        update={
            "taxable": Decimal("77.47"),
            "total": Decimal("77.47"),
            "lines": (samples.invoice_line("Visita", "77.47", vat_rate=Decimal(0), vat_nature="N4"),),
        }
    )
    assert codes(at_limit) == []
    assert codes(VAT_FREE) == []


# ---- Property: any sound invoice passes ------------------------------------------------------------------------------

words = st.text(min_size=1, max_size=1200).filter(lambda text: bool(text.strip()))
short = st.text(min_size=1, max_size=59).filter(lambda text: bool(text.strip()))
identifiers = st.from_regex(r"[A-Z]{0,3}/?[0-9]{1,6}(/[A-Z0-9]{1,6})?", fullmatch=True)
rates = st.sampled_from(
    [(Decimal(22), None), (Decimal(10), None), (Decimal(4), None), (Decimal(0), "N6.7"), (Decimal(0), "N1")]
)


@st.composite
def invoice_lines(draw: st.DrawFn) -> InvoiceLine:
    rate, nature = draw(rates)
    priced = InvoiceLine(
        description=draw(words),
        code=draw(st.none() | short),
        quantity=draw(st.decimals(0, 9999, places=3)),
        unit=draw(st.none() | st.sampled_from(["pz", "h", "copie", "km²"])),
        unit_price=draw(st.decimals(-999, 9999, places=5)),
        price_per=draw(st.sampled_from([Decimal(1), Decimal(12), Decimal(100)])),
        discounts=tuple(draw(st.lists(st.decimals(-20, 100, places=2), max_size=3))),
        amount=Decimal(0),
        vat_rate=rate,
        vat_nature=nature,
        serials=tuple(draw(st.lists(short, max_size=2))),
        note=draw(st.none() | short),
        period=Period(starts_on=date(2026, 1, 31), ends_on=date(2026, 2, 27)) if draw(st.booleans()) else None,
    )
    return priced.model_copy(update={"amount": einvoice.line_total(priced)})


def sound(lines: tuple[InvoiceLine, ...], split: bool) -> dict[str, object]:
    """Summaries, totals and the stamp duty of lines, by R9.3, R9.5 and R9.8."""
    bases: dict[tuple[Decimal, str | None], Decimal] = defaultdict(Decimal)
    for each in lines:
        bases[each.vat_rate, each.vat_nature] += each.amount
    summaries = tuple(
        VatSummary(
            rate=rate,
            nature=nature,
            taxable=base,
            tax=cents(base * rate / 100),
            chargeability="S" if split and rate else None,
        )
        for (rate, nature), base in bases.items()
    )
    taxable, tax = sum(s.taxable for s in summaries), sum(s.tax for s in summaries)
    stamp = Decimal(2) if bases[Decimal(0), "N1"] > Decimal("77.47") else None
    return {"summaries": summaries, "taxable": taxable, "tax": tax, "total": taxable + tax, "stamp_duty": stamp}


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceContent:
    lines = tuple(draw(st.lists(invoice_lines(), min_size=1, max_size=6)))
    customer = draw(
        st.sampled_from([samples.BUSINESS, samples.CONSUMER, samples.TOWN, samples.LANDLORD, samples.FOREIGN])
    )
    customer = customer.model_copy(
        update={
            "name": draw(words),
            "address": Address(**customer.address.model_dump() | {"street": draw(short), "town": draw(short)}),
        }
    )
    kind = draw(st.sampled_from(["TD01", "TD02", "TD24", "TD04"]))
    issued_on = draw(st.dates(date(2020, 1, 1), date(2035, 12, 31)))
    references = st.builds(
        DocumentReference,
        number=identifiers,
        issued_on=st.just(issued_on - timedelta(days=draw(st.integers(0, 400)))),
        lines=st.just((1,)) | st.just(()),
        cig=st.none() | st.just("Z1234567AB"),
        cup=st.none() | st.just("B81B21000000001"),
        project=st.none() | short,
    )
    content = samples.simple_invoice(
        document_type=kind, customer=customer, number=draw(identifiers), issued_on=issued_on, lines=lines, due_dates=(),
        reasons=tuple(draw(st.lists(words, max_size=2))), contracts=tuple(draw(st.lists(references, max_size=2))),
        related_invoices=tuple(draw(st.lists(references, min_size=1 if kind == "TD04" else 0, max_size=2))),
        **sound(lines, split=customer.kind == "public_body"),
    )  # fmt: skip
    due = DueDate(due_on=issued_on + timedelta(days=30), amount=content.payable, iban=samples.IBAN, bank=draw(short))
    return content.model_copy(update={"due_dates": (due,)})


@needs_schema
@settings(max_examples=60, deadline=None)
@given(invoices())
def test_any_sound_invoice_is_valid_passes_the_checks_and_reads_back(content: InvoiceContent) -> None:
    xml = einvoice.build(content, SENDER, "ABCDE")
    assert einvoice.validate(xml, XSD) == []
    assert einvoice.checks(content, sent_on=content.issued_on) == []
    (invoice,) = einvoice.read(xml)
    assert (invoice.number, invoice.issued_on, invoice.total) == (content.number, content.issued_on, content.total)
    assert [each.amount for each in invoice.lines] == [each.amount for each in content.lines]
    assert sum(due.amount for due in invoice.due_dates) == content.payable
