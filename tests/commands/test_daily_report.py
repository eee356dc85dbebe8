"""A technician's daily report: frozen once, corrected with a reason, printed against the hours due (REP-1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from aggregates.daily_report import DailyReport, DayAhead, DayChanged, daily_report_id
from commands.base import NotFound
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer
from tests.document_steps import CALL, GINO, OPENED, PART, WORKED, in_business
from tests.dsl import Company, Do, do
from tests.printing import printed, text_of

DAY = "2026-09-09"  # a Wednesday: eight hours of the office week
SECOND = UUID("55555555-5555-5555-5555-5555555555aa")
AWAY = do(
    "record-absence",
    at="2026-09-08T09:00",
    technician_id=GINO,
    kind="holiday",
    from_on=DAY,
    from_time="14:00",
    to_time="18:00",
)


def issue(at: str = f"{DAY}T19:00", **fields: Any) -> Do:
    return do("issue-daily-report", at=at, **{"technician_id": GINO, "on": DAY, **fields})


def worked_again(ends_at: str = "12:00") -> Do:
    """A second visit, an hour after the first ended."""
    time = {"starts_at": f"{DAY}T11:40:00+02:00", "ends_at": f"{DAY}T{ends_at}:00+02:00"}
    told: dict[str, Any] = {
        "call_id": CALL,
        "activity_id": SECOND,
        "kind": "repair",
        "technician_id": GINO,
        "mode": "phone",
    }
    return do("perform-activity", at=f"{DAY}T13:00", **told, **time)


def test_a_day_is_frozen_once_and_corrected_with_a_reason(company: Company) -> None:
    in_business(company).given(OPENED, AWAY, WORKED, PART)
    company.given().when(issue(at="2026-09-08T09:00")).then_refused(DayAhead, on=DAY)
    company.given().when(issue()).then(DailyReport.Issued)
    day = company.record(daily_report_id(GINO, date(2026, 9, 9))).day
    assert (day.work_minutes, day.travel_minutes, day.pause_minutes, day.kilometres) == (80, 35, 10, Decimal("42.5"))
    assert (day.hours_minutes, day.absent_minutes, day.due_minutes) == (480, 240, 240)
    assert day.difference_minutes == 80 + 35 - 240
    assert ([part.code for part in day.parts], day.findings, day.still_open) == (["EV-34"], (), ())
    company.given().when(issue(at="2026-09-10T08:00")).then_nothing()
    company.given(worked_again())
    company.given().when(issue(at="2026-09-10T08:00")).then_refused(DayChanged)
    company.given().when(issue(at="2026-09-10T08:00", reason="  ")).then_refused(DayChanged)
    again = issue(at="2026-09-10T08:00", reason="Mancava la telefonata")
    company.given().when(again).then((DailyReport.Corrected, {"revision": 1, "reason": "Mancava la telefonata"}))
    company.given().when(issue(at="2026-09-10T09:00")).then_nothing()
    company.given().when(issue(technician_id=UUID(int=5))).then_refused(NotFound)


def test_each_revision_is_a_paper_of_its_own(company: Company, tmp_path: Path) -> None:
    in_business(company).given(OPENED, AWAY, WORKED, PART, issue())
    company.given(worked_again(), issue(at="2026-09-10T08:00", reason="Mancava la telefonata"))
    issuer = Issuer(open_archive(tmp_path / "archive"))
    first, second = sorted(printed(company, issuer, "daily_report"), key=lambda row: row["title"])
    assert first["title"] == "Rapportino giornaliero T1/2026-09-09 rev. 0"
    told = text_of(company, issuer, first)
    for word in (
        "Gino Valli", "09:10–10:40", "Rossi Gilbo S.n.c.", "1:20 0:10 0:35 42,5", "Elettrovalvola", "Ore dovute 4:00",
        "dalle 09/09/2026 ore 14:00", "Differenza −2:05",
    ):  # fmt: skip
        assert word in told, (word, told)
    assert "ferie" not in told.lower(), "why somebody is absent stays out"
    later = text_of(company, issuer, second)
    for word in ("Motivo della revisione Mancava la telefonata", "Telefono", "Tempo senza registrazioni: 10:40–11:40"):
        assert word in later, (word, later)
    document = company.record(first["document_id"]).document
    assert {GINO, CALL} <= {each.stream_id for each in document.sources}
    assert company.ask("documents", record=CALL)["items"]


def test_a_day_without_work_has_its_paper_too(company: Company, tmp_path: Path) -> None:
    in_business(company).given(issue(on="2026-09-12", at="2026-09-12T19:00"))
    issuer = Issuer(open_archive(tmp_path / "archive"))
    (paper,) = printed(company, issuer, "daily_report")
    assert "Nessun intervento nella giornata." in text_of(company, issuer, paper)
    assert company.record(paper["record_id"]).day.due_minutes == 0, "a Saturday"
