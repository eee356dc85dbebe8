"""Another's warehouse over HTTP (magazzino esterno): a small REST protocol, as examples/erp_warehouse.py speaks it.

Every writing request is a PUT under its own key, so that it may be sent again whatever became of the first. An answer
with a `code` is a decision; anything else is a fault of the line or of the link. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlencode
from uuid import UUID

from pydantic import BaseModel, ValidationError

from gateways.inventory.place import Place
from gateways.inventory.port import (
    ACCEPTED,
    NEVER_HEARD,
    Answer,
    InventoryAway,
    InventoryNotAllowed,
    Levels,
    Movement,
    Promise,
    Supplies,
    refused,
    unknown,
)
from gateways.outward import opened, whole_body

M = TypeVar("M", bound=BaseModel)
TRIES = 3
FIRST_PAUSE_S = 0.2
LARGEST_ANSWER = 10_000_000
PAGE = 200
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same is asked again."""
OK = range(200, 300)
ELSEWHERE = range(300, 400)
LOCKED_OUT = (401, 403)
NOT_FOUND = 404


@dataclass(frozen=True)
class _Said:
    status: int
    body: Any


class _LineFailed(Exception):
    """No whole answer came."""


class HttpInventory:
    """`Inventory` over a place; a connection for each request, with a time limit for each answer."""

    def __init__(
        self,
        place: Place,
        time_limit_s: float = 10.0,
        *,
        tries: int = TRIES,
        page: int = PAGE,
        trust: str | None = None,
    ) -> None:
        self._place = place
        self._limit_s = time_limit_s
        self._tries = tries
        self._page = page
        self._tls = ssl.create_default_context(cafile=trust) if place.scheme == "https" else None

    def check(self) -> str:
        """See `Inventory.check`."""
        body = self._read("/v1/status", {})
        name = body.get("name") if isinstance(body, dict) else None
        if not isinstance(name, str):
            raise InventoryNotAllowed("what answers there is no warehouse")
        return _clean(name)

    def levels(self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None) -> Levels:
        """See `Inventory.levels`."""
        return self._page_of(Levels, "/v1/levels", articles, warehouses, after)

    def supplies(
        self, articles: Sequence[str] = (), warehouses: Sequence[str] = (), after: str | None = None
    ) -> Supplies:
        """See `Inventory.supplies`."""
        return self._page_of(Supplies, "/v1/supplies", articles, warehouses, after)

    def promise(self, promise: Promise) -> Answer:
        """See `Inventory.promise`."""
        return self._put(_promise_path(promise), promise, f"{promise.reservation_id}/{promise.revision}")

    def move(self, movement: Movement) -> Answer:
        """See `Inventory.move`."""
        return self._put(f"/v1/movements/{movement.key}", movement, str(movement.key))

    def outcome_of_move(self, key: UUID) -> Answer:
        """See `Inventory.outcome_of_move`."""
        return self._outcome(f"/v1/movements/{key}")

    def outcome_of_promise(self, promise: Promise) -> Answer:
        """See `Inventory.outcome_of_promise`."""
        asked = urlencode({"stream": promise.stream, "revision": promise.revision})
        return self._outcome(f"{_promise_path(promise)}?{asked}")

    def _page_of(
        self, kind: type[M], path: str, articles: Sequence[str], warehouses: Sequence[str], after: str | None
    ) -> M:
        asked: dict[str, Any] = {"article": list(articles), "warehouse": list(warehouses), "limit": self._page}
        body = self._read(path, asked | ({"after": after} if after else {}))
        try:
            return kind.model_validate(body)
        except ValidationError as error:
            raise InventoryAway(f"the answer to {path} cannot be read: {_first(error)}") from error

    def _read(self, path: str, asked: dict[str, Any]) -> Any:
        try:
            said = self._again("GET", f"{path}?{urlencode(asked, doseq=True)}" if asked else path, None, None)
        except _LineFailed as error:
            raise InventoryAway(str(error)) from error
        if said.status in OK:
            return said.body
        if said.status in AGAIN:
            raise InventoryAway(f"it answered {said.status}")
        raise InventoryNotAllowed(f"it answered {said.status} to {path}")

    def _outcome(self, path: str) -> Answer:
        try:
            said = self._again("GET", path, None, None)
        except _LineFailed as error:
            return unknown(str(error))
        if said.status in OK:
            return ACCEPTED
        code, _ = _reason(said.body)
        if said.status == NOT_FOUND and code == NEVER_HEARD:
            return refused(NEVER_HEARD, "Nothing was done under this key.")
        return unknown(f"it answered {said.status}")

    def _put(self, path: str, told: BaseModel, key: str) -> Answer:
        body = told.model_dump_json(exclude_none=True).encode()
        try:
            said = self._again("PUT", path, body, key)
        except _LineFailed as error:
            return unknown(str(error))
        if said.status in OK:
            done = isinstance(said.body, dict) and said.body.get("status") == "accepted"
            return ACCEPTED if done else unknown("the answer cannot be read")
        if said.status in AGAIN:
            return unknown(f"it answered {said.status}")
        code, sentence = _reason(said.body)
        if code is None:
            raise InventoryNotAllowed(f"it answered {said.status} without a reason")
        return refused(code, sentence)

    def _again(self, method: str, path: str, body: bytes | None, key: str | None) -> _Said:
        """The answer, after some tries where the line fails or it says that it is busy. Raises `_LineFailed`."""
        for left in reversed(range(self._tries)):
            try:
                said = self._once(method, path, body, key)
                if said.status not in AGAIN or not left:
                    return self._let_in(said)
            except _LineFailed:
                if not left:
                    raise
            time.sleep(FIRST_PAUSE_S * 2 ** (self._tries - 1 - left))
        raise _LineFailed("it was not asked")

    def _let_in(self, said: _Said) -> _Said:
        if said.status in LOCKED_OUT:
            raise InventoryNotAllowed(f"it does not let us in ({said.status}): check the secret")
        if said.status in ELSEWHERE:
            raise InventoryNotAllowed(f"it sends us elsewhere ({said.status}); give the address where it answers")
        return said

    def _once(self, method: str, path: str, body: bytes | None, key: str | None) -> _Said:
        until = time.monotonic() + self._limit_s
        headers = {"Authorization": f"Bearer {self._place.token.get_secret_value()}", "Accept": "application/json"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key or ""}
        try:
            line = self._line()
            try:
                line.request(method, self._place.path + path, body, headers)
                response = line.getresponse()
                return _Said(response.status, _json(whole_body(response, until, LARGEST_ANSWER)))
            finally:
                line.close()
        except (OSError, http.client.HTTPException) as error:
            raise _LineFailed(f"no answer from {self._place.host}: {error!r}"[:300]) from error

    def _line(self) -> http.client.HTTPConnection:
        """A connection to an address that was looked at, whatever the name resolves to by now."""
        place = self._place
        line = http.client.HTTPConnection(place.host, place.port, timeout=self._limit_s)
        connected = opened(place.hosts, place.port, self._limit_s)
        try:
            line.sock = self._tls.wrap_socket(connected, server_hostname=place.host) if self._tls else connected
        except BaseException:
            connected.close()
            raise
        return line


def _json(body: bytes) -> Any:
    """What the answer says; None where it is no JSON. Numbers keep every digit."""
    try:
        return json.loads(body, parse_float=Decimal, parse_int=Decimal) if body else None
    except ValueError:
        return None


def _reason(body: Any) -> tuple[str | None, str]:
    code = body.get("code") if isinstance(body, dict) else None
    if not isinstance(code, str) or not code:
        return None, ""
    return _clean(code)[:60], _clean(str(body.get("sentence") or code))


def _clean(text: str) -> str:
    """Another's words on one line, without signs that are not printed."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:500]


def _first(error: ValidationError) -> str:
    one = error.errors()[0]
    return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"


def _promise_path(promise: Promise) -> str:
    return f"/v1/reservations/{promise.reservation_id}/{quote(promise.warehouse, safe='')}"
