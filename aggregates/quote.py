"""Quote (preventivo, offerta): a snapshot of work and parts with prices, revised, sent, accepted once (§7)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.base import Act, Aggregate, event, require
from aggregates.billable import Billable
from aggregates.counterparty import Counterparty
from aggregates.quote_approval import QuoteApprovals
from aggregates.quote_blocks import QuoteTexts
from aggregates.quote_evidence import AnswerEvidence
from aggregates.quote_refusals import (
    AlternativeTaken,
    FeeIsBilled,
    LineUnpriced,
    NoFeeOwed,
    NotAnOption,
    QuoteAlreadyOrdered,
    QuoteExpired,
    QuoteIsAccepted,
    QuoteLinesMissing,
    QuoteNotAccepted,
    QuoteNotSent,
    QuoteStillValid,
    RevisionIsDraft,
    RevisionIsSent,
    RevisionSuperseded,
    RevisionUnknown,
)
from aggregates.quote_values import (
    Approval,
    ApprovalState,
    QuoteLine,
    QuoteStatus,
    QuoteTerms,
    Revision,
    RevisionState,
    chosen_lines,
    quote_status,
    quote_totals,
)
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.quote_approval import PassedThreshold
from aggregates.values import PersonRef, rome_date

Key = tuple[str, int]


class Quote(QuoteApprovals, Billable, Aggregate):
    """A quote with its alternatives and their revisions."""

    TOPIC = "quote"

    # Imported here rather than assigned, so that `Quote.Drafted` is also a type to checkers.
    # isort: off
    # fmt: off
    from aggregates.quote_facts import (
        Drafted as Drafted, LinesSet as LinesSet, AlternativeAdded as AlternativeAdded, Revised as Revised,
        Sent as Sent, Accepted as Accepted, Declined as Declined, Expired as Expired, Ordered as Ordered,
        BillingProposed as BillingProposed, BillingReleased as BillingReleased, BillingReopened as BillingReopened,
        Invoiced as Invoiced,
        TextsSet as TextsSet, ApprovalAsked as ApprovalAsked, Approved as Approved,
        ApprovalRefused as ApprovalRefused, FeeWaived as FeeWaived,
    )
    # fmt: on
    # isort: on

    # Decide

    @classmethod
    def draft(
        cls,
        quote_id: UUID,
        number: str,
        dated_on: date,
        customer: Counterparty,
        lines: tuple[QuoteLine, ...],
        terms: QuoteTerms,
        validity_days: int,
        act: Act,
        *,
        alternative: str = "A",
        source: SourceRef | None = None,
        serial_item_ids: tuple[UUID, ...] = (),
    ) -> Quote:
        """Begin a quote at revision 0. Raises `QuoteLinesMissing`."""
        require(bool(lines), QuoteLinesMissing)
        return cls.begin(
            cls.Drafted,
            id=quote_id,
            act=act,
            number=number,
            dated_on=dated_on,
            customer=customer,
            source=source,
            serial_item_ids=serial_item_ids,
            terms=terms,
            validity_days=validity_days,
            alternative=alternative,
            lines=lines,
        )

    def set_lines(self, alternative: str, lines: tuple[QuoteLine, ...], act: Act) -> None:
        """Change the lines of a draft. Raises `RevisionIsSent`, `QuoteLinesMissing`."""
        latest = self.latest(alternative)
        draft = latest.state is RevisionState.DRAFT
        require(draft, RevisionIsSent, revision=latest.revision, alternative=alternative)
        require(bool(lines), QuoteLinesMissing)
        if latest.lines != lines:
            self.trigger_event(self.LinesSet, act=act, alternative=alternative, revision=latest.revision, lines=lines)

    def set_texts(self, alternative: str, texts: QuoteTexts, act: Act) -> None:
        """Say something else before and after the lines of a draft (QUO-3). Raises `RevisionIsSent`."""
        latest = self.latest(alternative)
        draft = latest.state is RevisionState.DRAFT
        require(draft, RevisionIsSent, revision=latest.revision, alternative=alternative)
        if latest.texts != texts:
            self.trigger_event(self.TextsSet, act=act, alternative=alternative, revision=latest.revision, texts=texts)

    def add_alternative(
        self, alternative: str, lines: tuple[QuoteLine, ...], source: SourceRef | None, act: Act
    ) -> None:
        """Offer one more alternative.

        Raises `AlternativeTaken`, `QuoteIsAccepted`, `QuoteLinesMissing`, `FeeIsBilled`.
        """
        self._require_undecided()
        require(bool(lines), QuoteLinesMissing)
        if (alternative, 0) in self.revisions:
            same = self.revisions[alternative, 0].lines == lines
            require(same, AlternativeTaken, alternative=alternative)
            return
        require(self.owed_fee is None or self.billed_by is None, FeeIsBilled, number=self.number)
        self.trigger_event(self.AlternativeAdded, act=act, alternative=alternative, lines=lines, source=source)

    def revise(self, alternative: str, lines: tuple[QuoteLine, ...], source: SourceRef | None, act: Act) -> int:
        """Replace the last revision by a new draft, answering its number (R7.1).

        Raises `RevisionIsDraft`, `QuoteIsAccepted`, `QuoteLinesMissing`, `FeeIsBilled`.
        """
        self._require_undecided()
        latest = self.latest(alternative)
        sent = latest.state is not RevisionState.DRAFT
        require(sent, RevisionIsDraft, revision=latest.revision, alternative=alternative)
        require(bool(lines), QuoteLinesMissing)
        require(self.owed_fee is None or self.billed_by is None, FeeIsBilled, number=self.number)
        revision = latest.revision + 1
        self.trigger_event(
            self.Revised, act=act, alternative=alternative, revision=revision, lines=lines, source=source
        )
        return revision

    def send(self, alternative: str, channel: str, sent_to: PersonRef | None, act: Act) -> None:
        """Send the last revision; sent once is sent. Raises `LineUnpriced`, `QuoteNotSent`."""
        latest = self.latest(alternative)
        if latest.state is RevisionState.SENT:
            return
        self._require_state(latest, RevisionState.DRAFT)
        for line in latest.lines:
            require(line.unit_price is not None, LineUnpriced, description=line.description)
        sent_on = rome_date(act.at)
        self.trigger_event(
            self.Sent,
            act=act,
            alternative=alternative,
            revision=latest.revision,
            sent_on=sent_on,
            valid_until=sent_on + timedelta(days=self.validity_days),
            channel=channel,
            sent_to=sent_to,
            totals=quote_totals(latest.lines),
        )

    def accept(
        self,
        alternative: str,
        revision: int,
        person: PersonRef,
        channel: str,
        act: Act,
        options: Collection[UUID] = (),
        evidence: AnswerEvidence | None = None,
    ) -> None:
        """Record the customer's yes, and which lines to choose from they chose.

        Raises `RevisionSuperseded`, `QuoteExpired`, `QuoteNotSent`, `QuoteIsAccepted`, `NotAnOption`.
        """
        asked = self.revision(alternative, revision)
        if asked.state is RevisionState.ACCEPTED:
            return
        self._require_undecided()
        newest = self.latest(alternative).revision
        require(asked.state is not RevisionState.SUPERSEDED, RevisionSuperseded, revision=revision, latest=newest)
        accepted_on = rome_date(act.at)
        too_late = asked.state is RevisionState.EXPIRED or (
            asked.valid_until is not None and accepted_on > asked.valid_until
        )
        require(not too_late, QuoteExpired, valid_until=str(asked.valid_until))
        self._require_state(asked, RevisionState.SENT)
        offered = [line.line_id for line in asked.lines if line.optional]
        for line_id in options:
            require(line_id in offered, NotAnOption, line_id=str(line_id))
        fields: dict[str, Any] = {"accepted_on": accepted_on, "person": person, "channel": channel}
        fields["evidence"] = evidence
        fields["options"] = tuple(line_id for line_id in offered if line_id in options)
        self.trigger_event(self.Accepted, act=act, alternative=alternative, revision=revision, **fields)

    def decline(
        self,
        reason: str,
        act: Act,
        *,
        person: PersonRef | None = None,
        channel: str | None = None,
        evidence: AnswerEvidence | None = None,
    ) -> None:
        """Record the customer's no. Raises `QuoteIsAccepted`, `QuoteNotSent`, `QuoteExpired`: then nothing is owed."""
        if self.status is QuoteStatus.DECLINED:
            return
        self._require_undecided()
        latest = self.latest(self.first_alternative)
        sent = [one for one in self.revisions.values() if one.state is RevisionState.SENT]
        state = {"revision": latest.revision, "alternative": latest.alternative, "state": latest.state.value}
        require(bool(sent), QuoteNotSent, **state)
        ends = max(one.valid_until or rome_date(act.at) for one in sent)
        require(rome_date(act.at) <= ends, QuoteExpired, valid_until=str(ends))
        said: dict[str, Any] = {"reason": reason, "person": person, "channel": channel, "evidence": evidence}
        self.trigger_event(self.Declined, act=act, **said)

    def waive_fee(self, reason: str, act: Act) -> None:
        """Do not charge the diagnosis fee of a declined quote. Raises `NoFeeOwed`, `FeeIsBilled`."""
        if self.fee_waived:
            return
        require(self.owed_fee is not None, NoFeeOwed, number=self.number)
        require(self.billed_by is None, FeeIsBilled, number=self.number)
        self.trigger_event(self.FeeWaived, act=act, reason=reason)

    def expire(self, act: Act) -> None:
        """Let every sent revision whose last day has passed expire. Raises `QuoteStillValid` when none has."""
        sent = [one for one in self.revisions.values() if one.state is RevisionState.SENT]
        over = [one for one in sent if one.valid_until and one.valid_until < rome_date(act.at)]
        require(bool(over) or not sent, QuoteStillValid, valid_until=str(sent[0].valid_until) if sent else "")
        for one in over:
            fields = {"alternative": one.alternative, "revision": one.revision, "valid_until": one.valid_until}
            self.trigger_event(self.Expired, act=act, **fields)

    def ordered_as(self, order: RecordRef, act: Act) -> None:
        """Note the order it became. Raises `QuoteNotAccepted`, `QuoteAlreadyOrdered`."""
        if self.order is not None and self.order.id == order.id:
            return
        require(self.accepted is not None, QuoteNotAccepted, number=self.number)
        require(self.order is None, QuoteAlreadyOrdered, number=self.number, order=self.order and self.order.number)
        self.trigger_event(self.Ordered, act=act, order=order)

    @property
    def billing_name(self) -> str:
        """See `Billable`."""
        return self.number

    def check_billable(self) -> None:
        """An accepted quote, or the diagnosis fee of a declined one (R7.5). Raises `QuoteNotAccepted`."""
        require(self.accepted is not None or self.owed_fee is not None, QuoteNotAccepted, number=self.number)

    # Answers

    @property
    def owed_fee(self) -> Decimal | None:
        """The diagnosis fee that a customer owes who declined, euro; None when there is none (R7.5)."""
        return self.terms.diagnosis_fee or None if self.is_declined and not self.fee_waived else None

    def revision(self, alternative: str, revision: int) -> Revision:
        """One revision. Raises `RevisionUnknown`."""
        known = (alternative, revision) in self.revisions
        require(known, RevisionUnknown, alternative=alternative, revision=revision)
        return self.revisions[alternative, revision]

    def latest(self, alternative: str) -> Revision:
        """The last revision of an alternative. Raises `RevisionUnknown`."""
        newest = max((n for letter, n in self.revisions if letter == alternative), default=0)
        return self.revision(alternative, newest)

    @property
    def accepted(self) -> Revision | None:
        """The revision that was accepted."""
        return next((one for one in self.revisions.values() if one.state is RevisionState.ACCEPTED), None)

    @property
    def status(self) -> QuoteStatus:
        """Where the quote stands."""
        return quote_status(one.state for one in self.revisions.values())

    def _require_undecided(self) -> None:
        require(self.accepted is None, QuoteIsAccepted, number=self.number)

    def _require_state(self, one: Revision, state: RevisionState) -> None:
        fields = {"revision": one.revision, "alternative": one.alternative, "state": one.state.value}
        require(one.state is state, QuoteNotSent, **fields)

    # Evolve

    @event(Drafted)
    def __init__(
        self,
        act: Act,
        number: str,
        dated_on: date,
        customer: Counterparty,
        source: SourceRef | None,
        serial_item_ids: tuple[UUID, ...],
        terms: QuoteTerms,
        validity_days: int,
        alternative: str,
        lines: tuple[QuoteLine, ...],
    ) -> None:
        self.number, self.dated_on, self.customer, self.source = number, dated_on, customer, source
        self.serial_item_ids, self.terms, self.validity_days = serial_item_ids, terms, validity_days
        self.first_alternative = alternative
        self.revisions: dict[Key, Revision] = {}
        self.is_declined = self.fee_waived = False
        self.order: RecordRef | None = None
        self.billed_by: UUID | None = None
        self.invoice: RecordRef | None = None
        self._put(
            Revision(alternative=alternative, revision=0, lines=lines, source=source, prepared_by=frozenset({act.by}))
        )

    @event(LinesSet)
    def _lines_set(self, act: Act, alternative: str, revision: int, lines: tuple[QuoteLine, ...]) -> None:
        prepared_by = self.revisions[alternative, revision].prepared_by | {act.by}
        self._change((alternative, revision), lines=lines, prepared_by=prepared_by, approval=None)

    @event(TextsSet)
    def _texts_set(self, act: Act, alternative: str, revision: int, texts: QuoteTexts) -> None:
        prepared_by = self.revisions[alternative, revision].prepared_by | {act.by}
        self._change((alternative, revision), texts=texts, prepared_by=prepared_by)

    @event(AlternativeAdded)
    def _alternative_added(
        self, act: Act, alternative: str, lines: tuple[QuoteLine, ...], source: SourceRef | None
    ) -> None:
        self.is_declined = False
        self._put(
            Revision(alternative=alternative, revision=0, lines=lines, source=source, prepared_by=frozenset({act.by}))
        )

    @event(Revised)
    def _revised(
        self, act: Act, alternative: str, revision: int, lines: tuple[QuoteLine, ...], source: SourceRef | None
    ) -> None:
        before = self.revisions[alternative, revision - 1]
        self.is_declined = False
        self._change((alternative, revision - 1), state=RevisionState.SUPERSEDED)
        new = {"alternative": alternative, "revision": revision, "lines": lines, "source": source}
        self._put(Revision.model_validate({**new, "texts": before.texts, "prepared_by": frozenset({act.by})}))

    @event(ApprovalAsked)
    def _approval_asked(self, act: Act, alternative: str, revision: int, passed: tuple[PassedThreshold, ...]) -> None:
        asked = Approval(state=ApprovalState.ASKED, passed=passed, asked_by=act.by)
        self._change((alternative, revision), approval=asked)

    @event(Approved)
    def _approved(self, act: Act, alternative: str, revision: int) -> None:
        self._decided((alternative, revision), state=ApprovalState.APPROVED, decided_by=act.by)

    @event(ApprovalRefused)
    def _approval_refused(self, act: Act, alternative: str, revision: int, reason: str) -> None:
        self._decided((alternative, revision), state=ApprovalState.REFUSED, decided_by=act.by, reason=reason)

    @event(Sent)
    def _sent(self, alternative: str, revision: int, valid_until: date) -> None:
        self._change((alternative, revision), state=RevisionState.SENT, valid_until=valid_until)

    @event(Accepted)
    def _accepted(self, alternative: str, revision: int, options: tuple[UUID, ...]) -> None:
        for key, one in list(self.revisions.items()):
            if one.state in (RevisionState.SENT, RevisionState.DRAFT):
                self._change(key, state=RevisionState.NOT_CHOSEN)
        lines = chosen_lines(self.revisions[alternative, revision].lines, options)
        self._change((alternative, revision), state=RevisionState.ACCEPTED, lines=lines)

    @event(FeeWaived)
    def _fee_waived(self) -> None:
        self.fee_waived = True

    @event(Declined)
    def _declined(self) -> None:
        self.is_declined, self.fee_waived = True, False
        for key, one in list(self.revisions.items()):
            if one.state in (RevisionState.SENT, RevisionState.DRAFT):
                self._change(key, state=RevisionState.DECLINED)

    @event(Expired)
    def _expired(self, alternative: str, revision: int) -> None:
        self._change((alternative, revision), state=RevisionState.EXPIRED)

    @event(Ordered)
    def _ordered(self, order: RecordRef) -> None:
        self.order = order

    @event(BillingProposed)
    def _billing_proposed(self, invoice_id: UUID) -> None:
        self.billed_by = invoice_id

    @event(BillingReleased)
    def _billing_released(self) -> None:
        self.billed_by = None

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.billed_by = self.invoice = None

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice, self.billed_by = invoice, invoice.id

    def _put(self, one: Revision) -> None:
        self.revisions[one.alternative, one.revision] = one

    def _decided(self, key: Key, **changes: Any) -> None:
        approval = self.revisions[key].approval
        assert approval is not None
        self._change(key, approval=approval.model_copy(update=changes))

    def _change(self, key: Key, **changes: Any) -> None:
        self.revisions[key] = self.revisions[key].model_copy(update=changes)
