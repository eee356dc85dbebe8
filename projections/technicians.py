"""Technicians with skills, areas, hours and cost (tecnici)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.technician import Technician, TechnicianDetails
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

TECHNICIAN = Table(
    "technician",
    {
        "technician_id": "uuid", "code": "text", "name": "text", "phone": "text", "email": "text",
        "external": "boolean", "areas": "jsonb", "van": "text", "active": "boolean",
        "skills": "jsonb", "hours": "jsonb", "costs": "jsonb",
        "starts_latitude": "double precision", "starts_longitude": "double precision",
        "base_town": "text",
    },
    ("technician_id",),
    ("lower(code)",),
)  # fmt: skip


class Technicians(ReadModel):
    """Who can be sent; `skills`, `hours` and `costs` are lists of what holds from which day on."""

    NAME = "technicians"
    TABLES = (TECHNICIAN,)

    @on(Technician.Registered)
    def registered(self, fact: Technician.Registered, rows: Rows) -> None:
        """A technician appears."""
        row = {"technician_id": fact.stream_id, "code": fact.code, "active": True}
        rows.put(TECHNICIAN, {**row, "skills": [], "hours": [], "costs": [], **_details(fact.details)})

    @on(Technician.DetailsChanged)
    def changed(self, fact: Technician.DetailsChanged, rows: Rows) -> None:
        """The list shows the technician as they are now."""
        rows.patch(TECHNICIAN, fact.stream_id, **_details(fact.details))

    @on(Technician.SkillSet)
    def skill_set(self, fact: Technician.SkillSet, rows: Rows) -> None:
        """The technician has a skill."""
        _replace(rows, fact.stream_id, "skills", "name", fact.skill.model_dump(mode="json"))

    @on(Technician.SkillRemoved)
    def skill_removed(self, fact: Technician.SkillRemoved, rows: Rows) -> None:
        """The technician no longer has a skill."""
        row = rows.get(TECHNICIAN, fact.stream_id)
        if row is not None:
            left = [skill for skill in row["skills"] if skill["name"] != fact.name]
            rows.patch(TECHNICIAN, fact.stream_id, skills=left)

    @on(Technician.HoursSet)
    def hours_set(self, fact: Technician.HoursSet, rows: Rows) -> None:
        """The technician works other hours from a day on."""
        hours = {"from_on": fact.from_on.isoformat(), "week": fact.week.model_dump(mode="json")}
        _replace(rows, fact.stream_id, "hours", "from_on", hours)

    @on(Technician.CostSet)
    def cost_set(self, fact: Technician.CostSet, rows: Rows) -> None:
        """An hour costs otherwise from a day on."""
        _replace(rows, fact.stream_id, "costs", "from_on", fact.cost.model_dump(mode="json"))

    @on(Technician.Deactivated)
    def deactivated(self, fact: Technician.Deactivated, rows: Rows) -> None:
        """The technician takes no more work."""
        rows.patch(TECHNICIAN, fact.stream_id, active=False)

    @on(Technician.Reactivated)
    def reactivated(self, fact: Technician.Reactivated, rows: Rows) -> None:
        """The technician works again."""
        rows.patch(TECHNICIAN, fact.stream_id, active=True)


def _details(details: TechnicianDetails) -> Row:
    return {**details.model_dump(), "areas": list(details.areas)}


def _replace(rows: Rows, technician_id: UUID, column: str, key: str, item: dict[str, Any]) -> None:
    row = rows.get(TECHNICIAN, technician_id)
    if row is not None:
        others = [known for known in row[column] if known[key] != item[key]]
        rows.patch(TECHNICIAN, technician_id, **{column: sorted([*others, item], key=lambda known: str(known[key]))})


def technician_by_code(reader: Reader, code: str) -> UUID | None:
    """See `Lookups.technician_by_code`."""
    sql = "select technician_id from {technician} where lower(code) = lower(%(code)s)"
    row = reader.row(sql, {"code": code.strip()})
    return row["technician_id"] if row else None


class FindTechnicians(Page):
    """Technicians, perhaps those with a skill (whose certificate holds on a day) or of an area."""

    skill: str | None = None
    on: date | None = None
    area: str | None = None
    active: bool | None = True


def find_technicians(reader: Reader, ask: FindTechnicians) -> dict[str, Any]:
    """The technicians by name, without their cost."""
    return page(
        reader,
        ask,
        """select technician_id, code, name, phone, email, external, areas, van, active, skills, hours,
                  starts_latitude, starts_longitude
             from {technician}
            where (%(active)s::boolean is null or active = %(active)s)
              and (%(area)s::text is null or areas ? %(area)s)
              and (%(skill)s::text is null or exists (
                    select from jsonb_array_elements(skills) as skill
                     where skill->>'name' = %(skill)s
                       and (%(on)s::date is null or skill->>'certified_until_on' is null
                            or (skill->>'certified_until_on')::date >= %(on)s)))""",
        order=("name", "technician_id"),
    )


class TechnicianSheet(Ask):
    """One technician."""

    technician_id: UUID


def technician_sheet(reader: Reader, ask: TechnicianSheet) -> dict[str, Any] | None:
    """The technician with skills, hours and costs by date."""
    columns = ", ".join(TECHNICIAN.columns)
    sql = f"select {columns} from {{technician}} where technician_id = %(technician_id)s"  # noqa: S608 - our own columns
    return reader.row(sql, ask.model_dump())
