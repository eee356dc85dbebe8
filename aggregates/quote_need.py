"""Whether a call needs a quote at all (preventivo necessario): not where everything planned is covered (R7.6).

Each planned item is looked at by itself, as the coverage decides item by item (R4.1). Deciding needs no prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from aggregates.because import Because, because
from aggregates.call_charged import decide
from aggregates.call_state import CallState
from aggregates.call_values import Activity, ActivityState, ChargeItem
from aggregates.coverage import Decision
from aggregates.values import Value
from aggregates.work_report import ActivityMode

BY_HAND = because("charge-by-hand")


class NeededItem(Value):
    """One planned item: who pays for it and why."""

    item: ChargeItem
    description: str
    is_covered: bool
    reason: str
    because: Because | None = None


class QuoteNeed(Value):
    """What is planned, item by item; a quote is needed as soon as the customer pays for one of them."""

    items: tuple[NeededItem, ...]

    @property
    def is_required(self) -> bool:
        """Whether the customer must be asked first."""
        return any(not item.is_covered for item in self.items)

    @property
    def all_covered(self) -> bool:
        """Whether something is planned and the customer pays for nothing of it (R7.6)."""
        return bool(self.items) and not self.is_required


def quote_need(call: CallState) -> QuoteNeed:
    """What a call plans and who pays for it."""
    return QuoteNeed(items=tuple(_items(call)))


def planned_work(call: CallState) -> list[Activity]:
    """The activities of a call that still count."""
    return [one for one in call.activities.values() if one.state is not ActivityState.DROPPED]


def planned_decision(
    call: CallState, item: ChargeItem, planned: Activity | None = None, code: str | None = None
) -> Decision:
    """Who pays for a planned item of cost (R4.1)."""
    machines = planned.serial_item_ids if planned else ()
    machine: UUID | None = machines[0] if len(machines) == 1 else None
    return decide(call, None, item, machine, article_code=code)


def _items(call: CallState) -> Iterator[NeededItem]:
    planned = planned_work(call)
    for one in planned:
        if one.minutes:
            yield _item(ChargeItem.LABOUR, one.note or one.kind, planned_decision(call, ChargeItem.LABOUR, one))
    for part in call.planned_parts.values():
        yield _item(ChargeItem.PARTS, part.description, planned_decision(call, ChargeItem.PARTS, code=part.code))
    if any(one.mode is ActivityMode.VISIT for one in planned):
        for item, words in ((ChargeItem.CALL_FEE, "Diritto di chiamata"), (ChargeItem.TRAVEL, "Viaggio")):
            yield _item(item, words, planned_decision(call, item))
    for charge in call.charges.values():
        if charge.amount.amount > 0:
            yield NeededItem(
                item=charge.item,
                description=charge.description,
                is_covered=False,
                reason=BY_HAND.italian,
                because=BY_HAND,
            )


def _item(item: ChargeItem, words: str, decision: Decision) -> NeededItem:
    return NeededItem(
        item=item,
        description=words,
        is_covered=decision.is_covered,
        reason=decision.reason,
        because=decision.because,
    )
