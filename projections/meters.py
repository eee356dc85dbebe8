"""Meters and their readings (contatori e letture)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.rules.meters import Reading
from aggregates.serial_item import SerialItem
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

METER = Table(
    "meter",
    {
        "serial_item_id": "uuid", "kind": "text", "digits": "integer", "weight": "numeric", "last_value": "bigint",
        "last_read_at": "timestamptz", "last_source": "text",
    },
    ("serial_item_id", "kind"),
)  # fmt: skip
READING = Table(
    "meter_reading",
    {
        "reading_id": "uuid", "serial_item_id": "uuid", "kind": "text", "value": "bigint", "read_at": "timestamptz",
        "source": "text", "rollover": "boolean", "photo_sha256": "text", "told_at": "timestamptz",
        "recorded_at": "timestamptz", "corrected": "boolean",
    },
    ("reading_id",),
    ("serial_item_id, kind, read_at",),
)  # fmt: skip
SWAP = Table(
    "meter_swap",
    {"serial_item_id": "uuid", "kind": "text", "replaced_at": "timestamptz", "final": "bigint", "initial": "bigint"},
    ("serial_item_id", "kind", "replaced_at"),
)


class Meters(ReadModel):
    """What the installed base counts; the last value is that of the last real reading or of a newer meter."""

    NAME = "meters"
    TABLES = (METER, READING, SWAP)

    @on(SerialItem.MeterAdded)
    def added(self, fact: SerialItem.MeterAdded, rows: Rows) -> None:
        """A meter appears."""
        rows.put(METER, {"serial_item_id": fact.stream_id, **fact.meter.model_dump()})

    @on(SerialItem.ReadingRecorded)
    def recorded(self, fact: SerialItem.ReadingRecorded, rows: Rows) -> None:
        """A reading appears."""
        known = {"told_at": fact.act.at, "recorded_at": rows.now.recorded_at, "corrected": False}
        rows.put(READING, {"serial_item_id": fact.stream_id, **_reading(fact.reading), **known})
        meter, reading = rows.get(METER, fact.stream_id, fact.reading.kind), fact.reading
        if meter is not None and reading.is_real and _later(reading, meter["last_read_at"]):
            self._show(fact.stream_id, reading.kind, rows, reading.value, reading.read_at, reading.source.value)

    @on(SerialItem.ReadingCorrected)
    def corrected(self, fact: SerialItem.ReadingCorrected, rows: Rows) -> None:
        """A reading has its right value."""
        reading = fact.reading
        rows.patch(READING, reading.reading_id, value=reading.value, rollover=reading.rollover, corrected=True)
        meter = rows.get(METER, fact.stream_id, reading.kind)
        if meter is not None and reading.is_real and meter["last_read_at"] == reading.read_at:
            self._show(fact.stream_id, reading.kind, rows, reading.value, reading.read_at, reading.source.value)

    @on(SerialItem.MeterReplaced)
    def replaced(self, fact: SerialItem.MeterReplaced, rows: Rows) -> None:
        """Another meter counts on from its initial value."""
        swap = fact.swap
        rows.put(SWAP, {"serial_item_id": fact.stream_id, **swap.model_dump()})
        meter = rows.get(METER, fact.stream_id, swap.kind)
        if meter is not None and (meter["last_read_at"] is None or meter["last_read_at"] <= swap.replaced_at):
            self._show(fact.stream_id, swap.kind, rows, swap.initial, swap.replaced_at, "replacement")

    def _show(self, item_id: UUID, kind: str, rows: Rows, value: int, read_at: Any, source: str) -> None:
        rows.patch(METER, item_id, kind, last_value=value, last_read_at=read_at, last_source=source)


def _reading(reading: Reading) -> dict[str, Any]:
    return {**reading.model_dump(exclude={"source"}), "source": reading.source.value}


def _later(reading: Reading, last_read_at: Any) -> bool:
    return last_read_at is None or reading.read_at >= last_read_at


class FindReadings(Page):
    """The readings of an item, perhaps of one meter."""

    serial_item_id: UUID
    kind: str | None = None


def find_readings(reader: Reader, ask: FindReadings) -> dict[str, Any]:
    """The readings, newest first; estimates are marked by their source."""
    return page(
        reader,
        ask,
        """select reading_id, kind, value, read_at, source, rollover, photo_sha256, told_at, recorded_at, corrected
             from {meter_reading}
            where serial_item_id = %(serial_item_id)s and (%(kind)s::text is null or kind = %(kind)s)""",
        order=("-read_at", "-reading_id"),
    )
