"""Notices (avvisi): the rules, what is still to be written by them, and what became of what was written (CAL-7).

What is due is what happened under a rule and has no notice; a visit that nobody has begun becomes late by itself.
"""

from __future__ import annotations

from aggregates.appointment import Appointment
from aggregates.call import Call
from aggregates.issued_document import IssuedDocument
from aggregates.notice import Notice
from aggregates.notice_rules import NoticeRules
from aggregates.notice_terms import UNKNOWN, Happening
from aggregates.notice_texts import CLOCKS
from aggregates.purchase_order import PurchaseOrder
from aggregates.values import rome_date
from aggregates.workshop_job import WorkshopJob
from projections.base import ReadModel, Rows, on
from projections.notice_occasions import agreed, give_up, given_to, order_sent, parts_came, printed
from projections.notice_tables import (
    CALLER,
    DUE,
    EXCEPTION,
    JOB,
    LATE,
    LISTENING,
    NOTICE,
    PAPER,
    RULE,
    SETTING,
    VISIT,
    book,
    happen,
    listen,
    place,
    told_day,
    told_time,
    unwatch,
    watch,
)


class Notices(ReadModel):
    """Rules, what is due to be written, and every notice as it stands."""

    NAME = "notices"
    TABLES = (RULE, LISTENING, SETTING, EXCEPTION, DUE, VISIT, PAPER, JOB, CALLER, NOTICE)

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
            listen(before["happening"], rule.code, None, rows)
        listening = {"since": fact.act.at.isoformat(), "late_after_minutes": rule.late_after_minutes}
        listening["channel"] = rule.channel.value
        listen(rule.happening, rule.code, listening, rows)
        if rule.happening is Happening.TECHNICIAN_DELAYED:
            for visit in rows.select(VISIT, watched=True):
                watch(visit, rule.code, fact.act.at, rule.late_after_minutes, rows)

    @on(NoticeRules.RuleDropped)
    def rule_dropped(self, fact: NoticeRules.RuleDropped, rows: Rows) -> None:
        """It holds no longer; what it had not written yet is not written."""
        rule = rows.get(RULE, fact.code)
        if rule is not None:
            listen(rule["happening"], fact.code, None, rows)
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
        rows.put(SETTING, {"name": "mail", "value": fact.state.value})

    @on(NoticeRules.TextsFound)
    def texts_found(self, fact: NoticeRules.TextsFound, rows: Rows) -> None:
        """It is known whether text messages can be sent."""
        rows.put(SETTING, {"name": "texts", "value": fact.state.value})

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
            happen(fact, Happening.CALL_RECEIVED, rows, fact.stream_id)
        else:
            by = told_day(fact.maintenance.latest_on)
            happen(fact, Happening.MAINTENANCE_ANNOUNCED, rows, fact.stream_id, told={"by": by})

    @on(Call.TechnicianAssigned)
    def assigned(self, fact: Call.TechnicianAssigned, rows: Rows) -> None:
        """A visit has a technician and a time."""
        visit = place(fact.stream_id, fact.activity_id, fact.technician_id, fact.slot, rows)
        happen(fact, Happening.TECHNICIAN_ASSIGNED, rows, fact.stream_id, visit)

    @on(Call.Reassigned)
    def reassigned(self, fact: Call.Reassigned, rows: Rows) -> None:
        """Somebody else comes, at another time, or both; put off on its own day, the technician is delayed."""
        given_to(fact, fact.activity_id, fact.technician_id, rows)
        for one in fact.bookings:
            book(fact.stream_id, one, rows)
        visit = place(fact.stream_id, fact.activity_id, fact.technician_id, fact.slot, rows)
        before = fact.previous_slot
        if fact.technician_id != fact.previous_technician_id:
            happen(fact, Happening.TECHNICIAN_ASSIGNED, rows, fact.stream_id, visit)
        if fact.slot.starts_at != before.starts_at:
            is_today = rome_date(fact.act.at) == rome_date(before.starts_at) == rome_date(fact.slot.starts_at)
            is_delay = is_today and fact.slot.starts_at > before.starts_at
            what = Happening.TECHNICIAN_DELAYED if is_delay else Happening.APPOINTMENT_MOVED
            happen(fact, what, rows, fact.stream_id, visit, told={"previous_starts": told_time(before.starts_at)})

    @on(Call.BookingAdded, Call.BookingMoved)
    def booked(self, fact: Call.BookingAdded | Call.BookingMoved, rows: Rows) -> None:
        """Somebody comes along; another than before, whoever was to come does not."""
        if isinstance(fact, Call.BookingMoved):
            given_to(fact, fact.booking.booking_id, fact.booking.technician_id, rows)
        book(fact.stream_id, fact.booking, rows)

    @on(Call.BookingDropped)
    def booking_dropped(self, fact: Call.BookingDropped, rows: Rows) -> None:
        """One of several does not come."""
        give_up(fact, (fact.booking_id,), fact.reason, rows)
        rows.drop(VISIT, fact.booking_id)

    @on(Call.Arrived)
    def arrived(self, fact: Call.Arrived, rows: Rows) -> None:
        """The technician is there: nobody is late."""
        unwatch(fact.activity_id, rows)
        rows.patch(VISIT, fact.activity_id, arrived=True)

    @on(Call.Unassigned)
    def unassigned(self, fact: Call.Unassigned, rows: Rows) -> None:
        """Nobody is to come: nobody is late."""
        give_up(fact, (fact.activity_id, *fact.released), fact.reason, rows)
        unwatch(fact.activity_id, rows)
        for booking_id in fact.released:
            rows.drop(VISIT, booking_id)

    @on(Call.ActivityPerformed)
    def performed(self, fact: Call.ActivityPerformed, rows: Rows) -> None:
        """The visit took place."""
        unwatch(fact.performed.activity_id, rows)
        rows.drop(VISIT, fact.performed.activity_id)

    @on(Call.Closed, Call.Cancelled)
    def ended(self, fact: Call.Closed | Call.Cancelled, rows: Rows) -> None:
        """Nothing is left to do."""
        give_up(fact, fact.released, fact.reason if isinstance(fact, Call.Cancelled) else None, rows)
        for activity_id in fact.released:
            unwatch(activity_id, rows)
            rows.drop(VISIT, activity_id)
        if isinstance(fact, Call.Closed):
            told = {"solution": fact.solution or UNKNOWN}
            happen(fact, Happening.CALL_CLOSED, rows, fact.stream_id, told=told)

    @on(Call.Escalated)
    def escalated(self, fact: Call.Escalated, rows: Rows) -> None:
        """A rule of escalation names who must know."""
        told = {"clock": CLOCKS[fact.clock], "level": fact.level, "due": told_time(fact.due_at)}
        whom = fact.whom.model_dump(mode="json")
        told["note"] = fact.note or UNKNOWN
        happen(fact, Happening.ESCALATION, rows, fact.stream_id, told=told, whom=whom)

    @on(Appointment.Begun)
    def appointment_begun(self, fact: Appointment.Begun, rows: Rows) -> None:
        """It is known which call a visit belongs to, though nobody has it on the agenda."""
        if rows.get(VISIT, fact.activity_id) is None:
            rows.put(VISIT, {"activity_id": fact.activity_id, "call_id": fact.call_id, "watched": False})

    @on(Appointment.Proposed)
    def proposed(self, fact: Appointment.Proposed, rows: Rows) -> None:
        """Times are offered."""
        times = "\n".join(f"- {told_time(one.slot.starts_at)}" for one in fact.offer.alternatives)
        visit = {"activity_id": fact.activity_id, "technician_id": fact.offer.alternatives[0].technician_id}
        happen(fact, Happening.APPOINTMENT_PROPOSED, rows, fact.call_id, visit, told={"times": times})

    @on(Appointment.ConfirmedByCustomer)
    def confirmed(self, fact: Appointment.ConfirmedByCustomer, rows: Rows) -> None:
        """The customer agrees."""
        agreed(fact, Happening.APPOINTMENT_CONFIRMED, rows, {})

    @on(Appointment.Missed)
    def missed(self, fact: Appointment.Missed, rows: Rows) -> None:
        """Somebody was not there."""
        agreed(fact, Happening.VISIT_MISSED, rows, {"reason": fact.reason})

    @on(Call.ReportSigned, Call.SignatureAbsent)
    def report_final(self, fact: Call.ReportSigned | Call.SignatureAbsent, rows: Rows) -> None:
        """The report will be printed as it stays."""
        row = {"record_id": fact.report_id, "version": fact.originator_version}
        rows.put(PAPER, {**row, "call_id": fact.stream_id})

    @on(IssuedDocument.Issued)
    def issued(self, fact: IssuedDocument.Issued, rows: Rows) -> None:
        """A report signed or explained, or an order to a supplier, lies in the archive."""
        printed(fact, rows)

    @on(PurchaseOrder.Sent)
    def order_sent(self, fact: PurchaseOrder.Sent, rows: Rows) -> None:
        """An order goes out."""
        order_sent(fact, rows)

    @on(PurchaseOrder.Received)
    def parts_came(self, fact: PurchaseOrder.Received, rows: Rows) -> None:
        """Goods came that somebody waits for."""
        parts_came(fact, rows)

    @on(WorkshopJob.TakenIn)
    def taken_in(self, fact: WorkshopJob.TakenIn, rows: Rows) -> None:
        """Something lies in the workshop for a call."""
        rows.put(JOB, {"job_id": fact.stream_id, "call_id": fact.call_id})

    @on(WorkshopJob.MadeReady)
    def made_ready(self, fact: WorkshopJob.MadeReady, rows: Rows) -> None:
        """It can be collected: told on the channel that the customer asked for, by telephone nothing is written."""
        job = rows.get(JOB, fact.stream_id)
        if job is not None:
            told = {"place": fact.place or UNKNOWN}
            channel = fact.contact.value
            happen(fact, Happening.WORKSHOP_READY, rows, job["call_id"], told=told, channel=channel)

    @on(Notice.Written)
    def written(self, fact: Notice.Written, rows: Rows) -> None:
        """Words for somebody are there."""
        rows.drop(DUE, fact.rule, fact.occasion.key)
        about = fact.occasion.model_dump(include={"call_id", "cause_id", "customer_id", "happened_at"})
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

    @on(Notice.Undelivered)
    def undelivered(self, fact: Notice.Undelivered, rows: Rows) -> None:
        """It came back: somebody has to look at it."""
        rows.patch(NOTICE, fact.stream_id, state="undelivered", reason=fact.reason)

    @on(Notice.Lapsed)
    def lapsed(self, fact: Notice.Lapsed, rows: Rows) -> None:
        """It is of no use any more."""
        rows.patch(NOTICE, fact.stream_id, state="lapsed", reason=fact.reason.value)

    @on(Notice.TriedAgain)
    def tried_again(self, fact: Notice.TriedAgain, rows: Rows) -> None:
        """It is due again."""
        told = {"due_at": fact.act.at, "use_by_at": fact.use_by_at, "attempts": 0}
        rows.patch(NOTICE, fact.stream_id, state="due", **told)
