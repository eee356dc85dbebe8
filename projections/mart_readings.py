"""Meter readings in the datamart (letture contatori): each real reading with what was counted since the one before.

Rollovers and replaced meters count as the rules say (R3.2); estimates count nothing and are no rows. A correction, or
a reading told late, changes the rows of its meter from there on.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from aggregates.rules.meters import Backwards, Meter, MeterSwap, Reading, counts
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from projections.base import ReadModel, Row, Rows, Table, on

METER = Table(
    "mart_meter",
    {"serial_item_id": "uuid", "kind": "text", "meter": "jsonb", "swaps": "jsonb", "last_id": "uuid"},
    ("serial_item_id", "kind"),
)
READING = Table(
    "mart_reading",
    {
        "reading_id": "uuid", "serial_item_id": "uuid", "meter": "text", "source": "text", "read_at": "timestamptz",
        "day": "date", "value": "bigint", "is_rollover": "boolean", "counted": "bigint", "consumption": "bigint",
        "previous_on": "date", "days": "integer", "position": "bigint",
    },
    ("reading_id",),
    ("serial_item_id, meter, read_at", "day"),
)  # fmt: skip


class MartReadings(ReadModel):
    """Valid readings of every meter, and what was consumed between them."""

    NAME = "mart-readings"
    TABLES = (METER, READING)

    @on(SerialItem.MeterAdded)
    def meter_added(self, fact: SerialItem.MeterAdded, rows: Rows) -> None:
        """A meter."""
        known = {"serial_item_id": fact.stream_id, "kind": fact.meter.kind, "swaps": [], "last_id": None}
        rows.put(METER, {**known, "meter": fact.meter.model_dump(mode="json")})

    @on(SerialItem.ReadingRecorded, SerialItem.ReadingCorrected)
    def read(self, fact: SerialItem.ReadingRecorded | SerialItem.ReadingCorrected, rows: Rows) -> None:
        """A reading, or its right value."""
        reading = fact.reading
        meter = rows.get(METER, fact.stream_id, reading.kind)
        if meter is None or not reading.is_real:
            return
        last = rows.get(READING, meter["last_id"]) if meter["last_id"] else None
        is_new = rows.get(READING, reading.reading_id) is None
        _put(rows, fact.stream_id, reading)
        if last is None or (is_new and reading.read_at > last["read_at"]):
            rows.put(METER, {**meter, "last_id": reading.reading_id})
            _count(rows, meter, [row for row in (rows.get(READING, reading.reading_id),) if row], after=last)
        else:
            _count_all(rows, meter)

    @on(SerialItem.MeterReplaced)
    def replaced(self, fact: SerialItem.MeterReplaced, rows: Rows) -> None:
        """Another meter counts on from its initial value."""
        meter = rows.get(METER, fact.stream_id, fact.swap.kind)
        if meter is not None:
            meter = {**meter, "swaps": [*meter["swaps"], fact.swap.model_dump(mode="json")]}
            rows.put(METER, meter)
            _count_all(rows, meter)


def _put(rows: Rows, serial_item_id: UUID, reading: Reading) -> None:
    known = rows.get(READING, reading.reading_id) or {"counted": 0, "consumption": 0, "days": 0}
    told = {
        "reading_id": reading.reading_id,
        "serial_item_id": serial_item_id,
        "meter": reading.kind,
        "source": reading.source.value,
        "read_at": reading.read_at,
        "day": rome_date(reading.read_at),
        "value": reading.value,
        "is_rollover": reading.rollover,
    }
    rows.put(READING, {**known, **told, "position": rows.now.position})


def _count_all(rows: Rows, meter: Row) -> None:
    found = rows.select(READING, serial_item_id=meter["serial_item_id"], meter=meter["kind"])
    _count(rows, meter, sorted(found, key=lambda row: (row["read_at"], str(row["reading_id"]))))


def _count(rows: Rows, meter: Row, readings: Sequence[Row], *, after: Row | None = None) -> None:
    """Count readings, which are all of the meter's unless they come after one that keeps what it has."""
    known = [*([after] if after else ()), *readings]
    swaps = [MeterSwap.model_validate(each) for each in meter["swaps"]]
    later = [each for each in swaps if known and each.replaced_at >= known[0]["read_at"]]
    by_id = {row["reading_id"]: row for row in known}
    before: Row | None = None
    # Readings that contradict one another are told of where they are billed; here they keep what they had.
    with suppress(Backwards):
        for each in counts(Meter.model_validate(meter["meter"]), map(_reading, known), later):
            row = by_id[each.reading.reading_id]
            if row is not after:
                row = {**row, **_since(row, before, each.counted + (after["counted"] if after else 0))}
                if row != by_id[row["reading_id"]]:
                    rows.put(READING, {**row, "position": rows.now.position})
            before = row


def _since(row: Row, before: Row | None, counted: int) -> dict[str, Any]:
    if before is None:
        return {"counted": 0, "consumption": 0, "previous_on": None, "days": 0}
    told = {"counted": counted, "consumption": counted - before["counted"], "previous_on": before["day"]}
    return {**told, "days": (row["day"] - before["day"]).days}


def _reading(row: Row) -> Reading:
    return Reading(
        reading_id=row["reading_id"],
        kind=row["meter"],
        value=row["value"],
        read_at=row["read_at"],
        source=row["source"],
        rollover=row["is_rollover"],
    )
