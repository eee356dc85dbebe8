"""Questions to the installed base: the list, and the sheet of one item."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, page
from projections.installed_base_days import item_on

COLUMNS = """i.serial_item_id, i.manufacturer, i.number, i.product, i.type, i.article_code, i.plant_in_building,
    i.release, i.licence, i.licence_expires_on, i.notes, i.owner_id, p.code as owner_code, p.name as owner_name,
    i.site_id, s.code as site_code, s.name as site_name, s.town, s.latitude,
    s.longitude, i.location, i.placed_on, i.status, i.status_on,
    i.installed_on, i.parent_id, i.successor_id, i.predecessor_id, i.replaced_on"""
FROM = """{serial_item} i left join {party} p on p.party_id = i.owner_id
    left join {party_site} s on s.site_id = i.site_id"""


class FindItems(Page):
    """Items by owner, site, type, status, warranty, or words of serial number, model, place or owner."""

    text: str | None = None
    owner_id: UUID | None = None
    site_id: UUID | None = None
    type: str | None = None
    status: str | None = None
    number: str | None = None
    parent_id: UUID | None = None
    in_warranty_on: date | None = None


def find_items(reader: Reader, ask: FindItems) -> dict[str, Any]:
    """The items by product."""
    return page(
        reader,
        ask,
        f"select {COLUMNS} from {FROM}"  # noqa: S608 - our own columns and tables
        """ where (%(text)s::text is null
                    or concat_ws(' ', i.number, i.manufacturer, i.product, i.location, i.type, p.name, s.name, s.town)
                       ilike '%%' || %(text)s || '%%')
               and (%(owner_id)s::uuid is null or i.owner_id = %(owner_id)s)
               and (%(site_id)s::uuid is null or i.site_id = %(site_id)s)
               and (%(type)s::text is null or i.type = %(type)s)
               and (%(status)s::text is null or i.status = %(status)s)
               and (%(number)s::text is null or lower(i.number) = lower(%(number)s))
               and (%(parent_id)s::uuid is null or i.parent_id = %(parent_id)s)
               and (%(in_warranty_on)s::date is null or exists (
                     select from {warranty} w where w.serial_item_id = i.serial_item_id
                        and %(in_warranty_on)s between w.starts_on and w.ends_on))""",
        order=("product", "serial_item_id"),
    )


class ItemSheet(Ask):
    """One item, with what was so on a day; left out, today."""

    serial_item_id: UUID
    on: date | None = None


def item_sheet(reader: Reader, ask: ItemSheet) -> dict[str, Any] | None:
    """The item with its meters, warranties, moves, statuses and parts; `then` tells the day that was asked for."""
    params = {"serial_item_id": ask.serial_item_id}
    sql = f"select {COLUMNS} from {FROM} where i.serial_item_id = %(serial_item_id)s"  # noqa: S608 - our own columns
    item = reader.row(sql, params)
    if item is None:
        return None
    for name, part in PARTS.items():
        item[name] = reader.rows(part, params)
    item["then"] = item_on(reader, ask.serial_item_id, ask.on)
    return item


PARTS = {
    "meters": """select kind, digits, weight, last_value, last_read_at, last_source from {meter}
                  where serial_item_id = %(serial_item_id)s order by kind""",
    "meters_replaced": """select kind, replaced_at, final, initial from {meter_swap}
                           where serial_item_id = %(serial_item_id)s order by replaced_at, kind""",
    "warranties": """select warranty_id, kind, starts_on, ends_on, covers, source, article_code, presumed_until,
                            action_until, prolonged_on, inherited_from from {warranty}
                      where serial_item_id = %(serial_item_id)s order by starts_on, kind, warranty_id""",
    "supplier_warranties": """select warranty_id, supplier_id, supplier, starts_on, ends_on, covers, source
                                from {supplier_warranty} where serial_item_id = %(serial_item_id)s
                               order by starts_on, warranty_id""",
    "parents": """select x.from_on, x.parent_id, w.number, w.product from {serial_item_parent} x
                    left join {serial_item} w on w.serial_item_id = x.parent_id
                   where x.serial_item_id = %(serial_item_id)s order by x.from_on""",
    "moves": """select m.from_on, m.owner_id, p.name as owner_name, m.site_id, s.name as site_name, m.location
                  from {serial_item_move} m left join {party} p on p.party_id = m.owner_id
                  left join {party_site} s on s.site_id = m.site_id
                 where m.serial_item_id = %(serial_item_id)s order by m.from_on""",
    "statuses": """select from_on, status from {serial_item_status}
                    where serial_item_id = %(serial_item_id)s order by from_on""",
    "children": """select serial_item_id, number, product, type, status from {serial_item}
                    where parent_id = %(serial_item_id)s order by product, serial_item_id""",
}
