"""Deadlines of billing: what is to be sent, billed, returned or credited, and by when (R8.6, R8.8, R8.9, peers 28)."""

from __future__ import annotations

from typing import Any

from tests.commands.deferred import claim, firm, issue, note_id, priced, propose, repaired, sold, swapped
from tests.commands.goods import issue_note
from tests.dsl import Company, do


def alarms(company: Company, on: str, **fields: Any) -> list[tuple[str, str, str, int]]:
    rows = company.ask("invoice-alarms", on=on, **fields)["items"]
    return [(row["kind"], row["number"], str(row["due_on"]), row["days_left"]) for row in rows]


def test_notes_and_invoices_have_their_last_days(company: Company) -> None:
    """S14: goods until the fifteenth; with services on it the alarm is on 12 April."""
    firm(company)
    repaired(company, "2026-03-18")
    swapped(company, "2026-03-10")
    company.given(priced(), sold("toner", "2026-03-25"), claim("2026-03-27", accepted=False))
    assert alarms(company, "2026-03-30") == []
    assert alarms(company, "2026-04-01") == [
        ("bill-delivery-note", "R/2026/0031", "2026-04-12", 11),
        ("bill-delivery-note", "A/2026/0118", "2026-04-15", 14),
        ("bill-delivery-note", "A/2026/0119", "2026-04-15", 14),
    ]
    (invoice,) = company.execute(propose("2026-04-01")).result["invoices"]
    assert len(alarms(company, "2026-04-01")) == 3, "a proposal is no invoice"
    company.given(issue(invoice["invoice_id"], "2026-04-02"))
    assert alarms(company, "2026-04-02") == [("send-invoice", "2026/71", "2026-04-12", 10)]
    assert alarms(company, "2026-04-14") == [("send-invoice", "2026/71", "2026-04-12", -2)]
    assert alarms(company, "2026-04-02", days=5) == []


def test_goods_on_approval_are_watched_through_their_year(company: Company) -> None:
    """R8.6: out on 04/03/2026, invoiced or back by 04/03/2027."""
    firm(company)
    line = {"description": "Stampante", "quantity": "1", "unit_price": "500.00"}
    company.given(issue_note(at="2026-03-04T10:00", note_id=note_id("seen"), reason="on_approval", lines=[line]))
    assert alarms(company, "2027-02-01") == []
    assert alarms(company, "2027-02-20") == [("goods-on-approval", "A/2026/0118", "2027-03-04", 12)]
    assert alarms(company, "2027-03-10") == [("goods-on-approval", "A/2026/0118", "2027-03-04", -6)]
    company.given(do("take-back-goods", at="2027-03-10T10:00", note_id=note_id("seen")))
    assert alarms(company, "2027-03-10") == []


def test_goods_that_come_back_once_invoiced_are_to_be_credited(company: Company) -> None:
    """Peers 28: no credit note without reference; the alarm stays until the note's invoice is credited."""
    firm(company)
    company.given(sold("toner", "2026-03-25"))
    (invoice,) = company.execute(propose("2026-03-31")).result["invoices"]
    company.given(issue(invoice["invoice_id"], "2026-03-31"))
    company.given(do("take-back-goods", at="2026-05-10T10:00", note_id=note_id("toner")))
    assert ("credit-returned-goods", "A/2026/0118", "2026-05-10", 0) in alarms(company, "2026-05-10")
    credit = do("credit-invoice", at="2026-05-11T10:00", invoice_id=invoice["invoice_id"], reason="Reso merce")
    company.given(credit)
    assert [kind for kind, *_ in alarms(company, "2026-05-11")] == ["send-invoice"]
