"""The clerk of a duty (incaricato): views and commands of one house, with refusals parked instead of raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from aggregates.base import Act, Refusal
from commands.catalog import BY_NAME as COMMANDS
from gateways.wiring import House
from projections.base import ReadModel
from projections.catalog import BY_NAME as VIEWS
from schedulers.base import actor, command_id

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parked:
    """A command that was refused, with its reason; the duty's other commands went on."""

    command: str
    fields: Mapping[str, Any]
    key: str
    code: str
    reason: str


class HouseClerk:
    """`schedulers.base.Clerk` over a house, for one duty.

    Before a view is asked, its read models are waited for up to the clerk's last command; `settle` replaces the wait
    where nothing else folds (a test, a story).
    """

    WAIT_S = 10.0

    def __init__(
        self, house: House, duty_name: str, settle: Callable[[tuple[type[ReadModel], ...], int], object] | None = None
    ) -> None:
        self.parked: list[Parked] = []
        self._house = house
        self._duty_name = duty_name
        self._settle = settle or self._wait
        self._position = house.log.position()

    def ask(self, view_name: str, /, **params: Any) -> Any:
        """See `Clerk.ask`."""
        view = VIEWS[view_name]
        self._settle(view.models, self._position)
        return view.query(self._house.reader, view.ask.model_validate(params))

    def do(
        self, command_name: str, fields: Mapping[str, Any], /, *, key: str, at: datetime, why: str | None = None
    ) -> bool:
        """See `Clerk.do`."""
        entry = COMMANDS[command_name]
        act = Act(by=actor(self._duty_name), at=at, why=why)
        the_id = command_id(self._house.company_id, self._duty_name, key)
        try:
            command = entry.command.model_validate(dict(fields))
            metadata = {"duty": self._duty_name, "key": key}
            outcome = self._house.desk.execute(entry, command, act, the_id, metadata=metadata)
        except Refusal as refusal:
            self._park(command_name, fields, key, refusal)
            return False
        self._position = max(self._position, outcome.position)
        return True

    def _park(self, command_name: str, fields: Mapping[str, Any], key: str, refusal: Refusal) -> None:
        parked = Parked(command_name, dict(fields), key, refusal.code(), str(refusal))
        self.parked.append(parked)
        logger.warning(
            "duty command refused",
            duty=self._duty_name,
            company=self._house.slug,
            command=command_name,
            key=key,
            code=parked.code,
            reason=parked.reason,
        )

    def _wait(self, models: tuple[type[ReadModel], ...], position: int) -> bool:
        return self._house.reader.wait(models, position, self.WAIT_S)
