"""What an order to a supplier says no with, and what to do then."""

from __future__ import annotations

from aggregates.base import Refusal


class PurchaseLinesMissing(Refusal):
    """An order to a supplier needs at least one line; add what is to be bought."""

    status = 422


class PurchaseLineUnknown(Refusal):
    """Order {number} has no such line; look at its lines again."""

    status = 404


class PurchaseLineTwice(Refusal):
    """Two lines of the order have the same id; give each its own, or none."""

    status = 422


class PurchaseIsSent(Refusal):
    """Order {number} was sent and does not change; revise it instead, giving the reason."""


class PurchaseIsDraft(Refusal):
    """Order {number} is still a draft; send it to the supplier first."""


class PurchaseIsClosed(Refusal):
    """Order {number} is {state}: nothing more is to come of it; make a new order."""


class PurchaseArrived(Refusal):
    """Goods of order {number} have arrived; cancel what is still to come, and order the rest anew."""


class PurchaseNotApproved(Refusal):
    """Order {number} is of {net} euro, above {limit}; somebody else than who prepared it has to approve it first."""


class PurchaseApprovedByOwner(Refusal):
    """You prepared order {number} yourself; somebody else has to approve it."""


class OverDelivered(Refusal):
    """Of {code} {remaining} are still to come and {quantity} were delivered; reject the rest, or say why it is kept."""


class ReceivedInFuture(Refusal):
    """Goods cannot have arrived on {received_on}; give today or an earlier day."""

    status = 422


class RejectionUnexplained(Refusal):
    """Say what is wrong with the {rejected} of {code} that were rejected."""

    status = 422


class NotReceivedSoMany(Refusal):
    """Of {code} {received} were received and not returned; {quantity} cannot go back."""


class NothingToOrder(Refusal):
    """Nothing is missing that this supplier is to deliver: what was proposed is on order or in stock by now."""


class PurchasePriceMissing(Refusal):
    """There is no price for {code} with this supplier; give one, or set the supplier's terms for the article."""

    status = 422


class PurchaseQuantityUnclear(Refusal):
    """Give what came of a line either in order units or in units of the article, not both."""

    status = 422
