"""Examples in the pages are true: stories are played, Python marked as such runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateways.stories.playing import play
from gateways.stories.reading import parse_story
from gateways.wiring import Installation
from tests.docs.pages import ROOT, Page, pages

STORIES = [(page, code) for page in pages() for code in page.blocks("yaml") if code.startswith("company:")]
PROGRAMS = [(page, code) for page in pages() for code in page.blocks("python")]


def name_of(value: object) -> str:
    return value.name if isinstance(value, Page) else ""


@pytest.mark.parametrize(("page", "code"), STORIES, ids=name_of)
def test_a_story_in_a_page_goes_as_it_says(page: Page, code: str, installation: Installation) -> None:
    story = parse_story(code, page.name, Path(page.name).stem)
    wrong = [
        f"{page.name}: {played.step.title} ({played.happened}) {played.differences}"
        for played in play(installation, story)
        if not played.ok
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(("page", "code"), PROGRAMS, ids=name_of)
def test_python_in_a_page_runs(page: Page, code: str, tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    # A process of its own: what an example defines must not be known to the tests that collect the code's names.
    ran = subprocess.run([sys.executable, str(program)], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{page.name}: {ran.stderr}"
