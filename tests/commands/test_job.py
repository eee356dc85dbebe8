"""Jobs gather revenue and costs: opened, closed once all is finished, inherited from contract, customer, company."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from aggregates.job import ClosedBeforeOpened, Job, JobClosed, JobHasOpenMatters, JobReasonMissing, MatterKind
from aggregates.job_place import JobPlace
from aggregates.natural_key import CodeTaken
from commands.base import NotFound
from commands.job import RecordIdMissing
from tests.commands.calls import CALL
from tests.commands.test_work_billing import CLOSED, DONE, firm, issue, proposed
from tests.contract_steps import C1, K1, draft, line, run, sign
from tests.dsl import Company, Do, do

__all__ = ["firm"]
AT = "2026-04-17T08:00"


def job(code: str = "COM-1", at: str = "2026-04-01T08:00", **terms: Any) -> Do:
    return do("open-job", at=at, code=code, terms={"name": "Riparazione", "kind": "internal", **terms})


def put(kind: str, record_id: UUID | None = None, **fields: Any) -> Do:
    return do("put-on-job", at=AT, kind=kind, record_id=record_id, **fields)


def jobs_of_lines(company: Company) -> set[tuple[str | None, str | None]]:
    return {(row["on_job"], row["on_cost_centre"]) for row in company.ask("mart-invoice-lines")["items"]}


def test_a_job_is_opened_changed_closed_and_reopened_once(firm: Company) -> None:
    terms = {"name": "Riparazione", "kind": "internal"}
    firm.given().when(job()).then((Job.Opened, {"code": "COM-1"}))
    firm.given().when(job(" com-1 ")).then_refused(CodeTaken)
    firm.given().when(do("change-job", code="com-1", terms=terms)).then_nothing()
    firm.given().when(do("change-job", code="com-1", terms={**terms, "planned_cost": "10.00"})).then(Job.TermsChanged)
    close = do("close-job", at=AT, code="COM-1")
    firm.given().when(do("close-job", code="COM-1", closed_on="2026-03-31")).then_refused(ClosedBeforeOpened)
    firm.given().when(close).then((Job.Closed, {"matters": ()}))
    firm.given().when(close).then_nothing()
    firm.given().when(put("call", CALL, job="COM-1")).then_refused(JobClosed)
    firm.given().when(do("reopen-job", code="COM-1", reason="  ")).then_refused(JobReasonMissing)
    firm.given().when(do("reopen-job", code="COM-1", reason="Reclamo")).then(Job.Reopened)
    firm.given().when(do("reopen-job", code="COM-1", reason="Reclamo")).then_nothing()
    firm.given().when(job("COM-2", kind="customer", customer_id=UUID(int=5))).then_refused(NotFound)


def test_a_job_with_open_calls_or_unbilled_work_is_closed_only_by_force_and_why(firm: Company) -> None:
    firm.given(*DONE[:-1], job(kind="repair", record={"kind": "call", "id": str(CALL)}))
    close = do("close-job", at=AT, code="COM-1")
    firm.given().when(close).then_refused(JobHasOpenMatters, matters={MatterKind.OPEN_CALL: "CH-2026-0415"})
    firm.given(CLOSED).when(close).then_refused(JobHasOpenMatters, matters={MatterKind.UNBILLED_WORK: "CH-2026-0415"})
    assert [row["kind"] for row in firm.ask("job", job="com-1")["unfinished"]] == ["unbilled-work"]
    firm.given().when(do("close-job", at=AT, code="COM-1", force=True)).then_refused(JobReasonMissing)
    forced = do("close-job", at=AT, code="COM-1", force=True, reason="Accordo con il cliente")
    (fact,) = firm.given().when(forced).new
    assert [each.kind for each in fact.fact.matters] == ["unbilled-work"]  # type: ignore[attr-defined] # the one fact is Closed
    firm.given(do("reopen-job", at=AT, code="COM-1", reason="Si fattura"))
    (invoice,) = proposed(firm)
    issue(firm, invoice["invoice_id"])
    firm.given().when(do("close-job", at="2026-05-02T08:00", code="COM-1")).then((Job.Closed, {"reason": None}))
    (row,) = firm.ask("jobs", status="closed")["items"]
    assert (row["job"], row["earned"]) == ("COM-1", row["invoiced"])
    assert row["earned"] > 0


def test_a_record_stands_on_one_job(firm: Company) -> None:
    firm.given(*DONE, job(), job("COM-2"))
    firm.given().when(put("call", CALL, job="com-1")).then((JobPlace.Given, {"job": "COM-1"}))
    firm.given().when(put("call", CALL, job="COM-1")).then_nothing()
    firm.given().when(put("call", CALL, job="COM-2", cost_centre="SUD")).then(
        (JobPlace.Changed, {"cost_centre": "SUD"})
    )
    firm.given().when(put("call", CALL)).then((JobPlace.Changed, {"job": None}))
    firm.given().when(put("customer", C1)).then_nothing()
    firm.given().when(put("call", CALL, job="NONE")).then_refused(NotFound, id="NONE")
    firm.given().when(put("call", job="COM-1")).then_refused(RecordIdMissing)
    firm.given().when(put("quote", CALL, job="COM-1")).then_refused(NotFound)


def test_jobs_come_from_the_line_the_contract_the_customer_or_the_company(firm: Company) -> None:
    """R12.1: line → contract → customer → default; a call may override."""
    firm.given(
        *(job(code) for code in ("OF-LINE", "OF-CALL", "OF-CONTRACT", "OF-CUSTOMER", "OF-COMPANY")),
        draft(K1, starts_on="2026-01-01", alignment="none", cost_centre="NORD"),
        line(K1),
        line(K1, line_id=uuid5(K1, "other"), job="of-line"),
        sign(K1, at="2025-12-10T10:00"),
        *DONE,
    )
    run(firm, "2026-04-30")
    assert jobs_of_lines(firm) == {("OF-LINE", "NORD"), (None, "NORD"), (None, None)}
    firm.given(put("company", job="OF-COMPANY", cost_centre="SEDE"))
    assert jobs_of_lines(firm) == {("OF-LINE", "NORD"), ("OF-COMPANY", "NORD"), ("OF-COMPANY", "SEDE")}
    firm.given(put("customer", C1, job="OF-CUSTOMER"))
    assert {of for of, _ in jobs_of_lines(firm)} == {"OF-LINE", "OF-CUSTOMER"}
    firm.given(put("contract", K1, job="OF-CONTRACT"), put("call", CALL, job="OF-CALL"))
    assert {of for of, _ in jobs_of_lines(firm)} == {"OF-LINE", "OF-CONTRACT", "OF-CALL"}
    listed = {row["job"]: row["invoiced"] for row in firm.ask("jobs")["items"]}
    lines = firm.ask("mart-invoice-lines")["items"]
    for name in ("OF-LINE", "OF-CONTRACT", "OF-CALL"):
        assert listed[name] == sum(row["amount"] for row in lines if row["on_job"] == name) > 0
    sheet = firm.ask("job", job="of-call")
    assert [row["record_number"] for row in sheet["members"]] == ["CH-2026-0415"]
    assert sum(row["amount"] for row in sheet["revenue"]) == listed["OF-CALL"]
    assert firm.ask("job", job="NEVER") is None
