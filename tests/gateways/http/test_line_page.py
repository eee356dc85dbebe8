"""Why a line is there, as a page: by its own address or by Accept, in Italian or English, for every kind of line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateways.line_page import line_page
from tests.commands.deferred import firm as goods_firm
from tests.commands.hour_pools import S07, with_pool
from tests.commands.test_adjustment import DEC_2024, DEC_2025, foi, renew
from tests.commands.test_adjustment import contract as adjusted
from tests.commands.test_call_charges import VISIT, closed, opened
from tests.commands.test_call_charges import firm as call_firm
from tests.commands.test_contract_charge import charge
from tests.commands.test_contract_terms import fee
from tests.commands.test_delivery_note_billing import march, proposals
from tests.commands.test_hour_pool import sale_issued
from tests.commands.test_meter_billing import M1, monthly, read, s08
from tests.contract_steps import C1, ROSSI, documents, founded, run, signed
from tests.dsl import Company
from tests.gateways.http.test_commands import problem
from tests.gateways.http.visitors import Visitor, visitor

__all__ = ["call_firm"]


@pytest.fixture
def firm(company: Company) -> Company:
    company.given(founded(company), ROSSI)
    return company


def pages(company: Company, language: str = "it") -> dict[str, str]:
    """The page of every line of every document and proposal, by the line's kind; the last of a kind."""
    found = {}
    for row in reversed(company.ask("invoices", limit=500)["items"]):
        for line in company.ask("invoice", invoice_id=row["invoice_id"])["lines"]:
            told = company.ask("why-line", invoice_id=row["invoice_id"], number=line["number"])
            text = line_page(told, language)
            assert "{" not in text
            assert max(map(len, text.splitlines())) <= 104
            found[line["kind"]] = " ".join(text.split())
    return found


def test_the_page_of_a_fee_in_both_languages(manager: Visitor) -> None:
    company = manager.company
    company.given(founded(company), ROSSI)
    signed(company)
    (row,) = run(company, "2026-09-16")
    path = f"/invoices/{row['invoice_id']}/lines/1/why"
    english = manager.get(f"{path}.txt")
    assert english.headers["content-type"] == "text/plain; charset=utf-8"
    assert "1,200.00 × 12 ÷ 12 × 107 ÷ 365 = 351.78." in " ".join(english.text.split())
    italian = manager.get(path, headers={"accept": "text/plain", "accept-language": "it"})
    assert italian.headers["content-language"] == "it"
    assert italian.text.startswith("PERCHÉ QUESTA RIGA\n\nDocumento 2026/1 del 16/09/2026 (TD01), riga 1\n")
    assert "1.200,00 × 12 ÷ 12 × 107 ÷ 365 = 351,78." in " ".join(italian.text.split())
    assert "Contratto 1/2026, firmato il 10/09/2026." in italian.text
    assert "Tabella di legge: 22 % dal 2013-10-01." not in italian.text
    assert "22 % dal 01/10/2013" in italian.text
    assert "contratto firmato" in italian.text
    assert manager.get(path).json()["data"]["formula"]["code"] == "fee"


def test_only_who_may_see_the_line_sees_the_page(manager: Visitor) -> None:
    path = f"/invoices/{uuid4()}/lines/1/why.txt"
    problem(manager.get(path), 404, "record-not-found")
    gino = visitor(manager.client, manager.company, "technician")
    problem(gino.get(path), 403, "role-missing")
    assert manager.client.get(manager.root + path).status_code == 401


def test_copies_minimum_and_true_up(firm: Company) -> None:
    s08(firm)
    run(firm, "2026-01-01")
    run(firm, "2026-04-01")
    told = pages(firm)
    colour = told["meter:colour:2"]
    assert "Consumo 4.500, compresi 1.000, eccedenza 3.500, nei periodi" in colour
    assert "1.500 × 0,055 = 82,50" in colour
    assert "Macchina M1, contatore colour: 3.680 scatti" in colour
    assert "smontato a 3.350, montato a 0" in colour
    assert "lettura" in colour
    assert "180,00" in told["fee"]


