"""Reminders: one letter for all that is late, each level once for a due date, held customers left in peace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from aggregates.base import Act
from aggregates.dunning import (
    DunningFile,
    Reminder,
    ReminderConfirmed,
    ReminderDropped,
    ReminderHeld,
    ReminderSettled,
)
from commands.catalog import BY_NAME
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer, archive_key
from tests.commands.collections import invoice
from tests.contract_steps import C1, C4, IMMOBILIARE, ROSSI, founded, tick
from tests.dsl import Company, do

THIRTY = {"parts": [{"days": 30}]}


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI, IMMOBILIARE)
    return company


def bill(firm: Company, net: str, on: str, **fields: Any) -> UUID:
    """An invoice by transfer, due in thirty days."""
    return invoice(firm, net, on, **{"payment_method": "transfer", "payment_terms": THIRTY, **fields})


def propose(on: str, customer_id: UUID = C1) -> Any:
    return do("propose-reminder", at=f"{on}T09:00", customer_id=customer_id)


def confirmed(firm: Company, on: str) -> dict[str, Any]:
    """A letter proposed and confirmed on a day."""
    reminder_id = firm.execute(propose(on)).result["reminder_id"]
    return firm.do("confirm-reminder", at=f"{on}T10:00", reminder_id=reminder_id)


def listed(firm: Company, reminder_id: Any) -> list[tuple[str, int, bool]]:
    letter = firm.record(reminder_id)
    parts = letter.letter.parts if letter.letter else letter.parts
    return [(part.number, part.level, part.is_new) for part in parts]


def test_a_letter_is_proposed_when_the_first_level_is_reached_and_once(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")  # due 09/02
    firm.given().when(propose("2026-02-18")).then_nothing()
    done = firm.given().when(propose("2026-02-19")).then((Reminder.Proposed, {"level": 1}))
    firm.given().when(propose("2026-02-20")).then_nothing()
    confirm = do("confirm-reminder", at="2026-02-20T10:00", reminder_id=done.result["reminder_id"])
    answer = firm.execute(confirm).result
    assert (answer["number"], answer["total"], answer["state"]) == ("SOL-2026-0001", "122.00", "confirmed")
    firm.given().when(confirm).then_nothing()
    firm.given().when(propose("2026-02-21")).then_nothing()


def test_levels_follow_each_other_and_none_comes_twice(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    levels = [confirmed(firm, on)["level"] for on in ("2026-02-19", "2026-03-11", "2026-04-10")]
    assert levels == [1, 2, 3]
    firm.given().when(propose("2026-12-31")).then_nothing()


def test_one_letter_lists_all_that_is_late(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    first = confirmed(firm, "2026-02-19")
    assert listed(firm, first["reminder_id"]) == [("2026/1", 1, True)]
    bill(firm, "50.00", "2026-01-25")  # due 24/02
    second = confirmed(firm, "2026-03-11")
    assert listed(firm, second["reminder_id"]) == [("2026/1", 2, True), ("2026/2", 1, True)]
    assert (second["level"], second["total"]) == (2, "183.00")
    letter = firm.record(second["reminder_id"]).letter
    assert letter.subject == "Secondo sollecito di pagamento"
    assert "per un totale di 183,00 euro" in letter.text


def test_what_was_paid_before_it_goes_out_is_left_out(firm: Company) -> None:
    one = bill(firm, "100.00", "2026-01-10")
    bill(firm, "50.00", "2026-01-10")
    reminder_id = firm.execute(propose("2026-02-19")).result["reminder_id"]
    firm.do("record-payment", invoice_id=one, amount={"amount": "122.00"}, paid_on="2026-02-19")
    answer = firm.do("confirm-reminder", at="2026-02-20T10:00", reminder_id=reminder_id)
    assert (answer["total"], listed(firm, reminder_id)) == ("61.00", [("2026/2", 1, True)])


def test_a_letter_about_nothing_any_more_is_refused(firm: Company) -> None:
    one = bill(firm, "100.00", "2026-01-10")
    reminder_id = firm.execute(propose("2026-02-19")).result["reminder_id"]
    firm.do("record-payment", invoice_id=one, amount={"amount": "122.00"}, paid_on="2026-02-19")
    confirm = do("confirm-reminder", at="2026-02-20T10:00", reminder_id=reminder_id)
    firm.given().when(confirm).then_refused(ReminderSettled)
    drop = do("drop-reminder", reminder_id=reminder_id, reason="Pagata")
    firm.given().when(drop).then(Reminder.Dropped)
    firm.given().when(drop).then_nothing()
    firm.given().when(confirm).then_refused(ReminderDropped)


def test_a_proposal_is_replaced_when_the_debts_change(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    first = firm.execute(propose("2026-02-19")).result["reminder_id"]
    bill(firm, "50.00", "2026-01-12")
    firm.given().when(propose("2026-02-21")).then(Reminder.Dropped, Reminder.Proposed)
    assert firm.record(first).is_dropped


def test_customers_that_are_held_are_left_in_peace(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    hold = do("hold-reminders", customer_id=C1, reason="Contestazione")
    firm.given().when(hold).then(DunningFile.Opened, DunningFile.Held)
    firm.given().when(hold).then_nothing()
    assert firm.ask("payment-reminders-due", on="2026-02-19")["items"] == []
    firm.given().when(propose("2026-02-19")).then_refused(ReminderHeld, code="C1", reason="Contestazione")
    lift = do("lift-reminder-hold", customer_id=C1)
    firm.given().when(lift).then(DunningFile.HoldLifted)
    firm.given().when(lift).then_nothing()
    firm.given().when(propose("2026-02-19")).then(Reminder.Proposed)


def test_due_dates_in_a_batch_and_refused_invoices_are_not_reminded(firm: Company) -> None:
    refused = bill(firm, "100.00", "2026-01-10")
    receipt: dict[str, Any] = {"kind": "NS", "file_name": "IT1_1.xml", "exchange_id": "1", "received_on": "2026-01-12"}
    firm.do("record-exchange-receipt", invoice_id=refused, **receipt)
    terms = {"iban": "IT60X0542811101000000123456", "creditor_id": "IT66ZZZ0000012345670017"}
    firm.do("set-company-parameters", from_on="2026-01-01", change={"collection": terms})
    iban = "IT84S0542811101000000654321"
    firm.do("sign-mandate", customer_id=C1, reference="C1-01", signed_on="2025-12-01", iban=iban)
    bill(firm, "50.00", "2026-01-10", payment_method="direct_debit")
    firm.do("prepare-collection", at="2026-02-01T09:00", method="direct_debit", due_by="2026-02-28")
    assert firm.ask("payment-reminders-due", on="2026-02-28")["items"] == []
    firm.given().when(propose("2026-02-28")).then_nothing()


def test_what_stands_on_account_lowers_what_is_asked(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    firm.do("record-customer-payment", customer_id=C1, amount={"amount": "22.00"}, allocations=[], paid_on="2026-02-01")
    answer = confirmed(firm, "2026-02-19")
    assert answer["total"] == "100.00"
    assert "100,00 euro" in firm.record(answer["reminder_id"]).letter.text


def test_levels_pauses_and_sums_are_the_companys_parameters(firm: Company) -> None:
    level = {"days_late": 5, "subject": "Avviso", "text": "Mancano {total} euro da {days} giorni."}
    terms = {"levels": [level], "minimum": "50.00", "is_automatic": True}
    firm.do("set-company-parameters", from_on="2026-01-01", change={"dunning": terms})
    bill(firm, "40.00", "2026-01-10")
    firm.given().when(propose("2026-02-28")).then_nothing()
    bill(firm, "20.00", "2026-01-10")
    answer = firm.execute(propose("2026-02-28")).result
    assert answer["state"] == "confirmed", "the company lets letters go out by themselves"
    assert firm.record(answer["reminder_id"]).letter.text == "Mancano 73,20 euro da 19 giorni."


def test_the_duty_proposes_where_the_company_wants_it(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    bill(firm, "70.00", "2026-01-10", customer_id=C4)
    assert tick(firm, "remind-of-debts", "2026-02-19T06:00") == 0
    firm.do("set-company-parameters", from_on="2026-01-01", change={"dunning": {}})
    assert [row["customer"] for row in firm.ask("payment-reminders-due", on="2026-02-19")["items"]] == [
        row["customer"] for row in firm.ask("payment-reminders-due", on="2026-02-19", duty=True)["items"]
    ]
    assert tick(firm, "remind-of-debts", "2026-02-19T06:00") == 2
    assert tick(firm, "remind-of-debts", "2026-02-19T07:00") == 0
    letters = firm.ask("reminders", state="proposed")["items"]
    assert sorted((row["customer"], row["level"]) for row in letters) == [("Immobiliare", 1), ("Rossi Gilbo", 1)]


def test_the_letter_is_printed_in_italian_once(firm: Company, tmp_path: Path) -> None:
    bill(firm, "1000.00", "2026-01-10")
    answer = confirmed(firm, "2026-02-19")
    issuer = Issuer(open_archive(tmp_path / "archive"))
    firm.fold()
    issuer.tick(firm.house, datetime(2026, 2, 20, 8, 0, tzinfo=UTC))
    rows = [row for row in firm.ask("documents", limit=50)["items"] if row["kind"] == "payment_reminder"]
    assert [(row["number"], row["title"]) for row in rows] == [("SOL-2026-0001", "Sollecito SOL-2026-0001")]
    place = archive_key(firm.house, "payment_reminder", UUID(answer["reminder_id"]), rows[0]["version"])
    _, pdf = issuer.archive.get(place)
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    for words in ("Promemoria di pagamento", "SOL-2026-0001", "2026/1", "09/02/2026", "1.220,00", "Rossi Gilbo"):
        assert words in text, words
    assert issuer.tick(firm.house) == 0


def test_of_two_proposals_made_at_once_only_one_goes_out(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    firm.fold()
    entry, step = BY_NAME["propose-reminder"], propose("2026-02-19")
    act = Act(by=step.by, at=step.at)
    command = entry.command.model_validate(step.fields)
    both = [firm.behind.desk.execute(entry, command, act, uuid4()).result["reminder_id"] for _ in range(2)]
    assert len(set(both)) == 2, "the read models knew of none yet"
    confirm = [do("confirm-reminder", at="2026-02-19T10:00", reminder_id=key) for key in both]
    firm.execute(confirm[0])
    firm.given().when(confirm[1]).then_refused(ReminderSettled)


def test_a_letter_that_went_out_is_not_dropped(firm: Company) -> None:
    bill(firm, "100.00", "2026-01-10")
    answer = confirmed(firm, "2026-02-19")
    drop = do("drop-reminder", reminder_id=answer["reminder_id"], reason="x")
    firm.given().when(drop).then_refused(ReminderConfirmed, number="SOL-2026-0001")
