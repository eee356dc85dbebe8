"""What a sales order says no with, and what to do then."""

from __future__ import annotations

from aggregates.base import Refusal


class OrderHasNoLine(Refusal):
    """Order {number} has no line {line_id}; look at the order again."""

    status = 404


class MoreThanOrderedBefore(Refusal):
    """{description}: {ordered} are ordered; an order is only made smaller, more is a new quote."""


class AlreadyDelivered(Refusal):
    """{description}: {quantity} were used or delivered already; take them back first, or leave as many."""


class NothingLeftToOrder(Refusal):
    """Nothing of order {number} would be left; cancel it instead."""
