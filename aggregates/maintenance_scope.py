"""For which machines a maintenance plan is, and on which days (ambito del piano): conditions that all must hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from aggregates.maintenance_terms import MaintenanceScope, PlanTerms, PlanVersion, Suspension
from aggregates.rules.maintenance import Read
from aggregates.rules.maintenance_due import Stage, Watched
from aggregates.rules.meters import counts
from aggregates.rules.spans import ENDLESS, Span, both, joined, runs, without
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date

ONE_DAY = timedelta(days=1)
ALWAYS = Span(date.min, ENDLESS)


@dataclass(frozen=True)
class ItemHistory:
    """What decides about a machine: what it is, where it was, how it was, what it took the place of, what it counted.

    `covered` are the days on which the contract of a plan covers it.
    """

    serial_item_id: UUID
    product_type: str
    installed_on: date
    moves: Sequence[tuple[date, UUID, UUID | None]]
    statuses: Sequence[tuple[date, str]]
    replaced_on: date | None = None
    predecessors: Sequence[UUID] = ()
    meters: Mapping[str, Sequence[Read]] = field(default_factory=dict)
    covered: Mapping[UUID, Sequence[Span]] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanView:
    """What a plan says: its versions in order, its days, its suspensions."""

    versions: Sequence[PlanVersion]
    starts_on: date
    ends_on: date | None = None
    suspensions: Sequence[Suspension] = ()

    def terms_on(self, day: date) -> PlanTerms:
        """The terms of a day; before the first, the first."""
        begun = [version.terms for version in self.versions if version.from_on <= day]
        return begun[-1] if begun else self.versions[0].terms


def history_of(
    item: SerialItem, predecessors: Sequence[UUID] = (), covered: Mapping[UUID, Sequence[Span]] | None = None
) -> ItemHistory:
    """What a machine's facts say of it."""
    return ItemHistory(
        serial_item_id=item.id,
        product_type=item.details.type,
        installed_on=item.moves[0].from_on,
        moves=moves_of(item),
        statuses=[(status.from_on, status.code) for status in item.statuses],
        replaced_on=item.replaced_on,
        predecessors=predecessors,
        meters={
            kind: [Read(rome_date(each.reading.read_at), each.counted) for each in found]
            for kind, meter in item.meters.items()
            if (found := counts(meter, item.readings.values(), item.swaps))
        },
        covered=covered or {},
    )


def moves_of(item: SerialItem) -> list[tuple[date, UUID, UUID | None]]:
    """Whose a machine was and where, from which days on."""
    return [(move.from_on, move.place.owner_id, move.place.site_id) for move in item.moves]


def covered_days(
    serial_item_id: UUID, moves: Sequence[tuple[date, UUID, UUID | None]], lines: Sequence[tuple[UUID, date, date]]
) -> Sequence[Span]:
    """The days on which a contract covers a machine, by itself or where and whose it was: targets with their days."""
    found: list[Span] = []
    for target, first, last in lines:
        if target == serial_item_id:
            found.append(Span(first, last))
            continue
        there = runs([(from_on, target in places) for from_on, *places in moves])
        found.extend(both([Span(first, last)], there))
    return joined(found)


def watch(plan: PlanView, item: ItemHistory) -> Watched:
    """A machine under a plan: on which days which terms hold for it."""
    stages = []
    for n, version in enumerate(plan.versions):
        first = plan.starts_on if n == 0 else version.from_on
        last = plan.versions[n + 1].from_on - ONE_DAY if n + 1 < len(plan.versions) else ENDLESS
        if first <= last:
            days = both([Span(first, last)], _plan_days(plan))
            stages.append(Stage(version.terms, tuple(_machine_days(version.terms, item, days))))
    return Watched(
        installed_on=item.installed_on,
        stages=tuple(stages),
        statuses=tuple(item.statuses),
        meters=item.meters,
    )


def _plan_days(plan: PlanView) -> list[Span]:
    whole = [Span(plan.starts_on, plan.ends_on or ENDLESS)] if (plan.ends_on or ENDLESS) >= plan.starts_on else []
    return without(whole, (Span(each.from_on, each.to_on or ENDLESS) for each in plan.suspensions))


def _machine_days(terms: PlanTerms, item: ItemHistory, days: Sequence[Span]) -> list[Span]:
    last = item.replaced_on - ONE_DAY if item.replaced_on else ENDLESS
    if last < item.installed_on:
        return []
    found = both(days, [Span(item.installed_on, last)])
    found = both(found, runs([(from_on, code not in terms.stops_in) for from_on, code in item.statuses]))
    return both(found, _in_scope(terms.scope, item, follows=terms.follows_successor))


def _in_scope(scope: MaintenanceScope, item: ItemHistory, *, follows: bool) -> list[Span]:
    named = {item.serial_item_id, *(item.predecessors if follows else ())}
    if scope.serial_item_ids and not named & set(scope.serial_item_ids):
        return []
    if scope.product_type is not None and scope.product_type.casefold() != item.product_type.casefold():
        return []
    found = [ALWAYS]
    if scope.party_id is not None:
        found = both(found, runs([(from_on, owner == scope.party_id) for from_on, owner, _ in item.moves]))
    if scope.site_id is not None:
        found = both(found, runs([(from_on, site == scope.site_id) for from_on, _, site in item.moves]))
    if scope.contract_id is not None:
        found = both(found, joined(item.covered.get(scope.contract_id, ())))
    return found
