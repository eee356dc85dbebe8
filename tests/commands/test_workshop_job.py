"""The workshop: taken in at the counter with its call, worked on in order, ready, handed over (WKS-1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.call_values import Channel
from aggregates.rules.workshop import WorkshopAlert
from aggregates.values import euro
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import (
    JobCallWrong,
    JobExists,
    JobLoanerUnknown,
    JobOver,
    JobState,
    JobStepWrong,
    LoanerNotBack,
    TooEarlyToAbandon,
    WhatMissing,
    WhoMissing,
    WorkshopReasonMissing,
)
from gateways.labels import sentence
from tests.commands.calls import CALL, COPIER, CUSTOMER, GINO, MACHINE, ROSSI, SHA, TECHNICIANS, opened, rome
from tests.contract_steps import tick
from tests.dsl import Company, Do, do

JOB = UUID("99990000-0000-0000-0000-000000000001")
LENT = UUID("99990000-0000-0000-0000-000000000002")
BEGUN = (*CUSTOMER, *TECHNICIANS, COPIER)
MARIO = {"name": "Mario Neri", "phone": "347 1234567"}


def taken(job_id: UUID = JOB, at: str = "2026-09-01T09:00", **fields: Any) -> Do:
    """Rossi's copier, unless something else is said."""
    said: dict[str, Any] = {"job_id": job_id, "party_id": ROSSI, "serial_item_id": MACHINE, "fault": "Non si accende"}
    return do("take-in", at=at, **said | fields)


def job(name: str, at: str = "2026-09-02T10:00", job_id: UUID = JOB, **fields: Any) -> Do:
    """A command about the job."""
    return do(name, at=at, job_id=job_id, **fields)


FINISHED = job("finish-workshop-job")
READY = job("mark-ready", place="Banco ritiri")
HANDED = job("hand-over-item", person=MARIO, identity="Carta d'identità", signature_sha256=SHA)


def shown(company: Company, job_id: UUID = JOB) -> dict[str, Any]:
    found: dict[str, Any] = company.ask("workshop-job", job_id=job_id)
    return found


def test_taking_in_opens_the_call_in_the_same_stroke(company: Company) -> None:
    more: dict[str, Any] = {
        "accessories": ["Cavo"],
        "damage": "Graffi",
        "estimate_limit": {"amount": "120.00"},
        "access_words": "1234",
    }
    step = taken(**more, promised_on="2026-09-10", bringer=MARIO, place="Scaffale B3", priority="high")
    result = company.given(*BEGUN).when(step).then(
        (Call.Opened, {"channel": Channel.COUNTER, "serial_item_ids": (MACHINE,)}),
        (WorkshopJob.TakenIn, {"party_id": ROSSI, "place": "Scaffale B3"}),
    ).result  # fmt: skip
    company.given().when(step).then_nothing()
    company.given().when(taken(fault="Altro")).then_refused(JobExists)
    row = shown(company)
    assert (row["number"], row["state"], row["description"], row["serial"]) == (
        "WS-2026-0001",
        "waiting",
        "MP C3004",
        "R-1",
    )
    assert (row["call_id"], row["bringer"], row["access_words"]) == (UUID(result["call_id"]), "Mario Neri", "1234")
    call = company.record(row["call_id"])
    assert (call.caller.name, call.priority.value, call.party_id) == ("Mario Neri", "high", ROSSI)


def test_somebody_unknown_with_something_unknown(company: Company) -> None:
    nothing: dict[str, Any] = {"party_id": None, "serial_item_id": None}
    company.given(*BEGUN).when(taken(**nothing, bringer=MARIO)).then_refused(WhatMissing)
    company.given().when(taken(**nothing, description="Aspirapolvere")).then_refused(WhoMissing)
    step = taken(**nothing, description="Aspirapolvere", bringer=MARIO)
    company.given().when(step).then(Call.Opened, WorkshopJob.TakenIn)
    assert (shown(company)["party_name"], shown(company)["bringer_phone"]) == (None, "347 1234567")


