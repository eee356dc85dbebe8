"""Reminders (solleciti): the letters, who is due for one, and who is left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.dunning import DunningFile, Reminder, total_of
from aggregates.rules.dunning import DunningTerms
from projections.arrears import parameters_on
from projections.base import Page, Reader, ReadModel, Rows, Table, on, page
from projections.contracts import TODAY

REMINDER = Table(
    "reminder",
    {
        "reminder_id": "uuid", "customer_id": "uuid", "state": "text", "number": "text", "level": "integer",
        "dated_on": "date", "total": "numeric", "parts": "jsonb", "subject": "text", "reason": "text",
    },
    ("reminder_id",),
    ("customer_id, dated_on", "state", "dated_on, reminder_id"),
)  # fmt: skip
LEVEL = Table(
    "dunning_level",
    {"record_id": "uuid", "part": "integer", "level": "integer", "reminded_on": "date"},
    ("record_id", "part"),
)
FILE = Table(
    "dunning_file", {"file_id": "uuid", "customer_id": "uuid", "held_because": "text"}, ("file_id",), ("customer_id",)
)


class Dunning(ReadModel):
    """Letters, the level that each due date has reached, and holds."""

    NAME = "dunning"
    TABLES = (REMINDER, LEVEL, FILE)

    @on(Reminder.Proposed)
    def proposed(self, fact: Reminder.Proposed, rows: Rows) -> None:
        """A letter is due."""
        told = fact.model_dump(include={"customer_id", "level", "dated_on"})
        parts = [each.model_dump(mode="json") for each in fact.parts]
        row = {"reminder_id": fact.stream_id, "state": "proposed", "total": total_of(fact.parts), "parts": parts}
        rows.put(REMINDER, {**row, **told})

    @on(Reminder.Confirmed)
    def confirmed(self, fact: Reminder.Confirmed, rows: Rows) -> None:
        """It goes out."""
        letter = fact.letter
        told = letter.model_dump(include={"number", "level", "dated_on", "subject"})
        parts = [each.model_dump(mode="json") for each in letter.parts]
        rows.patch(REMINDER, fact.stream_id, state="confirmed", total=letter.total, parts=parts, **told)

    @on(Reminder.Dropped)
    def dropped(self, fact: Reminder.Dropped, rows: Rows) -> None:
        """It does not go out."""
        rows.patch(REMINDER, fact.stream_id, state="dropped", reason=fact.reason)

    @on(DunningFile.Reminded)
    def reminded(self, fact: DunningFile.Reminded, rows: Rows) -> None:
        """Due dates have reached their level."""
        for each in fact.parts:
            key = {"record_id": each.record_id, "part": each.part}
            rows.put(LEVEL, {**key, "level": each.level, "reminded_on": fact.dated_on})

    @on(DunningFile.Opened)
    def opened(self, fact: DunningFile.Opened, rows: Rows) -> None:
        """A customer's file begins."""
        rows.put(FILE, {"file_id": fact.stream_id, "customer_id": fact.customer_id})

    @on(DunningFile.Held)
    def held(self, fact: DunningFile.Held, rows: Rows) -> None:
        """The customer is left in peace."""
        rows.patch(FILE, fact.stream_id, held_because=fact.reason)

    @on(DunningFile.HoldLifted)
    def hold_lifted(self, fact: DunningFile.HoldLifted, rows: Rows) -> None:
        """No longer."""
        rows.patch(FILE, fact.stream_id, held_because=None)


class FindReminders(Page):
    """Letters by customer or state, the newest first."""

    customer_id: UUID | None = None
    state: str | None = Field(default=None, pattern="^(proposed|confirmed|dropped)$", examples=["proposed"])


def find_reminders(reader: Reader, ask: FindReminders) -> dict[str, Any]:
    """The letters with the due dates that they list."""
    return page(
        reader,
        ask,
        """select r.*, p.code as customer_code, p.name as customer
             from {reminder} r left join {party} p on p.party_id = r.customer_id
            where (%(customer_id)s::uuid is null or r.customer_id = %(customer_id)s)
              and (%(state)s::text is null or r.state = %(state)s)""",
        order=("-dated_on", "-reminder_id"),
    )


class PaymentRemindersDue(Page):
    """Customers of whom a due date has reached its next level."""

    on: date | None = None
    duty: bool = Field(default=False, description="Nobody, unless the company has set how it reminds its customers.")


def payment_reminders_due(reader: Reader, ask: PaymentRemindersDue) -> dict[str, Any]:
    """The customers not held and without a standing proposal, with what is late; the oldest debt first."""
    day = (reader.row(f"select {TODAY} as day", {"on": ask.on}) or {})["day"]
    set_terms = parameters_on(reader, day).dunning
    if ask.duty and set_terms is None:
        return {"items": [], "next": None}
    terms = set_terms or DunningTerms()
    return page(
        reader,
        ask,
        """select late.*, p.code as customer_code, p.name as customer
             from (select d.customer_id, min(d.due_on) as oldest_due_on, sum(d.open) as late,
                          bool_or(coalesce(l.level, 0) < %(levels)s
                              and %(day)s::date - d.due_on >= (%(days)s::integer[])[coalesce(l.level, 0) + 1]
                              and (l.reminded_on is null or %(day)s::date >= l.reminded_on + %(pause)s::integer)
                          ) as is_due
                     from {due_part} d left join {dunning_level} l on l.record_id = d.record_id and l.part = d.part
                    where d.open > 0 and d.collection_id is null and not d.is_refused and d.due_on < %(day)s::date
                    group by d.customer_id) late
             join {party} p on p.party_id = late.customer_id
             left join {dunning_file} f on f.customer_id = late.customer_id
            where late.is_due and late.late >= %(minimum)s and f.held_because is null
              and not exists (select 1 from {reminder} r
                               where r.customer_id = late.customer_id and r.state = 'proposed')""",
        order=("oldest_due_on", "customer_id"),
        day=day,
        levels=len(terms.levels),
        days=[level.days_late for level in terms.levels],
        pause=terms.pause_days,
        minimum=terms.minimum,
    )


def late_due_dates(reader: Reader, customer_id: UUID, on_day: date) -> Sequence[tuple[UUID, int]]:
    """See `Lookups.late_due_dates`."""
    found = reader.rows(
        """select record_id, part from {due_part}
            where customer_id = %(id)s and open > 0 and due_on < %(day)s order by due_on, number, part limit 500""",
        {"id": customer_id, "day": on_day},
    )
    return [(row["record_id"], row["part"]) for row in found]


def open_reminder(reader: Reader, customer_id: UUID) -> UUID | None:
    """See `Lookups.open_reminder`."""
    row = reader.row(
        "select reminder_id from {reminder} where customer_id = %(id)s and state = 'proposed' order by dated_on desc",
        {"id": customer_id},
    )
    return row["reminder_id"] if row else None


def on_account(reader: Reader, customer_id: UUID) -> Decimal:
    """See `Lookups.on_account`."""
    row = reader.row(
        """select (select coalesce(sum(on_account), 0) from {customer_money} where customer_id = %(id)s)
                - (select coalesce(sum(open), 0) from {due_part}
                    where customer_id = %(id)s and open < 0 and not is_refused) as credit""",
        {"id": customer_id},
    )
    return Decimal(row["credit"]) if row else Decimal("0.00")
