"""Given these commands, when that command, then these facts or this refusal: tests in the domain's language.

Everything runs through the public commands against a real PostgreSQL; each test has a company of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Act, Aggregate, Refusal
from aggregates.values import ROME
from commands.catalog import BY_NAME as COMMANDS
from commands.desk import Outcome
from gateways.wiring import House, Installation
from projections.base import Recorded
from projections.catalog import BY_NAME as VIEWS
from tests.fresh import fresh

SOMEBODY = "user:test"
MORNING = datetime(2026, 9, 1, 9, 0, tzinfo=ROME)


@dataclass(frozen=True)
class Do:
    """A command by its catalogue name, with when and by whom."""

    name: str
    fields: dict[str, Any]
    at: datetime
    by: str
    why: str | None


def do(name: str, /, *, at: datetime | str = MORNING, by: str = SOMEBODY, why: str | None = None, **fields: Any) -> Do:
    """A command to be carried out; `at` without an offset is Italian time."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return Do(name, fields, when if when.tzinfo else when.replace(tzinfo=ROME), by, why)


@dataclass
class Company:
    """A company under test."""

    installation: Installation
    house: House
    may_park: bool = False
    """Only for tests of read models that cannot fold a fact: everywhere else a parked fact is a failure."""
    at_work: bool = False
    """Only for tests of the folding itself: `house`, too, folds nothing when it looks."""
    behind: House = field(init=False, repr=False)
    """The house as it is at work, where read models may be behind the log; `house` folds before it looks."""

    def __post_init__(self) -> None:
        self.behind = self.house
        if not self.at_work:
            self.house = fresh(self.installation, self.house, self.fold)

    def do(self, name: str, /, *, command_id: UUID | None = None, **fields: Any) -> dict[str, Any]:
        """Carry out a command; the answer's result."""
        return self.execute(do(name, **fields), command_id=command_id).result

    def execute(self, step: Do, *, command_id: UUID | None = None, expected_version: int | None = None) -> Outcome:
        """Carry out a command; the whole outcome."""
        entry = COMMANDS[step.name]
        cmd = entry.command.model_validate(step.fields)
        act = Act(by=step.by, at=step.at, why=step.why)
        if self.at_work:
            self.fold()
        return self.house.desk.execute(entry, cmd, act, command_id or uuid4(), expected_version=expected_version)

    def fold(self) -> None:
        """Bring every read model up to the log."""
        self.installation.daemon.catch_up(self.house.company_id)
        parked = [] if self.may_park else self.parked()
        assert not parked, f"facts that read models could not fold: {parked}"

    def parked(self) -> list[tuple[str, str, str]]:
        """What read models could not fold of this company: their name, the fact's topic, the error."""
        sql = "select name, topic, error from parked_fact where company_id = %s order by position, name"
        with self.installation.database.company(self.house.company_id) as connection:
            return list(connection.execute(sql, (self.house.company_id,)))

    def ask(self, name: str, /, **fields: Any) -> Any:
        """The answer of a view, over everything recorded so far."""
        self.fold()
        view = VIEWS[name]
        return view.query(self.house.reader, view.ask.model_validate(fields))

    def record(self, stream_id: UUID | str) -> Any:
        """An aggregate as its facts make it."""
        return self.house.reader.record(UUID(str(stream_id)))

    def facts(self, stream_id: UUID | str) -> Sequence[Recorded]:
        """The facts of a stream."""
        return self.house.reader.facts(UUID(str(stream_id)))

    def given(self, *steps: Do) -> Situation:
        """Carry out what came before."""
        for step in steps:
            self.execute(step)
        return Situation(self)


@dataclass
class Situation:
    """What was so before, then what happens."""

    company: Company
    new: list[Recorded] = field(default_factory=list)
    refusal: Refusal | None = None
    result: dict[str, Any] = field(default_factory=dict)

    def when(self, step: Do) -> Situation:
        """Carry out the command that the test is about."""
        before = self.company.house.log.position()
        try:
            self.result = self.company.execute(step).result
        except Refusal as refusal:
            self.refusal = refusal
        self.new = self.company.house.recorded_after(before)
        return self

    def then(self, *expected: tuple[type[Aggregate.Event], dict[str, Any]] | type[Aggregate.Event]) -> Situation:
        """Exactly these facts were recorded, each with at least these values."""
        if self.refusal is not None:
            raise AssertionError(f"refused: {self.refusal.code()}: {self.refusal}")
        wanted = [one if isinstance(one, tuple) else (one, {}) for one in expected]
        recorded_kinds = [type(r.fact).__name__ for r in self.new]
        assert recorded_kinds == [kind.__name__ for kind, _ in wanted], f"recorded: {recorded_kinds}"
        for recorded, (_, values) in zip(self.new, wanted, strict=True):
            actual = {name: getattr(recorded.fact, name) for name in values}
            assert actual == values
        return self

    def then_nothing(self) -> Situation:
        """The command was accepted and changed nothing."""
        return self.then()

    def then_refused(self, refusal: type[Refusal], **values: Any) -> Situation:
        """The command was refused, for this reason, and nothing was recorded."""
        assert self.refusal is not None, f"not refused; recorded {[type(r.fact).__name__ for r in self.new]}"
        assert self.refusal.code() == refusal.code(), repr(self.refusal)
        assert {name: self.refusal.values.get(name) for name in values} == values
        assert self.new == []
        return self
