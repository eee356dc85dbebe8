"""What the call behind a quote or an order did since (origine cambiata): in words, planned quantity 2 → 3 (R7.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.call_values import Activity, CallStatus
from aggregates.quote_need import planned_work
from aggregates.work_report import Part, UsedPart
from projections.base import Reader, Recorded, Row

MATTERS = frozenset(
    {
        "call.activity-planned.v1", "call.part-planned.v1", "call.part-used.v1", "call.activity-performed.v1",
        "call.charge-added.v1", "call.coverage-decided-again.v1", "call.cancelled.v1",
    }
)  # fmt: skip
"""Facts of a call that would give another quote."""


def changed_since(reader: Reader, source: Row | None) -> dict[str, Any] | None:
    """What happened to a source after the version that was copied; None when there is no source.

    `changes` says what is different now, `facts` everything that happened.
    """
    if source is None:
        return None
    facts = reader.facts(UUID(source["id"]))
    since = [
        {
            "fact": one.topic,
            "at": one.fact.act.at,
            "by": one.fact.act.by,
            "version": one.fact.originator_version,
            "matters": one.topic in MATTERS,
        }
        for one in facts[source["version"] :]
    ]
    return {
        "changed": any(one["matters"] for one in since),
        "version_then": source["version"],
        "version_now": len(facts),
        "changes": changes_between(_folded(facts[: source["version"]]), _folded(facts)) if since else [],
        "facts": since,
    }


def changes_between(then: Aggregate | None, now: Aggregate | None) -> list[Row]:
    """What of a call would give another quote: each with its name, its values then and now, and a sentence."""
    if not isinstance(then, Call) or not isinstance(now, Call):
        return []
    return [*_parts(then, now), *_activities(then, now), *_done(then, now), *_whole(then, now)]


def _parts(then: Call, now: Call) -> Iterator[Row]:
    for key in _all_keys(then.planned_parts, now.planned_parts):
        before, after = then.planned_parts.get(key), now.planned_parts.get(key)
        named: Part | None = after or before
        assert named is not None
        then_pieces, pieces = _quantity(before), _quantity(after)
        if before is not None and after is not None and before.code != after.code:
            yield _change("planned-part", before.description, before.code, after.code, "ricambio previsto")
        if then_pieces != pieces:
            yield _change("planned-quantity", named.description, then_pieces, pieces, "quantità prevista")


def _activities(then: Call, now: Call) -> Iterator[Row]:
    was, is_now = ({one.activity_id: one for one in planned_work(call)} for call in (then, now))
    for key in _all_keys(was, is_now):
        before, after = was.get(key), is_now.get(key)
        named: Activity | None = after or before
        assert named is not None
        words = named.note or named.kind
        if before is None or after is None:
            was_planned, is_planned = ("prevista", None) if after is None else (None, "prevista")
            yield _change("planned-activity", words, was_planned, is_planned, "attività")
        elif before.minutes != after.minutes:
            yield _change("planned-minutes", words, before.minutes, after.minutes, "minuti previsti")


def _done(then: Call, now: Call) -> Iterator[Row]:
    for key, performed in now.performed.items():
        before = then.performed.get(key)
        minutes = before.work_minutes if before else None
        if minutes != performed.work_minutes:
            words = now.activities[key].note or performed.kind if key in now.activities else performed.kind
            yield _change("performed-minutes", words, minutes, performed.work_minutes, "minuti lavorati")
    for key, used in now.used_parts.items():
        earlier: UsedPart | None = then.used_parts.get(key)
        then_pieces = _quantity(earlier.part if earlier else None)
        if then_pieces != used.part.quantity:
            yield _change("used-quantity", used.part.description, then_pieces, used.part.quantity, "quantità usata")
    for key, charge in now.charges.items():
        known = then.charges.get(key)
        if known is None or known.amount != charge.amount:
            amount = known.amount.amount if known else None
            yield _change("charge", charge.description, amount, charge.amount.amount, "addebito in euro")


def _whole(then: Call, now: Call) -> Iterator[Row]:
    if then.coverage.kind is not now.coverage.kind:
        yield _change("coverage", "Chiamata", then.coverage.kind.value, now.coverage.kind.value, "copertura")
    if now.status is CallStatus.CANCELLED and then.status is not CallStatus.CANCELLED:
        yield _change("status", "Chiamata", then.status.value, now.status.value, "stato")


def _change(what: str, item: str, before: object, after: object, words: str) -> Row:
    was, is_now = _shown(before), _shown(after)
    return {
        "what": what,
        "item": item,
        "from": was,
        "to": is_now,
        "sentence": f"{item}: {words} {was or 'nessuna'} → {is_now or 'nessuna'}",
    }


def _shown(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return None if value is None else str(value)


def _quantity(part: Part | None) -> Decimal | None:
    return part.quantity if part else None


def _all_keys(one: dict[UUID, Any], other: dict[UUID, Any]) -> list[UUID]:
    return list(dict.fromkeys((*one, *other)))


def _folded(facts: Sequence[Recorded]) -> Aggregate | None:
    record: Aggregate | None = None
    for recorded in facts:
        record = recorded.fact.mutate(record)
    return record
