"""Why a fee, a difference, copies or a charge of a contract is what it is (motivo dei canoni e delle copie), BIL-7.

The terms are those known when the line was proposed. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates import contract_facts as facts
from aggregates.because import reasons_of
from aggregates.contract import Contract
from aggregates.contract_charge import CHARGE
from aggregates.contract_ledger import FeeEntry
from aggregates.contract_meters import metered
from aggregates.contract_state import ContractState
from aggregates.invoice_values import InvoiceLine
from aggregates.meter_terms import CounterTerms
from aggregates.rules.billing import FEE, DueKey, FeeTerms, Instalment, contract_periods, instalments
from aggregates.rules.day_count import calendar_months, days_of_thirty
from aggregates.rules.instalments import DayBasis
from aggregates.rules.meter_course import Mark
from aggregates.rules.meter_keys import ADVANCE, METER, MINIMUM, TRUE_UP, is_advance, kind_of
from aggregates.rules.meter_windows import Measured, MeterUse
from aggregates.rules.settlement import DIFFERENCE
from aggregates.serial_item import SerialItem
from aggregates.values import Period
from projections.base import Reader, Recorded, Row
from projections.history import plain

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Used:
    """A machine's meter that a line was reckoned from."""

    serial_item_id: UUID
    meter: str
    reading_ids: tuple[UUID, ...]


def contract_reasons(then: Reader, reader: Reader, line: InvoiceLine, invoice_id: UUID) -> Row:
    """The contract with its terms, and for a due of it the formula, readings and price changes."""
    source = line.source
    contract = then.record(source.contract_id) if source.contract_id else None
    if not isinstance(contract, Contract):
        return {"contract": None}
    state, key = contract.state, source.key
    told: Row = {"contract": _contract(reader, state, key, source.billing_on)}
    if key is None:
        return told
    history = then.facts(contract.id)
    if key.kind in (FEE, DIFFERENCE):
        return {**told, **_fee(contract, key, line, history)}
    if key.kind == CHARGE:
        charge = state.charge(key.line_id)
        why = {"why": charge.told, "why_because": reasons_of(charge.because)} if charge else {}
        return {**told, "formula": {"code": "charge", "values": {**(plain(charge) if charge else {}), **why}}}
    return {**told, **_copies(then, contract, key, line, invoice_id)}


def measured_of(then: Reader, line: InvoiceLine, invoice_id: UUID) -> list[Used]:
    """The meters that a line of copies was reckoned from, with the readings."""
    source = line.source
    contract = then.record(source.contract_id) if source.contract_id and source.key else None
    if not isinstance(contract, Contract) or source.key is None:
        return []
    measured = _measured(contract, source.key, invoice_id)
    uses = measured.uses if measured else ()
    return [
        Used(use.serial_item_id, use.meter, tuple(m.reading_id for m in (use.opening, use.closing) if m.reading_id))
        for use in uses
    ]


def _contract(reader: Reader, state: ContractState, key: DueKey | None, on: date | None) -> Row:
    """The header and line that held when it fell due."""
    terms, held = state.fee_terms(), state.on(on) if on else state
    line = held.line(key.line_id) if key else None
    return {
        "contract_id": state.contract_id,
        "number": state.number,
        "title": state.header.title,
        "signed_on": state.signed_on,
        "header": held.header.model_dump(mode="json"),
        "fee_terms": terms.model_dump(mode="json", exclude={"lines"}) if terms else None,
        "line": line.model_dump(mode="json") if line else None,
        "facts": [
            {"topic": each.topic, "at": each.fact.act.at, "by": each.fact.act.by, "position": each.position}
            for each in reader.facts(state.contract_id)
        ],
    }


# Fees


def _fee(contract: Contract, key: DueKey, line: InvoiceLine, history: Sequence[Recorded]) -> Row:
    state = contract.state
    terms = state.fee_terms()
    found = instalments(terms, state.billed_through, numbers=[key.number]) if terms else ()
    now = next((each for each in found if each.key.line_id == key.line_id), None)
    if terms is None or now is None:
        return {
            "formula": {
                "code": key.kind,
                "values": {
                    "amount": line.amount,
                    "why": line.source.told,
                    "why_because": reasons_of(line.source.because),
                },
            }
        }
    values = _fee_values(terms, now)
    if key.kind == DIFFERENCE:
        before = [e for e in contract.ledger.entries if _is_before(e, key)]
        values["by_terms"] = now.amount
        values["billed_before"] = sum((each.fee.amount for each in before), NOTHING)
        values["credited_before"] = sum((each.credited for each in before), NOTHING)
        values["amount"] = line.amount
    return {"formula": {"code": key.kind, "values": values}, "adjustments": _adjustments(history, key, now.period)}


def _is_before(entry: FeeEntry, key: DueKey) -> bool:
    other = entry.fee.key
    is_place = (other.line_id, other.number) == (key.line_id, key.number)
    return is_place and other.kind in (FEE, DIFFERENCE) and other != key


def _fee_values(terms: FeeTerms, now: Instalment) -> dict[str, Any]:
    period = next(each for each in contract_periods(terms) if each.number == now.key.number)
    line = next(each for each in terms.lines if each.line_id == now.key.line_id)
    is_full_first = period.number == 1 and period.is_stub and terms.first_period == "full"
    whole = period.period if is_full_first else period.nominal
    return {
        "number": now.key.number,
        "step_months": terms.step_months,
        "timing": terms.timing,
        "basis": terms.basis,
        "starts_on": now.period.starts_on,
        "ends_on": now.period.ends_on,
        "days": now.period.days,
        "nominal_from": whole.starts_on,
        "nominal_to": whole.ends_on,
        "nominal_days": whole.days,
        "is_whole": now.period == whole,
        "is_full_first": is_full_first,
        **_measured_by(DayBasis.ACTUAL if is_full_first else terms.basis, now.period, whole),
        "fees": [
            {"annual_fee": fee, "starts_on": part.starts_on, "ends_on": part.ends_on, "days": part.days}
            for fee, part in line.parts(now.period, terms.idle)
        ],
        "billing_on": now.billing_on,
        "amount": now.amount,
    }


