"""Rules of notices (CAL-7): texts are checked, the same again records nothing, customers may be left in peace."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from aggregates.notice_rules import NoticeRules, NoticeRuleUnknown
from aggregates.notice_terms import FIELDS, Happening, NoticeFieldUnknown, NoticeText, NoticeTextBroken
from aggregates.notice_texts import CLOCKS, SHIPPED
from aggregates.rules.service_level import Clock
from commands.base import NotFound
from tests.commands.calls import CUSTOMER, ROSSI
from tests.commands.notices import EARLY, rule
from tests.dsl import Company, do


def text(subject: str = "Chiamata {number}", words: str = "Gentile {recipient}") -> dict[str, str]:
    return {"language": "it", "subject": subject, "text": words}


def test_a_rule_holds_once_and_otherwise_again(company: Company) -> None:
    company.given().when(rule("call_closed")).then(NoticeRules.Begun, NoticeRules.RuleSet)
    company.given().when(rule("call_closed")).then_nothing()
    company.given().when(rule("call_closed", texts=[text()])).then(NoticeRules.RuleSet)
    company.given().when(do("drop-notice-rule", code="R")).then(NoticeRules.RuleDropped)
    company.given().when(do("drop-notice-rule", code="R")).then_nothing()
    company.given().when(do("drop-notice-rule", code="X")).then_refused(NoticeRuleUnknown, code="X")


@pytest.mark.parametrize(
    ("told", "part", "field", "place"),
    [
        (text(words="Gentile {recipient}, {sollecito}"), "text", "sollecito", 22),
        (text(subject="{solution}"), "subject", "solution", 1),
        (text(words="{{numero}} {numero}"), "text", "numero", 12),
        (text(words="{number.__class__}"), "text", "number.__class__", 1),
        (text(words="{number!r}"), "text", "number", 1),
        (text(words="{number:>900000000}"), "text", "number", 1),
        (text(words="{}"), "text", "", 1),
        (text(words="{0}"), "text", "0", 1),
    ],
)
def test_a_field_that_there_is_not_is_refused_with_its_place(
    company: Company, told: dict[str, str], part: str, field: str, place: int
) -> None:
    asked = rule("call_received", texts=[told])
    company.given().when(asked).then_refused(NoticeFieldUnknown, part=part, language="it", field=field, place=place)


@pytest.mark.parametrize("words", ["Chiamata {number", "Chiamata }", "{number} {"])
def test_a_brace_without_its_pair_is_refused(company: Company, words: str) -> None:
    asked = rule("call_received", texts=[text(words=words)])
    company.given().when(asked).then_refused(NoticeTextBroken, part="text", language="it")


def test_what_is_shipped_passes_its_own_check() -> None:
    by_links = {Happening.QUOTE_LINK, Happening.QUOTE_CODE}  # their words stand with the command that writes them
    assert set(SHIPPED) | by_links == set(Happening) == set(FIELDS)
    assert not by_links & set(SHIPPED)
    for happening, shipped in SHIPPED.items():
        shipped.check(happening)
    assert set(CLOCKS) == set(Clock)


def test_values_are_told_as_they_are_and_what_is_not_known_by_a_dash() -> None:
    told = NoticeText(subject="{fault}", text="{fault} {solution}")
    assert told.rendered({"fault": "{number}\r\nX"}) == ("{number} X", "{number}\r\nX –")


def test_a_customer_is_left_in_peace_and_written_to_again(company: Company) -> None:
    company.given(*CUSTOMER, rule("call_closed"))
    peace = do("except-customer", at=EARLY, customer_id=ROSSI, rules=["B", "A", "B"])
    company.given().when(peace).then((NoticeRules.CustomerExcepted, {"rules": ("A", "B"), "everything": False}))
    company.given().when(peace).then_nothing()
    assert [each["party_name"] for each in company.ask("notice-rules")["exceptions"]] == ["Rossi Gilbo"]
    company.given().when(do("except-customer", at=EARLY, customer_id=ROSSI)).then(NoticeRules.CustomerExcepted)
    assert company.ask("notice-rules")["exceptions"] == []
    company.given().when(do("except-customer", at=EARLY, customer_id=uuid4())).then_refused(NotFound)


def test_hours_are_those_of_a_calendar_that_there_is(company: Company) -> None:
    company.given().when(do("set-notice-hours", calendar_code="NOWHERE")).then_refused(NotFound)
    hours: dict[str, Any] = {"calendar_code": "CAL-IT"}
    company.given().when(do("set-notice-hours", **hours)).then(NoticeRules.Begun, NoticeRules.CustomerHoursSet)
    company.given().when(do("set-notice-hours", **hours)).then_nothing()
    assert company.ask("notice-rules")["customer_hours"] == "CAL-IT"
    company.given().when(do("set-notice-hours")).then(NoticeRules.CustomerHoursSet)
