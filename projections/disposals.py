"""Waste (schedario RAEE): what was taken in, with which form it left, whose fourth copy is late (R8.7)."""

from __future__ import annotations

from datetime import date
from typing import Any

from aggregates.disposal import Disposal
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page

DISPOSAL = Table(
    "disposal",
    {
        "disposal_id": "uuid", "number": "text", "taken_on": "date", "description": "text", "quantity": "numeric",
        "serial": "text", "owner": "text", "withdrawal": "text", "holder_id": "uuid", "holder": "text",
        "cer_code": "text", "weight_kg": "numeric", "record_id": "uuid", "record_number": "text", "form": "text",
        "form_on": "date", "carrier": "text", "plant": "text", "copy_due_on": "date", "copy_on": "date",
    },
    ("disposal_id",),
    ("number", "record_id", "copy_due_on"),
)  # fmt: skip


class Disposals(ReadModel):
    """The schedule of waste (schedario di carico e scarico)."""

    NAME = "disposals"
    TABLES = (DISPOSAL,)

    @on(Disposal.TakenIn)
    def taken_in(self, fact: Disposal.TakenIn, rows: Rows) -> None:
        """A line of the schedule."""
        thing, holder, record = fact.item, fact.holder, fact.record
        rows.put(
            DISPOSAL,
            {
                "disposal_id": fact.stream_id,
                **fact.model_dump(include={"number", "taken_on", "cer_code", "weight_kg"}),
                **thing.model_dump(include={"description", "quantity", "serial"}),
                "owner": thing.ownership.value,
                "withdrawal": fact.withdrawal.value,
                "holder_id": holder.party_id if holder else None,
                "holder": holder.name if holder else None,
                "record_id": record.id if record else None,
                "record_number": record.number if record else None,
            },
        )

    @on(Disposal.HandedOver)
    def handed_over(self, fact: Disposal.HandedOver, rows: Rows) -> None:
        """It left with a form."""
        form = fact.form
        told = {"carrier": form.carrier, "plant": form.plant, "cer_code": form.cer_code, "weight_kg": form.weight_kg}
        paper = {"form": form.number, "form_on": form.dated_on, "copy_due_on": fact.copy_due_on}
        rows.patch(DISPOSAL, fact.stream_id, **told, **paper)

    @on(Disposal.CopyReceived)
    def copy_received(self, fact: Disposal.CopyReceived, rows: Rows) -> None:
        """The plant took it."""
        rows.patch(DISPOSAL, fact.stream_id, copy_on=fact.received_on)


class WasteSchedule(Page):
    """The schedule of waste on a day: what is here, what left, whose fourth copy is awaited or late."""

    on: date
    state: str | None = None
    from_on: date | None = None
    until_on: date | None = None


def waste_schedule(reader: Reader, ask: WasteSchedule) -> dict[str, Any]:
    """The lines; `state` is `here`, `awaiting_copy`, `copy_late` (over 90 days: tell the province) or `done`."""
    return page(
        reader,
        ask,
        """select * from (
               select d.*, case when form is null or form_on > %(on)s then 'here'
                                when copy_on <= %(on)s then 'done'
                                when copy_due_on < %(on)s then 'copy_late'
                                else 'awaiting_copy' end as state
                 from {disposal} d) w
            where taken_on <= %(on)s and (%(state)s::text is null or state = %(state)s)
              and (%(from_on)s::date is null or taken_on >= %(from_on)s)
              and (%(until_on)s::date is null or taken_on <= %(until_on)s)""",
        order=("taken_on", "number", "disposal_id"),
    )