def test_a_job_joins_a_call_that_is_open(company: Company) -> None:
    company.given(*BEGUN, opened(at="2026-09-01T08:00")).when(taken(call_id=CALL)).then(WorkshopJob.TakenIn)
    second = uuid4()
    theirs = do("register-party", party_id=second, code="C2", name="Bianchi", tax={"vat_number": "IT00743110157"})
    company.given(theirs).when(taken(uuid4(), call_id=CALL, party_id=second)).then_refused(JobCallWrong)
    company.given(do("close-call", at="2026-09-01T10:00", call_id=CALL))
    company.given().when(taken(uuid4(), call_id=CALL)).then_refused(JobCallWrong)


def test_other_calls_about_the_machine_are_told(company: Company) -> None:
    company.given(*BEGUN, opened(at="2026-09-01T08:00", serial_item_ids=[MACHINE]))
    result = company.given().when(taken()).then(Call.Opened, WorkshopJob.TakenIn).result
    assert result["open_calls"] == ["CH-2026-0001"]


def test_numbers_go_on_after_those_of_another_system(company: Company) -> None:
    company.given(*BEGUN, taken(number="WS-2026-0041"), taken(LENT), taken(uuid4(), number="OLD-7"), taken(uuid4()))
    numbers = [row["number"] for row in company.ask("workshop-jobs")["items"]]
    assert sorted(numbers) == ["OLD-7", "WS-2026-0041", "WS-2026-0042", "WS-2026-0043"]


def test_the_bench_works_in_the_order_of_promises_then_priority_then_arrival(company: Company) -> None:
    ids = [uuid4() for _ in range(5)]
    days: list[dict[str, Any]] = [
        {"priority": "high"},
        {"promised_on": "2026-09-12", "priority": "low"},
        {"promised_on": "2026-09-12", "priority": "high"},
        {"promised_on": "2026-09-10", "priority": "low"},
        {"promised_on": "2026-09-12", "priority": "high", "at": "2026-09-01T08:00"},
    ]
    company.given(*BEGUN, *(taken(one, **day) for one, day in zip(ids, days, strict=True)))
    queue = [row["job_id"] for row in company.ask("bench-queue")["items"]]
    assert queue == [ids[3], ids[4], ids[2], ids[1], ids[0]]
    company.given(job("assign-to-bench", job_id=ids[1], bench="Banco 2", technician_id=GINO))
    assert [row["job_id"] for row in company.ask("bench-queue", technician_id=GINO)["items"]] == [ids[1]]
    assert ids[1] not in [row["job_id"] for row in company.ask("bench-queue", unassigned=True)["items"]]
    first = company.ask("bench-queue", limit=2)
    assert [row["job_id"] for row in company.ask("bench-queue", limit=2, after=first["next"])["items"]] == queue[2:4]


def test_a_broken_promise_needs_its_reason(company: Company) -> None:
    company.given(*BEGUN, taken()).when(job("promise-workshop-date", promised_on="2026-09-10")).then(
        WorkshopJob.PromiseChanged
    )
    later: dict[str, Any] = {"promised_on": "2026-09-12"}
    company.given().when(job("promise-workshop-date", **later)).then_refused(WorkshopReasonMissing)
    step = job("promise-workshop-date", **later, reason="Ricambio in ritardo", priority="high")
    company.given().when(step).then(WorkshopJob.PromiseChanged)
    company.given().when(step).then_nothing()
    assert (str(shown(company)["promised_on"]), shown(company)["priority"]) == ("2026-09-12", "high")


def test_work_on_the_bench_is_work_on_the_call(company: Company) -> None:
    work = uuid4()
    hours: dict[str, Any] = {"starts_at": rome("2026-09-02T09:00"), "ends_at": rome("2026-09-02T10:15")}
    step = job("log-bench-work", activity_id=work, text="Sostituito il fusore", **hours)
    company.given(*BEGUN, taken(), job("assign-to-bench", technician_id=GINO)).when(step).then(
        Call.ActivityPerformed, WorkshopJob.Begun
    )
    company.given().when(step).then_nothing()
    row = shown(company)
    done = company.record(row["call_id"]).performed[work]
    assert (row["state"], done.mode, done.technician_id, done.work_minutes) == ("on_bench", "workshop", GINO, 75)
    assert done.serial_item_ids == (MACHINE,)


