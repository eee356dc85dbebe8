"""The examples of messages are what they claim to be: every command and every view's question, always the same."""

from __future__ import annotations

import pytest

from commands.catalog import BY_NAME as COMMANDS
from projections.catalog import BY_NAME as VIEWS
from tests import controls

BARE = pytest.mark.parametrize("bare", [False, True], ids=["full", "bare"])


@BARE
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_survives_its_journey_as_json(name: str, bare: bool) -> None:
    command = controls.command(name, bare=bare)
    assert type(command).model_validate_json(command.model_dump_json()) == command


@BARE
@pytest.mark.parametrize("name", VIEWS)
def test_a_question_survives_its_journey_as_json(name: str, bare: bool) -> None:
    ask = controls.ask(name, bare=bare)
    assert type(ask).model_validate_json(ask.model_dump_json()) == ask


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_is(name: str) -> None:
    assert (type(controls.command(name)).__doc__ or "").strip()


def test_the_same_example_every_time() -> None:
    assert [str(fact) for fact in controls.facts()] == [str(fact) for fact in controls.facts()]
    assert controls.fact("call.closed.v1").stream_id == controls.an_id("call_id")
    assert controls.command("close-call").model_dump()["call_id"] == controls.an_id("call_id")
