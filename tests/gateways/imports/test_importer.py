"""Files become commands: once, as they stand, whatever interrupts it (importazione)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commands.desk import Desk
from gateways.imports.batch import Problem
from gateways.imports.folder import read_folder
from tests.dsl import Company
from tests.gateways.imports import importing
from tests.gateways.imports.importing import ALL, contract_named, found, new_facts, take, write

BAD = Path(__file__).parents[3] / "examples" / "demo" / "bad"


@pytest.fixture
def firm(company: Company) -> Company:
    return found(company)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "files")


def everything(company: Company) -> dict[str, Any]:
    """What the views show, without the ids that each company gives of its own."""
    names = ("parties", "serial-items", "articles", "contracts", "open-items", "call-board", "stock", "technicians")
    found_views = {name: company.ask(name, limit=500)["items"] for name in names if name != "serial-items"}
    found_views["installed-base"] = company.ask("installed-base", limit=500)["items"]
    return found_views


def test_a_whole_folder_is_taken_in_without_a_refusal(firm: Company, folder: Path) -> None:
    report = take(firm, folder)
    assert report.problems == ()
    assert report.counts["customers"] == 2
    shown = everything(firm)
    assert {row["code"] for row in shown["parties"]} == {"C1", "C2"}
    assert {row["number"] for row in shown["contracts"]} == {"CTR-1", "CTR-2"}
    assert {row["number"] for row in shown["installed-base"]} == {"K100", "K200"}


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_bad_folder_lists_its_problems_and_writes_nothing(firm: Company, dry_run: bool) -> None:
    before = firm.house.log.position()
    report = take(firm, BAD, dry_run=dry_run)
    assert report.is_forbidden
    assert set(read_folder(BAD).problems) <= set(report.problems)
    assert firm.house.log.position() == before


def test_in_the_real_run_the_bad_folder_has_just_the_problems_that_reading_found(firm: Company) -> None:
    assert take(firm, BAD).problems == read_folder(BAD).problems


def test_a_second_import_changes_nothing(firm: Company, folder: Path) -> None:
    take(firm, folder)
    position = firm.house.log.position()
    assert take(firm, folder).taken == 0
    assert firm.house.log.position() == position


def test_what_people_changed_since_is_not_changed_back(firm: Company, folder: Path) -> None:
    take(firm, folder)
    (party,) = firm.ask("parties", text="Zoli")["items"]
    firm.do("set-party-terms", party_id=party["party_id"], payment_method="riba")
    position = firm.house.log.position()
    take(firm, folder)
    assert firm.house.log.position() == position


def test_a_changed_row_becomes_one_change_and_going_back_another(firm: Company, folder: Path) -> None:
    take(firm, folder)
    for name in ("Officine Zoli e Figli", "Officine Zoli", "Officine Zoli e Figli"):
        position = firm.house.log.position()
        write(folder, {"clienti": importing.CUSTOMERS.replace("Officine Zoli", name)})
        assert take(firm, folder).problems == ()
        assert new_facts(firm, position) == ["party.identity-changed.v1"]


@pytest.mark.parametrize(
    ("file", "before", "after", "facts"),
    [
        ("matricole", "C250", "C251", ["serial-item.details-changed.v1"]),
        ("articoli", "Fusore", "Gruppo fusore", ["article.changed.v1"]),
        ("letture", "13.400", "13.410", ["serial-item.reading-corrected.v1"]),
        ("listino", "140", "145", ["price-list.prices-set.v1"]),
        ("partite aperte", "400,00", "350,00", ["open-item.corrected.v1"]),
        ("tecnici", "24,50", "25,50", ["technician.cost-set.v1"]),
        ("chiamate aperte", "alta", "media", ["call.priority-changed.v1"]),
        ("destinazioni", "18,5", "19,5", ["party.site-added.v1"]),
        ("giacenze", "MAG;5;2", "MAG;7;2", ["stock-item.counted.v1"]),
    ],
)
def test_a_changed_row_of_every_kind(
    firm: Company, folder: Path, file: str, before: str, after: str, facts: list[str]
) -> None:
    take(firm, folder)
    position = firm.house.log.position()
    write(folder, {file: ALL[file].replace(before, after)})
    assert take(firm, folder).problems == ()
    assert new_facts(firm, position) == facts


def test_a_signed_contract_keeps_its_terms_and_the_row_is_told(firm: Company, folder: Path) -> None:
    take(firm, folder)
    position = firm.house.log.position()
    write(folder, {"contratti": importing.CONTRACTS.replace("1.200,00", "1.500,00")})
    (problem,) = take(firm, folder).problems
    assert (problem.file, problem.row) == ("contratti.csv", 2)
    assert "signed" in problem.reason
    assert firm.house.log.position() == position


def test_a_refused_row_is_told_and_the_others_go_on(firm: Company, folder: Path) -> None:
    readings = (
        "Matricola;Contatore;Data;Lettura\nK100;b/n;01/08/2026;500\nK200;b/n;01/08/2026;10\nK100;b/n;02/08/2026;9\n"
    )
    write(folder, {"letture": readings})
    (problem,) = take(firm, folder).problems
    assert (problem.file, problem.row) == ("letture.csv", 4)
    assert [str(row["value"]) for row in _readings(firm, "K200")] == ["10"]


def test_a_dry_run_hears_the_refusals_of_commands_and_writes_nothing(firm: Company, folder: Path) -> None:
    readings = "Matricola;Contatore;Data;Lettura\nK100;b/n;01/08/2026;500\nK100;b/n;02/08/2026;9\n"
    write(folder, {"letture": readings})
    before = firm.house.log.position()
    (problem,) = take(firm, folder, dry_run=True).problems
    assert (problem.file, problem.row) == ("letture.csv", 3)
    assert "500" in problem.reason
    assert firm.house.log.position() == before


def test_a_good_folder_passes_the_dry_run(firm: Company, folder: Path) -> None:
    assert take(firm, folder, dry_run=True).problems == ()


def test_cells_that_no_command_understands_forbid_the_import(firm: Company, folder: Path) -> None:
    write(folder, {"clienti": importing.CUSTOMERS.replace("30/60 gg DF FM", "quando può")})
    before = firm.house.log.position()
    report = take(firm, folder)
    assert [str(problem) for problem in report.problems] == [
        "clienti.csv, row 2, Pagamento: 'quando può' is not understood: expected payment terms such as "
        "'30 gg DF FM', '30/60/90 gg DF', '60 gg DF FM + 10' or 'rimessa diretta'"
    ]
    assert firm.house.log.position() == before


def test_a_file_may_name_what_the_company_already_has(firm: Company, folder: Path, tmp_path: Path) -> None:
    take(firm, folder)
    more = write(tmp_path / "more", {"contatti": "Cliente;Nome;Destinazione\nC1;Anna Verdi;01\nC9;Nessuno;\n"})
    assert [problem.row for problem in take(firm, more).problems] == [3]
    more = write(tmp_path / "more", {"contatti": "Cliente;Nome;Destinazione\nC1;Anna Verdi;01\n"})
    position = firm.house.log.position()
    assert take(firm, more).problems == ()
    assert new_facts(firm, position) == ["party.contact-added.v1"]


class PulledPlug(Exception):
    """The process ends here."""


def unplugged(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The n-th command never comes to an end."""
    execute: Callable[..., Any] = Desk.execute
    given = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal given
        given += 1
        if given > after:
            raise PulledPlug
        return execute(*args, **kwargs)

    monkeypatch.setattr(Desk, "execute", counted)


