"""The sheet of a call (scheda chiamata): everything about it, and everything that happened to it, in order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.coverage import Coverage
from projections.base import Ask, Reader, Recorded
from projections.call_documents import documents_of_call, with_documents
from projections.call_links import linked_calls
from projections.quote_need import quote_of_call
from projections.sla_views import FindClocks, find_clocks

COSTS: Any = {"unit_cost"}
"""What parts cost us is not for everybody who works on a call."""
COSTS_OF_PARTS: Any = {"parts": {"__all__": COSTS}}
NOT_TOLD: Any = {"act": True, "used": COSTS, "report": COSTS_OF_PARTS}


class AskCall(Ask):
    """One call."""

    call_id: UUID


def call_sheet(reader: Reader, ask: AskCall) -> dict[str, Any] | None:
    """The call with customer, site, activities, parts, charges, readings, reports, clocks, papers and history."""
    row = reader.row(
        """select c.*, p.name as party_name, s.name as site_name, s.street, s.postcode, s.town, s.province
             from {call} c
             left join {party} p on p.party_id = c.party_id
             left join {party_site} s on s.site_id = c.site_id
            where c.call_id = %(call_id)s""",
        ask.model_dump(),
    )
    call = reader.record(ask.call_id)
    if row is None or not isinstance(call, Call):
        return None
    documents = documents_of_call(reader, ask.call_id)
    return {
        **row,
        "version": call.version,
        "impact": call.impact,
        "urgency": call.urgency,
        "priority_from": call.priority_from,
        "reported_through": call.reported_through,
        "solution": call.solution,
        "coverage": coverage_shown(call.coverage),
        "pauses": [pause.model_dump(mode="json") for pause in call.pauses],
        "activities": [_activity(call, key) for key in call.activities],
        "parts_planned": [{"line_id": k, **part.model_dump(mode="json")} for k, part in call.planned_parts.items()],
        "parts_used": [used.model_dump(mode="json", exclude=COSTS) for used in call.used_parts.values()],
        "charges": [charge.model_dump(mode="json") for charge in call.charges.values()],
        "readings": [reading.model_dump(mode="json") for reading in call.readings.values()],
        "said": call.said,
        "links": linked_calls(reader, ask.call_id),
        "absorbed": [{"call_id": key, "number": number} for key, number in call.absorbed.items()],
        "operators": [{"activity_id": key, "user": user} for key, user in call.operators.items()],
        "notes": [{"note_id": key, "text": text} for key, text in call.notes.items()],
        "reports": [_report(call, key) for key in call.reports],
        "clocks": find_clocks(reader, FindClocks(call_id=ask.call_id))["items"],
        "quote": quote_of_call(reader, call),
        "documents": documents,
        "history": with_documents([_entry(recorded) for recorded in reader.facts(ask.call_id)], documents),
    }


def _activity(call: Call, activity_id: UUID) -> dict[str, Any]:
    performed = call.performed.get(activity_id)
    return {
        **call.activities[activity_id].model_dump(mode="json"),
        "performed": performed.model_dump(mode="json") if performed else None,
    }


def _report(call: Call, report_id: UUID) -> dict[str, Any]:
    report = call.reports[report_id]
    key = (report_id, report.revision)
    signature = call.signed.get(key)
    return {
        **report.model_dump(mode="json", exclude=COSTS_OF_PARTS),
        "signature": signature.model_dump(mode="json") if signature else None,
        "absence_reason": call.unsigned_because.get(key),
    }


def _entry(recorded: Recorded) -> dict[str, Any]:
    fact: Aggregate.Event = recorded.fact
    return {
        "fact": recorded.topic,
        "at": fact.act.at,
        "by": fact.act.by,
        "why": fact.act.why,
        "recorded_at": recorded.recorded_at,
        "values": fact.model_dump(mode="json", exclude=NOT_TOLD),
    }


def coverage_shown(coverage: Coverage) -> dict[str, Any]:
    """A coverage with its sentences: reasons are codes with values, told in Italian unless asked otherwise."""
    return {
        **coverage.model_dump(mode="json"),
        "reason": coverage.why,
        "items": [{**item.model_dump(mode="json"), "reason": item.why} for item in coverage.items],
    }