def _measured_by(basis: DayBasis, served: Period, whole: Period) -> Row:
    """Part and whole as the basis counts them (R1.16)."""
    match basis:
        case DayBasis.ACTUAL:
            return {"part": served.days, "whole": whole.days}
        case DayBasis.THIRTY_360:
            return {"part": days_of_thirty(served), "whole": days_of_thirty(whole)}
        case DayBasis.FIXED_365:
            return {"part": served.days, "whole": 365}
        case DayBasis.CALENDAR_MONTHS:
            return {"part": str(calendar_months(served)), "whole": str(calendar_months(whole))}


def _adjustments(history: Iterable[Recorded], key: DueKey, period: Period) -> list[Row]:
    """The price changes of the line up to the end of the period, with the index rows they rest on (R1.21)."""
    made = (each.fact.adjustment for each in history if isinstance(each.fact, facts.FeesAdjusted))
    return [
        {
            **plain(each),
            "formula": each.told,
            "formula_because": reasons_of(each.because),
            "old": line.old,
            "new": line.new,
        }
        for each in made
        for line in each.lines
        if line.line_id == key.line_id and each.from_on <= period.ends_on
    ]


# Copies


def _copies(then: Reader, contract: Contract, key: DueKey, line: InvoiceLine, invoice_id: UUID) -> Row:
    measured, of = _measured(contract, key, invoice_id), kind_of(key.kind)
    scope = next((each for each in metered(contract.state) if each.line_id == key.line_id), None)
    terms = scope.agreed.get(key.number) if scope else None
    counter = next((each for each in terms.counters if of and each.counter == of.counter), None) if terms else None
    if is_advance(key.kind) and counter is not None:
        return _advance(line, counter)
    if measured is None or of is None:
        return {"formula": {"code": "price", "values": {"amount": line.amount}}}
    head = "minimum" if of == MINIMUM else key.kind.split(":")[0]
    values = {
        "counter": counter.name if counter else of.counter,
        "periods": list(measured.periods),
        "is_estimated": measured.is_estimated,
        "consumption": measured.consumption,
        "included": measured.included,
        "excess": max(measured.consumption - measured.included, Decimal(0)),
        "rated": measured.rated,
        "billed_before": measured.billed_before,
        "minimum": terms.minimum.amount if terms and terms.minimum else None,
        "tiering": counter.tiering if counter else None,
        "tier": int(key.kind.split(":")[2]) if head == METER else None,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "amount": line.amount,
    }
    code = TRUE_UP if key.kind.startswith(TRUE_UP) else head
    return {
        "formula": {"code": code, "values": values},
        "meters": [_use(then, use) for use in measured.uses],
        "tiers": [plain(tier) for tier in counter.tiers] if counter else [],
        "counter_terms": plain(counter) if counter else None,
    }


def _advance(line: InvoiceLine, counter: CounterTerms) -> Row:
    """Copies billed at their period's start: what was agreed; the readings settle it later."""
    values = {
        "counter": counter.name,
        "volume": counter.advance.volume if counter.advance else None,
        "left_over": counter.advance.left_over if counter.advance else None,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "amount": line.amount,
    }
    return {
        "formula": {"code": ADVANCE, "values": values},
        "tiers": [plain(tier) for tier in counter.tiers],
        "counter_terms": plain(counter),
    }


def _measured(contract: Contract, key: DueKey, invoice_id: UUID) -> Measured | None:
    """What the ledger keeps of it; of several tiers only the first one has it."""
    of = kind_of(key.kind)
    for entry in contract.ledger.entries:
        other = entry.fee.key
        is_place = (other.line_id, other.number, kind_of(other.kind)) == (key.line_id, key.number, of)
        is_kin = other == key or (entry.invoice_id == invoice_id and other.kind.startswith(METER))
        if of is not None and is_place and is_kin and entry.fee.measured is not None:
            return entry.fee.measured
    return None


def _use(then: Reader, use: MeterUse) -> Row:
    item = then.record(use.serial_item_id)
    recorded = then.facts(use.serial_item_id)
    return {
        "serial_item_id": use.serial_item_id,
        "serial": use.serial,
        "meter": use.meter,
        "weight": use.weight,
        "clicks": use.clicks,
        "opening": _mark(item, recorded, use.opening),
        "closing": _mark(item, recorded, use.closing),
        "swaps": [{"final": final, "initial": initial} for final, initial in use.swaps],
    }


def _mark(item: object, recorded: Sequence[Recorded], mark: Mark) -> Row:
    """Where the meter stood, with the reading behind it: who read it when, and when that was recorded."""
    reading = item.readings.get(mark.reading_id) if isinstance(item, SerialItem) and mark.reading_id else None
    last = [
        each
        for each in recorded
        if isinstance(each.fact, SerialItem.ReadingRecorded | SerialItem.ReadingCorrected)
        and each.fact.reading.reading_id == mark.reading_id
    ]
    return {
        **mark.model_dump(),
        "read_at": reading.read_at if reading else None,
        "source": reading.source if reading else None,
        "rollover": reading.rollover if reading else False,
        "recorded_at": last[-1].recorded_at if last else None,
        "recorded_by": last[-1].fact.act.by if last else None,
    }
