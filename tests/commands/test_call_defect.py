"""A consumer's defect is covered when it appears within 24 months and is claimed within 26 (§5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aggregates.call import Call
from aggregates.coverage import CoverageKind
from commands.call_defect import DefectInTheFuture
from tests.commands.calls import CALL, COPIER, CUSTOMER, MACHINE, ROSSI
from tests.dsl import Company, Do, do

CONSUMER = do("register-party", **{**CUSTOMER[0].fields, "tax": {"tax_code": "RSSGLB60A01D704Q"}, "nature": "consumer"})
CHARGED, WARRANTY = CoverageKind.CHARGEABLE, CoverageKind.WARRANTY


def owned(company: Company, customer: Do = CONSUMER) -> None:
    """A machine delivered on 10 October 2024: defects count until 10 October 2026, claims until 10 December."""
    company.given(customer, COPIER)
    company.do("register-item-delivery", serial_item_id=MACHINE, delivered_on="2024-10-10")


def called(day: str, appeared_on: str | None, call_id: UUID = CALL) -> Do:
    said: dict[str, Any] = {"call_id": call_id, "party_id": ROSSI, "serial_item_ids": [MACHINE], "fault": "Perde"}
    return do("open-call", at=f"{day}T10:00", appeared_on=appeared_on, **said)


def test_both_days_decide(company: Company) -> None:
    owned(company)
    cases: tuple[tuple[str, str | None, CoverageKind, str], ...] = (
        ("2026-10-10", None, WARRANTY, "legal-warranty"),
        ("2026-10-10", "2026-10-10", WARRANTY, "legal-warranty"),
        ("2026-10-11", None, CHARGED, "warranty-appearance-unknown"),
        ("2026-10-11", "2026-10-10", WARRANTY, "legal-warranty-appeared"),
        ("2026-10-11", "2026-10-11", CHARGED, "no-cover"),
        ("2026-12-10", "2026-10-10", WARRANTY, "legal-warranty-appeared"),
        ("2026-12-11", "2026-10-10", CHARGED, "warranty-claimed-late"),
        ("2026-12-11", None, CHARGED, "no-cover"),
        ("2026-10-01", "2024-10-09", CHARGED, "no-cover"),
    )
    for n, (day, appeared_on, kind, code) in enumerate(cases):
        call_id = uuid5(CALL, str(n))
        company.given(called(day, appeared_on, call_id))
        coverage = company.record(call_id).coverage
        assert (coverage.kind, coverage.because.code) == (kind, code), (day, appeared_on)
    told = company.record(uuid5(CALL, "3")).coverage.because
    assert told.values == {"appeared_on": "2026-10-10", "ends_on": "2026-10-10", "until": "2026-12-10", "proof": ""}
    assert told.italian.startswith(
        "In garanzia legale: il difetto si è manifestato il 10/10/2026, entro il 10/10/2026,"
    )


def test_who_buys_for_a_business_claims_within_the_warranty(company: Company) -> None:
    """One year; a defect that appeared in time and is told after it is charged, and the call says why."""
    owned(company, CUSTOMER[0])
    company.given(called("2025-10-10", "2025-10-01"))
    assert company.record(CALL).coverage.kind is WARRANTY
    late = uuid5(CALL, "late")
    company.given(called("2025-10-11", "2025-10-01", late))
    assert company.record(late).coverage.because.code == "warranty-claimed-late"


def test_a_day_that_is_told_later_decides_again(company: Company) -> None:
    """And stays on the call when its machines change, until another day is told."""
    owned(company)
    again: dict[str, Any] = {"call_id": CALL, "reason": "Data comunicata dal cliente", "at": "2027-01-20T09:00"}
    company.given(called("2026-11-16", None))
    company.given().when(do("decide-coverage-again", **again, appeared_on="2026-11-17")).then_refused(DefectInTheFuture)
    told = do("decide-coverage-again", **again, appeared_on="2026-10-02")
    company.given().when(told).then((Call.CoverageDecidedAgain, {}))
    company.given().when(told).then_nothing()
    company.given().when(do("decide-coverage-again", **again)).then_nothing()
    coverage = company.record(CALL).coverage
    assert (coverage.kind, str(coverage.appeared_on)) == (WARRANTY, "2026-10-02")
    company.given().when(called("2026-11-16", "2026-11-17", uuid5(CALL, "x"))).then_refused(DefectInTheFuture)


def test_the_desk_tells_the_day_before_it_and_with_it(company: Company) -> None:
    """Every answer that is given while the telephone is held looks at both days, as the call will."""
    owned(company)
    for told, kind in (
        ({"appeared_on": "2026-10-01"}, WARRANTY),
        ({"appeared_on": "2026-11-01"}, CHARGED),
        ({}, CHARGED),
    ):
        found = company.ask("intake", text="R-1", on="2026-11-16", **told)["items"]
        assert [one["coverage"] for one in found if one["kind"] == "machine"] == [kind], told
        checked = company.ask("coverage-check", serial_item_id=MACHINE, party_id=ROSSI, on="2026-11-16", **told)
        assert checked["coverage"]["kind"] == kind, told
        covered = company.ask("item-cover", serial_item_id=MACHINE, on="2026-11-16", **told)
        assert covered["coverage"]["kind"] == kind, told
    said: dict[str, Any] = {"said": "R-1", "fault": "Perde", "at": "2026-11-16T10:00", "call_id": CALL}
    company.given().when(do("take-call", **said, appeared_on="2026-11-17")).then_refused(DefectInTheFuture)
    taken = company.do("take-call", **said, appeared_on="2026-10-01")
    assert (taken["identified"], taken["coverage"]) == (True, WARRANTY)
    assert str(company.record(CALL).coverage.appeared_on) == "2026-10-01"


def test_whose_call_it_is_does_not_forget_the_day(company: Company) -> None:
    owned(company)
    unknown: dict[str, Any] = {"said": "?", "caller": {"name": "Mario"}, "fault": "Perde", "at": "2026-11-16T10:00"}
    whose: dict[str, Any] = {"party_id": ROSSI, "serial_item_ids": [MACHINE], "at": "2026-11-20T10:00"}
    company.do("take-call", call_id=CALL, **unknown, appeared_on="2026-10-01")
    assert company.do("identify-call", call_id=CALL, **whose)["coverage"] == WARRANTY
    other = uuid5(CALL, "told later")
    company.do("take-call", call_id=other, **unknown)
    late = do("identify-call", call_id=other, **whose, appeared_on="2026-11-17")
    company.given().when(late).then_refused(DefectInTheFuture)
    identified = do("identify-call", call_id=other, **whose, appeared_on="2026-10-01")
    company.given().when(identified).then(Call.Identified, Call.CoverageDecidedAgain)
    company.given().when(identified).then_nothing()
    assert company.record(other).coverage.because.code == "legal-warranty-appeared"
