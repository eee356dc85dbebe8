"""What a call refuses, and what to do about it."""

from __future__ import annotations

from aggregates.base import Refusal, SlotTaken


class CallExists(Refusal):
    """There is already another call with the id {call_id}; send a new id."""


class CallerMissing(Refusal):
    """A call needs a customer, or the caller in words; give one of them."""

    status = 422


class FaultMissing(Refusal):
    """Say in a few words what is wrong or what is asked for."""

    status = 422


class CallIsClosed(Refusal):
    """The call is closed; reopen it first."""


class CallNotClosed(Refusal):
    """The call is not closed yet; close it before billing it."""


class CallIsCancelled(Refusal):
    """The call was cancelled; reopen it first."""


class StepNotPossible(Refusal):
    """A call that is {status} cannot go this way ({step}); look at its history and do the missing step first."""


class ActivityUnknown(Refusal):
    """The call has no activity {activity_id}; plan it first."""

    status = 404


class BookingUnknown(Refusal):
    """The call has no booking {booking_id} that is still to come; look at the visit again."""

    status = 404


class BookingIdTaken(Refusal):
    """The id {booking_id} already belongs to something else on this call; send a new id."""


class ActivityOver(Refusal):
    """The activity was already performed or dropped; plan another one."""


class AlreadyAssigned(Refusal):
    """The activity is already on an agenda; reassign it instead."""


class NotAssigned(Refusal):
    """The activity is on nobody's agenda; assign a technician first."""


class VisitUnderWay(Refusal):
    """The technician is already on site; record the work before moving the visit."""


class SkillMissing(Refusal):
    """The technician lacks the skill this activity needs: {skill}. Choose another technician."""


class SlotTooLong(Refusal):
    """A slot can last {days} days at most; plan one activity for each part."""

    status = 422


class WorkDone(Refusal):
    """Work was already done on this call; close it instead of cancelling it."""


class PauseOpen(Refusal):
    """The call is paused; resume it first."""


class NotPaused(Refusal):
    """The call is not paused."""


class PauseNotAgreed(Refusal):
    """No clock of this call may stand still for {reason}; the contract does not provide for it."""


class PauseOverlaps(Refusal):
    """A pause must begin after the opening and after the pause before it; correct its time."""

    status = 422


class EndsBeforeStart(Refusal):
    """The end must come after the start; correct the times."""

    status = 422


class PauseUnknown(Refusal):
    """No pause of this call began then; take its beginning from the call's clocks."""

    status = 404


class PauseEndMissing(Refusal):
    """The pause is over; say when it ended."""

    status = 422


class StartsBeforeOpening(Refusal):
    """Clocks cannot start before the call was opened; correct the time."""

    status = 422


class EscalationNotDue(Refusal):
    """Rule {rule} had not reached its level ({level}) on this call by then, or the clock had already stopped."""


class ApprovalMissing(Refusal):
    """The service is blocked and the work is charged; have it approved by the customer or by us, then assign it."""


class ReasonMissing(Refusal):
    """Say why; the reason stays on the call."""

    status = 422


class VisitUnreported(Refusal):
    """A visit has no work report yet; report it before closing the call."""


class NothingToReport(Refusal):
    """There is no work to report on this call; record what was done first."""


class ReportUnknown(Refusal):
    """The call has no report {report_id}."""

    status = 404


class RevisionPassed(Refusal):
    """The report is now at revision {current}; show that one to the customer and have it signed."""


class VisitMoved(Refusal):
    """This visit was meanwhile given to somebody else or taken off the agenda; ask the dispatcher."""


class DocumentNotCurrent(Refusal):
    """This is not the document as it stands; show the current document again and have that one signed."""


class DepartureAfterStart(Refusal):
    """The technician cannot set out after the work began; correct the times."""

    status = 422


class AlreadySigned(Refusal):
    """This revision is already signed; a correction is a new revision with its own signature."""


class PartUnknown(Refusal):
    """The call has no planned part {line_id}."""

    status = 404


class PartTaken(Refusal):
    """This part has already left the warehouse as it was recorded; take back what is too much and add another line."""


class PartNotUsed(Refusal):
    """No part was used under the line {line_id}, or all of it has come back; check the lines of the call."""

    status = 404


class LessUsed(Refusal):
    """Only {left} of this part are used on the call, {quantity} are to come back; correct the quantity."""


class SerialNotUsed(Refusal):
    """Serial {serial} was not used in this line; check the number."""


class ClockNotRunning(Refusal):
    """The clock {clock} had not reached {percent} % by then, or had already stopped."""


class PriorityUnclear(Refusal):
    """Give the new priority, or the impact and urgency it is made from."""

    status = 422


class ServiceBlocked(Refusal):
    """No calls are accepted while the service is blocked: {reason} Settle what is open, or lift the block."""


class TakenByVisit(SlotTaken):
    """The technician has the visit of call {number} from {from_at} to {to_at}; choose another slot or override it
    with a reason.
    """


class TakenByAbsence(SlotTaken):
    """The technician is absent from {from_at} to {to_at}; choose another slot or override it with a reason."""
