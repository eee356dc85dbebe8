"""Playing a story (recita): step by step through the public commands and views, in a company of its own.

Ids of commands follow from the story's name and the step's number: the same story makes the same records each time.
The story's clock starts at `now` and goes forward with each `at` and `tick`; a step without `at` happens then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from aggregates.base import Act
from aggregates.company import LegalIdentity
from aggregates.values import Address
from gateways.bootstrap import open_company
from gateways.duty_round import do_duties
from gateways.orders import settle
from gateways.stories.matching import Difference, differences, plain
from gateways.stories.names import Names, UnknownName
from gateways.stories.reading import AFTER, MalformedStory, Step, Story, instant
from gateways.stories.stage import ABSENT, INVALID, HouseStage, MakeStage, Refused
from gateways.wiring import House, Installation
from projections.base import Page
from projections.catalog import BY_NAME as VIEWS

STORIES = UUID("5c7a2e0e-6e0b-5b7b-8a0c-9a5f0a7c3d11")
SOMEBODY = "user:story"
SERVICE_SRL = LegalIdentity(
    name="Service Srl",
    vat_number="IT12345670017",
    tax_regime="RF01",
    address=Address(street="Viale della Libertà 1", postcode="47121", town="Forlì", province="FC"),
)
"""The company of a story that does not found one itself."""


@dataclass(frozen=True)
class Played:
    """What a step did: `ok`, or how it differed; `skipped` when it needed what an earlier step failed to make."""

    step: Step
    happened: str
    differences: tuple[Difference, ...] = ()
    skipped: bool = False

    @property
    def ok(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences and not self.skipped


@dataclass
class Performance:
    """A story as it was played."""

    story: Story
    company: str
    steps: list[Played] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step went as expected."""
        return all(played.ok for played in self.steps)


def play(installation: Installation, story: Story, make_stage: MakeStage = HouseStage) -> Iterator[Played]:
    """Play a story in a fresh company, step by step. Raises `MalformedStory` when a step cannot be carried out."""
    yield from _Player(installation, story, make_stage).play()


