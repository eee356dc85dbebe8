"""What an office without any order does, step by step: the material of random histories of billing."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from hypothesis import strategies as st

from aggregates.base import Act
from aggregates.billing_run import RunStage
from aggregates.contract_state import ContractState
from aggregates.invoice import Invoice
from aggregates.rules.instalments import FirstPeriod
from aggregates.rules.periods import Alignment, Timing
from commands.catalog import BY_NAME
from gateways.postgres.leases import SPACE
from gateways.wiring import Installation
from tests.billing_office import CUSTOMERS, END, POOL, RATE, Machine, Office, copies
from tests.contract_steps import C1
from tests.dsl import Company, do

MONTH_ENDS = [date(2025, 12, 31), date(2026, 1, 29), date(2026, 1, 30), date(2026, 1, 31), date(2025, 11, 30)]
FEES = st.decimals(Decimal("10.00"), Decimal("2999.99"), places=2)
NTH = st.integers(0, 30)
"""Which one of those there are."""
SOON = st.integers(-40, 60)
"""Days from today."""
ONE_DAY = timedelta(days=1)

headers = st.fixed_dictionaries(
    {
        "customer_id": st.sampled_from(CUSTOMERS),
        "starts_on": (st.sampled_from(MONTH_ENDS) | st.dates(date(2025, 11, 1), date(2026, 4, 30))).map(str),
        "step_months": st.sampled_from([1, 2, 3, 4, 6, 12]),
        "term_months": st.sampled_from([6, 12, 12]),
        "alignment": st.sampled_from(Alignment).map(str),
        "timing": st.sampled_from(Timing).map(str),
        "first_period": st.sampled_from(FirstPeriod).map(str),
        "offset_days": st.sampled_from([0, 0, 5]),
        "sticky_end_of_month": st.booleans(),
        "bills_while_blocked": st.booleans(),
    }
)
metered = st.fixed_dictionaries(
    {
        "included": st.sampled_from([0, 0, 900]),
        "step_months": st.sampled_from([None, 1, 3]),
        "estimate_after_days": st.sampled_from([0, 10]),
        "minimum": st.sampled_from([None, None, {"amount": "20.00"}]),
        "unused": st.sampled_from(["lost", "lost", "annual"]),
    }
)
machines: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"digits": st.sampled_from([5, 9]), "daily": st.integers(5, 60), "started_at": st.sampled_from([0, 98_000])}
)


GROUPS: dict[str, list[tuple[str, st.SearchStrategy[dict[str, Any]]]]] = {}
Method = TypeVar("Method", bound=Callable[..., None])


def step(group: str, **fields: st.SearchStrategy[Any]) -> Callable[[Method], Method]:
    """Marks a method as a step of a group, with what it is called with."""

    def mark(method: Method) -> Method:
        GROUPS.setdefault(group, []).append((method.__name__, st.fixed_dictionaries(fields)))
        return method

    return mark


def steps_of(group: str) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Any step of a group."""
    return st.one_of([st.tuples(st.just(name), fields) for name, fields in GROUPS[group]])


