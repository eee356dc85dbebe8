"""Whatever the order of runs, discards, issues, credits and restarts: no key twice, every euro of the terms once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aggregates.base import Act, Aggregate
from aggregates.contract import Contract
from aggregates.contract_ledger import Fee, FeeCredit, FeeState
from aggregates.contract_terms import ContractHeader, ContractLine
from aggregates.rules.billing import DueKey, instalments
from aggregates.rules.payment_terms import ON_RECEIPT
from aggregates.rules.periods import Alignment, Notice, Timing
from aggregates.values import euro

NAMES = UUID(int=77)
YEARS = 3


class Billing(RuleBasedStateMachine):
    """One contract, billed by an office without any order."""

    @initialize(
        starts_on=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
        step=st.sampled_from([1, 2, 3, 4, 6, 12]),
        alignment=st.sampled_from(Alignment),
        timing=st.sampled_from(Timing),
        fees=st.lists(st.decimals(Decimal("50.00"), Decimal("9999.99"), places=2), min_size=1, max_size=3),
    )
    def sign(self, starts_on: date, step: int, alignment: Alignment, timing: Timing, fees: list[Decimal]) -> None:
        self.today, self.count = starts_on, 0
        self.act = Act(by="user:test", at=datetime.combine(starts_on, datetime.min.time(), UTC))
        header = ContractHeader(
            customer_id=UUID(int=1),
            starts_on=starts_on,
            step_months=step,
            alignment=alignment,
            timing=timing,
            tacit_renewal=True,
            clause_approved=True,
            notice=Notice(days=30),
            payment_terms=ON_RECEIPT,
        )
        self.contract = Contract.draft(UUID(int=2), header, self.act)
        for n, fee in enumerate(fees):
            line = ContractLine(line_id=UUID(int=10 + n), description="Canone", annual_fee=euro(fee))
            self.contract.add_line(line, self.act)
        self.contract.sign("1/2026", starts_on, None, self.act)
        self.facts: list[Aggregate.Event] = []
        self.proposals: dict[UUID, tuple[Fee, ...]] = {}
        self.issued: dict[UUID, tuple[Fee, ...]] = {}

    def _new_id(self) -> UUID:
        self.count += 1
        return uuid5(NAMES, str(self.count))

    @rule(days=st.integers(0, 200))
    def time_passes(self, days: int) -> None:
        limit = self.contract.state.terms[0].starts_on + timedelta(days=365 * YEARS)
        self.today = min(self.today + timedelta(days=days), limit)
        self.contract.renew_tacitly(self.today, self.act)

    @rule(only=st.integers(1, 5), back=st.integers(0, 400))
    def run_proposes_some(self, only: int, back: int) -> None:
        due = self.contract.due(self.today - timedelta(days=back))[:only]
        if due:
            fees = tuple(Fee(key=each.key, period=each.period, amount=each.amount) for each in due)
            invoice_id = self._new_id()
            self.contract.propose_fees(invoice_id, fees, self.act)
            self.proposals[invoice_id] = fees

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def discard(self, data: st.DataObject) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.proposals)))
        self.contract.release_fees(invoice_id, [fee.key for fee in self.proposals.pop(invoice_id)], self.act)

    @precondition(lambda self: self.proposals)
    @rule(data=st.data())
    def issue(self, data: st.DataObject) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.proposals)))
        fees = self.proposals.pop(invoice_id)
        self.contract.bill(invoice_id, f"2026/{self.count}", self.today, fees, self.act)
        self.issued[invoice_id] = fees

    @precondition(lambda self: self.issued)
    @rule(data=st.data())
    def credit_and_bill_again(self, data: st.DataObject) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.issued)))
        credits_ = [FeeCredit(key=fee.key, amount=fee.amount) for fee in self.issued.pop(invoice_id)]
        self.contract.credit(invoice_id, self._new_id(), f"2026/{self.count}", credits_, True, self.act)

    @rule()
    def restart(self) -> None:
        """Everything in memory is lost; the stored facts make the contract again."""
        self.facts += [type(fact).model_validate_json(fact.model_dump_json()) for fact in self._pending()]
        again: Contract | None = None
        for version, fact in enumerate(self.facts, 1):
            fact.__dict__.update(originator_id=UUID(int=2), originator_version=version, timestamp=fact.act.at)
            fact.__dict__.update(originator_topic="contract")
            again = fact.mutate(again)
        assert again is not None
        assert (again.state, again.ledger) == (self.contract.state, self.contract.ledger)
        self.contract = again

    def _pending(self) -> list[Aggregate.Event]:
        return [fact for fact in self.contract.collect_events() if isinstance(fact, Aggregate.Event)]

    @invariant()
    def no_key_is_held_twice(self) -> None:
        if not hasattr(self, "contract"):
            return
        entries = self.contract.ledger.entries
        assert len({entry.fee.key for entry in entries}) == len(entries)
        live: list[DueKey] = [entry.fee.key for entry in entries if entry.state is not FeeState.REOPENED]
        assert len({(key.line_id, key.number) for key in live}) == len(live)

    def teardown(self) -> None:
        """At last everything is billed: the sum is what the terms say, no cent more or less."""
        if not hasattr(self, "contract"):
            return
        for invoice_id, fees in self.proposals.items():
            self.contract.bill(invoice_id, "2030/1", self.today, fees, self.act)
        due = self.contract.due(date(2100, 1, 1))
        live = [e.fee.amount for e in self.contract.ledger.entries if e.state is FeeState.BILLED]
        terms = self.contract.state.fee_terms()
        assert terms is not None
        assert sum(live) + sum(each.amount for each in due) == sum(each.amount for each in instalments(terms))


TestBilling = Billing.TestCase
TestBilling.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
