"""Calls as key figures count them (chiamate degli indicatori): corrective ones with all that they are grouped by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.base import require
from aggregates.call_values import CloseOutcome
from projections.base import Ask, CursorWrong, Page, Reader, Row, SortUnknown, decode_cursor, encode_cursor

Group = Literal["month", "customer", "contract", "technician", "area", "product", "serial", "priority"]
Keyed = list[tuple[str, str | None]]
TODAY = "(now() at time zone 'Europe/Rome')::date"
DIMENSIONS = """
       m.customer_id, p.name as customer, m.contract_id, d.number as contract, m.priority, s.area,
       m.serial_item_ids,
       (select jsonb_agg(jsonb_build_array(i.serial_item_id, concat_ws(' ', i.number, i.product), i.product)
                         order by i.number, i.serial_item_id)
          from jsonb_array_elements_text(m.serial_item_ids) mine(id)
          join {dim_serial} i on i.serial_item_id = mine.id::uuid) as machines"""
JOINS = """
  left join {party} p on p.party_id = m.customer_id
  left join {dim_contract} d on d.contract_id = m.contract_id
  left join {dim_site} s on s.site_id = m.site_id"""
WHOSE = """
   and (%(customer_id)s::uuid is null or m.customer_id = %(customer_id)s)
   and (%(contract_id)s::uuid is null or m.contract_id = %(contract_id)s)
   and (%(priority)s::text is null or m.priority = %(priority)s)
   and (%(area)s::text is null or s.area = %(area)s)"""
CORRECTIVE = "not m.is_maintenance and not m.is_cancelled and m.merged_into is null"
"""Services by plan are no failures; what was cancelled or merged into another call is none of its own."""
WITHOUT_FAULT = (CloseOutcome.UNFOUNDED.value, CloseOutcome.NO_FAULT.value)
FAILURE = f"{CORRECTIVE} and coalesce(m.outcome, '') <> all(array{list(WITHOUT_FAULT)})"
"""What is still open counts as a failure until somebody has found that there was none."""


class Whose(Ask):
    """Calls of one customer, contract, technician, product, area or priority."""

    customer_id: UUID | None = None
    contract_id: UUID | None = None
    technician_id: UUID | None = None
    area: str | None = None
    product: str | None = None
    priority: str | None = None


class Period(Whose):
    """Some days, both included (Italian dates)."""

    from_on: date | None = None
    to_on: date | None = None


def chosen(rows: Iterable[Row], ask: Whose) -> list[Row]:
    """The rows of one technician and product, where they were asked for."""
    return [
        row
        for row in rows
        if (ask.technician_id is None or row["technician_id"] == ask.technician_id)
        and (ask.product is None or any(product == ask.product for _, _, product in row["machines"] or ()))
    ]


def keys_of(row: Row, by: Group, day: date) -> Keyed:
    """The groups of a call with their names: several where it is about several machines, one empty where unknown."""
    if by == "month":
        return [(f"{day:%Y-%m}", f"{day:%Y-%m}")]
    if by in ("product", "serial"):
        machines = row["machines"] or ()
        named = {product or "": product for _, _, product in machines}
        found = named if by == "product" else {str(item): name for item, name, _ in machines}
        return list(found.items()) or [("", None)]
    if by in ("area", "priority"):
        return [(row[by] or "", row[by])]
    return [(str(row[f"{by}_id"] or ""), row[by])]


def grouped(
    rows: Sequence[Row], by: Group, day: str, figures: Callable[[Sequence[Row]], Row], more: Sequence[str] = ()
) -> list[Row]:
    """The figures of each group, by its key and the columns `more`; `day` is the column that makes the month."""
    parts: dict[tuple[Any, ...], list[Row]] = {}
    names: dict[str, str | None] = {}
    for row in rows:
        for key, name in keys_of(row, by, row[day]):
            names[key] = name
            parts.setdefault((key, *(row[each] for each in more)), []).append(row)
    return [
        {"key": key, "name": names[key], **dict(zip(more, rest, strict=True)), **figures(part)}
        for (key, *rest), part in sorted(parts.items(), key=lambda pair: tuple(map(str, pair[0])))
    ]


def with_key(rows: Iterable[Row], by: Group, key: str | None, day: str) -> Iterator[Row]:
    """The rows of a group; all where none is asked for."""
    return (row for row in rows if key is None or any(each == key for each, _ in keys_of(row, by, row[day])))


def summed(
    ask: Page,
    rows: Sequence[Row],
    by: Group,
    day: str,
    figures: Callable[[Sequence[Row]], Row],
    more: Sequence[str] = (),
) -> dict[str, Any]:
    """One page of the figures of each group; see `grouped` and `listed`."""
    columns = ("key", "name", *more, *figures(()))
    return listed(ask, grouped(rows, by, day, figures, more), ("key", *more), columns)


def listed(ask: Page, rows: Sequence[Row], place: Sequence[str], columns: Collection[str]) -> dict[str, Any]:
    """One page of rows reckoned in memory, in the order of `place`, which ends in what tells rows apart.

    `columns` are those that a row has. Raises `SortUnknown`, `CursorWrong`.
    """
    ordered = sorted(rows, key=lambda row: _place(row, place))
    if ask.sort:
        column, backwards = ask.sort.lstrip("-"), ask.sort.startswith("-")
        require(column in columns, SortUnknown, sort=ask.sort)
        known = sorted((r for r in ordered if r[column] is not None), key=lambda r: r[column], reverse=backwards)
        ordered = known + [row for row in ordered if row[column] is None]
    begins = 0
    if ask.after:
        last = tuple(each or "" for each in decode_cursor(ask.after, len(place)))
        begins = next((n for n, row in enumerate(ordered, 1) if _place(row, place) == last), 0)
        require(begins > 0, CursorWrong)
    limit = max(1, min(ask.limit, 500))
    part, more = ordered[begins : begins + limit], len(ordered) > begins + limit
    return {"items": part, "next": encode_cursor(_place(part[-1], place)) if more else None}


def _place(row: Row, place: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row[each]) for each in place)


class FirstTimeFix(Page, Period):
    """Corrective calls closed in some days; `within_days` are those in which the fault may come back."""

    by: Group = "month"
    within_days: int = Field(default=30, ge=0, le=365)
    same_words: bool = Field(
        default=False, description="Only a call that names the fault in the same words comes back."
    )


CLOSED = f"""
select m.call_id, c.number as call_number, c.fault, m.opened_on, m.closed_on, m.opened_at, m.closed_at, m.outcome,
       m.visits, m.reopened, w.technician_id, t.name as technician, w.restored_at, w.work_minutes, n.next_on,
       n.next_call, {{TODAY}} as today, {DIMENSIONS}
  from {{mart_call}} m join {{call}} c on c.call_id = m.call_id {JOINS}
  left join lateral (
       select (array_agg(a.technician_id order by a.starts_at, a.activity_id))[1] as technician_id,
              max(a.ends_at) as restored_at, sum(a.work_minutes)::integer as work_minutes
         from {{mart_activity}} a where a.call_id = m.call_id) w on true
  left join {{technician}} t on t.technician_id = w.technician_id
  left join lateral (
       select f.opened_on as next_on, k.number as next_call
         from {{call_item}} mine join {{call_item}} other using (serial_item_id)
         join {{mart_call}} f on f.call_id = other.call_id join {{call}} k on k.call_id = f.call_id
        where mine.call_id = m.call_id and f.call_id <> m.call_id and f.opened_at > m.closed_at
          and {FAILURE.replace("m.", "f.")}
          and (not %(same_words)s or lower(trim(k.fault)) = lower(trim(c.fault)))
        order by f.opened_at, f.call_id limit 1) n on true
 where m.closed_on is not null and {CORRECTIVE}
   and (%(from_on)s::date is null or m.closed_on >= %(from_on)s)
   and (%(to_on)s::date is null or m.closed_on <= %(to_on)s) {WHOSE}""".replace("{TODAY}", TODAY)  # noqa: S608 - own words


def closed_calls(reader: Reader, ask: Period, *, same_words: bool = False) -> list[Row]:
    """Corrective calls closed in the days, with the technician who was there first and the call that came next."""
    return chosen(reader.rows(CLOSED, {**ask.model_dump(), "same_words": same_words}, replan=True), ask)
