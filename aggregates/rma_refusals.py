"""What a return authorisation (RMA) says no with, and what to do then."""

from __future__ import annotations

from aggregates.base import Refusal


class RmaItemsMissing(Refusal):
    """A return needs at least one item."""

    status = 422


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
