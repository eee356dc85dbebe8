"""What a delivery note (DDT) says no with."""

from __future__ import annotations

from aggregates.base import Refusal


class ReasonInbound(Refusal):
    """Goods with the reason {reason} come to us with the sender's document; record their receipt instead."""

    status = 422


class DatedInFuture(Refusal):
    """A delivery note cannot be dated {dated_on}, after today; date it when the goods leave."""

    status = 422


class LinesMissing(Refusal):
    """A delivery note needs at least one line of goods."""

    status = 422


class DeliveryNoteInvoiced(Refusal):
    """Delivery note {number} is on invoice {invoice}; issue a credit note for the invoice instead (R8.4)."""


class DeliveryNoteCancelled(Refusal):
    """Delivery note {number} was cancelled; issue a new one."""


class GoodsCameBack(Refusal):
    """Goods of delivery note {number} already came back; it can no longer be cancelled."""


class NotDelivered(Refusal):
    """Only {delivered} of this line are out and {quantity} are said to return; check line and quantity."""

    status = 422


class NotToInvoice(Refusal):
    """Nothing of delivery note {number} is to be invoiced: its reason is {reason}."""


class SerialsNotOut(Refusal):
    """Name one serial for each piece that comes back; of note {number} these are out: {serials}."""

    status = 422


class LotsNotOut(Refusal):
    """Of delivery note {number} the lots {lots} are still out; check the lot and quantity of what came back."""

    status = 422


class ExtendedToPast(Refusal):
    """Goods due back on {now} cannot be due on {return_by}; give a later day, today or after."""

    status = 422


class YearOfApproval(Refusal):
    """Goods on approval are sold by law after one year, on {deadline}; take them back or bill them by then (R8.6)."""

    status = 422


class NothingLent(Refusal):
    """Goods of delivery note {number} are not on loan or approval, or came back; there is nothing to keep."""


class DestinationMissing(Refusal):
    """Goods that move between our warehouses need the warehouse they go to; name it."""

    status = 422


class ReasonUnknown(Refusal):
    """The reason {text} is none of the table's; choose one of them (R8.3)."""

    status = 422


class ReasonsMixed(Refusal):
    """A delivery note has one reason (R8.3): issue one note for each of {reasons}."""

    status = 422


class RecipientMissing(Refusal):
    """Say who receives the goods; only goods between our own warehouses need no receiver."""

    status = 422


class NoteLineUnknown(Refusal):
    """Delivery note {number} has no such line; look at its lines and price one of them."""

    status = 404


class NothingClaimed(Refusal):
    """Delivery note {number} was not issued subject to a warranty claim."""


class ReasonForActMissing(Refusal):
    """Say why: the reason is kept with the document."""

    status = 422
