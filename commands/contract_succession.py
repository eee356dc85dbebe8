"""How a contract takes another one's place (sostituzione): readings, end and start in one append (R1.12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_meters import metered
from aggregates.contract_refusals import ClosingReadingMissing, ContractNotSigned
from aggregates.contract_state import HoursPolicy
from aggregates.hour_pool import HourPool
from aggregates.rules.meters import Reading, ReadingSource
from aggregates.serial_item import SerialItem
from aggregates.values import ROME, Value, rome_date
from commands.base import Answer, Command, Service
from commands.contract_serials import keep

ONE_DAY = timedelta(days=1)


class ChangeOverReading(Value):
    """What a meter showed when one contract gave way to the other: it closes the old and opens the new one."""

    serial_item_id: UUID
    kind: str = Field(examples=["bw"])
    value: int = Field(ge=0, examples=[15400])
    source: ReadingSource = ReadingSource.TECHNICIAN


class SupersedeContract(Command):
    """Let a signed successor take the contract's place from a day on; its metered machines need a reading of that day.

    What was billed for later days is then to be credited, see `credit-unused`. Where both cover the same serial items,
    sign the successor with `supersedes` instead, so that one cover follows the other without a gap.
    """

    contract_id: UUID
    successor_id: UUID
    starts_on: date | None = Field(default=None, description="First day of the successor; left out, its own start.")
    readings: tuple[ChangeOverReading, ...] = ()
    hours: HoursPolicy = HoursPolicy.MOVE


def supersede_contract(cmd: SupersedeContract, act: Act, service: Service) -> Answer:
    """Handles `SupersedeContract`; the successor must be signed. Raises `ClosingReadingMissing`."""
    old, new = service.load(Contract, cmd.contract_id), service.load(Contract, cmd.successor_id)
    require(bool(new.state.terms), ContractNotSigned)
    starts_on = cmd.starts_on or new.state.terms[0].starts_on
    return take_over(service, old, new, starts_on, cmd.readings, cmd.hours, act)


def take_over(
    service: Service,
    old: Contract,
    new: Contract,
    starts_on: date,
    readings: Sequence[ChangeOverReading],
    hours: HoursPolicy,
    act: Act,
) -> dict[str, Any]:
    """End one contract and let the other one point back to it; part of this append.

    A change-over that is still to come cannot have its readings yet: the answer says which are to be taken.
    """
    record_change_over(service, readings, starts_on, act)
    missing = list(without_reading(service, old, starts_on)) if old.state.ending is None else []
    if missing and starts_on <= rome_date(act.at):
        told = {"last_on": str(starts_on - ONE_DAY), "starts_on": str(starts_on)}
        raise ClosingReadingMissing(kind=missing[0]["kind"], serial_item_id=str(missing[0]["serial_item_id"]), **told)
    old.supersede(new.id, starts_on, act, hours)
    new.take_place_of(old.id, starts_on, act)
    service.save(old)
    keep(service, new)
    for pool in _pools(service, old):
        if old.hours_end_on is not None:
            pool.expire(rome_date(act.at), act, old.hours_end_on)
        else:
            pool.change_subject(pool.subject.model_copy(update={"contract_id": new.id}), act)
        service.save(pool)
    return {"last_on": old.state.ends_on, "credits": len(old.overbilled()), "readings_needed": missing}


def _pools(service: Service, old: Contract) -> Iterator[HourPool]:
    """The pools that go with the old contract: to the new one, hours and all, or they end with the old one (R1.12)."""
    for pool_id in service.lookups.hour_pools_of(old.state.header.customer_id):
        pool = service.load(HourPool, pool_id)
        if pool.subject.contract_id == old.id:
            yield pool


def record_change_over(service: Service, readings: Sequence[ChangeOverReading], starts_on: date, act: Act) -> None:
    """Record what meters showed when the day before a change-over ended; part of this append."""
    read_at = datetime.combine(starts_on, time(), ROME) - timedelta(seconds=1)
    for n, each in enumerate(readings):
        item = service.load(SerialItem, each.serial_item_id)
        fields = each.model_dump(exclude={"serial_item_id"})
        item.record_reading(Reading(reading_id=service.new_id(f"reading-{n}"), read_at=read_at, **fields), act)
        service.save(item)


def without_reading(
    service: Service, contract: Contract, starts_on: date, among: Sequence[UUID] | None = None
) -> Iterator[dict[str, Any]]:
    """The metered machines served on the day before a change-over, or those named, that nobody read then."""
    days, last_on = (starts_on - ONE_DAY, starts_on), starts_on - ONE_DAY
    for scope in metered(contract.state):
        kinds = {m.kind for terms in scope.agreed.values() for counter in terms.counters for m in counter.counted}
        served = (key for key, span in scope.served if span.holds(last_on)) if among is None else scope.machine_ids
        for machine_id in dict.fromkeys(key for key in served if among is None or key in among):
            item = service.load(SerialItem, machine_id)
            read = {each.kind for each in item.readings.values() if each.is_real and rome_date(each.read_at) in days}
            for kind in sorted((kinds & item.meters.keys()) - read):
                yield {"serial_item_id": machine_id, "kind": kind}
