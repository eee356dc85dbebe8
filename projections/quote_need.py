"""What a call's sheet says of quotes (preventivo necessario): whether one is needed, how work stands to it (R7.6)."""

from __future__ import annotations

from typing import Any

from aggregates.call import Call
from aggregates.quote_need import quote_need
from projections.base import Reader
from projections.quote_views import adherence_of_call
from projections.work_due import quotes_of_call


def quote_of_call(reader: Reader, call: Call) -> dict[str, Any]:
    """Whether the customer must be asked before the planned work, item by item; without prices.

    `accepted` are the quotes that charge the call, `adherence` how the work done stands to them (R7.5).
    """
    need = quote_need(call)
    accepted = quotes_of_call(reader, call.id)
    found = adherence_of_call(reader, call.id) if accepted else None
    return {
        "is_required": need.is_required and not accepted,
        "items": [item.model_dump(mode="json") for item in need.items],
        "accepted": list(accepted),
        "adherence": found["state"] if found else None,
    }
