"""Warranties (garanzie): how long each kind holds, what a day is covered by, what a replacement carries on (§5).

The months are parameters of the company with the law's usual values, valid from a day on. A period begins on the day
of the delivery, the completion or the fitting, and ends on the same day so many months later (R0.6).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from pydantic import Field

from aggregates.rules.periods import months_after
from aggregates.serial_item_values import CoverageItem, ReplacementPolicy, Warranty, WarrantyKind
from aggregates.values import Period, Value

ONE_DAY: Final = timedelta(days=1)
ORDER: Final = tuple(WarrantyKind(kind) for kind in ("legal", "repair", "part", "manufacturer", "extended"))
"""Which warranty counts first (R4.1)."""
OF_THE_WORK: Final = (CoverageItem.LABOUR, CoverageItem.PARTS)


class WarrantyTerms(Value):
    """Months of each warranty, by law or by usage; a dated parameter of the company."""

    consumer_months: int = Field(default=24, ge=1, description="From the delivery (arts. 128-135 Cod. cons.).")
    presumption_months: int = Field(default=12, ge=0, description="While the defect is presumed original.")
    action_months: int = Field(default=26, ge=1, description="While a defect that appeared in time can be claimed.")
    business_months: int = Field(default=12, ge=1, description="From the delivery (art. 1495 c.c.).")
    repair_months: int = Field(default=12, ge=0, description="From the completion of the work (art. 2226 c.c.).")
    part_months: int = Field(default=12, ge=0, description="From the fitting; the machine's own is not prolonged.")
    right_to_repair_months: int = Field(
        default=0, ge=0, description="Added once to a consumer's when repaired under it; 0 until the law is Italian."
    )
    replacement: ReplacementPolicy = Field(
        default=ReplacementPolicy.INHERIT, description="What becomes of the warranties of a replaced item."
    )


USUAL: Final = WarrantyTerms()


def legal(
    warranty_id: UUID, delivered_on: date, terms: WarrantyTerms, *, is_consumer: bool, source: str | None
) -> Warranty:
    """The legal warranty of goods delivered on a day: consumers have longer, a presumption and a term for action."""
    months = terms.consumer_months if is_consumer else terms.business_months
    return Warranty(
        warranty_id=warranty_id,
        kind=WarrantyKind.LEGAL,
        period=_months(delivered_on, months),
        source=source,
        presumed_until=months_after(delivered_on, terms.presumption_months) if is_consumer else None,
        action_until=months_after(delivered_on, max(months, terms.action_months)) if is_consumer else None,
    )


def repair(warranty_id: UUID, completed_on: date, terms: WarrantyTerms, source: str | None) -> Warranty | None:
    """What was done is done well; None where the company's parameter says no months."""
    if terms.repair_months == 0:
        return None
    period = _months(completed_on, terms.repair_months)
    return Warranty(warranty_id=warranty_id, kind=WarrantyKind.REPAIR, period=period, covers=OF_THE_WORK, source=source)


def part(
    warranty_id: UUID, fitted_on: date, terms: WarrantyTerms, article_code: str, source: str | None
) -> Warranty | None:
    """A part fitted into a machine is covered by itself; the machine's own warranty is not prolonged."""
    if terms.part_months == 0:
        return None
    return Warranty(
        warranty_id=warranty_id,
        kind=WarrantyKind.PART,
        period=_months(fitted_on, terms.part_months),
        covers=(CoverageItem.PARTS,),
        source=source,
        article_code=article_code,
    )


def prolonged(warranty: Warranty, repaired_on: date, terms: WarrantyTerms) -> Warranty:
    """A consumer's legal warranty after a repair under it: longer once, by the right to repair (Dir. 2024/1799)."""
    months = terms.right_to_repair_months
    period = Period(starts_on=warranty.period.starts_on, ends_on=months_after(warranty.period.ends_on, months))
    action = months_after(warranty.action_until, months) if warranty.action_until else None
    return warranty.model_copy(update={"period": period, "action_until": action, "prolonged_on": repaired_on})


def extended(warranty_id: UUID, legal_until: date, months: int, **terms: object) -> Warranty:
    """A warranty that was sold: it starts where the legal one ends and takes nothing from it."""
    period = Period(starts_on=legal_until + ONE_DAY, ends_on=months_after(legal_until, months))
    return Warranty.model_validate(
        {"warranty_id": warranty_id, "kind": WarrantyKind.EXTENDED, "period": period, **terms}
    )


def claimable(warranty: Warranty, on: date, appeared_on: date) -> bool:
    """Whether a defect that appeared on a day can be claimed on another one.

    It must have appeared within the period; a consumer may claim it a little longer than that.
    """
    return may_claim(warranty.period, warranty.action_until, on, appeared_on)


def may_claim(period: Period, action_until: date | None, on: date, appeared_on: date) -> bool:
    """The same of a period and, for consumers, the last day for claims (26 months, arts. 132-133 Cod. cons.)."""
    return period.holds(appeared_on) and appeared_on <= on <= max(period.ends_on, action_until or period.ends_on)


def covering(warranties: Iterable[Warranty], on: date, appeared_on: date | None = None) -> list[Warranty]:
    """The warranties under which a defect can be claimed on a day, in the order in which they count (R4.1)."""
    found = [each for each in warranties if claimable(each, on, appeared_on or on)]
    return sorted(found, key=lambda each: (ORDER.index(each.kind), -each.period.ends_on.toordinal(), each.warranty_id))


def carried(
    warranties: Iterable[Warranty], on: date, old_id: UUID, old_name: str, ids: dict[UUID, UUID]
) -> list[Warranty]:
    """What is left of an item's warranties on the one that takes its place: the same last days, naming the old item.

    Warranties of parts stay with the machine that the parts were fitted into. `ids` gives each its new id.
    """
    return [
        each.model_copy(
            update={
                "warranty_id": ids[each.warranty_id],
                "period": Period(starts_on=max(on, each.period.starts_on), ends_on=each.period.ends_on),
                "source": _told(each.source, old_name),
                "inherited_from": old_id,
            }
        )
        for each in warranties
        if each.kind is not WarrantyKind.PART and each.period.ends_on >= on
    ]


def restarted(
    warranties: Iterable[Warranty],
    on: date,
    old_id: UUID,
    old_name: str,
    ids: dict[UUID, UUID],
    terms: WarrantyTerms,
    *,
    legal_id: UUID,
    is_consumer: bool,
) -> list[Warranty]:
    """The warranties of an item whose term begins anew: a whole legal one, and after it what was sold beyond.

    Extensions keep their length and are moved behind the new legal end where they would overlap it; others are carried.
    """
    new = legal(legal_id, on, terms, is_consumer=is_consumer, source=_told(None, old_name))
    new = new.model_copy(update={"inherited_from": old_id})
    kept = carried([each for each in warranties if each.kind is not WarrantyKind.LEGAL], on, old_id, old_name, ids)
    return [new, *(_behind(each, new.period.ends_on) for each in kept)]


def _behind(warranty: Warranty, legal_until: date) -> Warranty:
    if warranty.kind is not WarrantyKind.EXTENDED or warranty.period.starts_on > legal_until:
        return warranty
    period = warranty.period
    moved = Period(starts_on=legal_until + ONE_DAY, ends_on=legal_until + timedelta(days=period.days))
    return warranty.model_copy(update={"period": moved})


def _months(from_on: date, months: int) -> Period:
    return Period(starts_on=from_on, ends_on=months_after(from_on, months))


def _told(source: str | None, old_name: str) -> str:
    return f"{source}; al posto di {old_name}" if source else f"Al posto di {old_name}"
