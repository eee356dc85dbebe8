"""What the desk can tell a caller at once (risposta al banco): covered, blocked, hours left, arrears, calls open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from pydantic import Field

from aggregates.coverage import Coverage, CoverageKind
from aggregates.values import Instant, Rate, Value

SURE = Decimal("0.85")
"""From this likeness on what was said is in the entry letter by letter."""
SAYS_SOMETHING = 3
"""So many letters must be said before a part of a word may stand for the whole."""


class CallStanding(Value):
    """A call of the customer or of the machine, as it stands."""

    call_id: UUID
    number: str | None
    status: str
    opened_at: Instant
    ended_at: Instant | None = None
    outcome: str | None = None
    fault: str
    serial_item_ids: tuple[UUID, ...] = ()


class DeskAnswer(Value):
    """All that is known of one customer, site or machine when somebody calls about it; euro and minutes."""

    party_id: UUID | None
    site_id: UUID | None
    customer: str | None
    site: str | None
    coverage: Coverage
    overdue: Rate = Decimal("0.00")
    oldest_due_on: date | None = None
    minutes_left: Rate = Decimal(0)
    open_calls: tuple[CallStanding, ...] = ()
    last_call: CallStanding | None = None
    warranty_ends_on: date | None = Field(default=None, description="The last day of the machines' warranties.")

    @property
    def is_blocked(self) -> bool:
        """Whether the customer or the contract is blocked."""
        return self.coverage.kind is CoverageKind.BLOCKED

    def told(self) -> dict[str, object]:
        """The answer in plain values, for whoever holds the telephone."""
        return {
            "customer": self.customer,
            "site": self.site,
            "coverage": self.coverage.kind.value,
            "coverage_reason": self.coverage.why,
            "is_blocked": self.is_blocked,
            "is_refused": self.coverage.opening_refused,
            **self.model_dump(
                include={"overdue", "oldest_due_on", "minutes_left", "open_calls", "last_call", "warranty_ends_on"}
            ),
        }


class Opening(NamedTuple):
    """What a call is opened with."""

    coverage: Coverage
    open_calls: Sequence[str]
    """The numbers of other open calls about the same machines."""
    party_id: UUID | None
    site_id: UUID | None


class Named(Value):
    """Something that what was said may mean, with how like it is, from 0 to 1."""

    kind: str
    entry_id: UUID
    party_id: UUID | None
    site_id: UUID | None
    label: str | None
    detail: str | None
    likeness: Rate


class Meant(Value):
    """Who and what was meant, beyond doubt."""

    party_id: UUID
    site_id: UUID | None = None
    serial_item_id: UUID | None = None


def meant(said: str, found: Sequence[Named]) -> Meant | None:
    """Who was meant, when nothing else can have been: what is written exactly so goes before what holds it.

    One machine stands for itself; otherwise all that was found must belong to one customer. Typing errors are never
    beyond doubt: their candidates are shown and somebody chooses.
    """
    whose = [one for one in found if one.party_id is not None and one.kind != "call"]
    least = SURE if len("".join(said.split())) >= SAYS_SOMETHING else Decimal(1)
    best = [one for one in whose if one.likeness == 1] or [one for one in whose if one.likeness >= least]
    customers = {one.party_id for one in best if one.party_id is not None}
    if len(customers) != 1:
        return None
    machines = [one for one in best if one.kind == "machine"]
    if len(machines) == 1:
        return Meant(party_id=customers.pop(), site_id=machines[0].site_id, serial_item_id=machines[0].entry_id)
    if machines and len(machines) == len(best):
        return None
    sites = {one.site_id for one in best if one.kind in ("site", "contact") and one.site_id}
    only = sites.pop() if len(sites) == 1 and not any(one.kind == "party" for one in best) else None
    return Meant(party_id=customers.pop(), site_id=only)