class _Player:
    def __init__(self, installation: Installation, story: Story, make_stage: MakeStage) -> None:
        self._installation = installation
        self._story = story
        self._house = self._fresh_company()
        self._stage = make_stage(installation, self._house)
        self._names = Names()
        self._names.give("company", {"company_id": str(self._house.company_id)}, {})
        self._failed_names: set[str] = set()
        self._recorded: dict[str, datetime] = {}  # up to when facts were recorded once a named step was done
        self._clock = story.now

    def play(self) -> Iterator[Played]:
        for step in self._story.steps:
            try:
                parts = self._names.filled(step.parts)
            except UnknownName as error:
                played = self._unknown(step, error)
            else:
                played = getattr(self, f"_{step.kind}")(step, parts)
            if not played.ok and "as" in step.parts:
                self._failed_names.add(step.parts["as"])
            yield played

    def _fresh_company(self) -> House:
        slug = f"{self._story.company}-{uuid4().hex[:10]}"
        if self._story.founds_itself():
            return self._installation.open_house(slug, uuid4())
        return open_company(self._installation, slug, SERVICE_SRL, self._story.now)

    def _do(self, step: Step, parts: dict[str, Any]) -> Played:
        act = Act(by=_who(parts.get("by")), at=self._moment(step, parts), why=parts.get("why"))
        fields = parts.get("with") or {}
        command_id = uuid5(STORIES, f"{self._story.name}/{step.number}")
        try:
            result = self._stage.do(step.what, fields, act, command_id)
        except Refused as refused:
            if refused.code == INVALID and parts.get("refused") != INVALID:
                raise MalformedStory(self._story.path, step.line, f"{step.what}: {refused.sentence}") from refused
            return self._refused(step, parts, refused)
        except Exception as error:
            return Played(step, "broke", (Difference("step", "an outcome", repr(error)),))
        if "refused" in parts:
            return Played(step, "done", (Difference("refused", parts["refused"], "done"),))
        if "as" in parts:
            self._names.give(parts["as"], result, fields)
            self._recorded[parts["as"]] = self._house.recorded_after(self._house.log.position() - 1)[-1].recorded_at
        return Played(step, "done", tuple(differences(parts.get("expect") or {}, plain(result))))

    def _refused(self, step: Step, parts: dict[str, Any], refused: Refused) -> Played:
        happened = f"refused: {refused}"
        if "refused" not in parts:
            return Played(step, happened, (Difference("step", "done", str(refused)),))
        if parts["refused"] != refused.code:
            return Played(step, happened, (Difference("refused", parts["refused"], refused.code),))
        return Played(step, happened, tuple(differences(parts.get("values") or {}, refused.values, "values")))

    def _tick(self, step: Step, parts: dict[str, Any]) -> Played:
        self._clock = max(self._clock, instant(parts["tick"]))
        try:
            done = do_duties(
                self._house, instant(parts["tick"]), settle=lambda *_: settle(self._installation, self._house)
            )
        except Exception as error:
            return Played(step, "broke", (Difference("tick", "the duties done", repr(error)),))
        given = ", ".join(f"{one.duty} {one.commands}" for one in done if one.commands)
        parked = "".join(f"; refused: {p.command}: {p.code}" for one in done for p in one.parked)
        return Played(step, (given or "nothing was due") + parked)

    def _ask(self, step: Step, parts: dict[str, Any]) -> Played:
        try:
            past = self._past(parts)
        except UnknownName as error:
            return self._unknown(step, error)
        try:
            answer = self._answer(step, {**(parts.get("where") or {}), **past})
        except Refused as refused:
            if refused.code == INVALID and parts.get("refused") != INVALID:
                raise MalformedStory(self._story.path, step.line, f"{step.what}: {refused.sentence}") from refused
            return self._refused(step, parts, refused)
        except Exception as error:
            return Played(step, "broke", (Difference("answer", parts.get("expect"), repr(error)),))
        if parts.get("refused") == ABSENT and answer is None:
            return Played(step, f"refused: {ABSENT}")
        if "refused" in parts:
            return Played(step, "answered", (Difference("refused", parts["refused"], "an answer"),))
        if "as" in parts:
            self._names.give(parts["as"], answer if isinstance(answer, dict) else {"items": answer}, {})
        return Played(step, _told(answer), tuple(self._judged(parts, answer)))

    def _answer(self, step: Step, where: dict[str, Any]) -> Any:
        given = {name: _text(value) for name, value in where.items() if value is not None}
        whole = issubclass(VIEWS[step.what].ask, Page) and not {"limit", "after"} & given.keys()
        if whole:
            given["limit"] = "500"
        answer = self._stage.ask(step.what, given)
        while whole and isinstance(answer, dict) and answer.get("next"):
            more = self._stage.ask(step.what, {**given, "after": answer["next"]})
            answer = {**more, "items": [*answer["items"], *more["items"]]}
        return answer

    def _past(self, parts: dict[str, Any]) -> dict[str, str]:
        """As of when the question is asked. Raises `UnknownName`."""
        past: dict[str, str] = {}
        for part in ("known_at", "true_at"):
            if part in parts:
                after = AFTER.match(str(parts[part]))
                if after and after[1] not in self._recorded:
                    raise UnknownName(f"${after[1]}: nothing is called {after[1]!r} here")
                past[part] = (self._recorded[after[1]] if after else instant(parts[part])).isoformat()
        return past

    def _judged(self, parts: dict[str, Any], answer: Any) -> Iterator[Difference]:
        items = answer["items"] if isinstance(answer, dict) and isinstance(answer.get("items"), list) else answer
        if "expect" in parts:
            expected = parts["expect"]
            yield from differences(expected, items if isinstance(expected, list) else answer)
        if "count" in parts:
            counted = len(items) if isinstance(items, list) else 0 if items is None else 1
            if counted != int(parts["count"]):
                yield Difference("count", int(parts["count"]), counted)

    def _moment(self, step: Step, parts: dict[str, Any]) -> datetime:
        if "at" not in parts:
            return self._clock
        try:
            at = instant(parts["at"])
        except ValueError as error:
            raise MalformedStory(self._story.path, step.line, f"at: {parts['at']!r} is not an instant") from error
        self._clock = max(self._clock, at)
        return at

    def _unknown(self, step: Step, error: UnknownName) -> Played:
        if any(f"${name}" in str(error) or f"${{{name}" in str(error) for name in self._failed_names):
            return Played(step, f"skipped: {error}", skipped=True)
        raise MalformedStory(self._story.path, step.line, str(error))


def _who(by: Any) -> str:
    if by is None:
        return SOMEBODY
    return str(by) if ":" in str(by) else f"user:{by}"


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(item) for item in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _told(answer: Any) -> str:
    if answer is None:
        return "no such record"
    items = answer.get("items") if isinstance(answer, dict) else answer
    return f"{len(items)} found" if isinstance(items, list) else "answered"
