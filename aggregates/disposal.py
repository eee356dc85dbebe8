"""Disposal (smaltimento, RAEE): scrapped things are waste: a line of the schedule, a transport form, its fourth copy.

Waste never travels with a delivery note (R8.7): the schedule (schedario di carico e scarico, DM 65/2010) says what was
taken in and handed over, the form (FIR) who carried it where; its fourth copy comes back within 90 days.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.counterparty import BookedParty, Counterparty
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import Level, Quantity
from aggregates.stock import Ownership
from aggregates.values import Value, rome_date

COPY_DAYS = 90
CER = r"^\d{2} ?\d{2} ?\d{2}\*?$"
CerCode = Annotated[str, Field(pattern=CER, examples=["16 02 14"])]
"""A code of the European list of waste; an asterisk marks dangerous waste."""


class Withdrawal(StrEnum):
    """How waste came to us: for a new equal piece, without one, or made by our own work."""

    ONE_FOR_ONE = "one_for_one"
    ONE_FOR_NONE = "one_for_none"
    OWN_WORK = "own_work"


class WasteItem(Value):
    """One thing that became waste."""

    description: str = Field(min_length=1)
    quantity: Quantity = Decimal(1)
    serial: str | None = None
    article_id: UUID | None = None
    ownership: Ownership


class TransportForm(Value):
    """The waste transport form (FIR): who carried how much of it where; the weight is in kilograms."""

    number: str = Field(min_length=1, max_length=30, examples=["XRFDN 012345"])
    dated_on: date
    cer_code: CerCode
    carrier: str = Field(min_length=1, examples=["Ecotrasporti S.r.l."])
    plant: str = Field(min_length=1, examples=["Centro di raccolta di Forlì"])
    weight_kg: Level = Field(examples=["32.5"])


class AlreadyHandedOver(Refusal):
    """This waste went away with form {number}; a form is not changed once the waste is gone."""


class NotHandedOver(Refusal):
    """No transport form was recorded for this waste; hand it over first."""


class FormBeforeWaste(Refusal):
    """The form is dated {dated_on}, before the waste was taken in on {taken_on}; check the date."""

    status = 422


class FormInFuture(Refusal):
    """The date {dated_on} is to come; give the day on which it happened."""

    status = 422


class Disposal(Aggregate):
    """Waste with its line in the schedule, from the day it was taken in to the fourth copy of its form."""

    TOPIC = "disposal"

    class TakenIn(FirstEvent):
        """Something became waste and is in the schedule (carico)."""

        TOPIC = "disposal.taken-in.v1"
        number: str
        taken_on: date
        item: WasteItem
        withdrawal: Withdrawal
        holder: BookedParty | None
        cer_code: CerCode | None = Field(examples=["16 02 14"])
        weight_kg: Level | None
        record: RecordRef | None

    class HandedOver(Aggregate.Event):
        """It left with a transport form (scarico)."""

        TOPIC = "disposal.handed-over.v1"
        form: TransportForm
        copy_due_on: date

    class CopyReceived(Aggregate.Event):
        """The fourth copy of the form is back: the plant took the waste."""

        TOPIC = "disposal.copy-received.v1"
        received_on: date
        weight_kg: Level | None

    # Decide

    @classmethod
    def take_in(
        cls,
        disposal_id: UUID,
        number: str,
        taken_on: date,
        item: WasteItem,
        withdrawal: Withdrawal,
        act: Act,
        *,
        holder: Counterparty | None = None,
        cer_code: str | None = None,
        weight_kg: Decimal | None = None,
        record: RecordRef | None = None,
    ) -> Disposal:
        """Put waste into the schedule."""
        fields = {"holder": holder, "cer_code": cer_code, "weight_kg": weight_kg, "record": record}
        return cls.begin(
            cls.TakenIn,
            id=disposal_id,
            act=act,
            number=number,
            taken_on=taken_on,
            item=item,
            withdrawal=withdrawal,
            **fields,
        )

    def hand_over(self, form: TransportForm, act: Act) -> None:
        """Record the form it left with. Raises `AlreadyHandedOver`, `FormBeforeWaste`, `FormInFuture`."""
        if self.form == form:
            return
        if self.form is not None:
            raise AlreadyHandedOver(number=self.form.number)
        is_later = form.dated_on >= self.taken_on
        require(is_later, FormBeforeWaste, dated_on=str(form.dated_on), taken_on=str(self.taken_on))
        require(form.dated_on <= rome_date(act.at), FormInFuture, dated_on=str(form.dated_on))
        due_on = form.dated_on + timedelta(days=COPY_DAYS)
        self.trigger_event(self.HandedOver, act=act, form=form, copy_due_on=due_on)

    def receive_copy(self, received_on: date, weight_kg: Decimal | None, act: Act) -> None:
        """Record the fourth copy; the first one told counts. Raises `NotHandedOver`, `FormBeforeWaste`."""
        if self.copy_received_on is not None:
            return
        if self.form is None:
            raise NotHandedOver
        is_later = received_on >= self.form.dated_on
        require(is_later, FormBeforeWaste, dated_on=str(received_on), taken_on=str(self.form.dated_on))
        require(received_on <= rome_date(act.at), FormInFuture, dated_on=str(received_on))
        self.trigger_event(self.CopyReceived, act=act, received_on=received_on, weight_kg=weight_kg)

    # Evolve

    @event(TakenIn)
    def __init__(self, number: str, taken_on: date, record: RecordRef | None) -> None:
        self.number, self.taken_on, self.record = number, taken_on, record
        self.form: TransportForm | None = None
        self.copy_received_on: date | None = None

    @event(HandedOver)
    def _handed_over(self, form: TransportForm) -> None:
        self.form = form

    @event(CopyReceived)
    def _copy_received(self, received_on: date) -> None:
        self.copy_received_on = received_on
