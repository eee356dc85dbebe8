"""Coverage (copertura) of a call: who pays, by which contract or warranty, and the service levels that go with it.

Decided once, when the call is opened, and kept on the call with its reason (R1.3); only a command decides again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, Field

from aggregates.because import Because
from aggregates.call_values import ChargeItem
from aggregates.rules.penalties import Penalty
from aggregates.rules.priority import Level
from aggregates.rules.service_level import CalendarTerms, Clock
from aggregates.values import Value


class CoverageKind(StrEnum):
    """Who pays for the call as a whole; the items of cost are decided one by one when it is charged (R4.1)."""

    CHARGEABLE = "chargeable"
    CONTRACT = "contract"
    WARRANTY = "warranty"
    POOL = "pool"
    BLOCKED = "blocked"


COVERED = (CoverageKind.CONTRACT, CoverageKind.WARRANTY, CoverageKind.POOL)
"""The kinds for which the customer pays nothing."""
NO_COVER = Because(code="no-cover")


class CallAbout(NamedTuple):
    """What decides a call's coverage: its machines, whose and where it is, the day of opening.

    `appeared_on` is when its defect appeared, if somebody said it: warranties look at that day (§5).
    """

    serial_item_ids: Sequence[UUID]
    party_id: UUID | None
    site_id: UUID | None
    on: date
    appeared_on: date | None = None


class Targets(Value):
    """How long each clock may run, in business minutes; a clock without a target is not measured (R6.1)."""

    response_minutes: int | None = Field(default=None, ge=1)
    on_site_minutes: int | None = Field(default=None, ge=1)
    restore_minutes: int | None = Field(default=None, ge=1)
    resolve_minutes: int | None = Field(default=None, ge=1)

    def of(self, clock: Clock) -> int | None:
        """The target of a clock."""
        by_clock = {
            Clock.RESPONSE: self.response_minutes,
            Clock.ON_SITE: self.on_site_minutes,
            Clock.RESTORE: self.restore_minutes,
            Clock.RESOLVE: self.resolve_minutes,
        }
        return by_clock[clock]


class PriorityTargets(Value):
    """What holds for each priority where no contract says more (R6.1)."""

    high: Targets = Targets(response_minutes=120, on_site_minutes=240, restore_minutes=360, resolve_minutes=480)
    medium: Targets = Targets(response_minutes=240, on_site_minutes=480, restore_minutes=720, resolve_minutes=960)
    low: Targets = Targets(response_minutes=480, on_site_minutes=960, restore_minutes=1440, resolve_minutes=2400)


BREACH = 100
"""The percentage of a target at which a warning is a breach (R6.7)."""


def _in_order(percents: tuple[int, ...]) -> tuple[int, ...]:
    if not all(1 <= percent <= BREACH for percent in percents):
        raise ValueError("warnings are given from 1 to 100 percent")
    return tuple(sorted({*percents, BREACH}))


WarnPercents = Annotated[tuple[int, ...], AfterValidator(_in_order)]


class ServiceTerms(PriorityTargets):
    """What service was promised: calendar and targets by priority, as they were when the call was opened (R6.1)."""

    level: str = "standard"
    priority: Level | None = Field(default=None, description="Of calls for which nobody tells one.")
    calendar: CalendarTerms = CalendarTerms()
    waiting_part_pauses: bool = Field(default=False, description="Whether waiting for a part stops clocks (R6.6).")
    warn_percents: WarnPercents = Field(
        default=(50, 75, 100), description="Shares of a target at which a fact is recorded; 100, the breach, always is."
    )
    penalty: Penalty | None = Field(default=None, description="What lateness costs us (R6.7).")
    calendar_code: str | None = Field(default=None, description="Whose calendar it was when the call was opened.")
    calendar_from: date | None = Field(default=None, description="Since when the calendar was so; none: always.")

    def minutes(self, priority: Level, clock: Clock) -> int | None:
        """The target of a clock at a priority; None when it is not measured."""
        return {Level.HIGH: self.high, Level.MEDIUM: self.medium, Level.LOW: self.low}[priority].of(clock)


class Cover(Value):
    """What pays for some items of cost: a warranty, a contract line, an hour pool.

    Covers of a machine stand in the order in which they count; the first that has an item pays for it (R4.1).
    """

    kind: CoverageKind
    items: tuple[ChargeItem, ...] = ()
    because: Because
    consumables_in_fix: bool = Field(default=False, description="Also consumables that are part of the fix (R4.1).")
    article_code: str | None = Field(default=None, description="The one part that a part's warranty covers.")
    contract_id: UUID | None = None
    contract_line_id: UUID | None = None
    warranty_id: UUID | None = None
    pool_id: UUID | None = None
    activity_kinds: tuple[str, ...] = Field(default=(), description="A pool's activities; none stands for all of them.")

    def admits(self, activity_kind: str) -> bool:
        """Whether work of this kind of activity is paid with the pool's hours (R2.1)."""
        return not self.activity_kinds or activity_kind in self.activity_kinds

    def pays(self, item: ChargeItem, *, in_fix: bool = False, article_code: str | None = None) -> bool:
        """Whether it covers this item of cost; for goods with their article and whether they are part of the fix."""
        if self.article_code is not None:
            return article_code is not None and article_code.upper() == self.article_code.upper()
        return item in self.items or (self.consumables_in_fix and in_fix and item is ChargeItem.CONSUMABLES)

    @property
    def leaves_out(self) -> Because:
        """The reason why an item it does not have is charged."""
        named = {
            CoverageKind.WARRANTY: "not-in-warranty",
            CoverageKind.CONTRACT: "not-in-contract",
            CoverageKind.POOL: "not-in-pool",
        }
        return Because(code=named.get(self.kind, "no-cover"), values=self.because.values)


