"""Work reports whole (R10.1), what is signed of them, and corrections after the signature (R10.2, R10.3)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from pydantic import ValidationError

from aggregates.call import Call
from aggregates.call_refusals import (
    ActivityOver,
    DepartureAfterStart,
    DocumentNotCurrent,
    RevisionPassed,
    VisitUnreported,
)
from aggregates.work_report import document_sha256
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    COPIER,
    CUSTOMER,
    MACHINE,
    PLANNED,
    REPORT,
    REPORTED,
    SHA,
    TECHNICIANS,
    VISIT,
    WORKED,
    opened,
    rome,
)
from tests.dsl import Company, Do, do

BEGUN = (*CUSTOMER, *TECHNICIANS, COPIER, opened(serial_item_ids=[MACHINE]), PLANNED, ASSIGNED)
PHOTO = {"name": "targhetta.jpg", "sha256": SHA, "caption": "Targhetta"}
SET_OUT = rome("2026-12-09T08:30")


def worked(**fields: Any) -> Do:
    return do(WORKED.name, at=WORKED.at, **{**WORKED.fields, **fields})


def reported(**fields: Any) -> Do:
    return do("report-work", at="2026-12-09T12:05", **{**REPORTED.fields, **fields})


def signed(company: Company, **fields: Any) -> Do:
    """A signature under the document as we make it."""
    shown = company.ask("report-to-sign", call_id=CALL, report_id=REPORT)
    said = {"call_id": CALL, "report_id": REPORT, "signer_name": "Anna Verdi", "image_sha256": SHA, "as_made": True}
    seen = {"revision": shown["revision"], "document_sha256": shown["document_sha256"]}
    return do("sign-report", at="2026-12-09T12:10", **{**said, **seen, **fields})


def test_a_report_is_whole(company: Company) -> None:
    company.given(*BEGUN, worked(set_out_at=SET_OUT))
    company.do("use-part", call_id=CALL, description="Valvola", lots=["L-7"], serial_numbers=["S-1"], activity_id=VISIT)
    company.do(
        "note-expense", call_id=CALL, item="board_and_lodging", description="Pranzo", quantity="1", unit_cost="14.00"
    )
    reading = {"serial_item_id": MACHINE, "meter": "bw", "value": 15400}
    whole = reported(
        fault="Valvola bloccata", outcome="quote", outcome_note="Da quotare la pompa", photos=[PHOTO],
        customer_remarks="Rumorosa", tests="Prova di carico", readings=[reading],
    )  # fmt: skip
    company.given(whole)
    sheet = company.ask("work-report", report_id=REPORT)
    declared = sheet["declared"]
    assert sheet["number"] == "RI-2026-0001"
    assert (declared["fault"], declared["outcome_note"], declared["photos"]) == (
        "Valvola bloccata", "Da quotare la pompa", [{**PHOTO, "taken_at": None}],
    )  # fmt: skip
    assert declared["expenses"][0]["description"] == "Pranzo"
    assert "unit_cost" not in json.dumps(declared), "what things cost us is not the customer's to read"
    assert [one["serial_item_id"] for one in declared["coverage"]] == [None, str(MACHINE)]
    assert all(one["reason"] for one in declared["coverage"])
    assert declared["performed"][0]["set_out_at"].startswith("2026-12-09T07:30")
    assert declared["parts"][0]["part"]["lots"] == ["L-7"]
    assert declared["readings"][0]["value"] == 15400


def test_nobody_sets_out_after_beginning(company: Company) -> None:
    late = worked(set_out_at=rome("2026-12-09T09:20"))
    company.given(*BEGUN).when(late).then_refused(DepartureAfterStart)


def test_reports_are_numbered_in_the_order_of_the_log_and_keep_their_number(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED, reported(cause="Calcare"))
    more: dict[str, Any] = {"starts_at": rome("2026-12-10T09:00"), "ends_at": rome("2026-12-10T10:00")}
    company.do("perform-activity", at="2026-12-10T10:00", call_id=CALL, **more)
    company.do("report-work", at="2026-12-10T10:05", call_id=CALL, work_done="Collaudo")
    found = company.ask("work-reports")["items"]
    assert [(one["number"], one["revision"]) for one in found] == [("RI-2026-0002", 0), ("RI-2026-0001", 1)]


def test_numbers_go_on_after_those_of_the_system_before(company: Company) -> None:
    company.do("open-number-register", document="work-report", year=2026, last_number=41, last_on="2026-08-31")
    company.given(*BEGUN, WORKED, REPORTED)
    assert company.ask("work-report", report_id=REPORT)["number"] == "RI-2026-0042"


def test_what_is_shown_is_what_is_signed(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    shown = company.ask("report-to-sign", call_id=CALL, report_id=REPORT)
    assert hashlib.sha256(shown["document"].encode()).hexdigest() == shown["document_sha256"]
    assert json.loads(shown["document"])["work_done"] == REPORTED.fields["work_done"]
    situation = company.given().when(signed(company)).then(Call.ReportSigned)
    fact = situation.new[0].fact
    assert isinstance(fact, Call.ReportSigned)
    assert fact.signature.verified
    assert fact.signature.channel == "screen"
    assert company.ask("report-to-sign", call_id=CALL, report_id=REPORT)["signed"]


def test_another_document_is_not_signed(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    company.given().when(signed(company, document_sha256="b" * 64)).then_refused(DocumentNotCurrent)


def test_a_device_without_our_document_is_taken_at_its_word(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    company.given(signed(company, document_sha256="b" * 64, as_made=False))
    (revision,) = company.ask("work-report", report_id=REPORT)["revisions"]
    assert (revision["verified"], revision["signed_sha256"]) == (False, "b" * 64)


def test_what_a_device_sends_is_enough_to_make_the_document(company: Company) -> None:
    """A part costs us something and comes from somewhere: neither changes what the customer signs."""
    company.given(*BEGUN, WORKED)
    company.do("use-part", call_id=CALL, description="Valvola")
    company.given(REPORTED)
    call = company.record(CALL)
    report = call.reports[REPORT]
    settled = {"unit_cost": "12.50", "is_consumable": True}
    parts = tuple(part.model_copy(update=settled) for part in report.parts)
    assert document_sha256(CALL, report.model_copy(update={"parts": parts})) == document_sha256(CALL, report)
    other = report.model_copy(update={"tests": "Prova"})
    assert document_sha256(CALL, other) != document_sha256(CALL, report)


def test_pressure_and_speed_of_a_signature_are_not_taken(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    step = signed(company, pressure=[1, 2, 3])
    with pytest.raises(ValidationError, match="pressure"):
        company.execute(step)


def test_a_correction_keeps_the_signature_of_what_was_signed(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    first = signed(company)
    company.given(first, reported(cause="Calcare"))
    company.given().when(first).then_refused(RevisionPassed, current=1)
    old, new = company.ask("work-report", report_id=REPORT)["revisions"]
    assert (old["signer"], old["verified"], old["document_sha256"]) == ("Anna Verdi", True, old["signed_sha256"])
    assert new["signer"] is None
    assert new["document_sha256"] != old["document_sha256"]
    assert company.ask("work-reports")["items"][0]["state"] == "to_sign"
    company.given().when(signed(company)).then(Call.ReportSigned)
    assert company.ask("work-reports", state="signed")["items"][0]["signer"] == "Anna Verdi"


def test_times_are_corrected_with_a_reason_and_reported_again(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    company.given(signed(company))
    longer = {"ends_at": rome("2026-12-09T11:10")}
    company.given().when(worked(**longer)).then_refused(ActivityOver)
    correct = worked(**longer, correction="Mezz'ora dimenticata")
    company.given().when(correct).then((Call.ActivityPerformed, {"correction": "Mezz'ora dimenticata"}))
    company.given().when(correct).then_nothing()
    company.given().when(do("close-call", call_id=CALL, outcome="solved")).then_refused(VisitUnreported)
    situation = company.given().when(REPORTED).then(Call.WorkReported)
    fact = situation.new[0].fact
    assert isinstance(fact, Call.WorkReported)
    assert (fact.report.revision, fact.report.performed[0].work_minutes) == (1, 120)
    company.given().when(do("close-call", call_id=CALL, outcome="solved")).then(Call.Closed)


def test_corrected_work_stays_in_its_own_report(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED, worked(travel_minutes=60, correction="Coda in autostrada"))
    assert company.record(CALL).unreported() == ()


def test_reports_are_found_by_technician_day_and_state(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    gino = WORKED.fields.get("technician_id") or company.record(CALL).performed[VISIT].technician_id
    assert len(company.ask("work-reports", technician_id=gino, from_on="2026-12-09", to_on="2026-12-09")["items"]) == 1
    assert company.ask("work-reports", technician_id=MACHINE)["items"] == []
    assert company.ask("work-reports", state="signed")["items"] == []
    assert company.ask("work-reports", from_on="2026-12-10")["items"] == []
