"""Writes the demo company as import files (generatore): `python -m examples.demo.generate FOLDER [SEED]`.

The files come from different programs on purpose: Windows CSV, UTF-8 with a mark, Excel's "Unicode text", an English
export with commas, workbooks with one sheet and with several, one of them with a title above the headers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from examples.demo.company import SEED, Company, make_company
from examples.demo.writing import write_csv, write_workbook


def write_company(company: Company, folder: Path) -> None:
    """All the import files of the company; the folder is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    customers, catalogue, machines = company.customers, company.catalogue, company.machines
    contracts, balances = company.contracts, company.balances
    write_csv(folder / "clienti.csv", customers.rows)
    write_csv(folder / "destinazioni.csv", customers.sites)
    write_csv(folder / "contatti.csv", customers.contacts, encoding="utf-8-sig")
    write_workbook(folder / "tecnici.xlsx", {"Foglio1": catalogue.technicians}, title="Tecnici al 31/08/2026")
    write_workbook(
        folder / "magazzino.xlsx",
        {"Articoli": catalogue.articles, "Giacenze": catalogue.stock, "Listino": catalogue.prices},
    )
    write_csv(folder / "serial_items.csv", machines.items, encoding="utf-8", separator=",", in_english=True)
    write_csv(folder / "contratti.csv", contracts.rows)
    write_csv(folder / "righe contratto.csv", contracts.lines)
    write_csv(folder / "monte_ore.csv", contracts.pools)
    write_csv(folder / "letture.txt", machines.readings, encoding="utf-16", separator="\t")
    write_csv(folder / "numeratori.csv", balances.last_numbers)
    write_csv(folder / "partite_aperte.csv", balances.open_items, encoding="latin-1")
    write_csv(folder / "chiamate_aperte.csv", balances.open_calls)
    write_csv(folder / "impegni.csv", balances.reservations, encoding="utf-8", separator="|")


def main(arguments: list[str]) -> int:
    """Writes the files into the folder named; a seed may follow."""
    if not arguments:
        sys.stderr.write("usage: python -m examples.demo.generate FOLDER [SEED]\n")
        return 2
    folder, seed = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else SEED
    write_company(make_company(seed), folder)
    sys.stdout.write(f"{len(list(folder.iterdir()))} files in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
