"""What people may ask about waste (smaltimento, RAEE): into the schedule, away with a form, the form's fourth copy."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.counterparty import Counterparty
from aggregates.disposal import CerCode, Disposal, TransportForm, WasteItem, Withdrawal
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rules.numbering import Document
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.stock import Ownership
from aggregates.values import Value, rome_date
from commands.base import Answer, Command, Service
from commands.number_register import take_number


class Waste(Value):
    """What the schedule says of something that became waste; the code may be told with the form."""

    withdrawal: Withdrawal = Withdrawal.ONE_FOR_ONE
    cer_code: CerCode | None = Field(default=None, examples=["16 02 14"])
    weight_kg: Level | None = None


class RecordWaste(Command):
    """Put something into the schedule of waste that came with no return, such as what a new machine replaces (R8.7)."""

    disposal_id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="Whose it was; left out, ours.")
    site_id: UUID | None = None
    item: WasteItem = Field(
        examples=[{"description": "Lavastoviglie fuori uso", "quantity": "1", "ownership": "customer"}]
    )
    waste: Waste = Waste()
    taken_on: date | None = Field(default=None, description="Today if left out.")
    record: RecordRef | None = Field(default=None, description="The call or order it comes from.")


class HandOverWaste(Command):
    """Record the transport form (FIR) that waste left with: one form, one or more lines of the schedule."""

    disposal_ids: tuple[UUID, ...] = Field(min_length=1)
    form: TransportForm


class ReceiveWasteCopy(Command):
    """Record that the fourth copy of a form came back, within 90 days of its date."""

    disposal_ids: tuple[UUID, ...] = Field(min_length=1)
    received_on: date | None = Field(default=None, description="Today if left out.")
    weight_kg: Level | None = Field(default=None, description="What the plant weighed.")


def record_waste(cmd: RecordWaste, act: Act, service: Service) -> Answer:
    """Handles `RecordWaste`; the same id again answers the line that is there."""
    disposal_id = cmd.disposal_id or service.new_id()
    known = service.find(Disposal, disposal_id)
    if known is not None:
        return {"disposal_id": disposal_id, "number": known.number}
    party = service.load(Party, cmd.customer_id) if cmd.customer_id else None
    holder = Counterparty.of(party, cmd.site_id) if party else None
    taken_on = cmd.taken_on or rome_date(act.at)
    return _taken_in(service, disposal_id, cmd.item, cmd.waste, taken_on, act, holder=holder, record=cmd.record)


def hand_over_waste(cmd: HandOverWaste, act: Act, service: Service) -> None:
    """Handles `HandOverWaste`."""
    for disposal_id in cmd.disposal_ids:
        disposal = service.load(Disposal, disposal_id)
        disposal.hand_over(cmd.form, act)
        service.save(disposal)


def receive_waste_copy(cmd: ReceiveWasteCopy, act: Act, service: Service) -> None:
    """Handles `ReceiveWasteCopy`."""
    for disposal_id in cmd.disposal_ids:
        disposal = service.load(Disposal, disposal_id)
        disposal.receive_copy(cmd.received_on or rome_date(act.at), cmd.weight_kg, act)
        service.save(disposal)


def scrapped(service: Service, rma: Rma, item: RmaItem, waste: Waste, act: Act, *, ours: bool = False) -> Answer:
    """The line in the schedule for an item of a return, in this append."""
    thing = WasteItem(
        description=item.description,
        quantity=rma.received.get(item.item_id, ZERO),
        serial=item.serial,
        article_id=item.article_id,
        ownership=Ownership.OWN if ours else Ownership.CUSTOMER,
    )
    ref = RecordRef(kind="rma", id=rma.id, number=rma.number)
    holder = None if ours else rma.customer
    disposal_id = service.new_id(f"waste-{item.item_id}")
    return _taken_in(service, disposal_id, thing, waste, rome_date(act.at), act, holder=holder, record=ref)


def _taken_in(
    service: Service,
    disposal_id: UUID,
    thing: WasteItem,
    waste: Waste,
    taken_on: date,
    act: Act,
    *,
    holder: Counterparty | None,
    record: RecordRef | None,
) -> Answer:
    number = take_number(service, Document.WASTE, disposal_id, taken_on, act)
    told = waste.model_dump(include={"cer_code", "weight_kg"})
    disposal = Disposal.take_in(
        disposal_id, number, taken_on, thing, waste.withdrawal, act, holder=holder, record=record, **told
    )
    service.save(disposal)
    return {"disposal_id": disposal_id, "number": number}
