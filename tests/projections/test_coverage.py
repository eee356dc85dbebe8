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
LATER = uuid5(CALL, "later")
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
    firm.given(draft(**{"suspension_approved": True, **(header or {})}), line(line_id=LINE, **covered), sign())


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
    assert coverage.because is not None
    assert coverage.because.code == "legal-warranty"


def test_a_parts_warranty_does_not_cover_the_machine(firm: Company) -> None:
    firm.given(warranty("part"))
    assert decided(firm, ITEM).kind is CoverageKind.CHARGEABLE


def test_a_blocked_service_is_charged_and_starts_no_clock(firm: Company) -> None:
    contract(firm, serial_item_ids=[ITEM])
    firm.given(BLOCK, warranty("legal"))
    coverage = decided(firm, ITEM)
    assert coverage.kind is CoverageKind.BLOCKED
    assert coverage.because is not None
    assert coverage.because.code == "blocked-arrears"
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


# The company's parameters


def parameters(firm: Company, from_on: str = "2026-01-01", **change: Any) -> None:
    firm.given(do("set-company-parameters", from_on=from_on, change=change))


def calendar_of(firm: Company, at: str = "2026-12-04T16:45") -> Any:
    """The calendar of a new call on a day."""
    firm.given(call(at=at))
    return firm.record(CALL).coverage.service.calendar


ALWAYS = do("define-calendar", code="H24", name="Sempre", terms={"always_open": True})


def test_the_companys_calendar_is_the_one_it_names_from_its_day_on(firm: Company) -> None:
    firm.given(ALWAYS)
    parameters(firm, "2026-12-05", calendar_code="H24")
    assert not calendar_of(firm).always_open
    firm.given(do("open-call", at="2026-12-05T10:00", **{**call().fields, "call_id": LATER}))
    assert firm.record(LATER).coverage.service.calendar.always_open


def test_a_sites_own_calendar_goes_before_the_companys(firm: Company) -> None:
    firm.given(ALWAYS)
    firm.do("add-site", party_id=C1, site_id=SITE, code="MI", name="Milano", address=ADDRESS, calendar_code="H24")
    assert calendar_of(firm).always_open


def test_the_companys_targets_hold_where_no_contract_says_more(firm: Company) -> None:
    targets = {"high": {"response_minutes": 30}, "medium": {"response_minutes": 90}, "low": {}}
    parameters(firm, service_targets=targets)
    service = decided(firm).service
    assert (service.high.response_minutes, service.medium.response_minutes) == (30, 90)
    assert service.medium.resolve_minutes is None
    assert firm.ask("sla-board", call_id=CALL)["items"][0]["clock"] == "response"


def test_without_targets_of_its_own_the_company_has_the_usual_ones(firm: Company) -> None:
    assert decided(firm).service.medium.response_minutes == 240


# Arrears (S06)

ARREARS = do(
    "report-arrears",
    at="2026-03-01T09:00",
    party_id=C1,
    overdue={"amount": "439.20"},
    oldest_due_on="2026-02-28",
)
UNCOVERED = "2026-04-01T09:00"


def test_arrears_block_after_their_days_of_grace_where_the_company_says_so(firm: Company) -> None:
    firm.given(ARREARS)
    parameters(firm, arrears_block=True)
    firm.given(call(ITEM, at=UNCOVERED))
    coverage = firm.record(CALL).coverage
    assert (coverage.kind, coverage.opening_refused) == (CoverageKind.BLOCKED, False)
    assert "439,20 euro, scaduti dal 28/02/2026" in coverage.why
    assert firm.ask("sla-board", call_id=CALL)["items"] == []


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"arrears_block": True}, "2026-03-30T18:00"),
        ({"arrears_block": True, "block_threshold": "500"}, UNCOVERED),
        ({"block_grace_days": 0}, UNCOVERED),
    ],
)
def test_arrears_do_not_block_sooner_nor_below_the_threshold_nor_unasked(
    firm: Company, change: dict[str, Any], at: str
) -> None:
    firm.given(ARREARS)
    parameters(firm, **change)
    firm.given(call(ITEM, at=at))
    assert firm.record(CALL).coverage.kind is CoverageKind.CHARGEABLE


@pytest.mark.parametrize(("approved", "kind"), [(True, CoverageKind.BLOCKED), (False, CoverageKind.CONTRACT)])
def test_arrears_suspend_a_contract_only_where_that_was_approved(
    firm: Company, approved: bool, kind: CoverageKind
) -> None:
    contract(firm, {"suspension_approved": approved}, serial_item_ids=[ITEM])
    firm.given(ARREARS)
    parameters(firm, arrears_block=True)
    assert decided(firm, ITEM).kind is kind


@pytest.mark.parametrize(
    ("at", "kind"), [("2026-03-17", CoverageKind.CHARGEABLE), ("2026-03-18", CoverageKind.BLOCKED)]
)
def test_unpaid_invoices_block_from_the_ledger_until_they_are_paid(firm: Company, at: str, kind: CoverageKind) -> None:
    """Due on 15/02, 30 days of grace: blocked from 18/03."""
    parameters(firm, arrears_block=True)
    bill: dict[str, Any] = {
        "lines": [{"description": "Ricambi", "unit_price": "100.00"}],
        "payment_terms": {"parts": [{"days": 30}]},
    }
    proposed = firm.do("propose-invoice", at="2026-01-16T09:00", customer_id=C1, **bill)
    firm.do("issue-invoice", at="2026-01-16T09:00", invoice_id=proposed["invoice_id"], dated_on="2026-01-16")
    firm.given(call(ITEM, at=f"{at}T09:00"))
    assert firm.record(CALL).coverage.kind is kind
    firm.do("record-payment", at="2026-03-20T09:00", invoice_id=proposed["invoice_id"], amount={"amount": "122.00"})
    firm.given(do("open-call", at="2026-03-21T10:00", **{**call(ITEM).fields, "call_id": LATER}))
    assert firm.record(LATER).coverage.kind is CoverageKind.CHARGEABLE


def test_arrears_do_not_take_a_warranty_away(firm: Company) -> None:
    firm.given(ARREARS, warranty("legal"))
    parameters(firm, arrears_block=True)
    assert decided(firm, ITEM).kind is CoverageKind.WARRANTY
