"""Numbers: gap-free per document, series and year, in the order of dates, under any crowd."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from aggregates.base import Act
from aggregates.number_register import DateOutOfOrder, NumberRegister, RegisterInUse, SeriesUnknown, register_id
from aggregates.rules.numbering import Document
from commands.base import Command, Entry, Service
from commands.number_register import take_number
from tests.dsl import MORNING, Company, do


class TakeOne(Command):
    """Take a number for nothing but this test."""

    document: Document = Document.DELIVERY_NOTE
    series: str = "A"
    dated_on: date = date(2026, 9, 1)


def _take(cmd: TakeOne, act: Act, service: Service) -> dict[str, str]:
    return {"number": take_number(service, cmd.document, service.new_id(), cmd.dated_on, act, cmd.series)}


TAKE = Entry("take-one", "/none", TakeOne, _take, frozenset())
ACT = Act(by="user:test", at=MORNING)


def _number(company: Company, cmd: TakeOne) -> str:
    return str(company.house.desk.execute(TAKE, cmd, ACT, uuid4()).result["number"])


def test_numbers_follow_each_other_and_begin_again_each_year(company: Company) -> None:
    taken = [_number(company, TakeOne(dated_on=day)) for day in (date(2026, 3, 4), date(2026, 3, 25), date(2027, 1, 2))]
    assert taken == ["A/2026/0001", "A/2026/0002", "A/2027/0001"]


def test_numbers_go_on_after_those_of_the_old_system(company: Company) -> None:
    company.do("open-number-register", document="invoice", year=2026, last_number=44, last_on="2026-08-31")
    assert _number(company, TakeOne(document=Document.INVOICE, series="")) == "2026/45"


def test_a_register_in_use_keeps_its_beginning(company: Company) -> None:
    begin = do("open-number-register", document="invoice", year=2026, last_number=44)
    company.given(begin).when(begin).then_nothing()
    _number(company, TakeOne(document=Document.INVOICE, series=""))
    company.given().when(begin).then_refused(RegisterInUse)


def test_a_date_before_the_last_one_is_refused(company: Company) -> None:
    _number(company, TakeOne(dated_on=date(2026, 3, 25)))
    with pytest.raises(DateOutOfOrder):
        _number(company, TakeOne(dated_on=date(2026, 3, 24)))


def test_a_crowd_takes_numbers_without_gap_or_double(company: Company) -> None:
    with ThreadPoolExecutor(16) as crowd:
        taken = list(crowd.map(lambda _: _number(company, TakeOne()), range(60)))
    assert sorted(taken) == [f"A/2026/{n:04}" for n in range(1, 61)]
    register = company.record(register_id(Document.DELIVERY_NOTE, "A", 2026))
    assert isinstance(register, NumberRegister)
    assert register.last_number == 60


def test_a_series_that_is_not_there_is_refused_with_a_sentence(company: Company) -> None:
    unknown = do("open-number-register", document="delivery-note", series="Z", year=2026, last_number=0)
    company.given().when(unknown).then_refused(SeriesUnknown, series="Z")
    company.given(do("open-number-register", **{**unknown.fields, "pattern": "Z/{n}"}))


def test_a_new_year_goes_on_in_the_companys_own_pattern(company: Company) -> None:
    """R8.4, R9.10: numbers begin again, a series of one's own and a pattern of one's own stay."""
    own: dict[str, Any] = {"document": "delivery-note", "year": 2026, "last_number": 7}
    company.given(do("open-number-register", **own, series="B", pattern="{code}-{n:3}/{yy}"))
    company.given(do("open-number-register", **own, series="A", pattern="{n}/{year}"))
    assert _number(company, TakeOne(series="B", dated_on=date(2026, 12, 31))) == "B-008/26"
    assert _number(company, TakeOne(series="B", dated_on=date(2027, 1, 1))) == "B-001/27"
    assert _number(company, TakeOne(dated_on=date(2028, 1, 3))) == "1/2028"
    company.given(do("open-number-register", document="delivery-note", series="B", year=2028, last_number=40))
    assert _number(company, TakeOne(series="B", dated_on=date(2028, 1, 3))) == "B-041/28"
    with pytest.raises(SeriesUnknown):
        _number(company, TakeOne(series="B", dated_on=date(2032, 1, 3)))