class Decision(Value):
    """Who pays for one item of cost, and why."""

    kind: CoverageKind
    because: Because | None
    reason: str
    cover: Cover | None = None

    @property
    def is_covered(self) -> bool:
        """Whether the customer pays nothing for it."""
        return self.kind in COVERED


class Decided(Value):
    """What a call and each of its machines have in common: the kind as a whole, its reason and its covers."""

    kind: CoverageKind = CoverageKind.CHARGEABLE
    contract_id: UUID | None = None
    contract_line_id: UUID | None = None
    reason: str = Field(default="", description="The sentence of decisions from before reasons were codes.")
    because: Because | None = None
    covers: tuple[Cover, ...] = ()

    @property
    def why(self) -> str:
        """The reason as documents print it."""
        return self.because.italian if self.because else self.reason

    def decide(self, item: ChargeItem, *, in_fix: bool = False, article_code: str | None = None) -> Decision:
        """Who pays for an item of cost. Decisions from before covers were kept hold for every item alike."""
        if self.kind is CoverageKind.BLOCKED or not self.covers:
            return Decision(kind=self.kind, because=self.because, reason=self.why)
        paying = (one for one in self.covers if one.pays(item, in_fix=in_fix, article_code=article_code))
        cover = next(paying, None)
        if cover is not None:
            return Decision(kind=cover.kind, because=cover.because, reason=cover.because.italian, cover=cover)
        left_out = next((one.leaves_out for one in self.covers if one.article_code is None), NO_COVER)
        return Decision(kind=CoverageKind.CHARGEABLE, because=left_out, reason=left_out.italian)


class ItemCoverage(Decided):
    """Coverage of one serial item of the call."""

    serial_item_id: UUID


TOLD: Final = ("kind", "contract_id", "contract_line_id", "because")
"""What names a coverage, beside its covers."""


def whole(items: Sequence[ItemCoverage]) -> dict[str, Any]:
    """What the machines have together: named by the first that is covered, with the covers of all of them."""
    covered = next((item for item in items if item.kind in COVERED), None)
    named = covered or next((item for item in items if item.contract_id), items[0])
    covers: list[Cover] = []
    for cover in (cover for item in items for cover in item.covers if cover.article_code is None):
        covers.extend([] if cover in covers else [cover])
    return {**{name: getattr(named, name) for name in TOLD}, "covers": tuple(covers)}


class Coverage(Decided):
    """The decision for a call: its kind, where it comes from, why, and the terms of service."""

    reason: str = "No contract or warranty covers this call: it is charged."
    items: tuple[ItemCoverage, ...] = ()
    service: ServiceTerms = ServiceTerms()
    appeared_on: date | None = Field(default=None, description="When the defect appeared, if somebody said so (§5).")
    opening_refused: bool = Field(default=False, description="The contract's policy: no calls while blocked (R1.10).")

    @property
    def starts_clocks(self) -> bool:
        """While the customer is blocked no service-level clock starts (R1.10)."""
        return self.kind is not CoverageKind.BLOCKED

    def for_items(self, serial_item_ids: Sequence[UUID], anew: Coverage) -> Coverage:
        """The same for other machines: those known keep what was decided (R1.3), the others have it from `anew`.

        A block stays as it was decided; a call left without machines is covered as `anew` says.
        """
        items = tuple(item for key in serial_item_ids for item in (self._item(key) or anew._item(key),) if item)
        if self.kind is CoverageKind.BLOCKED:
            return self.model_copy(update={"items": items})
        decided = whole(items) if items else {name: getattr(anew, name) for name in (*TOLD, "covers")}
        return self.model_copy(update={**decided, "reason": "", "items": items})

    def _item(self, serial_item_id: UUID) -> ItemCoverage | None:
        return next((one for one in self.items if one.serial_item_id == serial_item_id), None)

    def of(self, serial_item_id: UUID | None) -> Decided:
        """The decision for one machine; for the call as a whole when none is named or it is not one of the call's."""
        return next((one for one in self.items if one.serial_item_id == serial_item_id), self)
