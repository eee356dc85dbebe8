"""What a return authorisation (RMA) says no with, and what to do then."""

from __future__ import annotations

from aggregates.base import Refusal


class RmaItemsMissing(Refusal):
    """A return needs at least one item."""

    status = 422


class NothingToSendBack(Refusal):
    """Nothing of this return is ready to go back; goods go back once they are here and their outcome is decided."""


class RmaNotAuthorised(Refusal):
    """This return is not authorised yet; give it a number first."""


class RmaOver(Refusal):
    """Return {number} is {status}; open a new one."""


class RmaReceived(Refusal):
    """Goods of return {number} have come in: it can no longer be cancelled."""


class RmaItemUnknown(Refusal):
    """This return has no such item; record it as unexpected."""

    status = 404


class MoreThanExpected(Refusal):
    """Only {open} of {description} are still to come; record the rest as an unexpected item."""

    status = 422


class ItemNotReceived(Refusal):
    """{description} has not come in; receive it first."""


class OutcomeMissing(Refusal):
    """No outcome is decided for {description}; decide it before sending it back."""


class ItemSettled(Refusal):
    """{description} has already gone back or was settled; nothing more can be decided for it."""


class ItemReplaced(Refusal):
    """A replacement for {description} has already left; no second one is sent."""


class NotReplaced(Refusal):
    """No replacement was sent for {description}; send it first, or choose another outcome."""


class ItemsStillOpen(Refusal):
    """These items are still with us: {items}. Send them back or decide that they stay."""


class LoanerStillOut(Refusal):
    """Loaner {loaners} is still at the customer's; take it back first."""


class ItemAtSupplier(Refusal):
    """{description} is at {supplier}'s for repair; take it back from there first."""


class ItemNotAtSupplier(Refusal):
    """{description} is not at a supplier's with this note; check which note it went with."""


class SupplierNoteUnknown(Refusal):
    """Nothing of this return is at a supplier's with this note; check the note."""

    status = 404


class NotOurFaultyPiece(Refusal):
    """{description} is not a faulty piece of ours: only what was replaced or credited becomes ours."""


class FaultyAlreadyDecided(Refusal):
    """It is already decided what becomes of {description}; look at the return's legs."""


class NothingMissing(Refusal):
    """Nothing of {description} is missing; leave it out."""


class ItemNotCredited(Refusal):
    """{description} is not to be credited; decide that outcome first."""


class ItemCreditedAlready(Refusal):
    """{description} is already credited with {credit_note}; nothing is credited twice."""


class SameRma(Refusal):
    """The item is on this return already; choose another one."""

    status = 422


class ClaimNotFailed(Refusal):
    """{description} is ours: only after a failed claim does the customer have it back; decide the claim first."""


class NoFeeProposed(Refusal):
    """No diagnosis fee is proposed for {description}; there is nothing to waive."""


class KeptBySupplier(Refusal):
    """The supplier kept {description} and credited it; replace it or credit it to the customer."""
