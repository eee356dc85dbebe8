"""The demo company: loaded once, a month that leaves nothing refused, and a second time that changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aggregates.publication import EDITION, PUBLICATION
from aggregates.roles import ALL
from aggregates.warehouse import warehouse_id
from commands.desk import Desk
from examples.demo.company import make_company
from examples.demo.month import month_calls
from gateways import demo
from gateways.demo_month import play_month
from gateways.demo_summary import summary
from gateways.http.auth import password_matches
from gateways.settings import Settings
from gateways.wiring import Installation
from tests.agreement import they_agree
from tests.dsl import Company
from tests.gateways.foreign_words import foreign

CALLS = 40
NOTES_OF_GOODS = 8
"""Sale, loan, approval, replacement parts, to a maker: what the month of goods sends out beside the calls' returns."""
ITALIAN_PAPERS = {"invoice", "quote", "work-report"}
"""Views of what was printed or offered in Italian: their lines' notes stay what the customer reads."""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def firm(migrated_databases: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The demo company after the first calls of its month; played once for all tests of this module."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with Installation(Settings(database_url=migrated_databases(), data_dir=folder)) as installation:
        installation.migrate()
        company = Company(installation, demo.load(installation))
        assert company.record(PUBLICATION).edition == EDITION
        _interrupted(company)
        assert _play(company).refused == ()
        yield company


def _first_calls() -> list[dict[str, Any]]:
    return list(month_calls(make_company()))[:CALLS]


def _play(company: Company) -> Any:
    return play_month(company.house, settle=company.fold, calls=_first_calls())


class PulledPlug(Exception):
    """The process ends here."""


def _interrupted(company: Company) -> None:
    """The first attempt at the month breaks off in the middle of a day."""
    execute: Callable[..., Any] = Desk.execute
    given = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal given
        given += 1
        if given > 400:
            raise PulledPlug
        return execute(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "execute", counted)
        with pytest.raises(PulledPlug):
            _play(company)


def test_a_user_of_each_role_can_sign_in(firm: Company) -> None:
    rows = firm.house.reader.rows("select email, roles, password_hash from {app_user}")
    assert {row["email"]: row["roles"] for row in rows} == {demo.email(role): [role] for role in ALL}
    assert password_matches(rows[0]["password_hash"], demo.PASSWORD)


def test_every_view_speaks_the_readers_language(firm: Company) -> None:
    found = foreign(firm)
    assert found["it"] == set()
    assert {view for view, _ in found["en"]} <= ITALIAN_PAPERS


def test_loading_again_changes_nothing(firm: Company) -> None:
    position = firm.house.log.position()
    assert demo.load(firm.installation).company_id == firm.house.company_id
    assert firm.house.log.position() == position


def test_playing_again_changes_nothing(firm: Company) -> None:
    position = firm.house.log.position()
    assert _play(firm).refused == ()
    assert firm.house.log.position() == position


def test_every_call_came_to_what_the_script_says(firm: Company) -> None:
    board = {row["fault"]: row for row in firm.ask("call-board", limit=500)["items"]}
    numbers = [row["number"] for row in firm.ask("call-board", limit=500)["items"]]
    assert len(numbers) == len(set(numbers)) == CALLS + 15  # 14 of the old program, one of what was left at the counter
    assert "CH-2026-2205" in numbers
    scripted = Counter(call["steps"][-1]["do"] for call in _first_calls() if call["steps"])
    statuses = Counter(row["status"] for row in board.values())
    assert statuses["cancelled"] == scripted["cancel"]
    assert firm.ask("call-counts")["by_status"]["closed"] == scripted["close"] + 4


def test_no_period_is_billed_twice_and_nothing_that_the_old_program_billed(firm: Company) -> None:
    billed: Counter[tuple[Any, ...]] = Counter()
    invoices = firm.ask("invoices", kind="invoice", limit=500)["items"]
    for invoice in invoices:
        for line in firm.ask("invoice", invoice_id=invoice["invoice_id"])["lines"]:
            if line["kind"] == "fee":
                billed[line["contract_number"], line["line"]["source"]["key"]["line_id"], line["starts_on"]] += 1
    assert max(billed.values()) == 1
    through = {row.number: row.billed_through_on for row in make_company().contracts.rows}
    assert all(starts_on > (through[number] or date.min) for number, _, starts_on in billed)
    assert {row["issued_on"] for row in invoices if row["issued_on"]} == {
        date(2026, 9, 1), date(2026, 9, 30), date(2026, 10, 1),
    }  # fmt: skip


def test_document_numbers_go_on_without_a_gap(firm: Company) -> None:
    numbers = sorted(
        int(row["number"].split("/")[1])
        for row in firm.ask("invoices", state="issued", kind="invoice", limit=500)["items"]
    )
    assert numbers == list(range(813, 813 + len(numbers)))
    assert min(row["number"] for row in firm.ask("quotes")["items"]) == "OFF-2026-0159"


def test_returned_goods_went_back_with_their_note(firm: Company) -> None:
    returned = [call for call in _first_calls() if any(step["do"] == "return-rma" for step in call["steps"])]
    assert len(firm.ask("delivery-notes", limit=500)["items"]) == len(returned) + NOTES_OF_GOODS > NOTES_OF_GOODS
    assert Counter(row["status"] for row in firm.ask("rmas", limit=500)["items"])["closed"] == len(returned) + 2


def test_parts_left_the_vans(firm: Company) -> None:
    used = sum(len(step.get("parts", ())) for call in _first_calls() for step in call["steps"])
    moved = firm.house.reader.row(
        """select count(*) as n from {stock_movement}
            where kind = 'issued' and ownership = 'own' and warehouse_id <> %(main)s""",
        {"main": warehouse_id("MAG")},
    )
    assert moved is not None
    assert moved["n"] == used > 0


def test_log_stream_datamart_views_and_ledger_agree_to_the_cent(firm: Company) -> None:
    they_agree(firm)
    assert len(firm.house.reader.rows("select distinct invoice_id from {mart_invoice_line}")) > 20


def test_the_summary_says_what_happened(firm: Company) -> None:
    firm.fold()
    made = summary(firm.house)
    titles = [section.title for section in made.sections]
    assert titles[:2] == ["Chiamate", "Livelli di servizio"]
    calls = {row[0]: row[1] for row in made.sections[0].rows}
    assert int(calls["chiuse"]) == firm.ask("call-counts")["by_status"]["closed"]
    invoices = firm.ask("invoices", state="issued", kind="invoice", limit=500)["items"]
    documents = {row[0]: row[1:] for row in made.sections[titles.index("Documenti")].rows}
    assert documents["Fatture"] == (str(len(invoices)), "2026/813", f"2026/{812 + len(invoices)}")
    assert "Contratto CTR-" in made.text
    assert "Commessa COM-2026-014, Sala colazioni" in made.text
    settled = firm.ask("commission-statements")["items"]
    assert [row["number"] for row in settled] == ["AG01/2026-09"]
    assert f"Provvigioni AG01/2026-09: {settled[0]['total']}".replace(".", ",") in made.text
    assert "PERCHÉ È STATO FATTURATO" in made.text