def test_work_refused_by_the_call_leaves_the_job_alone(company: Company) -> None:
    company.given(*BEGUN, taken(), FINISHED)
    call_id = shown(company)["call_id"]
    company.given(
        do("close-call", at="2026-09-02T11:00", call_id=call_id), job("take-up-workshop-job", reason="Difetto")
    )
    hours: dict[str, Any] = {"starts_at": rome("2026-09-02T12:00"), "ends_at": rome("2026-09-02T12:15")}
    found = company.given().when(job("log-bench-work", **hours))
    assert isinstance(found.refusal, Refusal)
    assert (found.refusal.code(), shown(company)["state"]) == ("call-is-closed", "waiting")


def test_a_job_waits_and_goes_on(company: Company) -> None:
    company.given(*BEGUN, taken())
    for reason, state in (("part", "waiting_part"), ("quote_approval", "waiting_quote_approval")):
        held = job("hold-workshop-job", reason=reason)
        company.given().when(held).then(WorkshopJob.Held)
        company.given().when(held).then_nothing()
        assert shown(company)["state"] == state
    company.given().when(job("start-bench-work")).then(WorkshopJob.Begun)
    company.given().when(job("start-bench-work")).then_nothing()


def test_from_the_bench_to_the_customer(company: Company) -> None:
    company.given(*BEGUN, taken(access_words="1234")).when(READY).then_refused(JobStepWrong)
    here = (JobState.REPAIRED, JobState.NOT_REPAIRABLE, JobState.AS_IS, JobState.READY)
    company.given().when(HANDED).then_refused(JobStepWrong, state="waiting", wanted=here)
    told = JobStepWrong(state=JobState.WAITING, wanted=here)
    assert sentence(told, "it") == (
        "Questa scheda è in stato in coda; si può fare solo in stato riparato, non riparabile, reso com'è, pronto."
    )
    company.given().when(job("finish-workshop-job", outcome="not_repairable")).then(WorkshopJob.Finished)
    company.given().when(FINISHED).then(WorkshopJob.Finished)
    company.given().when(FINISHED).then_nothing()
    company.given().when(job("hold-workshop-job", reason="part")).then_refused(JobStepWrong)
    company.given().when(READY).then((WorkshopJob.MadeReady, {"contact": "phone", "place": "Banco ritiri"}))
    company.given().when(READY).then_nothing()
    paid = {**HANDED.fields, "collected": {"amount": "85.40"}, "method": "card"}
    handed = do("hand-over-item", at="2026-09-03T10:00", **paid)
    company.given().when(handed).then(WorkshopJob.HandedOver)
    company.given().when(handed).then_nothing()
    company.given().when(job("start-bench-work")).then_refused(JobOver)
    row = shown(company)
    assert (row["state"], row["handed_over_to"], row["collected"]) == ("handed_over", "Mario Neri", Decimal("85.40"))
    assert (row["access_words"], row["signature_sha256"], row["outcome"]) == (None, SHA, "repaired")
    assert company.ask("workshop-jobs", is_over=False)["items"] == []
    assert len(company.ask("workshop-jobs", is_over=True, text="mp c30")["items"]) == 1


def test_what_was_not_right_is_taken_up_again(company: Company) -> None:
    silent = job("take-up-workshop-job", reason=" ")
    company.given(*BEGUN, taken(), FINISHED, READY).when(silent).then_refused(WorkshopReasonMissing)
    again = job("take-up-workshop-job", reason="Il difetto si ripresenta")
    company.given().when(again).then(WorkshopJob.TakenUpAgain)
    company.given().when(again).then_nothing()
    assert (shown(company)["state"], shown(company)["ready_on"]) == ("waiting", None)


