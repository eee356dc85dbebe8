"""Measuring instruments (strumenti di misura): who has which, and when their calibration ends."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.instrument import Instrument, InstrumentDetails
from projections.base import Page, Reader, ReadModel, Row, Rows, Table, on, page

INSTRUMENT = Table(
    "instrument",
    {
        "instrument_id": "uuid", "code": "text", "kind": "text", "model": "text", "serial": "text",
        "needs_calibration": "boolean", "technician_id": "uuid", "vehicle_id": "uuid", "calibrated_on": "date",
        "valid_until_on": "date", "certificate": "text", "withdrawn_on": "date",
    },
    ("instrument_id",),
    ("technician_id", "vehicle_id"),
)  # fmt: skip


class Instruments(ReadModel):
    """Each instrument with the calibration that holds longest."""

    NAME = "instruments"
    TABLES = (INSTRUMENT,)

    @on(Instrument.Registered)
    def registered(self, fact: Instrument.Registered, rows: Rows) -> None:
        """An instrument appears."""
        rows.put(INSTRUMENT, {"instrument_id": fact.stream_id, "code": fact.code, **_details(fact.details)})

    @on(Instrument.DetailsChanged)
    def changed(self, fact: Instrument.DetailsChanged, rows: Rows) -> None:
        """It is something else."""
        rows.patch(INSTRUMENT, fact.stream_id, **_details(fact.details))

    @on(Instrument.Given)
    def given(self, fact: Instrument.Given, rows: Rows) -> None:
        """Somebody else has it, another vehicle, or nobody."""
        rows.patch(INSTRUMENT, fact.stream_id, technician_id=fact.technician_id, vehicle_id=fact.vehicle_id)

    @on(Instrument.Calibrated)
    def calibrated(self, fact: Instrument.Calibrated, rows: Rows) -> None:
        """A calibration counts when none holds longer."""
        row, told = rows.get(INSTRUMENT, fact.stream_id) or {}, fact.calibration
        if row.get("valid_until_on") is None or row["valid_until_on"] <= told.valid_until_on:
            days = {"calibrated_on": told.done_on, "valid_until_on": told.valid_until_on}
            rows.patch(INSTRUMENT, fact.stream_id, **days, certificate=told.certificate)

    @on(Instrument.Withdrawn)
    def withdrawn(self, fact: Instrument.Withdrawn, rows: Rows) -> None:
        """It is used no more."""
        rows.patch(INSTRUMENT, fact.stream_id, withdrawn_on=fact.on, technician_id=None, vehicle_id=None)


def _details(details: InstrumentDetails) -> Row:
    return details.model_dump()


class FindInstruments(Page):
    """Instruments in use by kind, technician, vehicle, or end of their calibration; withdrawn ones if asked for."""

    kind: str | None = None
    technician_id: UUID | None = None
    vehicle_id: UUID | None = None
    expires_by: date | None = None
    withdrawn: bool = False


def find_instruments(reader: Reader, ask: FindInstruments) -> dict[str, Any]:
    """By code, each with who or which vehicle has it. Among those that end by a day are those never calibrated."""
    return page(
        reader,
        ask,
        """select i.*, t.name as technician_name, v.plate from {instrument} i
             left join {technician} t on t.technician_id = i.technician_id
             left join {vehicle} v on v.vehicle_id = i.vehicle_id
            where (%(withdrawn)s or i.withdrawn_on is null)
              and (%(kind)s::text is null or lower(i.kind) = lower(%(kind)s))
              and (%(technician_id)s::uuid is null or i.technician_id = %(technician_id)s)
              and (%(vehicle_id)s::uuid is null or i.vehicle_id = %(vehicle_id)s)
              and (%(expires_by)s::date is null or (i.needs_calibration
                   and coalesce(i.valid_until_on, '-infinity') <= %(expires_by)s))""",
        order=("code", "instrument_id"),
    )
