"""Whatever the order of runs, changes, credits, ends and restarts: no key twice, every euro of the terms once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from aggregates.base import Act, Aggregate
from aggregates.contract import Contract
from aggregates.contract_changes import TermsChange
from aggregates.contract_ledger import Fee, FeeCredit, FeeState
from aggregates.contract_refusals import FeeNotDue
from aggregates.contract_terms import ContractHeader, ContractLine, LineFee
from aggregates.rules.billing import FEE, DueKey, instalments
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
        if self.contract.state.ending is None:
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
        fees = self.proposals[invoice_id]
        try:
            self.contract.bill(invoice_id, f"2026/{self.count}", self.today, fees, self.act)
        except FeeNotDue:
            return  # the terms have changed since: the office has to give it up
        del self.proposals[invoice_id]
        self.issued[invoice_id] = fees

    @precondition(lambda self: self.issued)
    @rule(data=st.data())
    def credit_and_bill_again(self, data: st.DataObject) -> None:
        invoice_id = data.draw(st.sampled_from(sorted(self.issued)))
        credits_ = [FeeCredit(key=fee.key, amount=fee.amount) for fee in self.issued.pop(invoice_id)]
        self.contract.credit(invoice_id, self._new_id(), f"2026/{self.count}", credits_, True, self.act)

    @rule(data=st.data(), fee=st.decimals(Decimal("0.00"), Decimal("9999.99"), places=2), back=st.integers(0, 500))
    def terms_change(self, data: st.DataObject, fee: Decimal, back: int) -> None:
        state = self.contract.state
        if state.ends_on is None or state.ending is not None:
            return
        line = data.draw(st.sampled_from(state.lines))
        from_on = min(max(self.today - timedelta(days=back), state.terms[0].starts_on), state.ends_on)
        fees = (LineFee(line_id=line.line_id, annual_fee=fee),)
        self.contract.change_terms(TermsChange(from_on=from_on, fees=fees), self.act)

    @rule(data=st.data(), ahead=st.integers(-60, 60))
    def line_removed(self, data: st.DataObject, ahead: int) -> None:
        line = data.draw(st.sampled_from(self.contract.state.lines))
        self.contract.remove_line(line.line_id, self.today + timedelta(days=ahead), self.act)

    @precondition(lambda self: self.contract.state.ending is None)
    @rule(back=st.integers(-90, 200), is_rare=st.integers(0, 4))
    def superseded(self, back: int, is_rare: int) -> None:
        state = self.contract.state
        last_on = max(self.today - timedelta(days=back), state.terms[0].starts_on)
        if is_rare == 0 and state.ends_on is not None:
            starts_on = min(last_on, state.ends_on) + timedelta(days=1)
            self.contract.supersede(UUID(int=3), starts_on, self.act)

    @rule()
    def credit_unused(self) -> None:
        self._credit_unused()
        assert self.contract.overbilled() == []

    def _credit_unused(self) -> None:
        for each in self.contract.overbilled():
            entry = self.contract.ledger.entry(each.key)
            assert entry is not None
            assert each.amount <= entry.fee.amount - entry.credited
            credit, note_id = FeeCredit(key=each.key, amount=each.amount), self._new_id()
            number = f"2026/{self.count}"
            self.contract.credit(entry.invoice_id, note_id, number, [credit], False, self.act)
            self.contract.note_settled(note_id, number, [(credit, each.because)], self.act)
            self.issued.pop(entry.invoice_id, None)  # a partly credited invoice is not credited in full again

    @rule(data=st.data())
    def billed_elsewhere(self, data: st.DataObject) -> None:
        due = [each.key for each in self.contract.due(self.today) if each.key.kind == FEE]
        if due:
            key = data.draw(st.sampled_from(due))
            self.contract.mark_elsewhere(self._new_id(), [(key.line_id, key.number)], "Ordine 1", "Altra via", self.act)

    @rule(data=st.data())
    def not_elsewhere_after_all(self, data: st.DataObject) -> None:
        marked = [key for mark in self.contract.state.elsewhere for key in mark.keys]
        if marked:
            key = data.draw(st.sampled_from(marked))
            self.contract.undo_elsewhere([(key.line_id, key.number)], self.act)

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
        live: list[DueKey] = [
            entry.fee.key for entry in entries if entry.state is not FeeState.REOPENED and entry.fee.key.kind == FEE
        ]
        assert len({(key.line_id, key.number) for key in live}) == len(live)

    def teardown(self) -> None:
        """At last everything is billed: the sum is what the terms say, no cent more or less."""
        if not hasattr(self, "contract"):
            return
        for invoice_id, fees in self.proposals.items():
            self.contract.release_fees(invoice_id, [fee.key for fee in fees], self.act)
        self._credit_unused()
        for n in range(2):
            due = self.contract.due(date(2100, 1, 1))
            assert not due or not n, "what is billed once is due no more"
            fees = tuple(Fee(key=each.key, period=each.period, amount=each.amount) for each in due)
            if fees:
                self.contract.propose_fees(UUID(int=99), fees, self.act)
                self.contract.bill(UUID(int=99), "2030/1", self.today, fees, self.act)
        self._credit_unused()
        foreign = {(k.line_id, k.number) for mark in self.contract.state.elsewhere for k in mark.keys}
        live = [
            entry.fee.amount - entry.credited
            for entry in self.contract.ledger.entries
            if entry.state is FeeState.BILLED and (entry.fee.key.line_id, entry.fee.key.number) not in foreign
        ]
        terms = self.contract.state.fee_terms()
        assert terms is not None
        wanted = [each.amount for each in instalments(terms) if (each.key.line_id, each.key.number) not in foreign]
        assert sum(live) == sum(wanted)


TestBilling = Billing.TestCase
TestBilling.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
