"""What people may ask about warranties of items beyond giving one (garanzie): by delivery, by work, longer, back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Self
from uuid import UUID, uuid5

from pydantic import Field, model_validator

from aggregates.base import Act, Refusal, require
from aggregates.call import Call
from aggregates.party import Party
from aggregates.rules import warranties as rules
from aggregates.serial_item import CoverageItem, SerialItem, Warranty, WarrantyKind
from aggregates.serial_item_values import SupplierWarranty
from aggregates.values import Period, Value, rome_date
from commands.base import Answer, Command, Service
from commands.serial_item_replacement import is_consumer, warranty_terms


class LegalWarrantyMissing(Refusal):
    """This item has no legal warranty on {on}; register its delivery first."""


class RightToRepairOff(Refusal):
    """A repair prolongs no warranty: the company's months of the right to repair are 0; set the parameter first."""


class NotForConsumers(Refusal):
    """Only a consumer's warranty is prolonged by a repair; this item belonged to a business on {on}."""


class ProlongedAlready(Refusal):
    """This warranty was already prolonged by the repair of {on}; the law prolongs it once."""


class CallStillOpen(Refusal):
    """The work of this call is not finished; close the call before you warrant it."""


class Proof(Value):
    """A document that proves a delivery (prova): number and date."""

    number: str = Field(min_length=1, max_length=40, examples=["2026/45"])
    dated_on: date = Field(examples=["2026-03-12"])


class RegisterItemDelivery(Command):
    """Say when an item was delivered to its customer: it has the legal warranty of the customer's kind from that day.

    The delivery note proves the day, or else the invoice (R5.3). Told again with another document, the same warranty
    is corrected.
    """

    serial_item_id: UUID
    delivered_on: date | None = Field(
        default=None, examples=["2026-09-16"], description="Left out, the date of the document that proves it."
    )
    delivery_note: Proof | None = None
    invoice: Proof | None = None

    @model_validator(mode="after")
    def _is_proved(self) -> Self:
        if self.delivered_on is None and self.delivery_note is None and self.invoice is None:
            raise ValueError("a delivery needs its day, its delivery note or its invoice")
        return self


class ExtendWarranty(Command):
    """Sell a longer warranty: it begins where the legal one ends and takes nothing from it."""

    serial_item_id: UUID
    months: int = Field(ge=1, le=240, examples=[24])
    covers: tuple[CoverageItem, ...] = tuple(CoverageItem)
    source: str | None = Field(default=None, examples=["Contratto di estensione 7/2026"])


class ProlongWarranty(Command):
    """Prolong a consumer's legal warranty after a repair under it, once; off until the parameter says months."""

    serial_item_id: UUID
    repaired_on: date | None = Field(default=None, description="Left out, today.")


class WithdrawWarranty(Command):
    """Take back a warranty that was given by mistake; the history keeps it."""

    serial_item_id: UUID
    warranty_id: UUID


class RecordSupplierWarranty(Command):
    """Record what our supplier answers for: it gives costs back to us and covers nothing for the customer (R5.2)."""

    serial_item_id: UUID
    warranty_id: UUID | None = None
    supplier_id: UUID | None = None
    supplier: str = Field(min_length=1, examples=["Silanos S.p.A."])
    period: Period = Field(examples=[{"starts_on": "2026-03-02", "ends_on": "2027-03-02"}])
    covers: tuple[CoverageItem, ...] = (CoverageItem.PARTS,)
    source: str | None = Field(default=None, examples=["Fattura 1201 del 02/03/2026"])


class WarrantWork(Command):
    """Give the warranty of the work of a closed call, and of the parts fitted into each machine (art. 2226 c.c.)."""

    call_id: UUID


def register_item_delivery(cmd: RegisterItemDelivery, act: Act, service: Service) -> Answer:
    """Handles `RegisterItemDelivery`; a legal warranty told by a sale is corrected, not doubled."""
    item = service.load(SerialItem, cmd.serial_item_id)
    proof = cmd.delivery_note or cmd.invoice
    delivered_on = cmd.delivered_on or (proof.dated_on if proof else rome_date(act.at))
    known = next((each for each in item.warranties.values() if _is_own_legal(each)), None)
    warranty = rules.legal(
        known.warranty_id if known else uuid5(item.id, "delivery"),
        delivered_on,
        warranty_terms(service, delivered_on),
        is_consumer=is_consumer(service, item, delivered_on),
        source=_source(cmd) or (known.source if known else None),
    )
    item.give_warranty(warranty, act)
    service.save(item)
    return {"warranty_id": warranty.warranty_id, "ends_on": warranty.period.ends_on}


