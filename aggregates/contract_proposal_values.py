"""What a proposal of a contract is made of (proposta di contratto): its lines, its revisions, where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from aggregates.contract_terms import Covered
from aggregates.coverage import ServiceTerms
from aggregates.proposal_terms import FeeBasis, Offer, OfferedFee
from aggregates.record_ref import RecordRef
from aggregates.rules.rounding import share
from aggregates.values import Rate, Value


class ProposalStatus(StrEnum):
    """Where a proposal stands."""

    MADE = "made"
    SENT = "sent"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    DIRECT = "direct"
    """Nobody is asked: the customer agreed with the sale."""


class ProposedLine(Value):
    """Goods that a proposal speaks of, as they were sold: their annual fee in euro and from when they are served."""

    line_id: UUID = Field(description="The lot of the goods.")
    split_from: UUID | None = Field(default=None, description="The line that it was a part of.")
    article_code: str | None = None
    description: str
    quantity: Rate
    unit: str = "PZ"
    amount: Rate | None = Field(default=None, description="What they were sold for, euro before VAT.")
    serials: tuple[str, ...] = ()
    serial_item_ids: tuple[UUID, ...] = Field(default=(), description="The registered ones, in the order of serials.")
    site_id: UUID | None = None
    delivered_on: date | None = None
    starts_on: date | None = Field(default=None, description="First day served; none while not delivered.")
    annual_fee: Rate | None = Field(description="None: it follows from a price that is not known yet.")
    fee: OfferedFee = Field(description="What the fee follows from.")
    rule_code: str
    covered: Covered = Covered()
    service: ServiceTerms | None = None


class ProposalTerms(Value):
    """What a revision offers: a contract of its own, or lines added to one that runs."""

    offer: Offer
    contract: RecordRef | None = Field(default=None, description="The running contract that the lines would join.")
    lines: tuple[ProposedLine, ...]

    @property
    def annual_total(self) -> Decimal:
        """The fee of a year, euro: the fixed one, or the sum of the lines; lines without a price count nothing."""
        fee = self.offer.fee
        if fee.basis is FeeBasis.FIXED and fee.amount is not None:
            return Decimal("0.00") if self.contract else fee.amount.amount
        return sum((line.annual_fee or Decimal(0) for line in self.lines), Decimal("0.00"))

    def line(self, line_id: UUID) -> ProposedLine | None:
        """A line by its id."""
        return next((line for line in self.lines if line.line_id == line_id), None)


class Validity(Value):
    """When a revision was sent and how long it holds."""

    revision: int
    sent_on: date
    valid_until: date


def lines_told(lines: Iterable[ProposedLine], told: Iterable[ProposedLine]) -> tuple[ProposedLine, ...]:
    """The lines after a later document: serials, dates and prices added, lines split where their goods were.

    Agreed fees stay: a part gets its share (R0.3), a line without a fee the one that follows from its price now.
    """
    by_id = {line.line_id: line for line in lines}
    for new in told:
        whole = by_id.get(new.split_from) if new.split_from else None
        if whole is not None and new.line_id not in by_id:
            by_id |= _split(whole, new)
        elif new.line_id in by_id:
            by_id[new.line_id] = _informed(by_id[new.line_id], new)
    return tuple(by_id.values())


def _split(whole: ProposedLine, new: ProposedLine) -> dict[UUID, ProposedLine]:
    fee = None if whole.annual_fee is None else share(whole.annual_fee, new.quantity, whole.quantity)
    rest_fee = None if whole.annual_fee is None or fee is None else whole.annual_fee - fee
    bare = whole.model_copy(update={"serials": (), "serial_item_ids": ()})
    part = bare.model_copy(
        update={
            "line_id": new.line_id, "split_from": whole.line_id, "quantity": new.quantity, "annual_fee": fee,
        }
    )  # fmt: skip
    behind = tuple(serial for serial in whole.serials if serial not in new.serials)
    rest = bare.model_copy(
        update={"quantity": whole.quantity - new.quantity, "annual_fee": rest_fee, "serials": behind}
    )
    return {new.line_id: _informed(part, new), whole.line_id: rest}


def _informed(line: ProposedLine, new: ProposedLine) -> ProposedLine:
    """What goods turned out to be, without changing what was offered for them."""
    told = ("serials", "serial_item_ids", "site_id", "delivered_on", "starts_on", "amount")
    changes = {name: getattr(new, name) for name in told if getattr(new, name)}
    if line.annual_fee is None:
        changes["annual_fee"] = new.annual_fee
    return line.model_copy(update=changes)
