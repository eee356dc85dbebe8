"""Escalations (escalation): the company's rules, what they have told whom, and what is due to be told (SLA-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from aggregates.call import Call
from aggregates.escalation_rules import EscalationRules
from aggregates.escalation_terms import EscalationRule
from aggregates.rules.priority import Level
from aggregates.values import Instant
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page
from projections.sla_tables import clock_of

RULE = Table(
    "escalation_rule",
    {
        "code": "text", "level": "text", "since": "timestamptz", "clock": "text", "priority": "text",
        "percent": "integer", "minutes_after_due": "integer", "terms": "jsonb",
    },
    ("code",),
)  # fmt: skip
ESCALATION = Table(
    "escalation",
    {
        "call_id": "uuid", "rule": "text", "level": "text", "clock": "text", "at": "timestamptz",
        "due_at": "timestamptz", "whom": "jsonb", "note": "text",
    },
    ("call_id", "rule", "level"),
    ("at, call_id, rule, level",),
)  # fmt: skip


class Escalations(ReadModel):
    """Rules, and what was escalated."""

    NAME = "escalations"
    TABLES = (RULE, ESCALATION)

    @on(EscalationRules.RuleSet)
    def rule_set(self, fact: EscalationRules.RuleSet, rows: Rows) -> None:
        """A rule holds from now on."""
        rule = fact.rule
        terms = rule.model_dump(mode="json")
        told = {name: terms[name] for name in ("code", "clock", "priority", "percent", "minutes_after_due")}
        rows.put(RULE, {**told, "level": rule.level, "since": fact.act.at, "terms": terms})

    @on(EscalationRules.RuleDropped)
    def rule_dropped(self, fact: EscalationRules.RuleDropped, rows: Rows) -> None:
        """It holds no longer."""
        rows.drop(RULE, fact.code)

    @on(Call.Escalated)
    def escalated(self, fact: Call.Escalated, rows: Rows) -> None:
        """Somebody is to know."""
        rows.put(
            ESCALATION,
            {
                "call_id": fact.stream_id,
                "at": fact.act.at,
                "clock": fact.clock.value,
                "whom": fact.whom.model_dump(mode="json"),
                **fact.model_dump(include={"rule", "level", "note", "due_at"}),
            },
        )


class FindRules(Ask):
    """The rules of escalation."""


def escalation_rules(reader: Reader, _ask: FindRules) -> dict[str, Any]:
    """Every rule in force with the moment since which it is so, by code."""
    rows = reader.rows("select code, since, terms from {escalation_rule} order by code")
    return {"items": [{**row["terms"], "since": row["since"]} for row in rows]}


class FindEscalations(Page):
    """Escalations, the oldest first; those whose clock still runs unless all are asked for."""

    call_id: UUID | None = None
    rule: str | None = None
    all: bool = False


def find_escalations(reader: Reader, ask: FindEscalations) -> dict[str, Any]:
    """Each with its call, whom it names, and whether its clock still runs."""
    conditions = [f"e.{name} = %({name})s" for name in ("call_id", "rule") if getattr(ask, name) is not None]
    is_open = "(m.is_live and k.call_id is not null and k.stopped_at is null)"
    if not ask.all:
        conditions.append(is_open)
    return page(
        reader,
        ask,
        f"""select e.*, coalesce({is_open}, false) as is_open, m.priority, m.party_id, m.technician_id, c.number,
                   c.fault, p.name as party_name
              from {{escalation}} e
              join {{sla_call}} m on m.call_id = e.call_id
              left join {{sla_clock}} k on k.call_id = e.call_id and k.clock = e.clock
              left join {{call}} c on c.call_id = e.call_id
              left join {{party}} p on p.party_id = m.party_id
             where {" and ".join(conditions) or "true"}""",  # noqa: S608 - own words only, values are parameters
        order=("at", "call_id", "rule", "level"),
    )


class EscalationsDue(Page):
    """Levels reached by an instant and not recorded yet, of live calls."""

    at: Instant


def escalations_due(reader: Reader, ask: EscalationsDue) -> dict[str, Any]:
    """What the duty that escalates has to record; the limit counts clocks looked at.

    A clock is looked at once so much time has passed on the wall clock: business time never outruns it.
    """
    found = page(
        reader,
        ask,
        """select m.call_id, m.opened_at, m.starts_at, m.party_id, m.contract_id, k.priority, m.terms, m.pauses,
                  m.priority as call_priority, k.stopped_at, r.code, r.since, r.terms as rule
             from {escalation_rule} r
             join {sla_clock} k on k.clock = r.clock
             join {sla_call} m on m.call_id = k.call_id and coalesce(r.priority, m.priority) = m.priority
             cross join lateral (select k.starts_at + interval '1 minute' * coalesce(
                    k.target_minutes * r.percent / 100,
                    k.target_minutes + coalesce(r.minutes_after_due, 0)) as earliest) w
            where m.is_live and w.earliest <= %(at)s and (k.stopped_at is null or k.stopped_at > w.earliest)
              and not exists (select 1 from {escalation} e
                               where e.call_id = k.call_id and e.rule = r.code and e.level = r.level)""",
        order=("opened_at", "call_id", "code"),
    )
    return {**found, "items": [due for row in found["items"] for due in _due(row, ask.at)]}


def _due(row: Row, at: datetime) -> Iterator[Row]:
    rule = EscalationRule.model_validate(row["rule"])
    running = clock_of(row, rule.clock, row["stopped_at"])
    moment = rule.moment(running, at)
    regards = rule.regards(Level(row["call_priority"]), row["party_id"], row["contract_id"])
    if regards and moment is not None and row["since"] <= moment <= at:
        yield {"call_id": row["call_id"], "rule": rule.code, "level": rule.level, "at": moment}
