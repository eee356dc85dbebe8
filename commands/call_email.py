"""What people may ask about work done by e-mail on a call (attività per e-mail): an e-mail written or answered."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_values import CloseOutcome
from aggregates.technician import Technician
from aggregates.values import Slot
from aggregates.work_report import ActivityMode, Correspondence, Performed
from commands.base import Answer, Command, Service
from commands.call_parts import release_parts
from commands.call_work import is_chargeable
from commands.hour_pool_draws import draw_for_call
from commands.words import Words


class LogEmailActivity(Command):
    """Record help given by e-mail, in one stroke; it may close the call. Nothing is sent by this.

    Its type says whether the minutes are charged; a planned activity is performed by giving its id.
    """

    call_id: UUID
    activity_id: UUID | None = Field(default=None, description="The planned activity; left out, an unplanned one.")
    kind: str = Field(default="email", min_length=1, max_length=60, description="Of an unplanned one.")
    technician_id: UUID | None = Field(default=None, description="Who wrote; left out, whoever records it.")
    to: str = Field(min_length=3, max_length=320, examples=["anna@example.it"], description="To whom it was written.")
    person_id: UUID | None = Field(default=None, description="Who that is, where they are known.")
    subject: Words = Field(min_length=1, max_length=300, examples=["Re: codice di errore E4"])
    minutes: int = Field(default=10, ge=1, description="Time taken, ended now.")
    text: Words = Field(min_length=1, max_length=4000, examples=["Spiegato il reset, inviato il manuale"])
    serial_item_ids: tuple[UUID, ...] = ()
    close: CloseOutcome | None = Field(default=None, description="Close the call with this outcome.")


def log_email_activity(cmd: LogEmailActivity, act: Act, service: Service) -> Answer:
    """Handles `LogEmailActivity`. Raises `NotFound`, and what performing and closing raise."""
    call = service.load(Call, cmd.call_id)
    if cmd.technician_id is not None:
        service.load(Technician, cmd.technician_id)
    activity_id = cmd.activity_id or service.new_id("activity")
    planned = call.activities.get(activity_id)
    kind = planned.kind if planned else cmd.kind
    person_id = cmd.person_id or service.new_id("person")
    performed = Performed(
        activity_id=activity_id,
        kind=kind,
        mode=ActivityMode.EMAIL,
        technician_id=cmd.technician_id or (planned.technician_id if planned else None),
        time=Slot(starts_at=act.at - timedelta(minutes=cmd.minutes), ends_at=act.at),
        text=cmd.text,
        serial_item_ids=cmd.serial_item_ids,
        is_chargeable=is_chargeable(service, call, activity_id, kind),
        correspondence=Correspondence(person_id=person_id, to=cmd.to, subject=cmd.subject),
    )
    call.perform(performed, act)
    if cmd.close is not None:
        call.close(cmd.close, cmd.text, act)
        release_parts(call, act, service)
        draw_for_call(service, call, act)
    service.save(call)
    return {"activity_id": activity_id}
