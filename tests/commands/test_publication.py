"""Editions of the public list: adopted once, never given up, never ahead of the program."""

from __future__ import annotations

import pytest

from aggregates import publication
from aggregates.publication import EditionBehind, EditionUnknown, Publication
from tests.dsl import Company, do

FIRST, SECOND, THIRD = (do("adopt-public-edition", edition=n) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def _program_of_next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "EDITION", 3)


def test_every_company_begins_with_the_first_edition(company: Company) -> None:
    company.given().when(FIRST).then_nothing()


def test_a_newer_edition_is_adopted(company: Company) -> None:
    company.given().when(SECOND).then((Publication.EditionAdopted, {"edition": 2}))


def test_an_edition_adopted_is_raised(company: Company) -> None:
    company.given(SECOND).when(THIRD).then((Publication.EditionRaised, {"edition": 3}))


def test_the_same_edition_again_records_nothing(company: Company) -> None:
    company.given(SECOND).when(SECOND).then_nothing()


def test_an_edition_is_never_given_up(company: Company) -> None:
    company.given(THIRD).when(SECOND).then_refused(EditionBehind, current=3)


def test_an_edition_that_the_program_does_not_know_is_refused(company: Company) -> None:
    company.given().when(do("adopt-public-edition", edition=4)).then_refused(EditionUnknown, known=3, edition=4)