def test_a_true_up_an_index_and_a_difference(firm: Company) -> None:
    monthly(firm)
    wrong = read(firm, M1, "bw", 3500, "2026-01-31")
    run(firm, "2026-02-01")
    firm.do("correct-reading", serial_item_id=M1, reading_id=wrong, value=3300)
    read(firm, M1, "bw", 6800, "2026-02-28")
    run(firm, "2026-03-01")
    assert "fatturato prima 5,00, differenza -2,00." in pages(firm)["true-up:bw"]


def test_an_index_in_the_page(firm: Company) -> None:
    firm.execute(foi(DEC_2024, DEC_2025))
    adjusted(firm)
    firm.execute(renew())
    run(firm, "2026-02-01")
    told = pages(firm)["fee"]
    assert "L'indice è variato del 1,1 % da 2024-12 a 2025-12." in told
    assert "Tutte le righe interessate: da 1.200,00 a 1.209,90 l'anno" in told
    assert "FOI 2025-12: 121,5 (base 2015=100), pubblicato il 16/01/2026" in told


def test_a_difference_and_a_charge(firm: Company) -> None:
    signed(firm, starts_on="2026-01-01", alignment="none", signing={"at": "2025-12-10T10:00"}, tacit_renewal=False)
    run(firm, "2026-01-01")
    firm.execute(fee("2400.00", "2026-07-01"))
    firm.execute(charge())
    run(firm, "2026-07-01")
    told = pages(firm)
    assert "In base alle condizioni 1.804,93, fatturato prima 1.200,00" in told["difference"]
    assert "Due mesi: 9,90, dovuto dal 10/03/2026." in told["charge"]


def test_calls_hours_notes_and_lines_by_hand(call_firm: Company) -> None:
    call_firm.given(opened(), *VISIT, *closed())
    call_firm.do("propose-invoices", at="2026-05-01T09:00", until="2026-05-01")
    line = {"description": "Altro", "unit_price": "35.00", "quantity": "2", "discounts": ["10"], "why": "Per telefono"}
    call_firm.do("propose-invoice", at="2026-05-01T10:00", customer_id=C1, lines=[line])
    told = pages(call_firm)
    assert "Nessun contratto o garanzia in vigore" in told["call"]
    assert "Listino BASE, articolo KIT: 24,5 dal 01/01/2026" in told["call"]
    assert "2 × 35 − 10 % = 63,00" in told["manual"]
    assert "Per telefono" in told["manual"]


def test_hours_in_the_page(company: Company) -> None:
    with_pool(company)
    company.given(*S07)
    sale_issued(company, "2026-01-15")
    bought = pages(company)["hour-pool"]
    assert "600 minuti per 580,00, validi dal 15/01/2026 al 14/01/2027." in bought
    sale_issued(company, "2026-05-12")
    told = pages(company)["hour-pool"]
    assert "265 minuti lavorati, 270 conteggiati, 270 ponderati" in told
    assert "in orario: 270 × 1 = 270" in told
    assert "60 minuti oltre il monte ore, a 65,00 l'ora." in told


def test_delivery_notes_in_the_page(company: Company) -> None:
    shop = goods_firm(company)
    march(shop)
    proposals(shop, "2026-03-31")
    assert "DDT A/2026/0118" in pages(shop)["delivery-note"]


def test_a_credit_note_tells_the_line_it_takes_back(firm: Company) -> None:
    signed(firm)
    (row,) = run(firm, "2026-09-16")
    part: list[dict[str, Any]] = [{"number": 1, "amount": Decimal("100.00")}]
    firm.do("credit-invoice", at="2026-10-01T10:00", invoice_id=row["invoice_id"], reason="Rettifica", lines=part)
    note = next(each for each in documents(firm) if each["kind"] == "credit_note")
    told = line_page(firm.ask("why-line", invoice_id=UUID(str(note["invoice_id"])), number=1), "it")
    assert "RIGA ACCREDITATA" in told
    assert "107 ÷ 365 = 351,78." in " ".join(told.split())
