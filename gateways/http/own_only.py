"""What contractors may see and do (terzisti): their own visits, and the calls and reports these are part of.

The catalogues name the role; here each row that names it is tied to the contractor's own technician. What is not
tied here is refused, so that a new row shows a contractor nothing until somebody has thought about it. Users with any
other role beside it are staff, whom this does not concern.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from aggregates import roles
from aggregates.base import Refusal, require
from aggregates.call import Call
from aggregates.checklist import Checklist
from aggregates.contractor_work import ContractorWork
from aggregates.signing_link import SigningLink
from commands.base import Command, Entry
from gateways.http import own_claims
from gateways.http.auth import Caller
from gateways.http.problems import RecordNotFound
from gateways.wiring import House
from projections.base import Ask

COMMON = frozenset({"activity-types", "calendars", "item-statuses", "protocols", "sheet-templates"})
"""Views that tell nothing of customers."""
BY_TECHNICIAN = frozenset(
    {
        "agenda", "appointments", "call-board", "contractor-statement", "contractor-work", "daily-report", "my-day",
        "on-call-duties", "position-bases", "work-reports",
    }
)  # fmt: skip
"""Views that are narrowed to the asker's technician."""
BY_CALL = frozenset({"appointment", "call", "call-attachments", "checklist", "checklists"})
"""Views of one call's records: answered where a visit of the call is the asker's."""
BY_REPORT = frozenset({"report-to-sign", "work-report"})
"""Views of one report: answered where it declares work of the asker's."""
VIEWS = COMMON | BY_TECHNICIAN | BY_CALL | BY_REPORT

ON_CALL = frozenset(
    {
        "add-call-note", "attach-file-to-call", "confirm-visit", "note-reading", "open-checklist", "perform-activity",
        "note-removed-part", "plan-part", "record-arrival", "report-work", "restore-service", "return-part", "use-part",
    }
)  # fmt: skip
"""Commands on a call with a visit of the sender's."""
ON_REPORT = frozenset({"ask-signature", "explain-absent-signature", "sign-report"})
"""Commands on a report that declares work of the sender's."""
ON_RECORD: Mapping[str, str] = {
    "accept-visit": "work_id",
    "answer-operation": "checklist_id",
    "decline-visit": "work_id",
    "revoke-signing-link": "link_id",
    "skip-operation": "checklist_id",
}
"""Commands on another record of the sender's visits, and the field that names it."""
ON_TECHNICIAN = frozenset({"ask-absence", "resume-sharing-position", "share-position", "stop-sharing-position"})
"""Commands about the sender's own technician."""
COMMANDS = ON_CALL | ON_REPORT | frozenset(ON_RECORD) | ON_TECHNICIAN

NOT_TOLD: Mapping[str, frozenset[str]] = {
    "call": frozenset({"absorbed", "charges", "coverage", "documents", "history", "links", "operators"}),
    "my-day": frozenset({"unassigned"}),
}
"""What staff read beside it: our prices, other calls, and who of us did what."""


class TechnicianMissing(Refusal):
    """Your user is no technician yet; ask an administrator to say which one you are."""

    status = 403


class NotYours(Refusal):
    """This is about another technician's work; you can see and do what is about your own visits only."""

    status = 403


def own_question(view_name: str, ask: Ask, caller: Caller, house: House) -> Ask:
    """The question as a contractor may ask it. Raises `TechnicianMissing`, `NotYours`, `RecordNotFound`."""
    if view_name in own_claims.VIEWS and own_claims.sees_own_only(caller):
        return own_claims.own_claims(view_name, ask, technician_of(house, caller), house)
    if not is_contractor(caller) or view_name in COMMON:
        return ask
    own = _own_technician(caller, house)
    if view_name in BY_TECHNICIAN:
        require(getattr(ask, "technician_id", None) in (None, own), NotYours)
        narrowed = {"technician_id": None, "visited_by": own} if view_name == "call-board" else {"technician_id": own}
        return ask.model_copy(update=narrowed)
    require(view_name in VIEWS, NotYours)
    call = _call(house, _call_id(house, ask))
    require(call is not None and call.has_visit_of(own), RecordNotFound)
    assert call is not None
    if view_name in BY_REPORT:
        require(_declares(call, getattr(ask, "report_id", None), own), RecordNotFound)
    return ask


def own_answer(view_name: str, data: Any, caller: Caller) -> Any:
    """The answer as a contractor may read it."""
    if not is_contractor(caller) or view_name not in NOT_TOLD:
        return data
    told = {name: value for name, value in data.items() if name not in NOT_TOLD[view_name]}
    if view_name == "my-day":
        told["visits"] = [_without_history(visit) for visit in told["visits"]]
    return told


