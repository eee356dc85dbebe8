"""The duty of maintenance: calls made once, caught up, held back while blocked (MNT-1, R1.10, R3.10)."""

from __future__ import annotations

from tests.commands.maintenance import begin, calls, closed, course, due_days, plan, run
from tests.dsl import Company


def test_a_date_of_the_31st_does_not_drift(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-01-31", "2026-02-28", "2026-03-30", "2026-03-31", "2026-04-30", "2026-05-31")
    assert due_days(company) == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_call_is_made_once_however_often_the_duty_runs(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28", "2026-02-28", "2026-03-01", "2026-03-02")
    assert due_days(company) == ["2026-02-28"]
    call = calls(company)[0]
    assert (call["fault"], call["status"]) == ("Revisione", "open")


def test_closing_the_call_is_doing_the_service(company: Company) -> None:
    begin(company, plan())
    run(company, "2026-02-28")
    company.given(closed(calls(company)[0], "2026-03-02T10:00"))
    run(company, "2026-03-03")
    assert course(company) == {"interval/2026-02-28": "done"}
