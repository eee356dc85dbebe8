"""Every story of this folder, played through the public commands and again over HTTP: what is written happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gateways.http import endpoints
from gateways.http.app import create_app
from gateways.stories.playing import play
from gateways.stories.reading import read_story
from gateways.stories.stage import HouseStage, MakeStage
from gateways.wiring import Installation
from tests.stories.http_stage import HttpStage

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))
OVER_HTTP = [path for path in STORIES if path.stem != "s00_format"]
"""All but the one about the format itself, which says who acts: over HTTP the token does."""
each_story = pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])


def wrong(path: Path, installation: Installation, make_stage: MakeStage) -> str:
    return "".join(
        f"\n{path.name}:{played.step.line} {played.step.title} ({played.happened}) {played.differences}"
        for played in play(installation, read_story(path), make_stage)
        if not played.ok
    )


@each_story
def test_story(path: Path, installation: Installation) -> None:
    assert not (found := wrong(path, installation, HouseStage)), found


@pytest.fixture(scope="module")
def client(installation: Installation) -> Iterator[TestClient]:
    """A client of the whole application."""
    with TestClient(create_app(installation), raise_server_exceptions=False) as ready:
        yield ready


@pytest.mark.parametrize("path", OVER_HTTP, ids=[path.stem for path in OVER_HTTP])
def test_story_over_http(
    path: Path, installation: Installation, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stories are told in the future as well, where the API would refuse an act."""
    monkeypatch.setattr(endpoints, "now", lambda: datetime(2100, 1, 1, tzinfo=UTC))
    assert not (found := wrong(path, installation, partial(HttpStage, client))), found
