"""Notices (avvisi): the rules, what is still to be written by them, and what became of what was written (CAL-7).

What is due is what happened under a rule and has no notice; a visit that nobody has begun becomes late by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from aggregates.appointment import Appointment
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.issued_document import IssuedDocument, IssuedKind
from aggregates.notice import Attached, Notice
from aggregates.notice_rules import NoticeRules
from aggregates.notice_terms import UNKNOWN, Happening, NoticeRule
from aggregates.notice_texts import CLOCKS
from aggregates.values import ROME, Slot, rome_date
from projections.base import ReadModel, Row, Rows, Table, on

RULE = Table("notice_rule", {"code": "text", "happening": "text", "since": "timestamptz", "terms": "jsonb"}, ("code",))
LISTENING = Table("notice_listening", {"happening": "text", "rules": "jsonb"}, ("happening",))
"""For each happening the rules' codes with what a fold asks of them: every fact of a call looks here by key."""
SETTING = Table("notice_setting", {"name": "text", "value": "text"}, ("name",))
EXCEPTION = Table(
    "notice_exception", {"customer_id": "uuid", "everything": "boolean", "rules": "jsonb"}, ("customer_id",)
)
DUE = Table(
    "notice_due",
    {
        "rule": "text", "occasion": "text", "happening": "text", "happened_at": "timestamptz", "call_id": "uuid",
        "cause_id": "uuid", "activity_id": "uuid", "technician_id": "uuid", "told": "jsonb", "whom": "jsonb",
        "attached": "jsonb",
    },
    ("rule", "occasion"),
    ("happened_at", "activity_id"),
)  # fmt: skip
VISIT = Table(
    "notice_visit",
    {
        "activity_id": "uuid", "call_id": "uuid", "technician_id": "uuid", "starts_at": "timestamptz",
        "ends_at": "timestamptz", "watched": "boolean",
    },
    ("activity_id",),
    ("watched where watched",),
)  # fmt: skip
REPORT = Table(
    "notice_report", {"report_id": "uuid", "version": "integer", "call_id": "uuid"}, ("report_id", "version")
)
CALLER = Table(
    "notice_caller",
    {"call_id": "uuid", "person_id": "uuid", "name": "text", "phone": "text", "email": "text"},
    ("call_id",),
)
NOTICE = Table(
    "notice",
    {
        "notice_id": "uuid", "rule": "text", "occasion": "text", "happening": "text", "call_id": "uuid",
        "cause_id": "uuid", "happened_at": "timestamptz", "channel": "text", "whom": "text", "person_id": "uuid",
        "name": "text", "address": "text", "subject": "text", "text": "text", "attached": "jsonb", "state": "text",
        "written_at": "timestamptz", "due_at": "timestamptz", "use_by_at": "timestamptz", "sent_at": "timestamptz",
        "message_id": "text", "attempts": "integer", "reason": "text",
    },
    ("notice_id",),
    ("written_at, notice_id", "call_id", "rule, occasion", "due_at where state = 'due'", "state, written_at"),
)  # fmt: skip
LATE = "/late"


