"""Links between calls, seen from both sides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from aggregates.call_desk_refusals import LinkToItself
from aggregates.call_links import CallLink
from commands.base import NotFound
from tests.commands.calls import CALL, CUSTOMER, opened
from tests.dsl import Company, do

OTHER = UUID("44444444-0000-0000-0000-000000000002")


def links(company: Company, call_id: UUID) -> list[tuple[Any, ...]]:
    """What a call's sheet says of others."""
    return [(one["kind"], one["call_id"]) for one in company.ask("call", call_id=call_id)["links"]]


@pytest.mark.parametrize(
    ("kind", "there"),
    [("related", "related"), ("caused_by", "cause_of"), ("repeats", "repeated_by"), ("follows", "followed_by")],
)
def test_a_link_is_seen_from_both_sides(company: Company, kind: str, there: str) -> None:
    linked = do("link-calls", call_id=OTHER, other_id=CALL, kind=kind)
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER)).when(linked).then(CallLink.Linked)
    assert links(company, OTHER) == [(kind, CALL)]
    assert links(company, CALL) == [(there, OTHER)]
    company.given().when(linked).then_nothing()


def test_related_calls_are_so_in_either_order(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER), do("link-calls", call_id=CALL, other_id=OTHER))
    company.given().when(do("link-calls", call_id=OTHER, other_id=CALL)).then_nothing()


def test_a_link_is_undone_and_made_again(company: Company) -> None:
    link, undone = (do(name, call_id=CALL, other_id=OTHER, kind="follows") for name in ("link-calls", "unlink-calls"))
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER)).when(undone).then_nothing()
    company.given(link).when(undone).then(CallLink.Removed)
    assert links(company, CALL) == links(company, OTHER) == []
    company.given().when(undone).then_nothing()
    company.given().when(link).then(CallLink.Restored)
    assert links(company, CALL) == [("follows", OTHER)]


def test_only_two_calls_that_exist_are_linked(company: Company) -> None:
    company.given(*CUSTOMER, opened())
    company.given().when(do("link-calls", call_id=CALL, other_id=CALL)).then_refused(LinkToItself)
    company.given().when(do("link-calls", call_id=CALL, other_id=OTHER)).then_refused(NotFound)


def test_a_merged_call_is_seen_from_both_sides(company: Company) -> None:
    company.given(*CUSTOMER, opened(), opened(call_id=OTHER), do("merge-call", call_id=OTHER, survivor_id=CALL))
    assert links(company, CALL) == [("duplicate", OTHER)]
    assert links(company, OTHER) == [("merged_into", CALL)]
