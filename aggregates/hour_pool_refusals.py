"""What an hour pool can say no with (rifiuti del monte ore); each docstring is the sentence that the user reads."""

from __future__ import annotations

from aggregates.base import Refusal


class PoolExists(Refusal):
    """The pool {name} already has this id with other particulars; change it, or open another one."""


class LotTaken(Refusal):
    """Hours were already bought under the id {lot_id}, with other figures; use another id."""


class HoursEndTooEarly(Refusal):
    """The hours would end on {valid_to}, before they begin on {valid_from}; give a later last day."""

    status = 422


class OtherCustomersHours(Refusal):
    """The pool {name} belongs to another customer than the call; draw from one of the customer's own pools."""


class CallNotOfPool(Refusal):
    """The call is not paid with hours of the pool {name}; report the work on it, or decide its coverage again."""


class NoHoursValid(Refusal):
    """The pool {name} holds no hours valid on {day}; top it up, or charge the work by the customer's prices."""


class NothingToDraw(Refusal):
    """There is no working time to draw hours for; say from when to when work was done."""

    status = 422


class DrawUnknown(Refusal):
    """No hours are drawn from the pool {name} for this work, so that none can be given back."""


class OverageRateMissing(Refusal):
    """The pool {name} falls short by {minutes} minutes and has no hourly rate for them; set one in its terms first."""

    status = 422


class WorkWithoutCall(Refusal):
    """Say what was worked: the call, or the id of the report with its stretches of time."""

    status = 422


class HoursNotRefundable(Refusal):
    """By its terms, hours left of the pool {name} lapse and are not refunded; agree on other terms first."""


class NothingToRefund(Refusal):
    """No hours are left in the pool {name}; there is nothing to refund."""


class HoursNotInvoiced(Refusal):
    """Hours of the pool {name} are not invoiced yet; issue their invoice first, then refund what is left."""


class NoAlertDue(Refusal):
    """Nothing has to be warned of about the pool {name} today."""


class SaleWithdrawn(Refusal):
    """{number} was taken back, because the hours were given back; there is nothing to bill."""
