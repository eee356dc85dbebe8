"""The demo company's September 2026 (il mese): 400 calls and what becomes of each, as data to be played.

One JSON object a line, in the order of opening: who called, about which machine, and `steps`, each with `do`, `at` and
its own fields (see `visits`). Slots of one technician never overlap, parts are taken only
where they lie, and every step of a call is later than the one before. Run: `python -m examples.demo.month FILE`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aggregates.values import ROME
from examples.demo.agenda import MONTH_END, Agenda, Stock
from examples.demo.company import SEED, Company, make_company
from examples.demo.faults import fault_of
from examples.demo.machines import Family, reference
from examples.demo.visits import Course, Visits
from gateways.imports.sheets.serial_items import SerialItemRow

CALLS = 400
COURSES = (
    (Course.ONE_VISIT, 66),
    (Course.QUOTE, 9),
    (Course.WAITING_PART, 7),
    (Course.REOPENED, 6),
    (Course.RMA, 9),
    (Course.CANCELLED, 3),
    (Course.LEFT_OPEN, 3),
)


def month_calls(company: Company, seed: int = SEED) -> Iterator[dict[str, Any]]:
    """The 400 calls, in the order in which they are opened."""
    random = Random(seed + 1)  # noqa: S311 - invented events, nothing secret
    agenda = Agenda(company.catalogue.technicians, company.balances.open_calls)
    visits = Visits(random, company, agenda, Stock(company.catalogue, company.balances.reservations))
    for number, opened_at in enumerate(_openings(random), start=1):
        yield _call(random, company, visits, number, opened_at)


def month_lines(company: Company, seed: int = SEED) -> Iterator[str]:
    """The same as lines of JSON."""
    for call in month_calls(company, seed):
        yield json.dumps(call, ensure_ascii=False)


def _openings(random: Random) -> list[datetime]:
    """Mostly on weekdays in office hours; some in the evening or on Saturday."""
    moments = []
    for _ in range(CALLS):
        day = random.randrange(1, 31)
        while datetime(2026, 9, day, tzinfo=ROME).weekday() >= (6 if random.random() < 0.1 else 5):
            day = random.randrange(1, 31)
        hour = random.choice((8, 8, 9, 9, 9, 10, 10, 11, 12, 14, 15, 15, 16, 17)) if random.random() < 0.96 else 20
        moments.append(datetime(2026, 9, day, hour, random.randrange(60), tzinfo=ROME))
    return sorted(moments)


def _call(random: Random, company: Company, visits: Visits, number: int, opened_at: datetime) -> dict[str, Any]:
    item = random.choice(company.machines.items)
    family = company.machines.family[reference(item)]
    priority = random.choices(("high", "medium", "low"), (2, 5, 3))[0]
    course = random.choices([name for name, _ in COURSES], [weight for _, weight in COURSES])[0]
    contacts = [contact for contact in company.customers.contacts if contact.customer_code == item.customer_code]
    caller = random.choice(contacts) if contacts else None
    wait = timedelta(hours={"high": 1, "medium": 4, "low": 20}[priority])
    return {
        "ref": f"M{number:03d}",
        "opened_at": opened_at.isoformat(),
        "customer": item.customer_code,
        "site": item.site_code,
        "serial": {"manufacturer": item.manufacturer, "serial_number": item.serial_number},
        "contract": company.contracts.covered.get(reference(item)),
        "caller": caller.name if caller else None,
        "channel": random.choice(("phone", "phone", "phone", "email", "portal")),
        "fault": fault_of(random, family.skill),
        "priority": priority,
        "skill": family.skill,
        "steps": _steps(visits, item, family, course, opened_at, wait),
    }


def _steps(
    visits: Visits, item: SerialItemRow, family: Family, course: Course, opened_at: datetime, wait: timedelta
) -> list[dict[str, Any]]:
    """What happens until the month ends; what would come later has yet to happen."""
    steps = visits.course(item, family, course, opened_at, wait)
    return [step for step in steps if datetime.fromisoformat(step["at"]) <= MONTH_END]


def main(arguments: list[str]) -> int:
    """Writes the month into the file named; a seed may follow."""
    if not arguments:
        sys.stderr.write("usage: python -m examples.demo.month FILE [SEED]\n")
        return 2
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    lines = list(month_lines(make_company(seed), seed))
    Path(arguments[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} calls in {arguments[0]}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
