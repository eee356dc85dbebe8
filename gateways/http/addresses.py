"""Which route an address belongs to, found by the words in it (indirizzi).

The router tries one route after the other, which among hundreds takes longer than all else that is done in the event
loop. What is not found here is left to it: pages outside the companies, unknown addresses, wrong methods.
"""

from __future__ import annotations

from itertools import chain

from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

COMPANY = "/v1/{company}/"
Words = tuple[int, str, str]
"""How many parts an address has, the one after the company, the last one or nothing where that is a value."""


class Addresses:
    """Stands before the router and answers for the routes of the companies."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._routes: dict[Words, list[Route]] = {}
        for route in router.routes:
            if isinstance(route, Route) and route.path.startswith(COMPANY) and ":" not in route.path:
                parts = route.path.split("/")
                if "{" not in parts[3]:
                    words = (len(parts), parts[3], "" if "{" in parts[-1] else parts[-1])
                    self._routes.setdefault(words, []).append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = self.find(scope) if scope["type"] == "http" else None
        if found is None:
            await self._router.app(scope, receive, send)
            return
        route, told = found
        scope.setdefault("router", self._router)
        scope.update(told)
        await route.handle(scope, receive, send)

    def find(self, scope: Scope) -> tuple[Route, Scope] | None:
        """The route whose words these are, if it also takes the method, with what it adds to the scope."""
        parts: list[str] = scope["path"].split("/")
        if len(parts) > 3:
            words = ((len(parts), parts[3], last) for last in (parts[-1], ""))
            for route in chain.from_iterable(self._routes.get(each, ()) for each in words):
                match, told = route.matches(scope)
                if match is Match.FULL:
                    return route, told
        return None
