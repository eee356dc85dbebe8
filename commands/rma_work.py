"""What people may ask about the work of a return (lavoro sul reso): parts and hours of a repair, the diagnosis fee."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article
from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_pricing import PricesMissing
from aggregates.call_surroundings import surroundings
from aggregates.call_values import ChargeItem
from aggregates.delivery_note_values import NoteCharge, NoteChargeKind
from aggregates.party import Party
from aggregates.price_list import ChargeKind, Price, PriceList
from aggregates.quote import Quote
from aggregates.rma import Rma
from aggregates.rma_items import FittedPart
from aggregates.rma_work import UNMENDED
from aggregates.rules.stock_levels import Quantity
from aggregates.stock_item import StockItem
from aggregates.tariff import Tariff, tariff_of
from aggregates.values import Rate, Value, rome_date
from aggregates.warehouse import WarehouseKind
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.rma_goods import reference
from commands.stock import issue_stock, warehouse_of
from commands.words import Words

DIAGNOSIS, LABOUR = "Diagnosi", "Manodopera riparazione"


class RepairPart(Value):
    """A part fitted in a repair."""

    article_id: UUID
    quantity: Quantity = Decimal(1)
    serials: tuple[str, ...] = ()
    lots: tuple[str, ...] = ()
    warehouse_id: UUID | None = Field(default=None, description="The main warehouse if left out.")
    unit_price: Rate | None = Field(default=None, ge=0, description="Euro; that of the customer's list if left out.")


class WorkOnRmaItem(Command):
    """Record the parts and hours of an item's repair: the parts leave stock, and both are priced on the note back.

    What is under warranty by its diagnosis costs the customer nothing, unless it is charged all the same.
    """

    rma_id: UUID
    item_id: UUID
    work_id: UUID | None = Field(default=None, description="The same work again changes nothing.")
    parts: tuple[RepairPart, ...] = ()
    hours: Quantity | None = Field(default=None, examples=["2"])
    hour_price: Rate | None = Field(default=None, ge=0, description="Euro; that of the customer's list if left out.")
    description: Words = Field(default=LABOUR, min_length=1, max_length=1000)
    charged: bool | None = Field(default=None, description="Unless under warranty, if left out.")


class WaiveRmaFee(Command):
    """Do not charge the diagnosis of an item that goes back unmended."""

    rma_id: UUID
    item_id: UUID
    reason: Words = Field(min_length=3, examples=["Cliente storico"])


def work_on_rma_item(cmd: WorkOnRmaItem, act: Act, service: Service) -> Answer:
    """Handles `WorkOnRmaItem`: stock and return in one append. Raises `PricesMissing` and what stock refuses."""
    rma = service.load(Rma, cmd.rma_id)
    work_id = cmd.work_id or service.new_id("work")
    if work_id not in rma.works:
        _, _, under_warranty = rma.findings.get(cmd.item_id, ("", None, None))
        is_charged = cmd.charged if cmd.charged is not None else not under_warranty
        charges = _charges(service, rma, cmd, act) if is_charged else ()
        parts = tuple(_fitted(service, rma, work_id, n, part, act) for n, part in enumerate(cmd.parts, 1))
        rma.work_on(cmd.item_id, work_id, parts, cmd.hours, charges, act)
        service.save(rma)
    return {"work_id": work_id, "charges": list(rma.charges.get(cmd.item_id, ()))}


def waive_rma_fee(cmd: WaiveRmaFee, act: Act, service: Service) -> None:
    """Handles `WaiveRmaFee`."""
    rma = service.load(Rma, cmd.rma_id)
    rma.waive_fee(cmd.item_id, cmd.reason, act)
    service.save(rma)


def propose_fee(service: Service, rma: Rma, item_id: UUID, act: Act) -> None:
    """Propose the fee of a diagnosis that mended nothing: the price list's, else the company's own.

    Nothing is proposed under warranty, nor where a declined quote of the return's call owes it already (R7.5).
    """
    _, _, under_warranty = rma.findings.get(item_id, ("", None, None))
    if rma.outcomes.get(item_id) not in UNMENDED or under_warranty or _is_owed(service, rma):
        return
    tariff = _tariff(service, rma, act)
    price = tariff.charge(ChargeKind.DIAGNOSIS)
    ours = parameters(service, tariff.on).diagnosis_fee
    kind = NoteChargeKind.DIAGNOSIS
    if price is not None:
        discounts = tariff.discounts(price, ChargeItem.LABOUR)
        fee = NoteCharge(kind=kind, description=DIAGNOSIS, unit_price=price.unit_price, discounts=discounts)
        rma.propose_fee(item_id, fee, price.price_list_code, act)
    elif ours:
        rma.propose_fee(item_id, NoteCharge(kind=kind, description=DIAGNOSIS, unit_price=ours), None, act)


def _is_owed(service: Service, rma: Rma) -> bool:
    quotes = service.lookups.quotes_of_call(rma.call.id) if rma.call is not None else ()
    return any(service.load(Quote, quote_id).owed_fee for quote_id in quotes)


def _tariff(service: Service, rma: Rma, act: Act) -> Tariff:
    """The prices of the return's customer today, under the contract of its call."""
    on = rome_date(act.at)
    party = service.load(Party, rma.customer.party_id)
    call = service.find(Call, rma.call.id) if rma.call is not None else None
    agreed = surroundings(call, party, service.find, ()).price_list if call is not None else None
    return tariff_of(party, parameters(service, on), on, lambda key: service.find(PriceList, key), agreed)


