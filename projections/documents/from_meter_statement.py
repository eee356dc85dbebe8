"""The content of a statement of meters (prospetto letture): from the contract's ledger, as it was billed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_ledger import Fee
from aggregates.party import Party
from aggregates.rules.meter_course import Basis, Mark
from aggregates.rules.meter_keys import MINIMUM, TRUE_UP, is_advance, kind_of
from aggregates.rules.meter_windows import Measured, MeterUse
from projections.documents.content import Source
from projections.documents.content_meter_statement import MeterStatementContent, StatementMeter, StatementSection
from projections.documents.identities import customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records

NOTHING = Decimal("0.00")
COUNTERS = {"bw": "Bianco e nero", "colour": "Colore"}
NOTES = {Basis.START: "inizio", Basis.BETWEEN: "interpolata", Basis.ESTIMATED: "stima"}


def has_statement(fees: Iterable[Fee]) -> bool:
    """Whether an invoice bills copies."""
    return any(kind_of(fee.key.kind) not in (None, MINIMUM) and not is_advance(fee.key.kind) for fee in fees)


def meter_statement(
    contract: Contract, fact: Contract.PeriodBilled, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> MeterStatementContent:
    """The statement of one invoice. Raises `ContentMissing` for a customer that is not known."""
    state = contract.state
    party = records.find(Party, state.header.customer_id)
    if party is None:
        raise ContentMissing("The contract's customer is not known.")
    fees = [entry.fee for entry in contract.ledger.of_invoice(fact.invoice_id)]
    billed = [fee for fee in fees if kind_of(fee.key.kind) and not is_advance(fee.key.kind)]
    minimum = [fee for fee in billed if kind_of(fee.key.kind) == MINIMUM]
    return MeterStatementContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(party),
        source=tuple(source),
        number=fact.number,
        issued_on=fact.billed_on,
        contract_number=state.number or "",
        invoice_number=fact.number,
        sections=tuple(_sections(contract, billed)),
        minimum=_sum(minimum) if minimum else None,
        total=_sum(billed),
    )


def _sections(contract: Contract, billed: Sequence[Fee]) -> Iterator[StatementSection]:
    """What was billed, tiers put together, then what the same periods counted for nothing."""
    together: dict[tuple[object, ...], list[Fee]] = {}
    for fee in billed:
        is_true_up = fee.key.kind.startswith(TRUE_UP)
        together.setdefault((fee.key.line_id, kind_of(fee.key.kind), fee.key.number, is_true_up), []).append(fee)
    for fees in together.values():
        measured = next((fee.measured for fee in fees if fee.measured), None)
        if measured is not None and kind_of(fees[0].key.kind) != MINIMUM:
            yield _section(contract, fees[0], measured, _sum(fees))
    places = {(fee.key.line_id, fee.key.number) for fee in billed}
    for fee in contract.ledger.settled:
        measured, number = fee.measured, fee.key.number
        if measured is None or kind_of(fee.key.kind) == MINIMUM or (fee.key.line_id, number) not in places:
            continue
        if measured.periods[-1] == number:
            yield _section(contract, fee, measured, NOTHING)


def _section(contract: Contract, fee: Fee, measured: Measured, amount: Decimal) -> StatementSection:
    name = _label(contract, fee.key.line_id, measured.counter, fee.period.starts_on)
    is_true_up = fee.key.kind.startswith(TRUE_UP)
    return StatementSection(
        title=f"Conguaglio {name}" if is_true_up else name,
        starts_on=fee.period.starts_on,
        ends_on=fee.period.ends_on,
        is_estimated=measured.is_estimated,
        meters=tuple(_meter(use) for use in measured.uses),
        consumption=measured.consumption,
        included=Decimal(measured.included),
        excess=max(measured.consumption - measured.included, Decimal(0)),
        rated=measured.rated,
        billed_before=measured.billed_before,
        amount=amount,
    )


def _label(contract: Contract, line_id: UUID, counter: str, day: date) -> str:
    then = contract.state.on(day)
    line = then.line(line_id)
    terms = line.meters if line else then.header.meters
    name = next((each.name for each in terms.counters if each.counter == counter), counter) if terms else counter
    return _words(name)


def _words(counter: str) -> str:
    """What customers call a counter; one of the company's own keeps its name."""
    return COUNTERS.get(counter.lower(), counter)


def _meter(use: MeterUse) -> StatementMeter:
    swaps = "".join(
        f"; sostituito: finale {_counted(final)}, iniziale {_counted(initial)}" for final, initial in use.swaps
    )
    return StatementMeter(
        serial=use.serial,
        meter=_words(use.meter),
        opening=_mark(use.opening),
        closing=_mark(use.closing) + swaps,
        clicks=Decimal(use.clicks),
        weight=use.weight,
    )


def _counted(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _mark(mark: Mark) -> str:
    day = f"{mark.read_on or mark.on:%d/%m/%Y}"
    words = (None if mark.value is None else _counted(mark.value), NOTES.get(mark.basis))
    return f"{' '.join(word for word in words if word) or '–'} ({day})"


def _sum(fees: Iterable[Fee]) -> Decimal:
    return sum((fee.amount for fee in fees), NOTHING)
