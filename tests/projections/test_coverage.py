"""Who pays for a call: block, warranty, contract, else the customer; which service goes with it (R1.3, R1.10, R4.1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest

from aggregates.call_refusals import ServiceBlocked
from aggregates.coverage import Coverage, CoverageKind
from tests.commands.calls import CALL, rome
from tests.contract_steps import C1, K1, LINE, ROSSI, draft, founded, line, sign
from tests.dsl import Company, Do, do

ITEM = UUID("77777777-7777-7777-7777-777777777777")
OTHER = uuid5(ITEM, "other")
SITE = uuid5(C1, "site")
QUICK = {"medium": {"response_minutes": 60}, "calendar": {"always_open": True}}
ADDRESS = {"street": "Via Brera 2", "postcode": "20121", "town": "Milano", "province": "MI"}
BLOCK = do("block-contract", at="2026-11-30T09:00", contract_id=K1, from_on="2026-12-01", reason="arrears")


@pytest.fixture
def firm(company: Company) -> Company:
    """A company with a customer, a site and two machines."""
    company.given(founded(company), ROSSI)
    company.do("add-site", party_id=C1, site_id=SITE, code="MI", name="Milano", address=ADDRESS)
    for number, item in enumerate((ITEM, OTHER)):
        made: dict[str, Any] = {
            "manufacturer": "Silanos",
            "number": f"SN-{number}",
            "product": "LT-900",
            "type": "dishwasher",
        }
        company.do("register-serial-item", serial_item_id=item, owner_id=C1, **made)
    return company


def contract(firm: Company, header: dict[str, Any] | None = None, **covered: Any) -> None:
    """A contract in force on the calls' day."""
    firm.given(draft(**(header or {})), line(line_id=LINE, **covered), sign())


def warranty(kind: str) -> Do:
    """A warranty of the first machine."""
    period = {"starts_on": "2026-01-01", "ends_on": "2027-12-31"}
    return do("give-warranty", serial_item_id=ITEM, kind=kind, period=period)


def call(*items: UUID, at: str = "2026-12-04T16:45") -> Do:
    """A call from the customer's site."""
    said: dict[str, Any] = {"call_id": CALL, "party_id": C1, "site_id": SITE, "fault": "Perde"}
    return do("open-call", at=at, serial_item_ids=items, **said)


def decided(firm: Company, *items: UUID) -> Coverage:
    """The coverage of a new call about these machines."""
    firm.given(call(*items))
    coverage: Coverage = firm.record(CALL).coverage
    return coverage


def test_a_contract_covers_its_machine_with_its_own_service(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM], service=QUICK)
    coverage = decided(firm, ITEM)
    assert (coverage.kind, coverage.contract_id, coverage.contract_line_id) == (CoverageKind.CONTRACT, K1, LINE)
    assert coverage.service.medium.response_minutes == 60
    clock = firm.ask("service-clock", call_id=CALL, clock="response", at=rome("2026-12-04T17:00"))
    assert (clock["due_at"], clock["remaining_minutes"]) == (rome("2026-12-04T17:45"), 45)


def test_a_machine_outside_the_contract_is_charged(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    coverage = decided(firm, OTHER)
    assert (coverage.kind, coverage.contract_id) == (CoverageKind.CHARGEABLE, None)


def test_each_machine_of_a_call_has_its_own_coverage(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    coverage = decided(firm, OTHER, ITEM)
    assert [item.kind for item in coverage.items] == [CoverageKind.CHARGEABLE, CoverageKind.CONTRACT]
    assert coverage.kind is CoverageKind.CONTRACT


def test_a_call_before_the_contract_is_charged(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    firm.given(call(ITEM, at="2026-09-15T09:00"))
    assert firm.record(CALL).coverage.kind is CoverageKind.CHARGEABLE


def test_a_contract_for_everything_covers_a_call_without_machine(firm: Company) -> None:
    contract(firm)
    assert decided(firm).kind is CoverageKind.CONTRACT


def test_the_legal_warranty_comes_before_the_contract(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    firm.given(warranty("extended"), warranty("legal"))
    coverage = decided(firm, ITEM)
    assert coverage.kind is CoverageKind.WARRANTY
    assert "legal" in coverage.reason


def test_a_parts_warranty_does_not_cover_the_machine(firm: Company) -> None:
    firm.given(warranty("part"))
    assert decided(firm, ITEM).kind is CoverageKind.CHARGEABLE


def test_a_blocked_service_is_charged_and_starts_no_clock(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    firm.given(BLOCK, warranty("legal"))
    coverage = decided(firm, ITEM)
    assert coverage.kind is CoverageKind.BLOCKED
    assert "arrears" in coverage.reason
    assert firm.ask("sla-board", call_id=CALL)["items"] == []


def test_a_block_that_opens_on_a_running_call_leaves_it_alone(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    firm.given(call(ITEM, at="2026-11-27T09:00"), BLOCK)
    assert firm.record(CALL).coverage.kind is CoverageKind.CONTRACT
    assert len(firm.ask("sla-board", call_id=CALL)["items"]) == 4


def test_a_contract_may_refuse_calls_while_blocked(firm: Company) -> None:
    contract(firm, {"block_policy": "refuse"}, serial_item_ids=[ITEM])
    firm.given(BLOCK).when(call(ITEM)).then_refused(ServiceBlocked)


def test_without_contract_the_companys_calendar_and_feasts_hold(firm: Company) -> None:
    shifts = {"friday": [["09:00", "17:00"]], "saturday": [["09:00", "13:00"]]}
    firm.do("define-calendar", code="CAL-IT", name="Nostro", terms={"shifts": shifts})
    calendar = decided(firm).service.calendar
    assert (calendar.shifts.monday, calendar.patron_town) == ((), "Milano")