class Notices(ReadModel):
    """Rules, what is due to be written, and every notice as it stands."""

    NAME = "notices"
    TABLES = (RULE, LISTENING, SETTING, EXCEPTION, DUE, VISIT, REPORT, CALLER, NOTICE)

    @on(NoticeRules.RuleSet)
    def rule_set(self, fact: NoticeRules.RuleSet, rows: Rows) -> None:
        """A rule holds from now on; visits that have not begun are watched by it."""
        rule, before = fact.rule, rows.get(RULE, fact.rule.code)
        for due in rows.select(DUE, rule=rule.code) if before else ():
            if due["happening"] != rule.happening or due["occasion"].endswith(LATE):
                rows.drop(DUE, rule.code, due["occasion"])
        row = {"code": rule.code, "happening": rule.happening.value, "since": fact.act.at}
        rows.put(RULE, {**row, "terms": rule.model_dump(mode="json")})
        if before:
            _listen(before["happening"], rule.code, None, rows)
        listening = {"since": fact.act.at.isoformat(), "late_after_minutes": rule.late_after_minutes}
        _listen(rule.happening, rule.code, listening, rows)
        if rule.happening is Happening.TECHNICIAN_DELAYED:
            for visit in rows.select(VISIT, watched=True):
                _watch(visit, rule.code, fact.act.at, rule.late_after_minutes, rows)

    @on(NoticeRules.RuleDropped)
    def rule_dropped(self, fact: NoticeRules.RuleDropped, rows: Rows) -> None:
        """It holds no longer; what it had not written yet is not written."""
        rule = rows.get(RULE, fact.code)
        if rule is not None:
            _listen(rule["happening"], fact.code, None, rows)
        rows.drop(RULE, fact.code)
        for due in rows.select(DUE, rule=fact.code):
            rows.drop(DUE, fact.code, due["occasion"])

    @on(NoticeRules.CustomerHoursSet)
    def hours_set(self, fact: NoticeRules.CustomerHoursSet, rows: Rows) -> None:
        """Customers are written to in other hours."""
        rows.put(SETTING, {"name": "customer_hours", "value": fact.calendar_code})

    @on(NoticeRules.MailFound)
    def mail_found(self, fact: NoticeRules.MailFound, rows: Rows) -> None:
        """It is known whether e-mail can be sent."""
        rows.put(SETTING, {"name": "mail", "value": "ready" if fact.ready else "not_configured"})

    @on(NoticeRules.CustomerExcepted)
    def excepted(self, fact: NoticeRules.CustomerExcepted, rows: Rows) -> None:
        """A customer is left in peace, or no longer."""
        rows.drop(EXCEPTION, fact.customer_id)
        if fact.everything or fact.rules:
            told = {"customer_id": fact.customer_id, "everything": fact.everything, "rules": list(fact.rules)}
            rows.put(EXCEPTION, told)

    @on(Call.Opened)
    def opened(self, fact: Call.Opened, rows: Rows) -> None:
        """A request came in, or a plan made it."""
        if fact.caller is not None and (fact.caller.email or fact.caller.phone):
            rows.put(CALLER, {"call_id": fact.stream_id, **fact.caller.model_dump()})
        if fact.maintenance is None:
            _happen(fact, Happening.CALL_RECEIVED, rows, fact.stream_id)
        else:
            by = _day(fact.maintenance.latest_on)
            _happen(fact, Happening.MAINTENANCE_ANNOUNCED, rows, fact.stream_id, told={"by": by})

    @on(Call.TechnicianAssigned)
    def assigned(self, fact: Call.TechnicianAssigned, rows: Rows) -> None:
        """A visit has a technician and a time."""
        visit = _place(fact.stream_id, fact.activity_id, fact.technician_id, fact.slot, rows)
        _happen(fact, Happening.TECHNICIAN_ASSIGNED, rows, fact.stream_id, visit)

    @on(Call.Reassigned)
    def reassigned(self, fact: Call.Reassigned, rows: Rows) -> None:
        """Somebody else comes, at another time, or both; put off on its own day, the technician is delayed."""
        visit = _place(fact.stream_id, fact.activity_id, fact.technician_id, fact.slot, rows)
        before = fact.previous_slot
        if fact.technician_id != fact.previous_technician_id:
            _happen(fact, Happening.TECHNICIAN_ASSIGNED, rows, fact.stream_id, visit)
        if fact.slot.starts_at != before.starts_at:
            is_today = rome_date(fact.act.at) == rome_date(before.starts_at) == rome_date(fact.slot.starts_at)
            is_delay = is_today and fact.slot.starts_at > before.starts_at
            what = Happening.TECHNICIAN_DELAYED if is_delay else Happening.APPOINTMENT_MOVED
            _happen(fact, what, rows, fact.stream_id, visit, told={"previous_starts": _time(before.starts_at)})

    @on(Call.Arrived, Call.Unassigned)
    def begun(self, fact: Call.Arrived | Call.Unassigned, rows: Rows) -> None:
        """The technician is there, or nobody is to come: nobody is late."""
        _unwatch(fact.activity_id, rows)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """The visit took place."""
        _unwatch(fact.performed.activity_id, rows)
        rows.drop(VISIT, fact.performed.activity_id)

    @on(Call.Closed, Call.Cancelled)
    def ended(self, fact: Call.Closed | Call.Cancelled, rows: Rows) -> None:
        """Nothing is left to do."""
        for activity_id in fact.released:
            _unwatch(activity_id, rows)
            rows.drop(VISIT, activity_id)
        if isinstance(fact, Call.Closed):
            told = {"solution": fact.solution or UNKNOWN}
            _happen(fact, Happening.CALL_CLOSED, rows, fact.stream_id, told=told)

    @on(Call.Escalated)
    def escalated(self, fact: Call.Escalated, rows: Rows) -> None:
        """A rule of escalation names who must know."""
        told = {"clock": CLOCKS[fact.clock], "level": fact.level, "due": _time(fact.due_at)}
        whom = fact.whom.model_dump(mode="json")
        told["note"] = fact.note or UNKNOWN
        _happen(fact, Happening.ESCALATION, rows, fact.stream_id, told=told, whom=whom)

    @on(Appointment.Begun)
    def appointment_begun(self, fact: Appointment.Begun, rows: Rows) -> None:
        """It is known which call a visit belongs to, though nobody has it on the agenda."""
        if rows.get(VISIT, fact.activity_id) is None:
            rows.put(VISIT, {"activity_id": fact.activity_id, "call_id": fact.call_id, "watched": False})

    @on(Appointment.Proposed)
    def proposed(self, fact: Appointment.Proposed, rows: Rows) -> None:
        """Times are offered."""
        times = "\n".join(f"- {_time(one.slot.starts_at)}" for one in fact.offer.alternatives)
        visit = {"activity_id": fact.activity_id, "technician_id": fact.offer.alternatives[0].technician_id}
        _happen(fact, Happening.APPOINTMENT_PROPOSED, rows, fact.call_id, visit, told={"times": times})

    @on(Appointment.ConfirmedByCustomer)
    def confirmed(self, fact: Appointment.ConfirmedByCustomer, rows: Rows) -> None:
        """The customer agrees."""
        _agreed(fact, Happening.APPOINTMENT_CONFIRMED, rows, {})

    @on(Appointment.Missed)
    def missed(self, fact: Appointment.Missed, rows: Rows) -> None:
        """Somebody was not there."""
        _agreed(fact, Happening.VISIT_MISSED, rows, {"reason": fact.reason})

    @on(Call.ReportSigned, Call.SignatureAbsent)
    def report_final(self, fact: Call.ReportSigned | Call.SignatureAbsent, rows: Rows) -> None:
        """The report will be printed as it stays."""
        row = {"report_id": fact.report_id, "version": fact.originator_version}
        rows.put(REPORT, {**row, "call_id": fact.stream_id})

    @on(IssuedDocument.Issued)
    def issued(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """A report signed, or explained, lies in the archive."""
        document = fact.document
        row = rows.get(REPORT, document.record_id, document.version)
        if document.kind is not IssuedKind.WORK_REPORT or row is None:
            return
        rows.drop(REPORT, document.record_id, document.version)
        file = document.file
        attached = Attached(
            document_id=fact.stream_id,
            name=file.name,
            sha256=file.sha256,
            archive_kind=file.archive_kind,
            record_id=document.record_id,
            version=document.version,
        )
        _happen(fact, Happening.REPORT_READY, rows, row["call_id"], attached=[attached.model_dump(mode="json")])

    @on(Notice.Written)
    def written(self, fact: Notice.Written, rows: Rows) -> None:
        """Words for somebody are there."""
        rows.drop(DUE, fact.rule, fact.occasion.key)
        about = fact.occasion.model_dump(include={"call_id", "cause_id", "happened_at"})
        named = fact.model_dump(include={"person_id", "name", "address", "subject", "text", "due_at", "use_by_at"})
        plain = fact.model_dump(mode="json", include={"channel", "whom", "attached"})
        rows.put(
            NOTICE,
            {
                **about, **named, **plain,
                "notice_id": fact.stream_id,
                "rule": fact.rule,
                "occasion": fact.occasion.key,
                "happening": fact.occasion.happening.value,
                "state": "due" if fact.lapse is None else "lapsed",
                "reason": fact.lapse.value if fact.lapse else None,
                "written_at": fact.act.at,
                "attempts": 0,
            },
        )  # fmt: skip

    @on(Notice.Sent)
    def sent(self, fact: Notice.Sent, rows: Rows) -> None:
        """A mail server took it."""
        told = {"sent_at": fact.act.at, "message_id": fact.message_id, "reason": None}
        rows.patch(NOTICE, fact.stream_id, state="sent", **told)

    @on(Notice.Failed)
    def failed(self, fact: Notice.Failed, rows: Rows) -> None:
        """It is tried later."""
        rows.patch(NOTICE, fact.stream_id, attempts=fact.attempt, reason=fact.reason, due_at=fact.retry_at)

    @on(Notice.GivenUp)
    def given_up(self, fact: Notice.GivenUp, rows: Rows) -> None:
        """Somebody has to look at it."""
        rows.patch(NOTICE, fact.stream_id, state="given_up", attempts=fact.attempt, reason=fact.reason)

    @on(Notice.Lapsed)
    def lapsed(self, fact: Notice.Lapsed, rows: Rows) -> None:
        """It is of no use any more."""
        rows.patch(NOTICE, fact.stream_id, state="lapsed", reason=fact.reason.value)

    @on(Notice.TriedAgain)
    def tried_again(self, fact: Notice.TriedAgain, rows: Rows) -> None:
        """It is due again."""
        told = {"due_at": fact.act.at, "use_by_at": fact.use_by_at, "attempts": 0}
        rows.patch(NOTICE, fact.stream_id, state="due", **told)


def _listen(happening: str, code: str, listening: dict[str, Any] | None, rows: Rows) -> None:
    """A rule listens to a happening, or no longer."""
    known = (rows.get(LISTENING, happening) or {"rules": {}})["rules"]
    rules = {key: rule for key, rule in known.items() if key != code}
    rows.put(LISTENING, {"happening": happening, "rules": rules | ({code: listening} if listening else {})})


def _rules(happening: Happening, rows: Rows) -> Iterator[tuple[str, datetime, int]]:
    """The rules that listen to a happening: code, since when, and after how many minutes a visit is late."""
    row = rows.get(LISTENING, happening.value)
    for code, rule in sorted(row["rules"].items()) if row else ():
        yield code, datetime.fromisoformat(rule["since"]), rule["late_after_minutes"]


def _happen(
    fact: Aggregate.Event,
    happening: Happening,
    rows: Rows,
    call_id: UUID,
    visit: Row | None = None,
    told: dict[str, str] | None = None,
    **columns: Any,
) -> None:
    """Something happened: due by every rule that held then."""
    visit = visit or {}
    words = {**_times(visit), **(told or {})}
    for code, since, _ in _rules(happening, rows):
        if fact.act.at >= since:
            row = {"rule": code, "occasion": f"{fact.stream_id}/{fact.originator_version}/{happening}"}
            about = {"happening": happening.value, "happened_at": fact.act.at, "call_id": call_id}
            who = {name: visit.get(name) for name in ("activity_id", "technician_id")}
            rows.put(DUE, {**row, **about, **who, "cause_id": fact.stream_id, "told": words, **columns})


def _agreed(
    fact: Appointment.ConfirmedByCustomer | Appointment.Missed, what: Happening, rows: Rows, told: dict[str, str]
) -> None:
    known = rows.get(VISIT, fact.activity_id)
    if known is not None:
        place = {"technician_id": fact.place.technician_id, **dict(fact.place.slot)}
        visit = {"activity_id": fact.activity_id, **place}
        _happen(fact, what, rows, known["call_id"], visit, told=told)


def _place(call_id: UUID, activity_id: UUID, technician_id: UUID, slot: Slot, rows: Rows) -> Row:
    """The visit has this time: from now on it may be late."""
    _unwatch(activity_id, rows)
    visit = {"activity_id": activity_id, "call_id": call_id, "technician_id": technician_id, **dict(slot)}
    rows.put(VISIT, {**visit, "watched": True})
    for code, since, minutes in _rules(Happening.TECHNICIAN_DELAYED, rows):
        _watch(visit, code, since, minutes, rows)
    return visit


def _watch(visit: Row, code: str, since: datetime, minutes: int, rows: Rows) -> None:
    """A visit will be late at a moment, unless somebody arrives before."""
    late_at = visit["starts_at"] + timedelta(minutes=minutes)
    occasion = f"{visit['activity_id']}/{visit['starts_at'].astimezone(ROME).isoformat()}{LATE}"
    if late_at < since or rows.select(NOTICE, rule=code, occasion=occasion):
        return
    told = {**_times(visit), "previous_starts": _time(visit["starts_at"]), "starts": UNKNOWN}
    who = {name: visit[name] for name in ("call_id", "activity_id", "technician_id")}
    about = {"happening": Happening.TECHNICIAN_DELAYED.value, "happened_at": late_at, "cause_id": visit["call_id"]}
    rows.put(DUE, {"rule": code, "occasion": occasion, **about, **who, "told": told})


def _unwatch(activity_id: UUID, rows: Rows) -> None:
    """The visit has begun, moved or will not be: nobody is late any more."""
    rows.patch(VISIT, activity_id, watched=False)
    for due in rows.select(DUE, activity_id=activity_id):
        if due["occasion"].endswith(LATE):
            rows.drop(DUE, due["rule"], due["occasion"])


def _times(visit: Row) -> dict[str, str]:
    return {name: _time(visit[f"{name}_at"]) for name in ("starts", "ends") if visit.get(f"{name}_at")}


def _time(at: datetime) -> str:
    return at.astimezone(ROME).strftime("%d/%m/%Y %H:%M")


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def rule_of(row: Row) -> NoticeRule:
    """A rule from its row."""
    return NoticeRule.model_validate(row["terms"])
