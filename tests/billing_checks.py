"""What must hold of a billing office whatever happened: checked when everything that is owed has been billed."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_ledger import FeeEntry, FeeLedger, FeeState
from aggregates.contract_meters import metered_dues
from aggregates.contract_state import ContractState
from aggregates.hour_pool import HourPool
from aggregates.invoice import Invoice
from aggregates.invoice_values import DocumentKind
from aggregates.rules.billing import FEE
from aggregates.rules.meter_keys import kind_of
from aggregates.rules.settlement import SETTLED_KINDS
from aggregates.serial_item import SerialItem
from gateways.postgres.comparison import differing, folded_rows, stored_rows
from projections.base import MemoryRows
from projections.catalog import READ_MODELS
from projections.contract_tables import keys
from tests.agreement import they_agree
from tests.billing_office import POOL, PRICE, Machine, Office
from tests.billing_oracle import owed
from tests.mart_checks import agrees

NOTHING = Decimal(0)
ONE_DAY = timedelta(days=1)


def check_everything(office: Office) -> None:
    """Bill all that is left, then look at every sum."""
    bill_what_is_left(office)
    check_read_models(office)
    agrees(office.company)
    they_agree(office.company)
    for contract_id in office.contracts:
        contract = office.contract(contract_id)
        check_keys(contract)
        check_fees(office, contract)
        check_charges(contract)
        check_copies(office, contract)
    check_documents(office)
    check_numbers(office)
    check_hours(office)


# To the end


def bill_what_is_left(office: Office) -> None:
    """Give proposals up, read every machine for the last time, and bill until nothing is due."""
    for invoice_id in office.invoices("proposed", "held"):
        office.must("discard-invoice", invoice_id=invoice_id, reason="Fine")
    for contract_id in office.contracts:
        if any(block.until_on is None for block in office.contract(contract_id).state.blocks):
            office.must("unblock-contract", contract_id=contract_id)
    states = [office.contract(contract_id).state for contract_id in office.contracts]
    office.today = max(office.today, *(each.terms[-1].ends_on + timedelta(days=60) for each in states))
    for state in states:
        for machine in office.machines.get(state.contract_id, ()):
            read_to_the_end(office, state, machine)
    office.must("expire-hours", pool_id=POOL)
    for _ in range(6):
        for contract_id in office.contracts:
            office.must("credit-unused", contract_id=contract_id)
        with office.dry_run(office.today):
            proposed = office.must("propose-invoices", until=office.today, limit=1000)
        assert proposed["parked"] == []
        for each in proposed["invoices"]:
            office.must("issue-invoice", invoice_id=each["invoice_id"])
        if not proposed["invoices"]:
            break
    rest = office.company.ask("billing-due", on=office.today)["items"]
    assert rest == [], f"still due: {rest}; proposed last: {proposed}"
    assert office.company.ask("credits-due")["items"] == []


def read_to_the_end(office: Office, state: ContractState, machine: Machine) -> None:
    """Corrected, and read on the last day of its line."""
    office.correct(machine)
    served = days_of(state, machine)
    if served is not None:
        office.read(machine, served[1])
        assert served[1] in machine.readings, office.refused


def days_of(state: ContractState, machine: Machine) -> tuple[date, date] | None:
    """First and last day on which the contract serves a machine."""
    line = next(each for each in state.lines if machine.machine_id in each.serial_item_ids)
    first_on = state.terms[0].starts_on
    assert state.ends_on is not None
    last_on = min(state.ends_on, line.ends_on or state.ends_on)
    return (first_on, last_on) if first_on <= last_on else None


# One contract


def check_keys(contract: Contract) -> None:
    """Every key once; attempts without a hole; a fee has one attempt that is not opened again."""
    attempts = defaultdict(list)
    for entry in contract.ledger.entries:
        attempts[entry.fee.key.parts[:3]].append((entry.fee.key.attempt, entry.state is FeeState.REOPENED))
        assert entry.state in (FeeState.BILLED, FeeState.REOPENED)
    for place, found in attempts.items():
        assert sorted(n for n, _ in found) == list(range(1, len(found) + 1)), place
        if place[2] == FEE:
            assert [n for n, is_again in sorted(found) if not is_again] in ([], [len(found)]), place


def check_fees(office: Office, contract: Contract) -> None:
    """By line and period: days that tile, and the sum of what was billed and credited is what is owed."""
    wanted = owed(contract.state)
    entries: dict[tuple[UUID, int], list[FeeEntry]] = defaultdict(list)
    for entry in contract.ledger.entries:
        key = entry.fee.key
        if key.kind not in SETTLED_KINDS:
            continue
        if entry.state is FeeState.REOPENED:
            assert entry.credited == entry.fee.amount
        else:
            entries[key.line_id, key.number].append(entry)
    for place in wanted.keys() | entries.keys():
        billed = sum((each.fee.amount - each.credited for each in entries[place]), NOTHING)
        says = wanted[place].amount if place in wanted else NOTHING
        given = Decimal(office.favours[contract.id, *place]) / 100
        told = f"{contract.id} {place}: owed {says}, given away {given}, {entries[place]}"
        assert max(says - given, NOTHING) <= billed <= says, told
    for line_id in {line_id for line_id, _ in wanted}:
        days = sorted(
            (each.fee.period.starts_on, each.fee.period.ends_on)
            for (of, _), found in entries.items()
            for each in found
            if of == line_id and each.fee.key.kind == FEE
        )
        for (_, ends_on), (starts_on, _) in pairwise(days):
            assert ends_on < starts_on, f"days of {line_id} are billed twice: {days}"
        for (of, _), says_so in wanted.items():
            if of == line_id:
                assert any(first <= says_so.first_on and says_so.last_on <= last for first, last in days), days


def check_charges(contract: Contract) -> None:
    """Each charge once."""
    for charge in contract.state.charges:
        live = [e for e in contract.ledger.entries if e.fee.key.line_id == charge.charge_id]
        amounts = [each.fee.amount for each in live if each.state is FeeState.BILLED]
        assert amounts == [charge.amount], charge


def check_copies(office: Office, contract: Contract) -> None:
    """All bills together are what the readings known at the end come to at once; and what machines really made."""
    (machine, *_) = office.machines.get(contract.id, [None])
    if machine is None:
        return
    item = office.company.record(machine.machine_id)
    assert isinstance(item, SerialItem)
    billed = sum((e.fee.amount for e in contract.ledger.entries if _is_copies(e)), NOTHING)
    at_once = metered_dues(contract.state, FeeLedger(), {item.id: item}, office.today)
    assert billed == sum((each.amount for each in at_once.due), NOTHING), f"{contract.id}: {billed}, {at_once.due}"
    terms, served = contract.state.header.meters, days_of(contract.state, machine)
    assert terms is not None
    is_plain = terms.counters[0].included == 0 and terms.minimum is None and contract.id not in office.repriced
    if is_plain:
        made = machine.made(served[1]) - machine.made(served[0] - ONE_DAY) if served else 0
        assert billed == made * PRICE, f"{contract.id}: {billed} for {made} copies"


def _is_copies(entry: FeeEntry) -> bool:
    return kind_of(entry.fee.key.kind) is not None and entry.state is not FeeState.REOPENED


# All documents


def check_documents(office: Office) -> None:
    """Documents and ledgers tell the same sums, and no key or work stands on two invoices."""
    billed: Counter[UUID] = Counter()
    credited: Counter[UUID] = Counter()
    seen: Counter[object] = Counter()
    works: Counter[object] = Counter()
    for invoice in office.issued():
        facts = [recorded.fact for recorded in office.company.facts(invoice.id)]
        is_again = any(isinstance(fact, Invoice.Credited) and fact.is_reopened for fact in facts)
        document = invoice.require_issued()
        sign = -1 if document.kind is DocumentKind.CREDIT_NOTE else 1  # a sum below zero is issued as a credit note
        for line in document.lines:
            source = line.source
            if source.key is not None and source.contract_id is not None:
                billed[source.contract_id] += sign * int(line.amount * 100)
                seen[source.contract_id, source.key.parts] += 1
        if not is_again:
            works.update({line.source.record.id for line in document.lines if line.source.record})
    for note in office.issued(notes=True):
        for line in note.require_issued().lines:
            if line.source.key is not None and line.source.contract_id is not None:
                credited[line.source.contract_id] += int(line.amount * 100)
    twice = [(each, times) for each, times in (seen + works).items() if times > 1]
    assert twice == [], f"billed twice: {twice}"
    for contract_id in office.contracts:
        entries = office.contract(contract_id).ledger.entries
        ledger = (
            sum(int(each.fee.amount * 100) for each in entries),
            sum(int(each.credited * 100) for each in entries),
        )
        assert ledger == (billed[contract_id], credited[contract_id]), f"{contract_id}: {ledger}, {billed}, {credited}"


def check_numbers(office: Office) -> None:
    """By year: 1, 2, 3 … without a hole, and dates in the order of numbers."""
    by_year = defaultdict(list)
    for invoice in (*office.issued(), *office.issued(notes=True)):
        document = invoice.require_issued()
        year, number = document.number.split("/")
        assert year == str(document.issued_on.year)
        by_year[year].append((int(number), document.issued_on))
    for found in by_year.values():
        found.sort()
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        assert [on for _, on in found] == sorted(on for _, on in found)


def check_hours(office: Office) -> None:
    """The balance of the pool is what was bought less what left it, and within what it may owe."""
    pool = office.company.record(POOL)
    assert isinstance(pool, HourPool)
    moved = NOTHING
    for recorded in office.company.facts(POOL):
        fact = recorded.fact
        if isinstance(fact, HourPool.LotBought):
            moved += fact.lot.minutes
        elif isinstance(fact, HourPool.HoursDrawn):
            draw = fact.draw
            taken = sum((part.minutes for part in draw.parts), NOTHING) + draw.overdraft_minutes
            assert draw.charged.weighed_minutes == taken + draw.overage_minutes, draw
            moved -= taken
        elif isinstance(fact, HourPool.LotExpired):
            moved -= fact.minutes
        elif isinstance(fact, HourPool.DrawReversed):
            moved += sum((part.minutes for part in fact.returned), NOTHING) + fact.overdraft_minutes
        assert moved >= -pool.first_terms.overdraft_minutes
    assert pool.balance == moved
    (row,) = office.company.ask("hour-pools", on=office.today)["items"]
    assert row["balance_minutes"] == moved, f"{row} but {moved}: {pool.lots}"


def check_read_models(office: Office) -> None:
    """Tables are what a fresh fold of all facts makes, and contracts in them are what commands see."""
    house = office.company.house
    office.company.fold()
    recorded = house.recorded_after(0, 100_000)
    registry = office.company.installation.registry
    with office.company.installation.database.company(house.company_id) as connection:
        for kind in READ_MODELS:
            generation, model, rows = registry.seen(kind.NAME), kind(), MemoryRows()
            assert generation is not None
            for each in recorded:
                model.fold(each, rows)
            for table in kind.TABLES:
                stored = stored_rows(connection, house.company_id, table, generation)
                assert list(differing(table, folded_rows(table, rows), stored)) == [], kind.NAME
    for row in house.reader.rows("select contract_id, state, held, reopened from {contract}"):
        contract = office.contract(row["contract_id"])
        assert ContractState.model_validate(row["state"]) == contract.state
        assert frozenset(keys(row["held"])) == contract.ledger.held
        assert frozenset(keys(row["reopened"])) == contract.ledger.reopened
