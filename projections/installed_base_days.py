"""The installed base on a day (parco installato a una data): where, whose, part of what; trees and replacements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Reader, Row
from projections.contracts import TODAY

DEEPEST = 40
"""How many steps down a plant or along a line of replacements are shown."""


def held(table: str, columns: str, day: str, where: str = "true") -> str:
    """SQL for what held of each item on a day: the last entry begun by then, or else the first one."""
    return f"""select distinct on (serial_item_id) serial_item_id, from_on, {columns} from {{{table}}} where {where}
                order by serial_item_id, from_on <= {day} desc,
                         case when from_on <= {day} then from_on end desc, from_on"""  # noqa: S608 - own constants only


ONE = "serial_item_id = %(serial_item_id)s"
PLACE = held("serial_item_move", "owner_id, site_id, location", TODAY, ONE)
STATUS = held("serial_item_status", "status", TODAY, ONE)
PARENT = held("serial_item_parent", "parent_id", TODAY, ONE)
MEANING = f"""
select distinct on (code) code, label, in_service, takes_maintenance from {{item_status}}
 where from_on <= {TODAY} order by code, from_on desc"""  # noqa: S608 - own constants only
THEN = f"""
select {TODAY} as "on", m.from_on > {TODAY} as before_first, m.from_on as since, m.owner_id, p.name as owner_name,
       m.site_id, s.name as site_name, s.latitude, s.longitude, m.location, x.parent_id, w.number as parent_number,
       w.product as parent_product, t.status, d.label as status_label, coalesce(d.in_service, true) as in_service,
       coalesce(d.takes_maintenance, true) as takes_maintenance
  from ({PLACE}) m join ({STATUS}) t using (serial_item_id) join ({PARENT}) x using (serial_item_id)
  left join {{party}} p on p.party_id = m.owner_id left join {{party_site}} s on s.site_id = m.site_id
  left join {{serial_item}} w on w.serial_item_id = x.parent_id
  left join ({MEANING}) d on d.code = t.status"""  # noqa: S608 - own constants only


def item_on(reader: Reader, serial_item_id: UUID, on: date | None) -> Row | None:
    """Where an item was on a day, whose, part of what and in which state."""
    return reader.row(THEN, {"serial_item_id": serial_item_id, "on": on})


class ItemTree(Ask):
    """A plant with its machines and their components, as they were on a day."""

    serial_item_id: UUID
    on: date | None = None


TREE = f"""
with recursive part as ({held("serial_item_parent", "parent_id", TODAY)}),
 tree as (select %(serial_item_id)s::uuid as serial_item_id, null::uuid as parent_id, 0 as depth
          union all
          select p.serial_item_id, p.parent_id, t.depth + 1 from part p join tree t on p.parent_id = t.serial_item_id
           where t.depth < {DEEPEST})
select t.depth, t.parent_id, i.serial_item_id, i.number, i.manufacturer, i.product, i.type, m.owner_id, m.site_id,
       s.name as site_name, m.location, st.status, i.replaced_on
  from tree t join {{serial_item}} i using (serial_item_id)
  left join ({held("serial_item_move", "owner_id, site_id, location", TODAY)}) m using (serial_item_id)
  left join ({held("serial_item_status", "status", TODAY)}) st using (serial_item_id)
  left join {{party_site}} s on s.site_id = m.site_id
 order by t.depth, i.product, i.number, i.serial_item_id"""  # noqa: S608 - own constants only


def item_tree(reader: Reader, ask: ItemTree) -> dict[str, Any] | None:
    """The item and, nested in it, what is part of it at every depth."""
    rows = reader.rows(TREE, ask.model_dump())
    if not rows:
        return None
    nodes: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        nodes.setdefault(row["serial_item_id"], {**row, "parts": []})
    for node in nodes.values():
        if node["depth"]:
            nodes[node["parent_id"]]["parts"].append(node)
    return {**nodes[ask.serial_item_id], "items": len(nodes)}


class ItemLineage(Ask):
    """The line of replacements that an item stands in."""

    serial_item_id: UUID


LINEAGE = f"""
with recursive before as (
  select serial_item_id, predecessor_id, 0 as step from {{serial_item}} where serial_item_id = %(serial_item_id)s
  union all
  select i.serial_item_id, i.predecessor_id, b.step - 1 from {{serial_item}} i
    join before b on i.serial_item_id = b.predecessor_id where b.step > -{DEEPEST}),
 after as (
  select serial_item_id, successor_id, 0 as step from {{serial_item}} where serial_item_id = %(serial_item_id)s
  union all
  select i.serial_item_id, i.successor_id, a.step + 1 from {{serial_item}} i
    join after a on i.serial_item_id = a.successor_id where a.step < {DEEPEST})
select c.step, i.serial_item_id, i.number, i.manufacturer, i.product, i.installed_on, i.replaced_on, i.replaced_policy,
       i.successor_id, i.predecessor_id
  from (select serial_item_id, step from before union select serial_item_id, step from after) c
  join {{serial_item}} i using (serial_item_id) order by c.step"""  # noqa: S608 - own constants only


def item_lineage(reader: Reader, ask: ItemLineage) -> dict[str, Any] | None:
    """From the first item to the newest; `step` 0 is the one asked for."""
    items = reader.rows(LINEAGE, ask.model_dump())
    return {"serial_item_id": ask.serial_item_id, "items": items} if items else None


class FindStatuses(Ask):
    """The company's statuses on a day."""

    on: date | None = None


def item_statuses(reader: Reader, ask: FindStatuses) -> dict[str, Any]:
    """The list, by code; empty where any word may be used."""
    return {"items": reader.rows(f"select * from ({MEANING}) d order by code", ask.model_dump())}  # noqa: S608 - own