def extend_warranty(cmd: ExtendWarranty, act: Act, service: Service) -> Answer:
    """Handles `ExtendWarranty`. Raises `LegalWarrantyMissing`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    legal = _legal(item)
    if legal is None:
        raise LegalWarrantyMissing(on=str(rome_date(act.at)))
    warranty = rules.extended(
        uuid5(item.id, f"extension/{legal.warranty_id}/{cmd.source or ''}"),
        legal.period.ends_on,
        cmd.months,
        covers=cmd.covers,
        source=cmd.source,
    )
    item.give_warranty(warranty, act)
    service.save(item)
    return {"warranty_id": warranty.warranty_id, "ends_on": warranty.period.ends_on}


def prolong_warranty(cmd: ProlongWarranty, act: Act, service: Service) -> Answer:
    """Handles `ProlongWarranty`. Raises `RightToRepairOff`, `LegalWarrantyMissing`, `ProlongedAlready` and more."""
    item = service.load(SerialItem, cmd.serial_item_id)
    repaired_on = cmd.repaired_on or rome_date(act.at)
    terms = warranty_terms(service, repaired_on)
    require(terms.right_to_repair_months > 0, RightToRepairOff)
    require(is_consumer(service, item, repaired_on), NotForConsumers, on=str(repaired_on))
    known = next((w for w in item.warranties_on(repaired_on) if w.kind is WarrantyKind.LEGAL), None)
    if known is None:
        raise LegalWarrantyMissing(on=str(repaired_on))
    if known.prolonged_on != repaired_on:
        require(known.prolonged_on is None, ProlongedAlready, on=str(known.prolonged_on))
        known = rules.prolonged(known, repaired_on, terms)
        item.give_warranty(known, act)
    service.save(item)
    return {"warranty_id": known.warranty_id, "ends_on": known.period.ends_on}


def withdraw_warranty(cmd: WithdrawWarranty, act: Act, service: Service) -> None:
    """Handles `WithdrawWarranty`. Raises `WarrantyUnknown`."""
    item = service.load(SerialItem, cmd.serial_item_id)
    item.withdraw_warranty(cmd.warranty_id, act)
    service.save(item)


def record_supplier_warranty(cmd: RecordSupplierWarranty, act: Act, service: Service) -> Answer:
    """Handles `RecordSupplierWarranty`; the same supplier from the same day is corrected."""
    if cmd.supplier_id is not None:
        service.load(Party, cmd.supplier_id)
    item = service.load(SerialItem, cmd.serial_item_id)
    made = uuid5(item.id, f"supplier/{cmd.supplier.strip().casefold()}/{cmd.period.starts_on}")
    fields = cmd.model_dump(include={"supplier_id", "supplier", "covers", "source"})
    warranty = SupplierWarranty(warranty_id=cmd.warranty_id or made, period=cmd.period, **fields)
    item.record_supplier_warranty(warranty, act)
    service.save(item)
    return {"warranty_id": warranty.warranty_id}


def warrant_work(cmd: WarrantWork, act: Act, service: Service) -> Answer:
    """Handles `WarrantWork`. Raises `CallStillOpen`; told again, or after a correction, the same warranties."""
    call = service.load(Call, cmd.call_id)
    if call.ended_at is None or call.outcome is None:
        raise CallStillOpen
    done_on = rome_date(call.ended_at)
    service.preload(*call.serial_item_ids)
    given = []
    for item_id in _machines(call):
        item = service.find(SerialItem, item_id)
        for warranty in _of_the_work(service, call, item_id, done_on) if item else ():
            assert item is not None
            item.give_warranty(warranty, act)
            given.append(warranty.warranty_id)
            service.save(item)
    return {"warranty_ids": given}


def _machines(call: Call) -> list[UUID]:
    fitted = [used.serial_item_id for used in call.used_parts.values() if used.serial_item_id is not None]
    return list(dict.fromkeys([*call.serial_item_ids, *fitted]))


def _of_the_work(service: Service, call: Call, item_id: UUID, done_on: date) -> Iterator[Warranty]:
    terms = warranty_terms(service, done_on)
    source = f"Chiamata {call.number or service.lookups.call_number(call.id) or call.id}"
    done = rules.repair(uuid5(item_id, f"work/{call.id}"), done_on, terms, source)
    if done is not None and item_id in call.serial_item_ids:
        yield done
    for used in call.used_parts.values():
        if used.serial_item_id != item_id or used.part.code is None or used.is_consumable:
            continue
        fitted = rules.part(uuid5(item_id, f"part/{used.line_id}"), done_on, terms, used.part.code, source)
        if fitted is not None:
            yield fitted


def _legal(item: SerialItem) -> Warranty | None:
    """The legal warranty that ends last."""
    legal = [each for each in item.warranties.values() if each.kind is WarrantyKind.LEGAL]
    return max(legal, key=lambda each: each.period.ends_on, default=None)


def _is_own_legal(warranty: Warranty) -> bool:
    return warranty.kind is WarrantyKind.LEGAL and warranty.inherited_from is None


def _source(cmd: RegisterItemDelivery) -> str | None:
    if cmd.delivery_note is not None:
        return f"DDT {cmd.delivery_note.number} del {cmd.delivery_note.dated_on:%d/%m/%Y}"
    if cmd.invoice is not None:
        return f"Fattura {cmd.invoice.number} del {cmd.invoice.dated_on:%d/%m/%Y}"
    return None
