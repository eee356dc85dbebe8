"""What a delivery note is billed at (fatturazione del DDT): goods that stayed, and the work that went with them (R8.8).

Loans, goods that came back and claims that held never give a line. Amounts are euro before VAT.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from uuid import UUID

from aggregates.article import Article
from aggregates.because import Reasons, because
from aggregates.call_pricing import Bill, PricesMissing
from aggregates.delivery_note import DeliveryNote
from aggregates.delivery_note_values import GOODS, WORK, NoteCharge, NoteChargeKind, NoteLine
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rules.line_amounts import line_total
from aggregates.rules.transport_reasons import Billing
from aggregates.rules.vat import Supply, SupplyKind
from aggregates.tariff import Tariff

Articles = Callable[[UUID], Article | None]
ORDER = (*GOODS[:1], *WORK, *GOODS[1:])
"""On the invoice sales come first, then repairs, failed claims, goods on approval that stayed."""
ONE = Decimal(1)


def note_ref(note: DeliveryNote) -> RecordRef:
    """How other records name a note."""
    return RecordRef(kind="delivery-note", id=note.id, number=note.number)


def in_order(notes: Sequence[DeliveryNote]) -> list[DeliveryNote]:
    """The notes as a deferred invoice lists them."""
    return sorted(notes, key=lambda note: (_rank(note.reason.billing), note.dated_on, note.number))


def repair_call(note: DeliveryNote, find_rma: Callable[[UUID], Rma | None]) -> UUID | None:
    """The call whose work a repaired return is billed with: the note's own, or that of its return."""
    if note.reason.billing not in WORK or note.record is None:
        return None
    if note.record.kind == "call":
        return note.record.id
    rma = find_rma(note.record.id) if note.record.kind == "rma" else None
    return rma.call.id if rma is not None and rma.call is not None else None


def bill_of_note(
    note: DeliveryNote, party: Party, tariff: Tariff, articles: Articles, repair: Sequence[InvoiceLine] = ()
) -> Bill:
    """The lines of a note, those of its repair's call last; goods without a price keep it from being billed."""
    unpriced: list[str] = []
    lines: list[InvoiceLine] = []
    if note.to_invoice:
        if note.reason.billing in GOODS or note.kept_on is not None:
            lines += _goods(note, party, tariff, articles, unpriced)
        lines += (_charge(note, each, party, articles) for each in note.charges)
        lines += (_with_delivery(line, note) for line in repair)
    numbered = tuple(line.model_copy(update={"number": n}) for n, line in enumerate(lines, 1))
    return Bill(numbered, PricesMissing(missing=", ".join(unpriced)) if unpriced else None)


def _goods(
    note: DeliveryNote, party: Party, tariff: Tariff, articles: Articles, unpriced: list[str]
) -> Iterator[InvoiceLine]:
    for line in note.lines:
        quantity = note.to_invoice.get(line.line_id, Decimal(0))
        if not quantity:
            continue
        article = articles(line.article_id) if line.article_id else None
        price = _price(note, line, quantity, tariff)
        if price is None:
            unpriced.append(line.description)
            continue
        unit_price, discounts = price
        per = line.price_per or (article.details.price_multiplier if article else ONE)
        yield InvoiceLine(
            number=1,
            description=line.description,
            code=line.code,
            quantity=quantity,
            unit=line.unit,
            unit_price=unit_price,
            price_per=per,
            discounts=discounts,
            amount=line_total(unit_price, quantity, discounts, per),
            supply=_supply(party, article, SupplyKind.GOODS),
            serials=line.serials,
            revenue_account=article.details.revenue_account if article else None,
            source=_source(note),
        )


def _price(
    note: DeliveryNote, line: NoteLine, quantity: Decimal, tariff: Tariff
) -> tuple[Decimal, tuple[Decimal, ...]] | None:
    """What was said later, else on the note, else the price list of the note's day."""
    said = note.prices.get(line.line_id)
    if said is not None:
        return said.unit_price, said.discounts
    if line.unit_price is not None:
        return line.unit_price, line.discounts
    listed = tariff.price(line.code, quantity) if line.code else None
    if listed is None:
        return None
    return listed.unit_price, (listed.discount_percent,) if listed.discount_percent else ()


def _charge(note: DeliveryNote, charge: NoteCharge, party: Party, articles: Articles) -> InvoiceLine:
    """Parts follow the service that they were fitted in (R9.6)."""
    article = articles(charge.article_id) if charge.article_id else None
    default_unit = "H" if charge.kind is NoteChargeKind.LABOUR else None
    return InvoiceLine(
        number=1,
        description=charge.description,
        code=article.code if article else None,
        quantity=charge.quantity,
        unit=charge.unit or (article.details.unit if article else default_unit),
        unit_price=charge.unit_price,
        price_per=charge.price_per,
        discounts=charge.discounts,
        amount=line_total(charge.unit_price, charge.quantity, charge.discounts, charge.price_per),
        supply=_supply(party, article, SupplyKind.SERVICE),
        revenue_account=article.details.revenue_account if article else None,
        source=_source(note),
    )


def _with_delivery(line: InvoiceLine, note: DeliveryNote) -> InvoiceLine:
    return line.model_copy(update={"source": line.source.model_copy(update={"delivery": note_ref(note)})})


def _source(note: DeliveryNote) -> LineSource:
    why: Reasons = (because("goods-sent", reason=note.reason.text, number=note.number, on=note.dated_on),)
    if note.reason.billing is Billing.IF_CLAIM_FAILS:
        why += (because("goods-claim-failed"),)
    return LineSource(kind="delivery-note", record=note_ref(note), delivery=note_ref(note), because=why)


def _supply(party: Party, article: Article | None, kind: SupplyKind) -> Supply:
    plant = kind is SupplyKind.SERVICE and party.terms.plant_in_building
    if article is None:
        return Supply(kind=kind, plant_in_building=plant)
    details = article.details
    return Supply(kind=kind, plant_in_building=plant, exempt=details.vat_exempt, rate=details.vat_rate)


def _rank(billing: Billing) -> int:
    return ORDER.index(billing) if billing in ORDER else len(ORDER)
