"""What people may ask about return authorisations (RMA): from the request to the way back."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.article import Article, article_id
from aggregates.base import Act, Refusal
from aggregates.call import Call
from aggregates.counterparty import Counterparty
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rma import Rma
from aggregates.rma_items import RmaItem
from aggregates.rma_state import Outcome
from aggregates.rules.numbering import Document
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.disposal import Waste, scrapped
from commands.number_register import take_number
from commands.quote import CallWithoutCustomer
from commands.rma_goods import Goods, become_ours, items_of, take_out
from commands.rma_work import propose_fee
from commands.words import Words


class ItemNotOnCall(Refusal):
    """This machine is not on the call; add it to the call, or request the return by itself."""

    status = 422


class RequestRma(Command):
    """Note that a customer wants to send goods in; with `authorise` the number is given at once."""

    rma_id: UUID | None = None
    customer_id: UUID
    site_id: UUID | None = None
    items: tuple[Goods, ...] = Field(min_length=1)
    authorise: bool = True
    call: RecordRef | None = Field(default=None, description="The call it comes from.")
    customer_reference: str | None = None
    notes: str | None = None


class AuthoriseCallRma(Command):
    """Authorise the return of a call's machines in one step: each becomes an item, with the fault the call tells of."""

    call_id: UUID
    rma_id: UUID | None = None
    serial_item_ids: tuple[UUID, ...] = Field(default=(), description="All machines of the call if left empty.")
    goods: tuple[Goods, ...] = Field(default=(), description="What else comes along, such as accessories.")
    customer_reference: str | None = None
    notes: str | None = None


class AuthoriseRma(Command):
    """Give a requested return the number under which the goods may come."""

    rma_id: UUID


class DiagnoseRmaItem(Command):
    """Write down what is wrong with an item that came in."""

    rma_id: UUID
    item_id: UUID
    findings: str = Field(min_length=1, examples=["Elettrovalvola bloccata"])
    cause: str | None = None
    under_warranty: bool | None = None


class DecideRmaOutcome(Command):
    """Decide what becomes of an item; replaced and credited goods become ours, at no value until decided.

    A scrapped item is waste from then on, with a line in the schedule.
    """

    rma_id: UUID
    item_id: UUID
    outcome: Outcome
    reason: Words | None = None
    waste: Waste | None = Field(default=None, description="Of scrapped items: what the schedule of waste says (R8.7).")


class AskRmaLabels(Command):
    """Have labels printed, one for each piece, with a code that scanners read; of all items if none is named."""

    rma_id: UUID
    item_ids: tuple[UUID, ...] = ()


class CloseRma(Command):
    """End a return; say why when items never came."""

    rma_id: UUID


class CancelRma(Command):
    """Withdraw a return before anything came or went."""

    rma_id: UUID
    reason: Words = Field(min_length=3, examples=["Il cliente ci ha ripensato"])


def request_rma(cmd: RequestRma, act: Act, service: Service) -> Answer:
    """Handles `RequestRma`; the same id again answers the return that is there."""
    rma_id = cmd.rma_id or service.new_id()
    rma = service.find(Rma, rma_id)
    if rma is None:
        items = items_of(service, cmd.items, rma_id)
        customer = Counterparty.of(service.load(Party, cmd.customer_id), cmd.site_id)
        details = {"customer_reference": cmd.customer_reference, "notes": cmd.notes}
        rma = Rma.request(rma_id, customer, items, act, call=cmd.call, **details)
        if cmd.authorise:
            _number(service, rma, act)
        service.save(rma)
    return {"rma_id": rma_id, "number": rma.number, "item_ids": list(rma.items)}


def authorise_call_rma(cmd: AuthoriseCallRma, act: Act, service: Service) -> Answer:
    """Handles `AuthoriseCallRma`. Raises `CallWithoutCustomer`, `ItemNotOnCall` and what `request_rma` raises."""
    call = service.load(Call, cmd.call_id)
    if call.party_id is None:
        raise CallWithoutCustomer
    wanted = cmd.serial_item_ids or call.serial_item_ids
    if not set(wanted) <= set(call.serial_item_ids):
        raise ItemNotOnCall
    machines = tuple(machine_goods(service, item_id, call.fault) for item_id in wanted)
    number = call.number or service.lookups.call_number(call.id) or ""
    asked = RequestRma(
        rma_id=cmd.rma_id or service.new_id(),
        customer_id=call.party_id,
        site_id=call.site_id,
        items=(*machines, *cmd.goods),
        call=RecordRef(kind="call", id=call.id, number=number),
        customer_reference=cmd.customer_reference,
        notes=cmd.notes,
    )
    return request_rma(asked, act, service)


def machine_goods(service: Service, serial_item_id: UUID, fault: str | None) -> Goods:
    """A machine of the installed base as goods that come in."""
    machine = service.load(SerialItem, serial_item_id)
    code = machine.details.article_code
    article = service.find(Article, article_id(code)) if code else None
    return Goods(
        description=machine.details.product,
        serial=machine.number,
        serial_item_id=machine.id,
        article_id=article.id if article is not None and article.details.kind.is_stocked else None,
        fault=fault,
    )


def authorise_rma(cmd: AuthoriseRma, act: Act, service: Service) -> Answer:
    """Handles `AuthoriseRma`; the number, once given, stays."""
    rma = service.load(Rma, cmd.rma_id)
    if rma.number is None:
        _number(service, rma, act)
    service.save(rma)
    return {"number": rma.number}


def diagnose_rma_item(cmd: DiagnoseRmaItem, act: Act, service: Service) -> None:
    """Handles `DiagnoseRmaItem`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.diagnose(cmd.item_id, cmd.findings, cmd.cause, cmd.under_warranty, act)
    service.save(rma)


def decide_rma_outcome(cmd: DecideRmaOutcome, act: Act, service: Service) -> Answer | None:
    """Handles `DecideRmaOutcome`; a scrapped item answers the number of its line in the schedule of waste."""
    rma = service.load(Rma, cmd.rma_id)
    if not rma.decide(cmd.item_id, cmd.outcome, cmd.reason, act):
        return None
    propose_fee(service, rma, cmd.item_id, act)
    service.save(rma)
    return settle(service, rma, rma.item(cmd.item_id), cmd.outcome, cmd.waste, act)


def settle(service: Service, rma: Rma, item: RmaItem, outcome: Outcome, waste: Waste | None, act: Act) -> Answer | None:
    """Move the goods of an item that does not travel back."""
    if outcome is Outcome.SCRAPPED:
        take_out(service, rma, item, act, "scrapped")
        return scrapped(service, rma, item, waste or Waste(), act)
    if outcome.return_reason is None:
        become_ours(service, rma, item, act)
    return None


def ask_rma_labels(cmd: AskRmaLabels, act: Act, service: Service) -> Answer:
    """Handles `AskRmaLabels`; asked again they are printed again."""
    rma = service.load(Rma, cmd.rma_id)
    labels = rma.ask_labels(cmd.item_ids, rome_date(act.at), act)
    service.save(rma)
    return {"codes": [label.code for label in labels]}


def close_rma(cmd: CloseRma, act: Act, service: Service) -> None:
    """Handles `CloseRma`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.close(act)
    service.save(rma)


def cancel_rma(cmd: CancelRma, act: Act, service: Service) -> None:
    """Handles `CancelRma`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.cancel(cmd.reason, act)
    service.save(rma)


def _number(service: Service, rma: Rma, act: Act) -> None:
    today = rome_date(act.at)
    rma.authorise(take_number(service, Document.RMA, rma.id, today, act), today, act)
