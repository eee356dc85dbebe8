"""`libretto receipts` and `libretto statement`: files of money become commands, or with --dry-run a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from aggregates.base import Act
from gateways.collections.payments import EntryTaken, take_statement
from gateways.collections.statements import NotAStatement
from gateways.command_line.session import CompanyOption, Failed, house_of, opened, out
from gateways.command_line.texts import _
from gateways.exchange_receipts import Taken, in_folder, take_in
from gateways.orders import settle
from gateways.runtime import folding
from gateways.wiring import House

T = TypeVar("T")
ACTOR = "system:import"
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Write nothing; list what would be done."))]


def take_receipts(
    folder: Annotated[Path, typer.Argument(help=_("A folder of receipts, or one file."), exists=True)],
    company: CompanyOption = "",
    dry_run: DryRun = False,
) -> None:
    """Record the exchange system's receipts; the same file twice counts once."""

    def take(house: House, act: Act) -> Sequence[Taken]:
        return take_in(house, in_folder(folder), act, dry_run=dry_run)

    told = _with_house(company, take)
    for each in told:
        out.print(" ".join(filter(None, (each.name, each.kind, each.status, each.number, each.detail))), markup=False)
    left = sum(each.status not in ("taken", "known", "would-be-taken") for each in told)
    if left:
        raise Failed(_("{count} files were not taken in.").format(count=left))


def take_bank_statement(
    file: Annotated[Path, typer.Argument(help=_("A bank statement, CAMT.053 or CSV."), exists=True, dir_okay=False)],
    company: CompanyOption = "",
    dry_run: DryRun = False,
) -> None:
    """Record what a bank statement brings; what is not certain is listed for people."""

    def take(house: House, act: Act) -> Sequence[EntryTaken]:
        try:
            return take_statement(house, file.read_bytes(), act, dry_run=dry_run)
        except NotAStatement as error:
            raise Failed(str(error)) from error

    told = _with_house(company, take)
    for each in told:
        words = (each.value_on, each.amount, each.status, ", ".join(each.documents), each.text, each.detail)
        out.print(" | ".join(filter(None, words)), markup=False)
    sure = sum(each.status in ("matched", "settled", "returned", "known") for each in told)
    out.print(_("{sure} of {count} entries are certain.").format(sure=sure, count=len(told)), markup=False)


def _with_house(company: str, take: Callable[[House, Act], Sequence[T]]) -> Sequence[T]:
    with opened(level="ERROR") as installation, folding(installation):
        house = house_of(installation, company)
        settle(installation, house)
        return take(house, Act(by=ACTOR, at=datetime.now(UTC)))
