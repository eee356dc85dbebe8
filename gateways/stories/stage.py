"""Where a story is played (scena): in a house itself, or through whatever takes commands and answers views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import ValidationError

from aggregates.base import Act, Refusal
from gateways.orders import carry_out, settle
from gateways.stories.matching import plain
from gateways.wiring import House, Installation
from projections.catalog import BY_NAME as VIEWS

INVALID, ABSENT = "invalid-request", "record-not-found"


class Refused(Exception):
    """A step was refused: the stable code, the sentence, its values."""

    def __init__(self, code: str, sentence: str, values: Mapping[str, Any]) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence, self.values = code, sentence, values


class Stage(Protocol):
    """Takes the commands of a story and answers its questions; answers are plain JSON."""

    def do(self, name: str, fields: Mapping[str, Any], act: Act, command_id: UUID) -> dict[str, Any]:
        """Carry out a command, after what was done before is seen; its result. Raises `Refused`."""

    def ask(self, name: str, params: Mapping[str, Any]) -> Any:
        """The answer of a view over everything done so far, None when there is no such record. Raises `Refused`.

        Beside the view's own parameters, `known_at` and `true_at` ask for it as of the past.
        """


MakeStage = Callable[[Installation, House], Stage]


class HouseStage:
    """The house itself, without an edge between."""

    def __init__(self, installation: Installation, house: House) -> None:
        self._installation, self._house = installation, house

    def do(self, name: str, fields: Mapping[str, Any], act: Act, command_id: UUID) -> dict[str, Any]:
        """See `Stage.do`."""
        settle(self._installation, self._house)
        try:
            return carry_out(self._house, name, fields, act, command_id).result
        except Refusal as refusal:
            raise _refused(refusal) from refusal
        except ValidationError as error:
            raise Refused(INVALID, told(error), {}) from error

    def ask(self, name: str, params: Mapping[str, Any]) -> Any:
        """See `Stage.ask`."""
        settle(self._installation, self._house)
        view, given = VIEWS[name], dict(params)
        known_at, true_at = (_instant(given.pop(part, None)) for part in ("known_at", "true_at"))
        try:
            ask = view.ask.model_validate_strings(given)
            if known_at is None and true_at is None:
                return plain(view.query(self._house.reader, ask))
            with self._house.looking_back(known_at, true_at) as reader:
                return plain(view.query(reader, ask))
        except Refusal as refusal:
            raise _refused(refusal) from refusal
        except ValidationError as error:
            raise Refused(INVALID, told(error), {}) from error


def _instant(given: Any) -> datetime | None:
    return None if given is None else datetime.fromisoformat(given)


def told(error: ValidationError) -> str:
    """What pydantic found, in one line."""
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())


def _refused(refusal: Refusal) -> Refused:
    return Refused(refusal.code(), str(refusal), plain(refusal.values))
