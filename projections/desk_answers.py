"""What is known of customers, sites and machines while somebody calls (risposte al banco): all in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from json import dumps
from typing import Any

from aggregates.business_calendar import STANDARD
from aggregates.coverage import CallAbout
from aggregates.desk_answer import CallStanding, DeskAnswer
from aggregates.rules.coverage import ORDER
from projections.base import Reader, Row
from projections.coverage import coverage_known, known_of

ASKED = """
select g.n, g.items, coalesce(g.party_id, t.party_id, i.owner_id) as party_id,
       coalesce(g.site_id, case when coalesce(g.party_id, i.owner_id) = i.owner_id then i.site_id end) as site_id
  from jsonb_to_recordset(%(asked)s::jsonb) as g(n integer, items uuid[], party_id uuid, site_id uuid)
  left join lateral (select party_id from {party_site} s where s.site_id = g.site_id limit 1) t on true
  left join lateral (select owner_id, site_id from {serial_item} m where m.serial_item_id = g.items[1] limit 1) i
       on true"""
"""Who was asked about; a machine also says whose it is and where.

Read before all else: row-level security looks up by index only what is a plain value.
"""
STANDING = "c.call_id, c.number, c.status, c.opened_at, c.ended_at, c.outcome, c.fault, c.serial_item_ids"
OPEN = f"""
select coalesce(jsonb_agg(to_jsonb(o) order by o.opened_at desc), '[]') from (
    select {STANDING} from {{call}} c where c.party_id = q.party_id and c.ended_at is null
     union select {STANDING} from {{call_item}} i join {{call}} c using (call_id)
            where i.serial_item_id = any(q.items) and c.ended_at is null
     order by opened_at desc limit 10) o"""  # noqa: S608 - own constants only
LAST = f"""
select to_jsonb(o) from (select {STANDING} from {{call}} c where c.party_id = q.party_id and c.ended_at is not null
                          order by c.opened_at desc limit 1) o"""  # noqa: S608 - own constants only
HOURS = """
select coalesce(sum(l.left_minutes), 0) from {hour_pool} p join {hour_pool_lot} l using (pool_id)
 where p.customer_id = q.party_id and l.valid_to >= %(on)s"""
IN_ONE = known_of("q.party_id", "q.site_id", "q.targets", "q.items")
"""What decides a coverage, for each that was asked about."""
ANSWERS = f"""
with asked as materialized ({ASKED}),
     q as materialized (select *, array_remove(items || array[site_id, party_id], null) as targets from asked)
select q.n, q.party_id, q.site_id, q.items, p.name as customer_name, s.name as site_name, k.*,
       ({OPEN}) as open_calls, ({LAST}) as last_call, ({HOURS}) as minutes_left
  from q
  left join lateral (select name from {{party}} p where p.party_id = q.party_id limit 1) p on true
  left join lateral (select name from {{party_site}} s where s.site_id = q.site_id limit 1) s on true
 cross join lateral ({IN_ONE}) k order by q.n"""  # noqa: S608 - own constants only


def desk_answers(
    reader: Reader, asked: Sequence[Mapping[str, Any]], on: date, appeared_on: date | None = None
) -> list[DeskAnswer]:
    """An answer for each of `asked`, in order: `items` (ids), `party_id`, `site_id`, of which one at least is given.

    The defect appeared on one day, whoever may be calling (§5).
    """
    if not asked:
        return []
    params = {
        "asked": _as_json([{"n": n, **one} for n, one in enumerate(asked)]),
        "kinds": list(ORDER),
        "standard": STANDARD,
        "on": on,
        "appeared": appeared_on,
    }
    return [_answer(row, on, appeared_on) for row in reader.rows(ANSWERS, params)]


def desk_answer(reader: Reader, about: CallAbout) -> DeskAnswer:
    """See `Lookups.desk_answer`."""
    asked = {"items": about.serial_item_ids, "party_id": about.party_id, "site_id": about.site_id}
    (answer,) = desk_answers(reader, [asked], about.on, about.appeared_on)
    return answer


def _answer(row: Row, on: date, appeared_on: date | None) -> DeskAnswer:
    customer = row["customer"] or {}
    about = CallAbout(row["items"], row["party_id"], row["site_id"], on, appeared_on)
    return DeskAnswer(
        party_id=row["party_id"],
        site_id=row["site_id"],
        customer=row["customer_name"],
        site=row["site_name"],
        coverage=coverage_known(row, about),
        overdue=Decimal(customer.get("overdue") or "0.00"),
        oldest_due_on=customer.get("oldest_due_on"),
        minutes_left=row["minutes_left"],
        open_calls=tuple(CallStanding.model_validate(one) for one in row["open_calls"]),
        last_call=CallStanding.model_validate(row["last_call"]) if row["last_call"] else None,
        warranty_ends_on=max((one["ends_on"] for one in row["warranties"]), default=None),
    )


def _as_json(asked: Sequence[Mapping[str, Any]]) -> str:
    return dumps([{**one, "items": [str(key) for key in one["items"]]} for one in asked], default=str)
