"""An address leads where the router's own search, one route after the other, would lead."""

from __future__ import annotations

import re

from starlette.routing import Match, Route, Router

from gateways.http.addresses import Addresses
from gateways.http.app import create_app
from tests.dsl import Company


def test_every_address_leads_to_the_route_that_would_be_found_first(company: Company) -> None:
    app = create_app(company.installation)
    addresses = app.router.middleware_stack
    assert isinstance(addresses, Addresses)
    routes = [one for one in app.routes if isinstance(one, Route)]
    found = 0
    for route in routes:
        for method in sorted(route.methods or ()):
            path = re.sub(r"{[^}]*}", "x1", route.path)
            scope = {"type": "http", "path": path, "method": method, "path_params": {}}
            first = next(one for one in routes if one.matches(scope)[0] is Match.FULL)
            led = addresses.find(scope)
            if led is not None:
                found += 1
                assert led[0] is first, path
                assert led[1] == first.matches(scope)[1]
            else:
                assert not path.startswith("/v1/x1/") or "{" in route.path.split("/")[3] or ":" in route.path, path
    assert found > len(routes)


def test_what_is_no_address_of_a_company_is_left_to_the_router() -> None:
    addresses = Addresses(Router())
    for path in ("/", "/healthz", "/v1/acme", "/v1/acme/calls", "/v1/acme/calls/1/close"):
        assert addresses.find({"type": "http", "path": path, "method": "POST"}) is None
