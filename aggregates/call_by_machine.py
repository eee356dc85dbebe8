"""What a call costs machine by machine (addebiti per matricola): each line divided as its work was.

What is done once for all machines, as the way there and the call fee, stands under the call as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from aggregates.call_lines import Charged
from aggregates.rules.line_amounts import line_total
from aggregates.rules.rounding import split_over_lines

NONE = Decimal("0.00")


@dataclass(frozen=True)
class Paid:
    """What one machine costs: lines by number, what the customer pays, what it is worth by price list; euro."""

    lines: tuple[int, ...] = ()
    net: Decimal = NONE
    list_value: Decimal = NONE


def by_machine(charged: Iterable[Charged]) -> dict[UUID | None, Paid]:
    """The cost of each machine, None for the call as a whole; together they are the call to the cent (R0.3)."""
    found: dict[UUID | None, Paid] = {}
    for each in charged:
        line = each.line
        shares = {machine: part for machine, part in each.machines.items() if part > 0} or {None: Decimal(1)}
        weights = list(shares.values())
        worth = line_total(line.unit_price, line.quantity, (), line.price_per)
        nets, values = split_over_lines(line.amount, weights), split_over_lines(worth, weights)
        for machine, net, value in zip(shares, nets, values, strict=True):
            before = found.get(machine, Paid())
            found[machine] = Paid((*before.lines, line.number), before.net + net, before.list_value + value)
    return found
