"""Commands that read several records while others write: a refusal counts only for what was so at one moment."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from aggregates.base import Act, Refusal, require
from aggregates.party import Party
from commands.base import Answer, Command, Entry, Service
from tests.dsl import MORNING, Company, do

FIRST, SECOND = UUID(int=1), UUID(int=2)
ACT = Act(by="user:test", at=MORNING)


class TheyDiffer(Refusal):
    """One of the two is active and the other is not."""


class Compare(Command):
    """Say whether two parties are active, which they always are or are not together."""


@pytest.fixture
def pair(company: Company) -> Company:
    for party_id in (FIRST, SECOND):
        company.do("register-party", party_id=party_id, code=f"C{party_id.int}", name="Rossi", role="prospect")
    return company


def test_a_refusal_from_two_moments_is_decided_again(pair: Company) -> None:
    attempts: list[bool] = []

    def compare(_cmd: Compare, _act: Act, service: Service) -> Answer:
        first = service.load(Party, FIRST).active
        if not attempts:
            for party_id in (FIRST, SECOND):
                pair.execute(do("deactivate-party", party_id=party_id))
        attempts.append(first)
        second = service.load(Party, SECOND).active
        require(first == second, TheyDiffer)
        return {"active": first}

    entry = Entry("compare-for-test", "/none", Compare, compare, frozenset())
    assert pair.house.desk.execute(entry, Compare(), ACT, uuid4()).result == {"active": False}
    assert attempts == [True, False]


def test_a_refusal_from_one_moment_stands(pair: Company) -> None:
    pair.execute(do("deactivate-party", party_id=FIRST))
    attempts = []

    def compare(_cmd: Compare, _act: Act, service: Service) -> None:
        attempts.append(1)
        require(service.load(Party, FIRST).active == service.load(Party, SECOND).active, TheyDiffer)

    entry = Entry("compare-for-test", "/none", Compare, compare, frozenset())
    with pytest.raises(TheyDiffer):
        pair.house.desk.execute(entry, Compare(), ACT, uuid4())
    assert attempts == [1]
