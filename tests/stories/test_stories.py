"""Every story of this folder, played through the public commands: what consultants wrote is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateways.stories.playing import play
from gateways.stories.reading import read_story
from gateways.wiring import Installation

STORIES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", STORIES, ids=[path.stem for path in STORIES])
def test_story(path: Path, installation: Installation) -> None:
    story = read_story(path)
    wrong = [
        f"{path.name}:{played.step.line} {played.step.title} ({played.happened}) {played.differences}"
        for played in play(installation, story)
        if not played.ok
    ]
    assert not wrong, "\n" + "\n".join(wrong)