@pytest.mark.parametrize("after", [1, 9, 17, 24, 30, 35])
def test_an_interrupted_import_is_completed_by_the_next(
    firm: Company, folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    with monkeypatch.context() as patch:
        unplugged(patch, after)
        with pytest.raises(PulledPlug):
            take(firm, folder)
    assert take(firm, folder).problems == ()
    position = firm.house.log.position()
    assert take(firm, folder).taken == 0
    assert firm.house.log.position() == position
    assert contract_named(firm, "CTR-2").state.billed_through.isoformat() == "2026-08-31"
    topics = [recorded.topic for recorded in firm.house.recorded_after(0)]
    assert topics.count("contract.signed.v1") == 2
    assert topics.count("stock-item.reserved.v1") == 1
    assert [row["number"] for row in firm.ask("call-board")["items"]] == ["CH-2026-2200"]


def test_problems_know_their_place() -> None:
    assert str(Problem("clienti.csv", 3, "CAP", "wrong")) == "clienti.csv, row 3, CAP: wrong"


def _readings(firm: Company, number: str) -> list[dict[str, Any]]:
    (item,) = [row for row in firm.ask("installed-base")["items"] if row["number"] == number]
    found_readings: list[dict[str, Any]] = firm.ask("readings", serial_item_id=item["serial_item_id"])["items"]
    return found_readings


def test_quantities_and_money_arrive_as_written(firm: Company, folder: Path) -> None:
    take(firm, folder)
    (fuser,) = firm.ask("stock", text="FUS")["items"]
    assert (fuser["on_hand"], fuser["reserved_firm"], fuser["minimum"]) == (Decimal(6), Decimal(2), Decimal(3))
    assert fuser["value"] == Decimal("489.00")
