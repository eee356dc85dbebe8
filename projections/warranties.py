"""What covers an item on a day and why (garanzie), and which warranties and licences end soon."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.coverage import CallAbout
from aggregates.rules.warranties import ORDER, covering
from aggregates.serial_item import SerialItem, Warranty, WarrantyKind
from projections.base import Ask, Page, Reader, page
from projections.call_sheet import coverage_shown
from projections.contracts import TODAY
from projections.coverage import coverage_for
from projections.installed_base_days import item_on


class ItemCover(Ask):
    """What covers an item for a defect that appeared on a day and is claimed on another, today where left out."""

    serial_item_id: UUID
    on: date | None = None
    appeared_on: date | None = None


def item_cover(reader: Reader, ask: ItemCover) -> dict[str, Any] | None:
    """The coverage a call opened on that day would have, and each warranty with its document and its last days.

    The coverage is found by the function that calls use, for who had the item then and where it stood (R4.1, §5).
    """
    then = item_on(reader, ask.serial_item_id, ask.on)
    item = reader.record(ask.serial_item_id)
    if then is None or not isinstance(item, SerialItem):
        return None
    on = then["on"]
    about = CallAbout((ask.serial_item_id,), then["owner_id"], then["site_id"], on, ask.appeared_on)
    coverage = coverage_for(reader, about)
    found = covering(item.warranties.values(), on, ask.appeared_on)
    return {
        "serial_item_id": ask.serial_item_id,
        "on": on,
        "appeared_on": ask.appeared_on or on,
        "owner_id": then["owner_id"],
        "owner_name": then["owner_name"],
        "site_id": then["site_id"],
        "coverage": coverage_shown(coverage),
        "warranties": [_shown(each, on, ask.appeared_on or on) for each in found],
        "supplier_warranties": [
            each.model_dump(mode="json") for each in item.supplier_warranties.values() if each.period.holds(on)
        ],
    }


def _shown(warranty: Warranty, on: date, appeared_on: date) -> dict[str, Any]:
    presumed = warranty.presumed_until is not None and appeared_on <= warranty.presumed_until
    return {
        **warranty.model_dump(mode="json", exclude={"period"}),
        **warranty.period.model_dump(),
        "rank": ORDER.index(warranty.kind) + 1,
        "is_presumed_original": presumed,
        "covers_new_defects": warranty.period.holds(on),
        "report_within_days": 8 if warranty.kind is WarrantyKind.LEGAL and warranty.action_until is None else None,
    }


class ExpiringItems(Page):
    """Warranties and software licences that end within so many days of a day."""

    on: date | None = None
    days: int = Field(default=60, ge=0, le=3660)
    what: str | None = Field(default=None, pattern="^(warranty|licence)$")
    owner_id: UUID | None = None


def expiring_items(reader: Reader, ask: ExpiringItems) -> dict[str, Any]:
    """What ends, the first end in front; items that were replaced are left out."""
    return page(
        reader,
        ask,
        f"""select e.*, i.number, i.manufacturer, i.product, i.type, i.owner_id, p.name as owner_name, i.site_id,
                   e.ends_on - {TODAY} as days_left
              from (select w.serial_item_id, 'warranty' as what, w.kind as name, w.ends_on, w.warranty_id::text as key
                      from {{warranty}} w
                    union all
                    select s.serial_item_id, 'licence', coalesce(s.licence, s.release, s.product),
                           s.licence_expires_on, 'licence' from {{serial_item}} s
                     where s.licence_expires_on is not null) e
              join {{serial_item}} i using (serial_item_id) left join {{party}} p on p.party_id = i.owner_id
             where e.ends_on between {TODAY} and {TODAY} + %(days)s::integer and i.replaced_on is null
               and (%(what)s::text is null or e.what = %(what)s)
               and (%(owner_id)s::uuid is null or i.owner_id = %(owner_id)s)""",  # noqa: S608 - own constants only
        order=("ends_on", "serial_item_id", "key"),
    )
