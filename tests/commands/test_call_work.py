"""Working on calls: time, phone activities, parts, charges, readings, reports and their signatures."""

from __future__ import annotations

from uuid import UUID, uuid4

from aggregates.call import Call
from aggregates.call_refusals import (
    ActivityOver,
    ActivityUnknown,
    AlreadySigned,
    EndsBeforeStart,
    NothingToReport,
    PartUnknown,
    ReportUnknown,
    RevisionPassed,
)
from aggregates.call_values import CallStatus, CloseOutcome
from commands.base import NotFound
from tests.commands.calls import (
    ASSIGNED,
    CALL,
    COPIER,
    CUSTOMER,
    GINO,
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
from tests.dsl import Company, do

BEGUN = (*CUSTOMER, *TECHNICIANS, opened(), PLANNED, ASSIGNED)
LINE = UUID("88888888-8888-8888-8888-888888888888")
SIGNED = do(
    "sign-report",
    at="2026-12-09T12:10",
    call_id=CALL,
    report_id=REPORT,
    revision=0,
    signer_name="Anna Verdi",
    signer_role="Responsabile",
    image_sha256=SHA,
    document_sha256=SHA,
)
CORRECTED = do("report-work", at="2026-12-09T15:00", call_id=CALL, report_id=REPORT, work_done="Sostituita e pulita")


def test_a_planned_visit_is_performed(company: Company) -> None:
    situation = company.given(*BEGUN).when(WORKED).then((Call.ActivityPerformed, {"status": CallStatus.WORKED}))
    fact = situation.new[0].fact
    assert isinstance(fact, Call.ActivityPerformed)
    assert (fact.performed.technician_id, fact.performed.kind, fact.performed.work_minutes) == (GINO, "repair", 90)
    company.given().when(WORKED).then_nothing()
    longer = {**WORKED.fields, "travel_minutes": 60}
    company.given().when(do("perform-activity", **longer)).then_refused(ActivityOver)


def test_work_must_end_after_it_begins(company: Company) -> None:
    backwards = {**WORKED.fields, "starts_at": rome("2026-12-09T11:00")}
    company.given(*BEGUN).when(do("perform-activity", **backwards)).then_refused(EndsBeforeStart)


def test_work_by_nobody_we_know_is_refused(company: Company) -> None:
    stranger = {**WORKED.fields, "technician_id": uuid4()}
    company.given(*BEGUN).when(do("perform-activity", **stranger)).then_refused(NotFound)


def test_a_phone_call_solves_it_in_one_stroke(company: Company) -> None:
    solved = do(
        "log-phone-activity", at="2026-12-04T17:00", call_id=CALL, minutes=12, text="Spiegato il reset", close="solved"
    )
    company.given(*CUSTOMER, opened()).when(solved).then(
        Call.ActivityPerformed, (Call.Closed, {"outcome": CloseOutcome.SOLVED, "solution": "Spiegato il reset"})
    )


def test_parts_are_planned_changed_and_used(company: Company) -> None:
    plan = do("plan-part", call_id=CALL, line_id=LINE, code="X", description="Valvola", quantity="2")
    company.given(*BEGUN).when(plan).then((Call.PartPlanned, {"line_id": LINE}))
    company.given().when(plan).then_nothing()
    company.given().when(do("plan-part", **{**plan.fields, "quantity": "3"})).then(Call.PartPlanned)
    use = do("use-part", call_id=CALL, line_id=uuid4(), planned_line_id=LINE, code="X", description="Valvola")
    company.given().when(use).then(Call.PartUsed)
    company.given().when(use).then_nothing()
    unknown = do("use-part", call_id=CALL, planned_line_id=uuid4(), description="Altra")
    company.given().when(unknown).then_refused(PartUnknown)


def test_a_charge_covered_by_something_stands_at_zero_with_its_reason(company: Company) -> None:
    fee = do(
        "add-charge",
        call_id=CALL,
        line_id=LINE,
        item="call_fee",
        description="Diritto di chiamata",
        unit_price="35.00",
        discount_percent="100",
        amount={"amount": "0.00"},
        reason="Contratto full service",
    )
    company.given(*BEGUN).when(fee).then(Call.ChargeAdded)
    company.given().when(fee).then_nothing()


def test_a_report_freezes_times_parts_and_readings(company: Company) -> None:
    company.given(*BEGUN, WORKED, do("use-part", call_id=CALL, code="X", description="Valvola"))
    company.given(COPIER, do("note-reading", call_id=CALL, serial_item_id=MACHINE, meter="BW", value=15400))
    situation = company.given().when(REPORTED).then((Call.WorkReported, {"status": CallStatus.REPORTED}))
    fact = situation.new[0].fact
    assert isinstance(fact, Call.WorkReported)
    report = fact.report
    assert report.revision == 0
    assert [done.activity_id for done in report.performed] == [VISIT]
    assert [used.part.code for used in report.parts] == ["X"]
    assert [reading.value for reading in report.readings] == [15400]
    company.given().when(REPORTED).then_nothing()


def test_there_must_be_work_to_report(company: Company) -> None:
    company.given(*BEGUN).when(REPORTED).then_refused(NothingToReport)
    unknown = do("report-work", call_id=CALL, work_done="?", activity_ids=[uuid4()])
    company.given(WORKED).when(unknown).then_refused(ActivityUnknown)


def test_a_second_report_declares_only_what_is_new(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED)
    company.do("perform-activity", call_id=CALL, starts_at="2026-12-10T09:00+01:00", ends_at="2026-12-10T10:00+01:00")
    situation = company.given().when(do("report-work", call_id=CALL, work_done="Collaudo")).then(Call.WorkReported)
    fact = situation.new[0].fact
    assert isinstance(fact, Call.WorkReported)
    assert [done.time.starts_at for done in fact.report.performed] == [rome("2026-12-10T09:00")]


def test_the_customer_signs(company: Company) -> None:
    company.given(*BEGUN, WORKED).when(SIGNED).then_refused(ReportUnknown)
    company.given(REPORTED).when(SIGNED).then((Call.ReportSigned, {"revision": 0}))
    company.given().when(SIGNED).then_nothing()
    other = do("sign-report", **{**SIGNED.fields, "signer_name": "Altra persona"})
    company.given().when(other).then_refused(AlreadySigned)
    sheet = company.ask("call", call_id=CALL)
    assert sheet["reports"][0]["signature"]["signer"]["name"] == "Anna Verdi"


def test_the_signers_name_is_sealed_in_the_log(company: Company) -> None:
    company.given(*BEGUN, WORKED, REPORTED, SIGNED)
    stored = company.house.log.select_events(CALL)[-1]
    assert b"Anna" not in bytes(stored.state)
    assert SHA.encode() in bytes(stored.state)


def test_a_correction_after_signing_needs_a_new_signature(company: Company) -> None:
    situation = company.given(*BEGUN, WORKED, REPORTED, SIGNED).when(CORRECTED).then(Call.WorkReported)
    fact = situation.new[0].fact
    assert isinstance(fact, Call.WorkReported)
    assert fact.report.revision == 1
    company.given().when(SIGNED).then_refused(RevisionPassed, current=1)
    again = do("sign-report", **{**SIGNED.fields, "revision": 1})
    company.given().when(again).then(Call.ReportSigned)
    assert set(company.record(CALL).signed) == {(REPORT, 0), (REPORT, 1)}


def test_nobody_was_there_to_sign(company: Company) -> None:
    absent = do("explain-absent-signature", call_id=CALL, report_id=REPORT, revision=0, reason="Locale chiuso")
    company.given(*BEGUN, WORKED, REPORTED).when(absent).then((Call.SignatureAbsent, {"reason": "Locale chiuso"}))
    company.given().when(absent).then_nothing()
    company.given(SIGNED).when(absent).then_refused(AlreadySigned)
