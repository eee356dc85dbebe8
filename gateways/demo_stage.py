"""The stage of the demo (palcoscenico): gives commands in simulated time, each under an id of its own.

The same command under the same id takes effect once, so that the month can be played again or go on where it broke
off.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from aggregates.article import Article, article_id
from aggregates.base import Act, Refusal
from aggregates.roles import ALL
from commands.catalog import BY_NAME as COMMANDS
from gateways.orders import NotLevel
from gateways.wiring import House
from projections.base import ReadModel
from projections.catalog import BY_NAME as VIEWS
from projections.catalog import READ_MODELS

DEMO = UUID("5a1e2c7d-90b4-5d6e-8f13-2b7c4e6a9d05")
WAIT_S = 60.0
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""
Settle = Callable[[], object]


class Stage:
    """A house in which the demo acts; `settle` brings its read models up to the log."""

    def __init__(self, house: House, settle: Settle | None = None) -> None:
        self.house = house
        self.refused: list[str] = []
        self._settle = settle or self._wait
        self._settled_at = -1
        self._article_names: dict[str, str] = {}

    def id(self, name: str) -> UUID:
        """An id for something of the demo: the same each time it is played in this company."""
        return uuid5(uuid5(DEMO, str(self.house.company_id)), name)

    def user(self, role: str) -> str:
        """Who acts in a role."""
        assert role in ALL
        return str(self.id(f"user/{role}"))

    def by(self, role: str) -> str:
        """How facts name who acts in a role, as over HTTP."""
        return f"user:{self.user(role)}"

    def article_name(self, code: str) -> str:
        """What an article is called; its code where it is unknown."""
        if code not in self._article_names:
            article = self.house.reader.record(article_id(code))
            self._article_names[code] = article.details.description if isinstance(article, Article) else code
        return self._article_names[code]

    def do(self, name: str, key: str, at: datetime, role: str, /, **fields: Any) -> dict[str, Any] | None:
        """Give a command by its catalogue name; the answer, None when it was refused."""
        answer = self.attempt(name, key, at, role, **fields)
        if isinstance(answer, Refusal):
            self.refused.append(f"{at:%d/%m %H:%M} {key} {name}: {answer}")
            return None
        return answer

    def attempt(self, name: str, key: str, at: datetime, role: str, /, **fields: Any) -> dict[str, Any] | Refusal:
        """Give a command that may well be refused; the answer or the refusal, to be dealt with by whoever asked."""
        entry = COMMANDS[name]
        act = Act(by=self.by(role), at=at)
        command = entry.command.model_validate(fields)
        try:
            return self.house.desk.execute(entry, command, act, self.id(f"{key}/{name}")).result
        except Refusal as refusal:
            return refusal

    def ask(self, name: str, /, **fields: Any) -> Any:
        """The answer of a view, over everything recorded so far."""
        self.settle()
        view = VIEWS[name]
        return view.query(self.house.reader, view.ask.model_validate(fields))

    def every(self, name: str, /, **fields: Any) -> list[dict[str, Any]]:
        """All rows of a list."""
        found: list[dict[str, Any]] = []
        after = None
        while True:
            page = self.ask(name, **fields, limit=500, after=after)
            found += page["items"]
            after = page["next"]
            if after is None:
                return found

    def settle(self) -> None:
        """Let the read models know all that was recorded. Raises `NotLevel`."""
        position = self.house.log.position()
        if position != self._settled_at:
            self._settle()
            self._settled_at = position

    def settled(self, _models: tuple[type[ReadModel], ...], _position: int) -> None:
        """The same, as the clerk of a duty asks for it."""
        self.settle()

    def _wait(self) -> None:
        if not self.house.reader.wait(READ_MODELS, self.house.log.position(), WAIT_S):
            raise NotLevel