class Steps:
    """An office, and all that it may do in any order; a step that makes no sense now does nothing."""

    def __init__(self, installation: Installation) -> None:
        self.first = self.installation = installation
        self.office = Office.open(installation)
        self.run_id: UUID | None = None
        self.until = self.office.today

    def take(self, named: tuple[str, dict[str, Any]]) -> None:
        """One step."""
        getattr(self, named[0])(**named[1])

    def begin(self, overdraft: int, header: dict[str, Any], fee: Decimal) -> None:
        """A pool of hours, a contract of any kind, and one of copies that begins today."""
        hours = {"minutes": 300, "price": {"amount": "290.00"}, "valid_to": "2026-12-31"}
        terms = {**RATE, "overdraft_minutes": overdraft}
        self.office.must("open-hour-pool", pool_id=POOL, customer_id=C1, name="Monte ore", terms=terms, hours=hours)
        self.office.sign(header, [fee], None)
        machine = Machine(self.office.new_id(), digits=5, daily=30, started_at=98_000)
        today = {"customer_id": C1, "starts_on": str(self.office.today), "meters": copies(0)}
        self.office.sign({**header, **today}, [fee], machine)

    # The life of contracts

    @step("life", header=headers, fees=st.lists(FEES, min_size=1, max_size=2), index=st.booleans(), whole=st.booleans())
    def sign(self, header: dict[str, Any], fees: list[Decimal], index: bool, whole: bool) -> None:
        if len(self.office.contracts) >= 5:
            return
        if index:
            header = {**header, "adjustment": {"share_percent": "75"}}
        if whole:
            header = {**header, "determination": "header_amount", "annual_fee": {"amount": str(sum(fees))}}
        self.office.sign(header, [Decimal(0)] if whole else fees, None)

    @step("life", header=headers, meters=metered, machine=machines, fee=FEES)
    def sign_copies(
        self, header: dict[str, Any], meters: dict[str, Any], machine: dict[str, Any], fee: Decimal
    ) -> None:
        if len(self.office.machines) >= 3:
            return
        starts_on = min(header["starts_on"], str(self._in(1)))  # the opening reading is of today at the latest
        terms = copies(**{name: value for name, value in meters.items() if value is not None})
        self.office.sign(
            {**header, "starts_on": starts_on, "meters": terms}, [fee], Machine(self.office.new_id(), **machine)
        )

    @step("life", nth=NTH, fee=FEES, days=SOON)
    def add_line(self, nth: int, fee: Decimal, days: int) -> None:
        line = {"line_id": self.office.new_id(), "description": f"Aggiunta {nth}", "annual_fee": {"amount": str(fee)}}
        self.office.may(
            "add-contract-line", contract_id=self._contract(nth).contract_id, starts_on=self._in(days), **line
        )

    @step("life", nth=NTH, line=NTH, days=SOON)
    def remove_line(self, nth: int, line: int, days: int) -> None:
        state = self._contract(nth)
        line_id = state.lines[line % len(state.lines)].line_id
        self.office.may("remove-contract-line", contract_id=state.contract_id, line_id=line_id, last_on=self._in(days))

    @step("life", nth=NTH, line=NTH, fee=FEES, back=st.integers(-30, 300))
    def change_fee(self, nth: int, line: int, fee: Decimal, back: int) -> None:
        state = self._contract(nth)
        line_id = state.lines[line % len(state.lines)].line_id
        if state.header.annual_fee is not None:
            line_id = state.contract_id
        from_on = max(self.office.today - timedelta(days=back), state.terms[0].starts_on)
        fees = [{"line_id": line_id, "annual_fee": str(fee)}]
        self.office.may("change-contract-terms", contract_id=state.contract_id, from_on=from_on, fees=fees)

    @step("life", nth=NTH, included=st.sampled_from([0, 600]), ahead=st.integers(0, 40))
    def change_copies(self, nth: int, included: int, ahead: int) -> None:
        if self.office.machines:
            contract_id = sorted(self.office.machines)[nth % len(self.office.machines)]
            terms = self._state(contract_id).header.meters
            assert terms is not None
            changed = terms.model_dump(mode="json") | {"counters": copies(included)["counters"]}
            told = {"from_on": self._in(ahead), "header": {"meters": changed}}
            if self.office.may("change-contract-terms", contract_id=contract_id, **told) is not None:
                self.office.repriced.add(contract_id)

    @step("life", nth=NTH, percent=st.sampled_from(["2.5", "-3", "0.7"]), days=st.integers(-60, 60))
    def adjust(self, nth: int, percent: str, days: int) -> None:
        change = {"way": "percent", "percent": percent}
        self.office.may(
            "adjust-contract", contract_id=self._contract(nth).contract_id, change=change, from_on=self._in(days)
        )

    @step("life", nth=NTH)
    def renew_by_agreement(self, nth: int) -> None:
        self.office.may("renew-contract", contract_id=self._contract(nth).contract_id, agreed=True)

    @step("life", nth=NTH, is_withdrawn=st.booleans())
    def notice(self, nth: int, is_withdrawn: bool) -> None:
        state = self._contract(nth)
        name = "withdraw-notice" if state.notice is not None and is_withdrawn else "receive-notice"
        self.office.may(name, contract_id=state.contract_id)

    @step("life", nth=NTH, days=st.integers(-20, 20))
    def block(self, nth: int, days: int) -> None:
        state = self._contract(nth)
        if any(block.until_on is None for block in state.blocks):
            self.office.may("unblock-contract", contract_id=state.contract_id, on=self._in(days))
        else:
            self.office.may("block-contract", contract_id=state.contract_id, from_on=self._in(days))

    @step("life", nth=NTH, days=SOON, rare=st.integers(0, 1))
    def terminate(self, nth: int, days: int, rare: int) -> None:
        if rare:
            fields = {"last_on": self._in(days), "reason": "Inadempimento"}
            self.office.may("terminate-contract", contract_id=self._contract(nth).contract_id, **fields)

    @step("life", nth=NTH, fee=FEES, back=st.integers(0, 30))
    def supersede(self, nth: int, fee: Decimal, back: int) -> None:
        """Another contract takes its place; the machine stays with the old one, read on its last day."""
        old = self._contract(nth)
        starts_on = self.office.today - timedelta(days=back)
        if old.ends_on is None or len(self.office.contracts) >= 6 or old.ending is not None:
            return
        header = {"customer_id": old.header.customer_id, "starts_on": str(starts_on), "step_months": 3}
        for machine in self.office.machines.get(old.contract_id, ()):
            self.office.read(machine, starts_on - ONE_DAY)
        successor = self.office.sign(header, [fee], None)
        told = {"successor_id": successor, "starts_on": starts_on}
        self.office.may("supersede-contract", contract_id=old.contract_id, **told)

    @step("life", nth=NTH, cents=st.integers(-5000, 9000), days=st.integers(0, 20))
    def charge(self, nth: int, cents: int, days: int) -> None:
        fields = {
            "description": f"Addebito {self.office.count}",
            "amount": str(Decimal(cents) / 100),
            "reason": "Prova",
        }
        contract_id = self._contract(nth).contract_id
        self.office.may("raise-contract-charge", contract_id=contract_id, due_on=self._in(days), **fields)

    @step("life")
    def index_becomes_known(self) -> None:
        known = [f"2026-{n:02}" for n in range(1, 13) if f"2026-{n:02}" < str(self.office.today)[:7]]
        rows = [{"month": each, "value": f"{123 + int(each[-2:])}.5", "published_on": f"{each}-28"} for each in known]
        if rows:
            self.office.must("load-index-rows", code="FOI", rows=rows)
        for contract_id in self.office.contracts:
            self.office.may("settle-adjustment", contract_id=contract_id)

    # Meters and hours

    @step("counting", nth=NTH, back=st.integers(0, 70), error=st.sampled_from([0, 0, 0, 17]))
    def reading(self, nth: int, back: int, error: int) -> None:
        self.office.read(self._machine(nth), self.office.today - timedelta(days=back), error)

    @step("counting")
    def correction(self) -> None:
        for each in self.office.machines.values():
            for machine in each:
                self.office.correct(machine)

    @step("counting", nth=NTH, initial=st.sampled_from([0, 12]))
    def swap(self, nth: int, initial: int) -> None:
        machine, today = self._machine(nth), self.office.today
        if machine.wrong or any(on == today for on, _ in machine.swaps):
            return
        told = {"final": machine.shows(today), "initial": initial, "replaced_at": f"{today}T18:00:00+01:00"}
        self.office.read(machine, today)
        self.office.must("replace-meter", serial_item_id=machine.machine_id, kind="bw", **told)
        machine.swaps.append((today, initial))

    @step("counting", minutes=st.integers(10, 200), by_call=st.booleans())
    def work(self, minutes: int, by_call: bool) -> None:
        """A call that the pool pays as far as it goes, or hours drawn by hand."""
        begins = do("none", at=f"{self.office.today}T08:30").at
        stretch = {"starts_at": begins, "ends_at": begins + timedelta(minutes=minutes)}
        if not by_call:
            self.office.may("draw-hours", pool_id=POOL, work_id=self.office.new_id(), stretches=[stretch])
            return
        call_id, after = self.office.new_id(), f"{self.office.today}T14:00"
        told = {"party_id": C1, "fault": "Non stampa", "number": f"CH-{self.office.count}"}
        self.office.must("open-call", at=f"{self.office.today}T08:00", call_id=call_id, **told)
        visit = {"activity_id": self.office.new_id(), "kind": "visit", **stretch}
        self.office.must("perform-activity", at=after, call_id=call_id, **visit)
        self.office.must("report-work", at=after, call_id=call_id, work_done="Fatto", report_id=self.office.new_id())
        self.office.must("close-call", at=after, call_id=call_id)

    @step("counting", minutes=st.sampled_from([120, 300]))
    def more_hours(self, minutes: int) -> None:
        self.office.must("top-up-hour-pool", pool_id=POOL, hours={"minutes": minutes, "price": {"amount": "111.11"}})

    @step("counting")
    def hours_lapse(self) -> None:
        self.office.must("expire-hours", pool_id=POOL)

    # Billing

    @step("billing", nth=NTH, ahead=st.integers(-30, 20))
    def propose_one(self, nth: int, ahead: int) -> None:
        until = self._in(ahead)
        with self.office.dry_run(until):
            self.office.must("propose-invoices", until=until, contract_ids=[self._contract(nth).contract_id])

    @step("billing", limit=st.sampled_from([1, 2, 200]), customer=st.sampled_from([None, *CUSTOMERS]))
    def propose_due(self, limit: int, customer: UUID | None) -> None:
        with self.office.dry_run(self.office.today):
            self.office.must("propose-invoices", until=self.office.today, limit=limit, customer_id=customer)

    @step("runs", is_at_once=st.booleans())
    def start_run(self, is_at_once: bool) -> None:
        if self.run_id is not None:
            return
        self.run_id = self.office.new_id()
        self.until = self.office.today
        self.office.must("start-billing-run", run_id=self.run_id, until=self.until, issue_at_once=is_at_once)

    @step("runs", limit=st.integers(1, 3), how=st.sampled_from(["once", "again", "crowd", "to the end"]))
    def advance_run(self, limit: int, how: str) -> None:
        """A batch; the same batch twice, as after a cut; two people at once; or all that is left."""
        if self.run_id is None:
            return
        run = self.office.company.record(self.run_id)
        with nullcontext() if run.stage is RunStage.DISCARDING else self.office.dry_run(self.until):
            if how == "crowd":
                self._crowd(limit)
            for _ in range(20 if how == "to the end" else 1):
                command_id = self.office.new_id()
                told = {"run_id": self.run_id, "limit": limit}
                result = self.office.must("advance-billing-run", command_id=command_id, **told)
                if how == "again":
                    assert self.office.must("advance-billing-run", command_id=command_id, **told) == result
        if result["stage"] in ("issued", "discarded"):
            self.run_id = None

    @step("runs", is_given_up=st.integers(0, 4))
    def decide_run(self, is_given_up: int) -> None:
        if self.run_id is None:
            return
        if is_given_up == 0:
            self.office.may("discard-billing-run", run_id=self.run_id, reason="Prova")
        else:
            self.office.may("confirm-billing-run", run_id=self.run_id)

    @step(
        "billing",
        nth=NTH,
        what=st.sampled_from(["exclude", "hold", "lift", "discard", "split", "merge"]),
        line=st.integers(1, 3),
    )
    def touch_proposal(self, nth: int, what: str, line: int) -> None:
        invoices = self.office.invoices("proposed", "held")
        if not invoices:
            return
        invoice_id, other = invoices[nth % len(invoices)], invoices[(nth + 1) % len(invoices)]
        if what == "exclude":
            self.office.may("exclude-invoice-line", invoice_id=invoice_id, number=line)
        elif what == "split":
            self.office.may("move-invoice-lines", invoice_id=invoice_id, numbers=[line])
        elif what == "merge":
            self.office.may("merge-invoices", invoice_id=invoice_id, from_invoice_id=other)
        elif what == "lift":
            self.office.may("lift-invoice-hold", invoice_id=invoice_id)
        else:
            self.office.may(f"{what}-invoice", invoice_id=invoice_id, reason="Prova")

    @step("billing", nth=NTH, how_many=st.integers(1, 4))
    def issue(self, nth: int, how_many: int) -> None:
        invoices = self.office.invoices("proposed")
        for n in range(min(how_many, len(invoices))):
            self.office.may("issue-invoice", invoice_id=invoices[(nth + n) % len(invoices)])

    @step("after", nth=NTH, part=st.sampled_from([None, None, "0.01", "7.77"]), is_reopened=st.booleans())
    def credit(self, nth: int, part: str | None, is_reopened: bool) -> None:
        """All of an invoice, perhaps to be billed again, or a part of a fee given away."""
        issued = self.office.issued()
        if not issued:
            return
        invoice = issued[nth % len(issued)]
        told: dict[str, Any] = {"invoice_id": invoice.id, "reopen": is_reopened, "reason": "Prova"}
        lines = {line.number: line for line in invoice.require_issued().lines}
        if part is not None:
            fees = [n for n, line in lines.items() if line.source.key and line.source.kind == "fee" and line.amount > 0]
            if not fees:
                return
            told |= {"lines": [{"number": fees[nth % len(fees)], "amount": part}]}
        if self.office.may("credit-invoice", **told) is not None and not is_reopened:
            self._favour(invoice)

    @step("after", nth=NTH)
    def credit_unused(self, nth: int) -> None:
        contract_id = self._contract(nth).contract_id
        if self.office.may("credit-unused", contract_id=contract_id) is not None:
            assert self.office.company.ask("credits-due", contract_id=contract_id)["items"] == []

    @step("time", nth=NTH, days=st.sampled_from([7, 31, 92]), is_renewing=st.booleans())
    def bill_some_months(self, nth: int, days: int, is_renewing: bool) -> None:
        """Time passes, machines are read, and what is due becomes documents."""
        self.time_passes(days, is_renewing)
        if self.office.machines and nth % 3:
            self.office.read(self._machine(nth), self.office.today - timedelta(days=nth % 5))
        self.propose_due(200, None)
        self.issue(nth, 4)

    @step("after", nth=NTH, cents=st.integers(1, 5000))
    def pay(self, nth: int, cents: int) -> None:
        issued = self.office.issued()
        if issued:
            amount = {"amount": str(Decimal(cents) / 100)}
            self.office.may("record-payment", invoice_id=issued[nth % len(issued)].id, amount=amount)

    # Time and restarts

    @step("time", days=st.sampled_from([1, 7, 31, 92, 180]), is_renewing=st.booleans())
    def time_passes(self, days: int, is_renewing: bool) -> None:
        self.office.today = min(self.office.today + timedelta(days=days), END)
        if is_renewing:
            self.office.renewed()

    @step("time")
    def restart(self) -> None:
        """Another process opens the same database; nothing of the first one is left."""
        self.leave()
        self.first.daemon.leave()
        _wait_for_leases(self.first)
        again = Installation(self.first.settings)
        again.__enter__()
        self.installation = again
        company = self.office.company
        self.office.company = Company(again, again.house(str(company.house.company_id)))

    def leave(self) -> None:
        """Back to the first process."""
        if self.installation is not self.first:
            self.installation.__exit__(None, None, None)
            self.installation = self.first
            _wait_for_leases(self.first)

    # What rules ask

    def _in(self, days: int) -> date:
        return self.office.today + timedelta(days=days)

    def _state(self, contract_id: UUID) -> ContractState:
        state: ContractState = self.office.contract(contract_id).state
        return state

    def _contract(self, nth: int) -> ContractState:
        return self._state(self.office.contracts[nth % len(self.office.contracts)])

    def _machine(self, nth: int) -> Machine:
        known = [machine for each in self.office.machines.values() for machine in each]
        return known[nth % len(known)]

    def _crowd(self, limit: int) -> None:
        self.office.company.fold()
        entry = BY_NAME["advance-billing-run"]
        cmd = entry.command.model_validate({"run_id": self.run_id, "limit": limit})
        act = Act(by="user:test", at=do("none", at=f"{self.office.today}T10:00").at)
        ids = [self.office.new_id() for _ in range(2)]
        with ThreadPoolExecutor(2) as crowd:
            list(crowd.map(lambda key: self.office.company.behind.desk.execute(entry, cmd, act, key), ids))

    def _favour(self, invoice: Invoice) -> None:
        """Remember what was given away: it is never billed again."""
        again = self.office.company.record(invoice.id)
        for line in again.require_issued().lines:
            key, taken = line.source.key, again.credited.get(line.number, 0) - invoice.credited.get(line.number, 0)
            if key is not None and taken:
                self.office.favours[line.source.contract_id, key.line_id, key.number] += int(taken * 100)


def _wait_for_leases(installation: Installation) -> None:
    """The server notices a moment later that who folded is gone; until then nobody else may."""
    held = """select count(*) from pg_locks l join pg_database d on d.oid = l.database
               where l.locktype = 'advisory' and l.classid = %s and d.datname = current_database()"""
    with psycopg.connect(installation.dsn, autocommit=True) as connection:
        for _ in range(1000):
            if connection.execute(held, (SPACE,)).fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError("nobody gave the leases back")
