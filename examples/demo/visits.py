"""What becomes of a call (svolgimento di una chiamata): visits, parts, quotes, returns, as steps with their instant.

| `do` | fields |
|---|---|
| `assign` | `technician`, `starts_at`, `ends_at` |
| `load-van` | `article`, `quantity`, `from`, `to` |
| `report` | `technician`, `started_at`, `ended_at`, `worked_minutes`, `travel_minutes`, `km`, `remote`, `work` |
| | `parts` (`article`, `quantity`, `warehouse`), `readings` (`counter`, `value`) |
| | `outcome` (`done`, `to_continue`, `quote`, `rma`), `signed_by` or `unsigned_because` |
| `pause`, `resume` | `reason` (`waiting_part`, `waiting_quote_approval`) |
| `quote` | `lines` (`article`, `quantity`) |
| `accept-quote`, `decline-quote` | `by` or `reason` |
| `authorise-rma`, `receive-rma` | `customer_note` (`number`, `on`) with the receipt |
| `decide-rma`, `return-rma` | `outcome` (`repaired`, `not_repairable`, `no_fault`) with the decision |
| `close`, `reopen`, `cancel` | `reason` with the last two |
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from aggregates.values import ROME
from examples.demo.agenda import Agenda, Slot, Stock
from examples.demo.catalogue import MAIN
from examples.demo.company import Company
from examples.demo.faults import WORKS
from examples.demo.machines import Family, reference
from gateways.imports.sheets.customers import SiteRow
from gateways.imports.sheets.serial_items import Counter, SerialItemRow
from gateways.imports.sheets.technicians import TechnicianRow

Step = dict[str, Any]
CARRIED = frozenset({"fotocopiatori", "macchine caffè"})
"""The skills whose machines can be carried to the workshop."""


class Course(Enum):
    """How a call goes."""

    ONE_VISIT = "one visit"
    QUOTE = "quote"
    WAITING_PART = "waiting for a part"
    REOPENED = "reopened"
    RMA = "return"
    CANCELLED = "cancelled"
    LEFT_OPEN = "left open"


class Visits:
    """Makes up the course of one call after another; agenda and stock run on between them."""

    def __init__(self, random: Random, company: Company, agenda: Agenda, stock: Stock) -> None:
        self.random, self.agenda, self.stock = random, agenda, stock
        self.sites = {(site.customer_code, site.code): site for site in company.customers.sites}
        self.signers = {contact.customer_code: contact.name for contact in company.customers.contacts}
        self.meters: dict[tuple[str, Counter], tuple[date, int]] = {}
        for reading in sorted(company.machines.readings, key=lambda reading: reading.read_on):
            self.meters[reading.serial_number, reading.counter] = reading.read_on, reading.value

    def course(
        self, item: SerialItemRow, family: Family, course: Course, opened_at: datetime, wait: timedelta
    ) -> list[Step]:
        """The steps of one call, in order of time."""
        steps: list[Step] = []
        if course is Course.RMA and family.skill not in CARRIED:
            course = Course.ONE_VISIT
        if course is Course.LEFT_OPEN:
            return steps
        if course is Course.CANCELLED:
            at = opened_at + timedelta(minutes=self.random.randrange(20, 50))
            return [_step("cancel", at, reason="Il cliente ha risolto da solo")]
        outcome = {Course.QUOTE: "quote", Course.RMA: "rma", Course.WAITING_PART: "to_continue"}.get(course, "done")
        done_at = self._visit(steps, item, family, opened_at, wait, outcome)
        if done_at is None:
            return steps
        match course:
            case Course.QUOTE:
                done_at = self._quote(steps, item, family, done_at)
            case Course.WAITING_PART:
                done_at = self._wait_for_part(steps, item, family, done_at)
            case Course.RMA:
                done_at = self._return(steps, done_at)
            case Course.REOPENED:
                steps.append(_step("close", done_at))
                reopened_at = done_at + timedelta(days=self.random.randrange(1, 6), minutes=25)
                steps.append(_step("reopen", reopened_at, reason="Il difetto si è ripresentato"))
                done_at = self._visit(steps, item, family, reopened_at, timedelta(hours=2), "done")
        if done_at is not None:
            steps.append(_step("close", done_at + timedelta(minutes=1)))
        return steps

    def _visit(
        self,
        steps: list[Step],
        item: SerialItemRow,
        family: Family,
        known_at: datetime,
        wait: timedelta,
        outcome: str,
        part: str | None = None,
    ) -> datetime | None:
        """An assignment and its report; None when no technician is free before the month ends."""
        site = self.sites[item.customer_code, item.site_code or "01"]
        minutes = self.random.choice((45, 60, 60, 75, 90, 120, 150))
        booked = self.agenda.book(family.skill, site.area, known_at + wait, minutes)
        if booked is None:
            return None
        technician, slot = booked
        assigned_at = known_at + timedelta(minutes=self.random.randrange(5, 45))
        times = {"starts_at": slot[0].isoformat(), "ends_at": slot[1].isoformat()}
        steps.append(_step("assign", assigned_at, technician=technician.code, **times))
        parts = self._parts(steps, technician, family, slot, outcome, part)
        report = self._report(item, family, technician, site, slot, outcome, parts)
        steps.append(report)
        return datetime.fromisoformat(report["at"])

    def _parts(
        self, steps: list[Step], technician: TechnicianRow, family: Family, slot: Slot, outcome: str, part: str | None
    ) -> list[Step]:
        van = technician.van_warehouse or MAIN
        if part is not None:
            self.stock.load(part, van)
            at = slot[0] - timedelta(minutes=5)
            steps.append(_step("load-van", at, article=part, quantity="1", **{"from": MAIN, "to": van}))
        elif outcome == "done" and self.random.random() < 0.45:
            aboard = self.stock.at(van, family.skill)
            part = self.random.choice(aboard) if aboard else None
        if part is None:
            return []
        self.stock.take(part, van)
        return [{"article": part, "quantity": "1", "warehouse": van}]

    def _report(
        self,
        item: SerialItemRow,
        family: Family,
        technician: TechnicianRow,
        site: SiteRow,
        slot: Slot,
        outcome: str,
        parts: list[Step],
    ) -> Step:
        started_at = slot[0] + timedelta(minutes=self.random.randrange(0, 10))
        ended_at = slot[1] - timedelta(minutes=self.random.randrange(0, 12))
        remote = family.skill == "informatica" and self.random.random() < 0.7
        km = Decimal(0) if remote else 2 * (site.distance_km or Decimal(0))
        signer = self.signers.get(item.customer_code)
        unsigned = remote or signer is None or self.random.random() < 0.06
        why = "Assistenza remota" if remote else "Cliente assente"
        sign = {"unsigned_because": why} if unsigned else {"signed_by": signer}
        return _step(
            "report",
            ended_at + timedelta(minutes=self.random.randrange(3, 20)),
            technician=technician.code,
            started_at=started_at.isoformat(),
            ended_at=ended_at.isoformat(),
            worked_minutes=int((ended_at - started_at).total_seconds() // 60),
            travel_minutes=int(km),  # at 60 km/h
            km=str(km),
            remote=remote,
            work=self.random.choice(WORKS),
            parts=parts,
            readings=[] if remote else self._readings(item, family, ended_at.date()),
            outcome=outcome,
            **sign,
        )

    def _readings(self, item: SerialItemRow, family: Family, on: date) -> list[Step]:
        readings = []
        for counter in item.counters:
            serial = reference(item)
            read_on, value = self.meters.get((serial, counter), (on - timedelta(days=30), 0))
            value += (on - read_on).days * family.daily
            readings.append({"counter": counter.value, "value": value})
        return readings

    def _quote(self, steps: list[Step], item: SerialItemRow, family: Family, at: datetime) -> datetime | None:
        """A quote for one part and the work; accepted, declined, or still waiting when the month ends."""
        stocked = self.stock.at(MAIN, family.skill)
        part = self.random.choice(stocked) if stocked else None
        sent_at = at + timedelta(hours=1, minutes=self.random.randrange(50))
        goods = [{"article": part, "quantity": "1"}] if part else []
        lines = [*goods, {"article": "ORA", "quantity": "1.5"}]  # call fee and kilometres come with the call
        steps.append(_step("quote", sent_at, lines=lines))
        steps.append(_step("pause", sent_at, reason="waiting_quote_approval"))
        answered_at = _office(sent_at + timedelta(days=self.random.randrange(1, 9)))
        answer = self.random.choices(("accept", "decline", "none"), (60, 25, 15))[0]
        if answer == "none":
            return None
        by = self.signers.get(item.customer_code, "Titolare")
        if answer == "decline":
            steps.append(_step("decline-quote", answered_at, reason="Spesa troppo alta"))
            steps.append(_step("resume", answered_at))
            return answered_at
        steps.append(_step("accept-quote", answered_at, by=by))
        steps.append(_step("resume", answered_at))
        return self._visit(steps, item, family, answered_at, timedelta(hours=20), "done", part)

    def _wait_for_part(self, steps: list[Step], item: SerialItemRow, family: Family, at: datetime) -> datetime | None:
        stocked = self.stock.at(MAIN, family.skill)
        steps.append(_step("pause", at + timedelta(minutes=5), reason="waiting_part"))
        arrived_at = _office(at + timedelta(days=self.random.randrange(2, 8)))
        steps.append(_step("resume", arrived_at))
        part = self.random.choice(stocked) if stocked else None
        return self._visit(steps, item, family, arrived_at, timedelta(hours=2), "done", part)

    def _return(self, steps: list[Step], at: datetime) -> datetime:
        """The technician brings the machine in; the workshop decides; it goes back with its delivery note."""
        steps.append(_step("authorise-rma", at + timedelta(minutes=2)))
        received_at = at + timedelta(hours=1)
        note = {"number": str(self.random.randrange(1, 120)), "on": at.date().isoformat()}
        steps.append(_step("receive-rma", received_at, customer_note=note))
        decided_at = _office(received_at + timedelta(days=self.random.randrange(2, 8)))
        outcome = self.random.choices(("repaired", "not_repairable", "no_fault"), (70, 15, 15))[0]
        steps.append(_step("decide-rma", decided_at, outcome=outcome))
        returned_at = _office(decided_at + timedelta(days=self.random.randrange(1, 3)))
        steps.append(_step("return-rma", returned_at))
        return returned_at


def _step(do: str, at: datetime, **fields: Any) -> Step:
    return {"do": do, "at": at.isoformat(), **fields}


def _office(moment: datetime) -> datetime:
    """The same moment, moved into a weekday's office hours."""
    moment = moment.replace(hour=min(max(moment.hour, 9), 16), tzinfo=ROME)
    return moment + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[moment.weekday()])
