"""The statement of a contract's meters (prospetto letture): each stretch rated, what was billed of it, and from what.

Computed when asked, with the readings known now, by the function that bills: `difference` is what the next invoice will
settle. What was billed keeps beside it what it was reckoned from then. Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_meters import Metered, held, metered, scope_of
from aggregates.rules.meter_course import Basis
from aggregates.rules.meter_keys import is_advance, kind_of
from aggregates.rules.meter_windows import CounterGroup, MeterUse, Window
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from projections.base import Ask, Page, Reader, Row, page
from projections.contracts import TODAY
from projections.current_day import current_day
from projections.meter_records import machines

NOTHING = Decimal("0.00")


class MeterStatement(Ask):
    """The meters of a contract, for the periods to bill by a day."""

    contract_id: UUID
    on: date | None = None
    """Left out, today."""


def meter_statement(reader: Reader, ask: MeterStatement) -> dict[str, Any] | None:
    """Each counter window by window: readings, consumption, volume included, tiers, what was billed, the difference."""
    contract = reader.record(ask.contract_id)
    if not isinstance(contract, Contract):
        return None
    until = ask.on or current_day(reader)
    return statement(contract, machines(reader, contract), until)


def statement(contract: Contract, items: Mapping[UUID, SerialItem], until: date) -> dict[str, Any]:
    """The statement of a contract from its ledger and its machines."""
    state = contract.state
    scopes = metered(state)
    return {
        "contract_id": contract.id,
        "contract_number": state.number,
        "customer_id": state.header.customer_id,
        "title": state.header.title,
        "until": until,
        "windows": [row for scope in scopes for row in _windows(contract, scope, items, until)],
        "billed": list(_billed(contract)),
    }


def _windows(
    contract: Contract, scope: Metered, items: Mapping[UUID, SerialItem], until: date
) -> Iterator[dict[str, Any]]:
    book: dict[tuple[str, UUID | None, int], Decimal] = {}
    measured: set[tuple[str, UUID | None, int]] = set()
    for each in held(contract.ledger):
        of = kind_of(each.key.kind)
        if of is not None and each.key.line_id == scope.line_id:
            key = (of.counter, of.machine_id, each.key.number)
            book[key] = book.get(key, NOTHING) + each.amount
            if not is_advance(each.key.kind):
                measured.add(key)
    for group in scope_of(scope, items).groups:
        due = {window.last.number for window in group.windows(until)}
        at_once = replace(group, terms=group.terms.model_copy(update={"estimate_after_days": 0}))
        for window in at_once.windows(until):
            keys = [(group.counter.counter, group.machine_id, number) for number in window.numbers]
            billed = [book[key] for key in keys if key in book]
            shown = _window(scope, group, window, sum(billed, NOTHING) if billed else None, measured.issuperset(keys))
            is_measured = not measured.isdisjoint(keys)
            yield {**shown, "is_measured": is_measured, "is_waiting": window.last.number not in due}


def _window(
    scope: Metered, group: CounterGroup, window: Window, billed: Decimal | None, is_whole: bool
) -> dict[str, Any]:
    measured = window.measured
    is_frozen = not window.closes and is_whole
    rated = billed if is_frozen and billed is not None else window.rated
    return {
        "line_id": scope.line_id,
        "counter": group.counter.counter,
        "label": group.counter.name,
        "serial_item_id": group.machine_id,
        "periods": list(window.numbers),
        "starts_on": window.days.starts_on,
        "ends_on": window.days.ends_on,
        "billing_on": window.last.billing_on,
        "is_estimated": not window.closes,
        "consumption": measured.consumption,
        "included": measured.included,
        "excess": max(measured.consumption - measured.included, Decimal(0)),
        "tiers": [line.model_dump() for line in window.lines],
        "rated": rated,
        "billed": billed,
        "difference": rated - (billed or NOTHING),
        "machines": [_use(use) for use in measured.uses],
    }


def _use(use: MeterUse) -> Row:
    return {
        "serial_item_id": use.serial_item_id,
        "serial": use.serial,
        "meter": use.meter,
        "weight": use.weight,
        "clicks": use.clicks,
        "opening": use.opening.model_dump(),
        "closing": use.closing.model_dump(),
        "swaps": [{"final": final, "initial": initial} for final, initial in use.swaps],
    }


def _billed(contract: Contract) -> Iterator[Row]:
    """What invoices hold of the meters, with what it was reckoned from when it was proposed."""
    for entry in contract.ledger.entries:
        if kind_of(entry.fee.key.kind) is None:
            continue
        measured = entry.fee.measured
        yield {
            **entry.fee.key.model_dump(),
            "starts_on": entry.fee.period.starts_on,
            "ends_on": entry.fee.period.ends_on,
            "amount": entry.fee.amount,
            "credited": entry.credited,
            "state": entry.state.value,
            "invoice_id": entry.invoice_id,
            "invoice_number": entry.number,
            "measured": measured.model_dump() if measured else None,
        }


class MissingReadings(Page):
    """Metered contracts with a period to bill by a day; `limit` counts contracts."""

    on: date | None = None
    """Left out, today."""
    customer_id: UUID | None = None


def missing_readings(reader: Reader, ask: MissingReadings) -> dict[str, Any]:
    """The meters that nobody read around the end of a period to be billed: whom to ask for a reading (R3.8)."""
    found = page(
        reader,
        ask,
        f"""select c.contract_id, c.customer_id, p.name as customer, c.number, {TODAY} as until
              from {{contract}} c left join {{party}} p on p.party_id = c.customer_id
             where c.next_billing_on <= {TODAY} and jsonb_path_exists(c.state, '$.**.meters.counters')
               and (%(customer_id)s::uuid is null or c.customer_id = %(customer_id)s)""",  # noqa: S608 - own constants only
        order=("customer_id", "contract_id"),
    )
    return {"items": [row for each in found["items"] for row in _unread(reader, each)], "next": found["next"]}


def _unread(reader: Reader, row: Row) -> Iterator[Row]:
    contract = reader.record(row["contract_id"])
    if not isinstance(contract, Contract):
        return
    items = machines(reader, contract)
    for each in statement(contract, items, row["until"])["windows"]:
        if each["is_measured"]:
            continue
        for use in each["machines"]:
            if use["closing"]["basis"] not in (Basis.READ, Basis.BETWEEN):
                last = _last_read(items[use["serial_item_id"]], use["meter"])
                yield {
                    **{name: row[name] for name in ("contract_id", "number", "customer_id", "customer")},
                    **{name: each[name] for name in ("starts_on", "ends_on", "billing_on")},
                    **{name: use[name] for name in ("serial_item_id", "serial", "meter")},
                    "last_value": last[1] if last else None,
                    "last_read_on": last[0] if last else None,
                }


def _last_read(item: SerialItem, meter: str) -> tuple[date, int] | None:
    real = [each for each in item.readings.values() if each.kind == meter and each.is_real]
    last = max(real, key=lambda each: each.read_at, default=None)
    return (rome_date(last.read_at), last.value) if last else None
