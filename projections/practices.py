"""Practices: their rules, what is open or late and whose it is, and the occasions that still need one (pratiche)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from aggregates.party import Party, PartyRole
from aggregates.practice import Practice
from aggregates.practice_rule import PracticeRule, PracticeRuleTerms
from aggregates.values import rome_date
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

RULE = Table(
    "practice_rule",
    {
        "rule_id": "uuid", "code": "text", "name": "text", "occasion": "text", "months": "integer",
        "first_month": "integer", "contract_kind": "text", "item_status": "text", "from_on": "date",
        "active": "boolean", "terms": "jsonb",
    },
    ("rule_id",),
    ("code",),
)  # fmt: skip
CUSTOMER = Table("practice_customer", {"party_id": "uuid", "since_on": "date"}, ("party_id",), ("since_on",))
PRACTICE = Table(
    "practice",
    {
        "practice_id": "uuid", "rule_id": "uuid", "rule": "text", "name": "text", "occasion": "text",
        "subject_kind": "text", "subject_id": "uuid", "occasion_on": "date", "state": "text",
    },
    ("practice_id",),
    ("rule_id, occasion", "subject_id where subject_id is not null"),
)  # fmt: skip
STEP = Table(
    "practice_step",
    {
        "practice_id": "uuid", "number": "integer", "key": "text", "text": "text", "mandatory": "boolean",
        "due_on": "date", "role": "text", "user_id": "uuid", "state": "text", "answered": "jsonb",
    },
    ("practice_id", "key"),
    ("due_on where state = 'open'",),
)  # fmt: skip


class Practices(ReadModel):
    """Every practice with its operations, and since when customers are customers."""

    NAME = "practices"
    TABLES = (RULE, CUSTOMER, PRACTICE, STEP)

    @on(PracticeRule.Defined)
    def defined(self, fact: PracticeRule.Defined, rows: Rows) -> None:
        """A rule appears."""
        rows.put(RULE, {"rule_id": fact.stream_id, "code": fact.code, **_terms(fact.terms)})

    @on(PracticeRule.Changed)
    def changed(self, fact: PracticeRule.Changed, rows: Rows) -> None:
        """It wants something else."""
        rows.patch(RULE, fact.stream_id, **_terms(fact.terms))

    @on(Party.Registered, Party.IdentityChanged)
    def party(self, fact: Party.Registered | Party.IdentityChanged, rows: Rows) -> None:
        """Somebody is a customer, perhaps after having been a prospect."""
        if fact.role is PartyRole.CUSTOMER and rows.get(CUSTOMER, fact.stream_id) is None:
            rows.put(CUSTOMER, {"party_id": fact.stream_id, "since_on": rome_date(fact.act.at)})

    @on(Practice.Opened)
    def opened(self, fact: Practice.Opened, rows: Rows) -> None:
        """A practice with its operations."""
        told = fact.model_dump(include={"rule_id", "rule", "name", "occasion", "occasion_on"})
        about = {"subject_kind": fact.subject.kind, "subject_id": fact.subject.id} if fact.subject else {}
        rows.put(PRACTICE, {"practice_id": fact.stream_id, "state": "open", **told, **about})
        for number, step in enumerate(fact.steps, 1):
            operation = step.operation
            whose = step.model_dump(include={"due_on", "role", "user_id"})
            what = {"number": number, "key": operation.key, "text": operation.text, "mandatory": operation.mandatory}
            rows.put(STEP, {"practice_id": fact.stream_id, "state": "open", **what, **whose})

    @on(Practice.StepAnswered)
    def answered(self, fact: Practice.StepAnswered, rows: Rows) -> None:
        """An operation is done or skipped; the last answer in the world counts."""
        row = rows.get(STEP, fact.stream_id, fact.result.key)
        if row is None:
            return
        result = fact.result
        rank = [result.at.isoformat(), *result.rank[1:]]
        if row["answered"] is None or row["answered"]["rank"] < rank:
            told = {"rank": rank, "by": fact.act.by, **result.model_dump(mode="json", exclude={"key"})}
            state = "done" if result.value is not None else "skipped"
            rows.patch(STEP, fact.stream_id, result.key, state=state, answered=told)

    @on(Practice.Completed)
    def completed(self, fact: Practice.Completed, rows: Rows) -> None:
        """Nothing mandatory is left."""
        rows.patch(PRACTICE, fact.stream_id, state="complete")


def _terms(terms: PracticeRuleTerms) -> Row:
    condition = terms.condition
    return {
        "name": terms.name,
        "occasion": condition.occasion.value,
        "months": condition.period.months if condition.period else None,
        "first_month": condition.first_month,
        "contract_kind": condition.contract_kind.value if condition.contract_kind else None,
        "item_status": condition.item_status,
        "from_on": terms.from_on,
        "active": terms.active,
        "terms": terms.model_dump(mode="json"),
    }


class FindPracticeRules(Page):
    """The rules by which practices are opened."""

    active: bool | None = None


class FindPracticeSteps(Page):
    """The board: operations of practices, perhaps those that are late on a day, or of a role or a person."""

    state: Literal["open", "done", "skipped"] | None = "open"
    late_on: date | None = Field(default=None, description="Only those whose last day was before this day.")
    role: str | None = None
    user_id: UUID | None = None
    practice_id: UUID | None = None
    subject_id: UUID | None = None


class PracticeSheet(Ask):
    """One practice."""

    practice_id: UUID


class PracticesDue(Page):
    """Occasions up to a day that ask for a practice and have none."""

    until: date


def find_practice_rules(reader: Reader, ask: FindPracticeRules) -> dict[str, Any]:
    """Rules by code."""
    sql = """select rule_id, code, name, active, terms from {practice_rule}
              where %(active)s::boolean is null or active = %(active)s"""
    return page(reader, ask, sql, order=("code", "rule_id"))


def find_practice_steps(reader: Reader, ask: FindPracticeSteps) -> dict[str, Any]:
    """Operations, the most urgent first."""
    return page(
        reader,
        ask,
        """select s.practice_id, s.practice_id::text || '/' || s.key as step, p.name, p.rule, p.occasion,
                  p.subject_kind, p.subject_id, s.key, s.text, s.mandatory, s.due_on, s.role, s.user_id, s.state,
                  s.answered->>'value' as value, s.answered->>'skipped_because' as skipped_because
             from {practice_step} s
             join {practice} p on p.practice_id = s.practice_id
            where (%(state)s::text is null or s.state = %(state)s)
              and (%(late_on)s::date is null or s.due_on < %(late_on)s)
              and (%(role)s::text is null or s.role = %(role)s)
              and (%(user_id)s::uuid is null or s.user_id = %(user_id)s)
              and (%(practice_id)s::uuid is null or s.practice_id = %(practice_id)s)
              and (%(subject_id)s::uuid is null or p.subject_id = %(subject_id)s)""",
        order=("due_on", "step"),
    )


def practice_sheet(reader: Reader, ask: PracticeSheet) -> dict[str, Any] | None:
    """The practice with all its operations in their order."""
    row = reader.row("select * from {practice} where practice_id = %(practice_id)s", ask.model_dump())
    if row is None:
        return None
    sql = "select * from {practice_step} where practice_id = %(practice_id)s order by number"
    steps = [_shown(step) for step in reader.rows(sql, ask.model_dump())]
    return {**row, "steps": steps}


def _shown(step: Row) -> Row:
    answered = step.pop("answered") or {}
    told = {name: answered.get(name) for name in ("value", "skipped_because", "is_out_of_limits", "note", "at", "by")}
    return {**{name: value for name, value in step.items() if name != "practice_id"}, **told}


def practices_due(reader: Reader, ask: PracticesDue) -> dict[str, Any]:
    """Rule, occasion, its day and its record; an occasion before the rule's first day asks for nothing."""
    return page(
        reader,
        ask,
        """select o.rule, o.occasion, o.occurred_on, o.subject_kind, o.subject_id, o.rule || '/' || o.occasion as due
             from (select r.rule_id, r.code as rule, c.party_id::text as occasion, c.since_on as occurred_on,
                          'party' as subject_kind, c.party_id as subject_id
                     from {practice_rule} r
                     join {practice_customer} c on c.since_on >= r.from_on
                    where r.active and r.occasion = 'new_customer'
                   union all
                   select r.rule_id, r.code, k.contract_id::text, k.signed_on, 'contract', k.contract_id
                     from {practice_rule} r
                     join {contract} k on k.signed_on >= r.from_on
                                      and (r.contract_kind is null or k.kind = r.contract_kind)
                    where r.active and r.occasion = 'new_contract'
                   union all
                   select r.rule_id, r.code, i.serial_item_id::text || '/' || i.from_on, i.from_on, 'serial-item',
                          i.serial_item_id
                     from {practice_rule} r
                     join {serial_item_status} i on i.from_on >= r.from_on and lower(i.status) = lower(r.item_status)
                    where r.active and r.occasion = 'item_status'
                   union all
                   select r.rule_id, r.code, d::date::text, d::date, null, null
                     from {practice_rule} r
                     cross join lateral generate_series(date_trunc('month', r.from_on::timestamp),
                                                        %(until)s::timestamp, interval '1 month') d
                    where r.active and r.occasion = 'new_period' and d::date >= r.from_on
                      and (extract(month from d)::integer - r.first_month + 12) %% r.months = 0) o
            where o.occurred_on <= %(until)s
              and not exists (select from {practice} p where p.rule_id = o.rule_id and p.occasion = o.occasion)""",
        order=("due",),
    )
