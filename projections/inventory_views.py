"""What people see of another's warehouse (magazzino esterno): the link, and what it refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from aggregates.inventory_values import RefusalState
from projections.base import Ask, Page, Reader, page


class InventoryLinkSheet(Ask):
    """The link to the other warehouse program."""


def inventory_link_sheet(reader: Reader, ask: InventoryLinkSheet) -> dict[str, Any]:  # noqa: ARG001 - it asks nothing
    """How it is reached, whether it answered, which warehouses it keeps, what it calls articles, what it refused."""
    link = reader.row("select * from {inventory_link}") or {"is_on": False, "state": None}
    sql = "select count(*) as refusals from {inventory_refusal} where state = 'open'"
    return {
        **{name: value for name, value in link.items() if name not in ("link", "company_id")},
        "open_refusals": (reader.row(sql) or {"refusals": 0})["refusals"],
        "warehouses": reader.rows(
            """select k.warehouse_id, w.code, w.name, k.their_code, k.since
                 from {inventory_keeper} k join {stock_warehouse} w using (warehouse_id) order by w.code"""
        ),
        "articles": reader.rows(
            """select n.article_id, a.code, n.their_code
                 from {inventory_article} n join {stock_article} a using (article_id) order by a.code"""
        ),
    }


class FindInventoryRefusals(Page):
    """What the other warehouse refused: first of all what nobody has settled."""

    state: RefusalState | None = None
    article_id: UUID | None = None


def find_inventory_refusals(reader: Reader, ask: FindInventoryRefusals) -> dict[str, Any]:
    """Each with its article and warehouse, and how many later messages wait for it; the latest refused first."""
    return page(
        reader,
        ask,
        """select r.*, a.code as article_code, a.description, w.code as warehouse_code,
                  (select count(*) from {inventory_asked} later
                    where r.state in ('open', 'retry') and later.article_id = r.article_id
                      and later.position > coalesce(m.position, 0)) as waiting
             from {inventory_refusal} r
             left join {inventory_asked} m on m.message_id = r.refusal_id
             left join {stock_article} a on a.article_id = r.article_id
             left join {stock_warehouse} w on w.warehouse_id = r.warehouse_id
            where (%(state)s::text is null or r.state = %(state)s)
              and (%(article_id)s::uuid is null or r.article_id = %(article_id)s)""",
        order=("-refused_at", "-refusal_id"),
    )


def waiting_messages(reader: Reader, floor: int, limit: int, but: Sequence[UUID] = ()) -> list[dict[str, Any]]:
    """What is still to be told, in order; articles that wait for somebody's decision are left out. For the forwarder.

    `floor` is the position up to which everything was told, `but` names articles to leave out. The cursor of an article
    is called `inventory:` and its id.
    """
    return reader.rows(
        """select m.*, r.state as refusal_state, r.attempt, r.difference, a.code as article_code
             from {inventory_asked} m
             left join relay_cursor c on c.company_id = m.company_id and c.relay = 'inventory:' || m.article_id::text
             left join {inventory_refusal} r on r.refusal_id = m.message_id
             left join {stock_article} a on a.article_id = m.article_id
            where m.position > %(floor)s and m.position > coalesce(c.sequence, 0)
              and m.article_id <> all(%(but)s)
              and not exists (select 1 from {inventory_refusal} held
                               where held.article_id = m.article_id and held.state = 'open')
            order by m.position, m.article_id limit %(limit)s""",
        {"floor": floor, "limit": limit, "but": list(but)},
    )


def untold_articles(reader: Reader, floor: int) -> set[UUID]:
    """Articles about which something is still to be told; levels of theirs are not comparable. For the reader."""
    rows = reader.rows(
        """select distinct m.article_id from {inventory_asked} m
             left join relay_cursor c on c.company_id = m.company_id and c.relay = 'inventory:' || m.article_id::text
            where m.position > %(floor)s and m.position > coalesce(c.sequence, 0)""",
        {"floor": floor},
    )
    return {row["article_id"] for row in rows}


def last_message(reader: Reader) -> int:
    """The position of the last message there is; 0 when there is none. For the forwarder."""
    row = reader.row("select max(position) as position from {inventory_asked}")
    return (row and row["position"]) or 0


def first_untold(reader: Reader, floor: int) -> int | None:
    """The position of the first message that is still to be told, held back or not. For the forwarder."""
    row = reader.row(
        """select min(m.position) as position from {inventory_asked} m
             left join relay_cursor c on c.company_id = m.company_id and c.relay = 'inventory:' || m.article_id::text
            where m.position > %(floor)s and m.position > coalesce(c.sequence, 0)""",
        {"floor": floor},
    )
    return row["position"] if row else None
