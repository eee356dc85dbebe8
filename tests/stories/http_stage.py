"""A stage that is the API itself: every command of a story a POST, every question a GET, of somebody with all roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from starlette.testclient import TestClient

from aggregates import roles
from aggregates.base import Act
from commands.catalog import BY_NAME as COMMANDS
from gateways.orders import settle
from gateways.stories.stage import ABSENT, Refused
from gateways.wiring import House, Installation
from projections.catalog import BY_NAME as VIEWS
from tests.dsl import Company
from tests.gateways.http.visitors import visitor

ITALIAN = {"accept-language": "it"}
"""Stories are told in Italian, as they are when they are played directly."""


class HttpStage:
    """See `gateways.stories.stage.Stage`."""

    def __init__(self, client: TestClient, installation: Installation, house: House) -> None:
        self._installation, self._house = installation, house
        self._visitor = visitor(client, Company(installation, house), *sorted(roles.ALL))

    def do(self, name: str, fields: Mapping[str, Any], act: Act, command_id: UUID) -> dict[str, Any]:
        """A POST with the story's moment and reason."""
        settle(self._installation, self._house)
        body = to_jsonable_python(dict(fields))
        asked = {"at": act.at.isoformat(), **({"why": act.why} if act.why else {})}
        path = COMMANDS[name].path.format_map(_Ids(body))
        answer = self._visitor.post(path, {**body, "act": asked}, idempotency_key=str(command_id))
        if answer.status_code >= 400:
            raise _refused(answer.json())
        result: dict[str, Any] = answer.json()["result"]
        return result

    def ask(self, name: str, params: Mapping[str, Any]) -> Any:
        """A GET; a record that is not there is None."""
        path = VIEWS[name].path
        rest = {name: value for name, value in params.items() if f"{{{name}}}" not in path}
        answer = self._visitor.get(path.format_map(dict(params)), headers=ITALIAN, **rest)
        if answer.status_code >= 400:
            refused = _refused(answer.json())
            if refused.code == ABSENT:
                return None
            raise refused
        return answer.json()["data"]


class _Ids(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        raise KeyError(f"the step does not say {key}")


def _refused(problem: Mapping[str, Any]) -> Refused:
    return Refused(problem["code"], problem.get("detail", ""), problem.get("values", {}))
