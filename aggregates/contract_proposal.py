"""ContractProposal (proposta di contratto): what a sale offers its customer, until it is a contract (CON-10)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from aggregates import contract_proposal_refusals as refused
from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.contract_proposal_values import ProposalStatus, ProposalTerms, ProposedLine, Validity
from aggregates.counterparty import Counterparty, OfferedParty
from aggregates.record_ref import RecordRef, SourceRef
from aggregates.rules.sold_goods import SaleDocument, SaleReference
from aggregates.values import PersonRef, Rate, rome_date


class ContractProposal(Aggregate):
    """A proposal with its revisions; what it was made from is frozen, and later documents only add to it."""

    TOPIC = "contract-proposal"

    class Made(FirstEvent):
        """A sale offers a contract, or lines for one that runs; a direct one needs nobody's yes."""

        TOPIC = "contract-proposal.made.v1"
        number: str
        dated_on: date
        customer: OfferedParty
        document: SaleDocument
        goods: SourceRef
        """What was sold to the customer, at the version it had then."""
        terms: ProposalTerms

    class GoodsTold(Aggregate.Event):
        """A later document of the same goods told serials, deliveries or prices; what is offered stays the same."""

        TOPIC = "contract-proposal.goods-told.v1"
        document: SaleReference
        lines: tuple[ProposedLine, ...]

    class Revised(Aggregate.Event):
        """Another offer takes the place of the one before, which can no longer be accepted."""

        TOPIC = "contract-proposal.revised.v1"
        revision: int
        terms: ProposalTerms

    class Sent(Aggregate.Event):
        """The customer has it; its validity runs."""

        TOPIC = "contract-proposal.sent.v1"
        revision: int
        sent_on: date
        valid_until: date
        channel: str
        sent_to: PersonRef | None
        annual_total: Rate

    class Accepted(Aggregate.Event):
        """The customer said yes: who, when, how, to which revision, with which clauses approved separately."""

        TOPIC = "contract-proposal.accepted.v1"
        revision: int
        accepted_on: date
        person: PersonRef
        channel: str
        clause_approved: bool
        suspension_approved: bool

    class Rejected(Aggregate.Event):
        """The customer said no."""

        TOPIC = "contract-proposal.rejected.v1"
        reason: str

    class Expired(Aggregate.Event):
        """Nobody answered in time."""

        TOPIC = "contract-proposal.expired.v1"
        revision: int
        valid_until: date

    class BecameContract(Aggregate.Event):
        """Delivered goods of an agreed proposal are lines of a contract now."""

        TOPIC = "contract-proposal.became-contract.v1"
        contract: RecordRef
        line_ids: tuple[UUID, ...]

    # Decide

    @classmethod
    def make(
        cls,
        proposal_id: UUID,
        number: str,
        dated_on: date,
        customer: Counterparty,
        document: SaleDocument,
        goods: SourceRef,
        terms: ProposalTerms,
        act: Act,
    ) -> ContractProposal:
        """Make a proposal of a sale. Raises `ProposalLinesMissing`."""
        require(bool(terms.lines), refused.ProposalLinesMissing)
        return cls.begin(
            cls.Made,
            id=proposal_id,
            act=act,
            number=number,
            dated_on=dated_on,
            customer=customer,
            document=document,
            goods=goods,
            terms=terms,
        )

    def tell_goods(self, document: SaleReference, lines: tuple[ProposedLine, ...], act: Act) -> None:
        """Add what a later document of the same goods says; nothing new records nothing."""
        if lines != self.terms.lines:
            told = SaleReference(kind=document.kind, number=document.number)
            self.trigger_event(self.GoodsTold, act=act, document=told, lines=lines)

    def revise(self, terms: ProposalTerms, act: Act) -> int:
        """Offer otherwise, answering the revision's number; the same terms again are the last revision.

        One that expired or was rejected is open again. Raises `ProposalIsAccepted`, `ProposalLinesMissing`.
        """
        require(not self.is_agreed, refused.ProposalIsAccepted, number=self.number)
        require(bool(terms.lines), refused.ProposalLinesMissing)
        is_over = self.status in (ProposalStatus.REJECTED, ProposalStatus.EXPIRED)
        if terms != self.terms or is_over:
            self.trigger_event(self.Revised, act=act, revision=self.revision + 1, terms=terms)
        return self.revision

    def send(self, channel: str, sent_to: PersonRef | None, act: Act) -> None:
        """Send the last revision; sent once is sent. Raises `ProposalUnpriced` and what `_require_open` raises."""
        if self.status is ProposalStatus.SENT:
            return
        self._require_open()
        self._require_priced()
        sent_on = rome_date(act.at)
        self.trigger_event(
            self.Sent,
            act=act,
            revision=self.revision,
            sent_on=sent_on,
            valid_until=sent_on + timedelta(days=self.terms.offer.validity_days),
            channel=channel,
            sent_to=sent_to,
            annual_total=self.terms.annual_total,
        )

    def accept(
        self,
        revision: int,
        person: PersonRef,
        channel: str,
        act: Act,
        *,
        clause_approved: bool = False,
        suspension_approved: bool = False,
    ) -> None:
        """Record the customer's yes; a second one changes nothing.

        Raises `ProposalRevised`, `ProposalNotSent`, `ProposalExpired`, `ProposalIsRejected`, `ProposalUnpriced`.
        """
        if self.is_agreed:
            return
        require(revision == self.revision, refused.ProposalRevised, revision=revision, latest=self.revision)
        self._require_open()
        accepted_on = rome_date(act.at)
        is_late = self.sent is not None and accepted_on > self.sent.valid_until
        until = str(self.sent.valid_until) if self.sent else ""
        require(not is_late, refused.ProposalExpired, number=self.number, valid_until=until)
        is_sent = self.status is ProposalStatus.SENT
        require(is_sent, refused.ProposalNotSent, number=self.number, status=self.status)
        self._require_priced()
        self.trigger_event(
            self.Accepted,
            act=act,
            revision=revision,
            accepted_on=accepted_on,
            person=person,
            channel=channel,
            clause_approved=clause_approved,
            suspension_approved=suspension_approved,
        )

    def reject(self, reason: str, act: Act) -> None:
        """Record the customer's no, or our own. Raises `ProposalIsAccepted`."""
        require(not self.is_agreed, refused.ProposalIsAccepted, number=self.number)
        if self.status is not ProposalStatus.REJECTED:
            self.trigger_event(self.Rejected, act=act, reason=reason)

    def expire(self, act: Act) -> None:
        """Let it expire after its last day; one that waits for no answer stays. Raises `ProposalStillValid`."""
        if self.status is not ProposalStatus.SENT or self.sent is None:
            return
        until = self.sent.valid_until
        is_over = rome_date(act.at) > until
        require(is_over, refused.ProposalStillValid, number=self.number, valid_until=str(until))
        self.trigger_event(self.Expired, act=act, revision=self.revision, valid_until=until)

    def become(self, contract: RecordRef, line_ids: tuple[UUID, ...], act: Act) -> None:
        """Note the contract that delivered goods are in now."""
        fresh = tuple(line_id for line_id in line_ids if line_id not in self.contracted)
        if fresh:
            self.trigger_event(self.BecameContract, act=act, contract=contract, line_ids=fresh)

    # Answers

    @property
    def is_agreed(self) -> bool:
        """Whether its goods go into a contract as soon as they are delivered."""
        return self.status in (ProposalStatus.ACCEPTED, ProposalStatus.DIRECT)

    def ready(self) -> tuple[ProposedLine, ...]:
        """The goods to be put into a contract now: agreed, priced, delivered, not there yet.

        Goods that are not delivered are not served; they follow when a document tells their delivery.
        """
        if not self.is_agreed:
            return ()
        return tuple(
            line
            for line in self.terms.lines
            if line.starts_on is not None and line.annual_fee is not None and line.line_id not in self.contracted
        )

    def _require_open(self) -> None:
        until = str(self.sent.valid_until) if self.sent else ""
        status, number = self.status, self.number
        require(status is not ProposalStatus.EXPIRED, refused.ProposalExpired, number=number, valid_until=until)
        require(status is not ProposalStatus.REJECTED, refused.ProposalIsRejected, number=number)
        require(not self.is_agreed, refused.ProposalIsAccepted, number=number)

    def _require_priced(self) -> None:
        for line in self.terms.lines:
            require(line.annual_fee is not None, refused.ProposalUnpriced, description=line.description)

    # Evolve

    @event(Made)
    def __init__(
        self,
        number: str,
        dated_on: date,
        customer: Counterparty,
        document: SaleDocument,
        goods: SourceRef,
        terms: ProposalTerms,
    ) -> None:
        self.number, self.dated_on, self.customer = number, dated_on, customer
        self.document, self.goods, self.terms, self.revision = document, goods, terms, 0
        self.status = ProposalStatus.DIRECT if terms.offer.is_direct else ProposalStatus.MADE
        self.sent: Validity | None = None
        self.agreed_on = dated_on
        self.clause_approved = self.suspension_approved = False
        self.contract: RecordRef | None = None
        self.contracted: frozenset[UUID] = frozenset()

    @event(GoodsTold)
    def _goods_told(self, lines: tuple[ProposedLine, ...]) -> None:
        # A part of goods that are in the contract is in it too.
        parts = (
            line.line_id
            for line in lines
            if self.terms.line(line.line_id) is None and line.split_from in self.contracted
        )
        self.contracted |= frozenset(parts)
        self.terms = self.terms.model_copy(update={"lines": lines})

    @event(Revised)
    def _revised(self, revision: int, terms: ProposalTerms) -> None:
        self.revision, self.terms, self.status, self.sent = revision, terms, ProposalStatus.MADE, None

    @event(Sent)
    def _sent(self, revision: int, sent_on: date, valid_until: date) -> None:
        self.status = ProposalStatus.SENT
        self.sent = Validity(revision=revision, sent_on=sent_on, valid_until=valid_until)

    @event(Accepted)
    def _accepted(self, accepted_on: date, clause_approved: bool, suspension_approved: bool) -> None:
        self.status, self.agreed_on = ProposalStatus.ACCEPTED, accepted_on
        self.clause_approved, self.suspension_approved = clause_approved, suspension_approved

    @event(Rejected)
    def _rejected(self) -> None:
        self.status = ProposalStatus.REJECTED

    @event(Expired)
    def _expired(self) -> None:
        self.status = ProposalStatus.EXPIRED

    @event(BecameContract)
    def _became_contract(self, contract: RecordRef, line_ids: tuple[UUID, ...]) -> None:
        self.contract = contract
        self.contracted |= frozenset(line_ids)
