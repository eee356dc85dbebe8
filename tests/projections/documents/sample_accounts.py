"""Samples of the papers of accounts and days: a customer's statement, a technician's daily report."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from projections.documents.content import Customer, Letterhead, Source
from projections.documents.content_account_statement import (
    AccountMovement,
    AccountStatementContent,
    AgeingShown,
    OpenDueDate,
)
from projections.documents.content_daily_report import DailyReportContent, DayAbsence, DayRemark, DayThing, DayVisit

CENT = Decimal("0.01")


def euro(value: str) -> Decimal:
    return Decimal(value).quantize(CENT)


def account_statement(issuer: Letterhead, customer: Customer, source: tuple[Source, ...]) -> AccountStatementContent:
    """An invoice and a payment in the period; one due date late, one not, money on account."""
    return AccountStatementContent(
        issuer=issuer,
        customer=customer,
        source=source,
        number="C0001/2026-09-30",
        issued_on=date(2026, 10, 2),
        from_on=date(2026, 7, 1),
        until_on=date(2026, 9, 30),
        opening=euro("366"),
        lines=(
            AccountMovement(
                moved_on=date(2026, 7, 10),
                description="Fattura 2026/311",
                number="2026/311",
                debit=euro("1220.50"),
                balance=euro("1586.50"),
            ),
            AccountMovement(
                moved_on=date(2026, 8, 31),
                description="Pagamento Bonifico",
                credit=euro("400"),
                balance=euro("1186.50"),
            ),
        ),
        debits=euro("1220.50"),
        credits=euro("400"),
        total=euro("1186.50"),
        parts=(
            OpenDueDate(
                document="2026/311", issued_on=date(2026, 7, 10), due_on=date(2026, 8, 31), days_late=30,
                amount=euro("610.25"),
            ),
            OpenDueDate(
                document="2026/311", issued_on=date(2026, 7, 10), due_on=date(2026, 10, 31), amount=euro("610.25")
            ),
            OpenDueDate(document="Acconto Bonifico", issued_on=date(2026, 8, 31), amount=euro("-34")),
        ),
        ageing=AgeingShown(
            not_due=euro("610.25"), to_30=euro("610.25"), to_60=euro("0"), to_90=euro("0"), over_90=euro("0"),
            credit=euro("0"), on_account=euro("-34"),
        ),
    )  # fmt: skip


def daily_report(issuer: Letterhead, source: tuple[Source, ...]) -> DailyReportContent:
    """Two visits, a part, an expense, an afternoon of leave, an hour to be explained; a corrected revision."""

    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 9, 9, hour, minute, tzinfo=UTC)

    return DailyReportContent(
        issuer=issuer,
        customer=Customer(name="Gino Valli", address=issuer.address),
        source=source,
        number="T1/2026-09-09",
        issued_on=date(2026, 9, 9),
        revision=1,
        reason="Mancava la telefonata del mattino",
        technician="Gino Valli",
        technician_code="T1",
        activities=(
            DayVisit(
                call_number="CH-2026-0415", customer="Rossi Gilbo S.n.c. di Rossi Gilberto & C.", town="Forlì",
                mode="Visita", starts_at=at(7, 10), ends_at=at(8, 40), work_minutes=80, pause_minutes=10,
                travel_minutes=35, kilometres=Decimal("42.5"),
            ),
            DayVisit(
                call_number="CH-2026-0419", customer="Bar Sport", mode="Telefono", starts_at=at(9, 40),
                ends_at=at(10), work_minutes=20,
            ),
        ),
        parts=(
            DayThing(
                call_number="CH-2026-0415", code="EV-34", description="Elettrovalvola 3/4 pollice",
                quantity=Decimal(1), unit="pz", serials=("EV-99120",),
            ),
        ),
        expenses=(DayThing(call_number="CH-2026-0415", description="Parcheggio", quantity=Decimal(1), unit="pz"),),
        absences=(DayAbsence(starts_at=at(12), ends_at=at(16)),),
        findings=(DayRemark(kind="Tempo senza registrazioni", starts_at=at(8, 40), ends_at=at(9, 40), minutes=60),),
        still_open=("CH-2026-0420",),
        work_minutes=100,
        travel_minutes=35,
        pause_minutes=10,
        kilometres=Decimal("42.5"),
        hours_minutes=480,
        absent_minutes=240,
        due_minutes=240,
        difference_minutes=-105,
    )  # fmt: skip