def test_a_loaner_comes_back_before_the_thing_goes(company: Company) -> None:
    give = job("give-workshop-loaner", loaner_id=LENT, description="Portatile di cortesia")
    company.given(*BEGUN, taken()).when(give).then(WorkshopJob.LoanerGiven)
    company.given().when(give).then_nothing()
    company.given(FINISHED).when(HANDED).then_refused(LoanerNotBack, loaners="Portatile di cortesia")
    unknown = job("take-back-workshop-loaner", loaner_id=uuid4())
    company.given().when(unknown).then_refused(JobLoanerUnknown)
    back = job("take-back-workshop-loaner", loaner_id=LENT)
    company.given().when(back).then(WorkshopJob.LoanerReturned)
    company.given().when(back).then_nothing()
    company.given().when(HANDED).then(WorkshopJob.HandedOver)


def test_what_nobody_collects_is_given_up_only_in_time(company: Company) -> None:
    company.given(*BEGUN, taken(), FINISHED)
    give_up: dict[str, Any] = {"reason": "Tre solleciti senza risposta"}
    company.given().when(job("abandon-workshop-job", **give_up)).then_refused(JobStepWrong)
    company.given(READY)
    early = job("abandon-workshop-job", at="2027-02-28T10:00", **give_up)
    company.given().when(early).then_refused(TooEarlyToAbandon, ready_on=date(2026, 9, 2), days=180)
    late = job("abandon-workshop-job", at="2027-03-01T10:00", **give_up)
    company.given().when(late).then(WorkshopJob.Abandoned)
    company.given().when(late).then_nothing()


def test_an_alert_that_is_no_longer_true_records_nothing(company: Company) -> None:
    risk = job("note-workshop-alert", alert="promise_at_risk")
    company.given(*BEGUN, taken(promised_on="2026-09-05")).when(risk).then(
        (WorkshopJob.AlertNoted, {"alert": WorkshopAlert.PROMISE_AT_RISK})
    )
    company.given().when(risk).then_nothing()
    waits = job("note-workshop-alert", alert="uncollected", days=15)
    company.given().when(waits).then_nothing()
    company.given(FINISHED, READY).when(waits).then((WorkshopJob.AlertNoted, {"promised_on": None, "days": 15}))
    company.given(HANDED).when(job("note-workshop-alert", alert="uncollected", days=30)).then_nothing()


def test_a_job_may_name_the_return_it_came_with(company: Company) -> None:
    rma = uuid4()
    item = {"description": "MP C3004", "serial": "R-1"}
    company.given(*BEGUN, do("request-rma", rma_id=rma, customer_id=ROSSI, items=[item]))
    company.given().when(taken(rma_id=rma)).then(Call.Opened, WorkshopJob.TakenIn)
    assert shown(company)["rma_id"] == rma


def test_money_and_limits_are_kept_as_said(company: Company) -> None:
    company.given(*BEGUN, taken(estimate_limit={"amount": "120.00"}))
    assert company.record(JOB).handed_in.estimate_limit == euro(120)
    assert (shown(company)["estimate_limit"], company.record(JOB).state) == (Decimal(120), JobState.WAITING)


def test_the_duty_warns_once_and_again_when_things_change(company: Company) -> None:
    company.given(*BEGUN, taken(promised_on="2026-09-10"))

    def warned(at: str) -> int:
        return tick(company, "watch-workshop", at)

    assert (warned("2026-09-08T23:30"), warned("2026-09-09T00:30"), warned("2026-09-09T12:00")) == (0, 1, 0)
    company.given(job("promise-workshop-date", promised_on="2026-09-15", reason="Ricambio", at="2026-09-09T13:00"))
    assert (warned("2026-09-13T08:00"), warned("2026-09-20T08:00"), warned("2026-09-21T08:00")) == (0, 1, 0)
    company.given(job("finish-workshop-job", at="2026-09-21T09:00"), job("mark-ready", at="2026-09-21T10:00"))
    assert (warned("2026-10-05T08:00"), warned("2026-10-06T08:00"), warned("2026-10-07T08:00")) == (0, 1, 0)
    assert (warned("2026-12-24T08:00"), warned("2026-12-25T08:00")) == (1, 0), "after downtime the longest wait alone"
    assert shown(company)["uncollected_days"] == 60
    company.given(job("hand-over-item", at="2026-12-26T08:00", person=MARIO))
    assert company.ask("workshop-due", on="2027-06-01")["items"] == []
