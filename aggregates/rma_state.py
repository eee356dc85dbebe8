"""Where a return authorisation stands (stati RMA, R8): each item by itself, and the whole by its items."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from aggregates.rules.transport_reasons import Reason


class RmaStatus(StrEnum):
    """The states of a return authorisation."""

    REQUESTED = "requested"
    AUTHORISED = "authorised"
    PARTLY_RECEIVED = "partly_received"
    RECEIVED = "received"
    DIAGNOSIS = "diagnosis"
    DECIDED = "decided"
    SHIPPED = "shipped"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """The states of one item, in order."""

    EXPECTED = "expected"
    MISSING = "missing"
    """Noted, with a reason, as not coming; it may still come."""
    RECEIVED = "received"
    DIAGNOSED = "diagnosed"
    DECIDED = "decided"
    SETTLED = "settled"
    """Nothing more goes back for it: shipped, replaced, credited or scrapped."""


class Outcome(StrEnum):
    """What becomes of an item."""

    REPAIRED = "repaired"
    REPLACED = "replaced"
    NOT_REPAIRABLE = "not_repairable"
    NO_FAULT_FOUND = "no_fault_found"
    CREDITED = "credited"
    SCRAPPED = "scrapped"
    RETURNED = "returned"
    """Back as it came: nothing was looked for, as with goods sent by mistake."""

    @property
    def return_reason(self) -> Reason | None:
        """Why the item travels back; None when it stays with us."""
        return _RETURNS.get(self)


_RETURNS = {
    Outcome.REPAIRED: Reason.REPAIRED_RETURN,
    Outcome.NOT_REPAIRABLE: Reason.UNREPAIRED_RETURN,
    Outcome.NO_FAULT_FOUND: Reason.UNREPAIRED_RETURN,
    Outcome.RETURNED: Reason.UNREPAIRED_RETURN,
}


NEVER_CAME = (ItemState.EXPECTED, ItemState.MISSING)


def rma_status(
    *, numbered: bool, cancelled: bool, closed: bool, items: Iterable[ItemState], awaited: bool = False
) -> RmaStatus:
    """The state of the whole: as far as the item that is least far, once all have come (R8).

    Items noted as missing hold nothing up; `awaited` says that further pieces of an item are still to come.
    """
    states = [state for state in items if state is not ItemState.MISSING]
    if cancelled:
        return RmaStatus.CANCELLED
    if closed:
        return RmaStatus.CLOSED
    if not numbered:
        return RmaStatus.REQUESTED
    came = [state for state in states if state is not ItemState.EXPECTED]
    if not came:
        return RmaStatus.AUTHORISED
    if awaited or len(came) < len(states):
        return RmaStatus.PARTLY_RECEIVED
    if all(state is ItemState.SETTLED for state in states):
        return RmaStatus.SHIPPED
    if all(state in (ItemState.DECIDED, ItemState.SETTLED) for state in states):
        return RmaStatus.DECIDED
    return RmaStatus.RECEIVED if all(state is ItemState.RECEIVED for state in states) else RmaStatus.DIAGNOSIS