def _charges(service: Service, rma: Rma, cmd: WorkOnRmaItem, act: Act) -> tuple[NoteCharge, ...]:
    """What the work costs, hours first. Raises `PricesMissing` naming all that has no price."""
    tariff, missing = _tariff(service, rma, act), list[str]()
    found = [*_hours(tariff, cmd, missing), *(_part(service, tariff, part, missing) for part in cmd.parts)]
    if missing:
        raise PricesMissing(missing=", ".join(missing))
    return tuple(one for one in found if one is not None)


def _hours(tariff: Tariff, cmd: WorkOnRmaItem, missing: list[str]) -> Iterator[NoteCharge]:
    if cmd.hours is None:
        return
    said, listed = cmd.hour_price, tariff.charge(ChargeKind.LABOUR_HOUR, cmd.hours)
    priced = _priced(tariff, said, listed, ChargeItem.LABOUR)
    if priced is None:
        missing.append(cmd.description)
        return
    yield NoteCharge(
        description=cmd.description, quantity=cmd.hours, unit="H", unit_price=priced[0], discounts=priced[1]
    )


def _part(service: Service, tariff: Tariff, part: RepairPart, missing: list[str]) -> NoteCharge | None:
    article = service.load(Article, part.article_id)
    priced = _priced(tariff, part.unit_price, tariff.price(article.code, part.quantity), ChargeItem.PARTS)
    if priced is None:
        missing.append(article.details.description)
        return None
    return NoteCharge(
        kind=NoteChargeKind.PART,
        description=article.details.description,
        article_id=article.id,
        quantity=part.quantity,
        unit=article.details.unit,
        unit_price=priced[0],
        price_per=article.details.price_multiplier,
        discounts=priced[1],
    )


def _priced(
    tariff: Tariff, said: Decimal | None, listed: Price | None, item: ChargeItem
) -> tuple[Decimal, tuple[Decimal, ...]] | None:
    """What was said is the price; else the list's, with the customer's discounts."""
    if said is not None:
        return said, ()
    return (listed.unit_price, tariff.discounts(listed, item)) if listed is not None else None


def _fitted(service: Service, rma: Rma, work_id: UUID, n: int, part: RepairPart, act: Act) -> FittedPart:
    article = service.load(Article, part.article_id)
    here = part.warehouse_id or warehouse_of(service, None, WarehouseKind.MAIN)
    stock = issue_stock(
        service, part.article_id, here, part.quantity, reference(rma), act,
        movement_id=service.new_id(f"{work_id}-part-{n}"), for_record_id=rma.call.id if rma.call else rma.id,
        serials=part.serials, lots=part.lots,
    )  # fmt: skip
    last = stock.pending_events[-1]
    lots = tuple(lot.code for lot in last.lots) if isinstance(last, StockItem.Issued) else ()
    return FittedPart(
        article_id=article.id,
        code=article.code,
        description=article.details.description,
        quantity=part.quantity,
        serials=part.serials,
        lots=part.lots or lots,
        warehouse_id=here,
        unit_cost=stock.unit_cost,
    )
