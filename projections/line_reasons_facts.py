"""The facts behind a line of an invoice (fatti dietro la riga): what, when, by whom, by which command (BIL-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from aggregates import contract_facts as facts
from aggregates.base import Aggregate
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_sale import PoolSale
from aggregates.invoice_values import InvoiceLine
from aggregates.serial_item import SerialItem
from projections.base import Reader, Recorded, Row
from projections.history import says
from projections.line_reasons_contract import Used, measured_of
from projections.line_reasons_work import draws_of

OF_INVOICES = (facts.FeesProposed, facts.FeesReleased, facts.PeriodBilled, facts.PeriodCredited)
OF_OTHERS = (
    facts.BillingParked, facts.MeterPeriodsSettled, facts.OverbilledCredited, facts.DocumentAsked,
    facts.ConsumerReminded,
)  # fmt: skip
OF_POOLS = (HourPool.Opened, HourPool.TermsSet, HourPool.LotBought)


def facts_behind(then: Reader, reader: Reader, line: InvoiceLine, invoice_id: UUID) -> list[Row]:
    """The facts known when the line was made that made it, and all of its invoice, oldest first."""
    found = [fact_told("invoice", each) for each in reader.facts(invoice_id)]
    for kind, stream_id in _records(then, line):
        found += [fact_told(kind, each) for each in then.facts(stream_id) if _matters(each, line, invoice_id)]
    if line.source.contract_id is not None:
        billed = (each for each in reader.facts(line.source.contract_id) if isinstance(each.fact, OF_INVOICES))
        found += [fact_told("contract", each) for each in billed if _matters(each, line, invoice_id)]
    for use in measured_of(then, line, invoice_id):
        found += [fact_told("serial-item", each) for each in then.facts(use.serial_item_id) if _is_of(each, use)]
    unique = {row["position"]: row for row in found}
    return [unique[position] for position in sorted(unique)]


def _records(then: Reader, line: InvoiceLine) -> Iterator[tuple[str, UUID]]:
    source = line.source
    if source.contract_id is not None:
        yield "contract", source.contract_id
    for record in (source.record, source.delivery, source.about):
        if record is not None:
            yield record.kind, record.id
            sale = then.record(record.id)
            if isinstance(sale, PoolSale):
                yield "hour-pool", sale.sold.pool_id
    for draw in draws_of(then, line):
        yield "hour-pool", draw.pool_id
        yield from (("hour-pool", part.pool_id) for part in draw.parts)


def _matters(recorded: Recorded, line: InvoiceLine, invoice_id: UUID) -> bool:
    """Not what other invoices took, nor what has nothing to do with amounts."""
    fact = recorded.fact
    if isinstance(fact, OF_INVOICES):
        return fact.invoice_id == invoice_id
    if isinstance(fact, HourPool.HoursDrawn):
        record = line.source.record
        return record is None or record.kind != "call" or fact.draw.call_id == record.id
    if isinstance(fact, HourPool.Event):
        return isinstance(fact, OF_POOLS)
    return not isinstance(fact, OF_OTHERS)


def _is_of(recorded: Recorded, use: Used) -> bool:
    """Its meter, its replacements and the readings it was reckoned from."""
    fact = recorded.fact
    if isinstance(fact, SerialItem.ReadingRecorded | SerialItem.ReadingCorrected):
        return fact.reading.reading_id in use.reading_ids
    if isinstance(fact, SerialItem.MeterAdded):
        return fact.meter.kind == use.meter
    return isinstance(fact, SerialItem.MeterReplaced) and fact.swap.kind == use.meter


def fact_told(kind: str, recorded: Recorded) -> dict[str, Any]:
    """A fact with what the log knows of it."""
    fact: Aggregate.Event = recorded.fact
    return {
        "record": kind,
        "record_id": fact.stream_id,
        "topic": recorded.topic,
        "says": says(fact),
        "at": fact.act.at,
        "by": fact.act.by,
        "why": fact.act.why,
        "recorded_at": recorded.recorded_at,
        "command": recorded.metadata.get("command"),
        "position": recorded.position,
        "event_id": recorded.event_id,
    }