def own_command(entry: Entry, cmd: Command, command_id: UUID | None, caller: Caller, house: House) -> Command:
    """The command as a contractor may give it: in the name of their own technician.

    One that was carried out before is answered again, whoever has the visit now. Raises `TechnicianMissing`,
    `NotYours`, for what is not there too.
    """
    if entry.name in own_claims.COMMANDS and own_claims.sees_own_only(caller):
        own_claims.require_own_claim(cmd, technician_of(house, caller), house)
    if not is_contractor(caller):
        return cmd
    own = _own_technician(caller, house)
    fields = type(cmd).model_fields
    if "as_technician_id" in fields:
        cmd = cmd.model_copy(update={"as_technician_id": own})
    if command_id is None or house.log.begin(command_id, None)[0] is None:
        require(_may_give(entry.name, cmd, own, house), NotYours)
    return cmd


def check_own_record(record_id: UUID, caller: Caller, house: House) -> None:
    """Whether a record of a call is a contractor's to work with. Raises `TechnicianMissing`, `NotYours`."""
    if is_contractor(caller):
        require(_is_own_record(record_id, _own_technician(caller, house), house), NotYours)


def may_read_call(call_id: UUID | None, caller: Caller, house: House) -> bool:
    """Whether a call's files are for this caller, as far as it is a contractor."""
    if not is_contractor(caller):
        return True
    own, call = technician_of(house, caller), _call(house, call_id)
    return own is not None and call is not None and call.has_visit_of(own)


def is_contractor(caller: Caller) -> bool:
    """Whether the caller is a contractor and nothing else."""
    return caller.roles == {roles.CONTRACTOR}


def technician_of(house: House, caller: Caller) -> UUID | None:
    """The technician that a user is."""
    row = house.reader.row(
        "select technician_id from {app_user} where user_id::text = %(user)s", {"user": caller.user_id}
    )
    return row["technician_id"] if row else None


def _own_technician(caller: Caller, house: House) -> UUID:
    own = technician_of(house, caller)
    if own is None:
        raise TechnicianMissing
    return own


def _may_give(name: str, cmd: Command, own: UUID, house: House) -> bool:
    if getattr(cmd, "technician_id", None) not in (None, own):
        return False
    if name in ON_TECHNICIAN:
        return getattr(cmd, "technician_id", None) == own
    if name in ON_RECORD:
        return _is_own_record(getattr(cmd, ON_RECORD[name]), own, house)
    call = _call(house, getattr(cmd, "call_id", None)) if name in COMMANDS else None
    if call is None or not call.has_visit_of(own):
        return False
    return name in ON_CALL or _declares(call, getattr(cmd, "report_id", None), own)


def _is_own_record(record_id: UUID, own: UUID, house: House) -> bool:
    """Whether an offer, a checklist or a signing link is of a visit of this technician."""
    record = house.reader.record(record_id)
    if isinstance(record, ContractorWork):
        return record.offer.technician_id == own
    call = _call(house, _CALL_OF[type(record)](record)) if type(record) in _CALL_OF else None
    return call is not None and call.has_visit_of(own)


_CALL_OF: Mapping[type, Callable[[Any], UUID | None]] = {
    Checklist: lambda record: record.call_id,
    SigningLink: lambda record: record.asked.call_id,
}


def _declares(call: Call, report_id: UUID | None, own: UUID) -> bool:
    report = call.reports.get(report_id) if report_id else None
    return report is not None and any(done.technician_id == own for done in report.performed)


def _call(house: House, call_id: UUID | None) -> Call | None:
    call = house.reader.record(call_id) if call_id else None
    return call if isinstance(call, Call) else None


def _call_id(house: House, ask: Ask) -> UUID | None:
    """The call that a question is about."""
    if hasattr(ask, "call_id"):
        return getattr(ask, "call_id", None)
    for name, table in (("report_id", "work_report"), ("checklist_id", "checklist"), ("activity_id", "agenda")):
        if hasattr(ask, name):
            sql = f"select call_id from {{{table}}} where {name} = %(id)s"  # noqa: S608 - own words only
            row = house.reader.row(sql, {"id": getattr(ask, name)})
            return row["call_id"] if row else None
    return None


def _without_history(visit: Mapping[str, Any]) -> dict[str, Any]:
    """A visit whose machines tell nothing of calls of others."""
    machines = [{**machine, "history": []} for machine in visit["machines"]]
    return {**visit, "machines": machines}
