"""In which order rows are taken in, and what each kind asks for (fasi dell'importazione). Data, and little else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from gateways.imports.batch import ImportBatch, Located, Problem
from gateways.imports.sheets.accounting import LastNumberRow, OpenItemRow
from gateways.imports.sheets.articles import ArticleRow, PriceRow, ReservationRow, StockRow
from gateways.imports.sheets.base import Row
from gateways.imports.sheets.calls import OpenCallRow
from gateways.imports.sheets.contract_lines import ContractLineRow, HourPoolRow
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.customers import ContactRow, CustomerRow, SiteRow
from gateways.imports.sheets.index_rows import IndexRowRow
from gateways.imports.sheets.serial_items import MeterReadingRow, SerialItemRow
from gateways.imports.sheets.technicians import TechnicianRow
from gateways.imports.taking import balances, contracts, goods, indices, machines, parties
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.memory import Memory
from gateways.imports.taking.orders import Mark, NotUnderstood, Order, Taking, mark_of

PRICES_AT_ONCE = 200


@dataclass(frozen=True)
class Phase:
    """One step of the import: rows, what they ask for, and which of them must follow one another."""

    name: str
    rows: Sequence[Located[Any]]
    orders: Callable[[Any, Finder], Iterable[Order]]
    group: Callable[[Any], Hashable]
    needs_views: bool = False
    """Whether its commands ask read models that must know all that was taken in before."""
    at_once: Callable[[Sequence[Any]], Order] | None = None
    """How several rows of a group make one command, where they can."""


def phases(batch: ImportBatch, finder: Finder) -> Iterator[Phase]:
    """Every phase, in order: what is named comes first."""

    def rows(kind: type[Row]) -> list[Located[Any]]:
        return list(batch.of(kind))

    stock, agreed = goods.Goods(batch), contracts.Contracts(batch)

    def by_customer(row: Any) -> Hashable:
        return str(row.customer_code).casefold()

    def by_contract(row: Any) -> Hashable:
        return str(row.contract_number).casefold()

    def by_key(row: Row) -> Hashable:
        return row.key

    yield Phase("customers", rows(CustomerRow), parties.customer, by_key)
    yield Phase("sites", rows(SiteRow), parties.site, by_customer)
    yield Phase("contacts", rows(ContactRow), parties.contact, by_customer)
    yield Phase("technicians", rows(TechnicianRow), parties.technician, by_key)
    yield Phase("warehouses", goods.new_warehouses(batch, finder), goods.warehouse, by_key)
    yield Phase("articles", rows(ArticleRow), goods.article, by_key)
    yield Phase("stock", rows(StockRow), stock.stock, by_key)
    yield Phase("price_list_heads", goods.new_price_lists(batch, finder), goods.price_list, by_key)
    yield Phase("price_lists", rows(PriceRow), _no_single, lambda row: row.price_list.casefold(), at_once=goods.prices)
    yield Phase("index_series", indices.new_series(batch, finder), indices.series, lambda row: row.series.casefold())
    yield Phase("index_rows", rows(IndexRowRow), indices.month, lambda row: row.series.casefold())
    yield Phase("serial_items", rows(SerialItemRow), machines.serial_item, by_key)
    yield Phase("serial_item_parents", rows(SerialItemRow), machines.parent, by_key)
    yield Phase("contracts", rows(ContractRow), agreed.draft, by_key)
    yield Phase("contract_lines", rows(ContractLineRow), agreed.line, by_contract)
    yield Phase("hour_pools", rows(HourPoolRow), agreed.pool, by_contract)
    yield Phase("contract_signatures", rows(ContractRow), agreed.sign, by_key)
    yield Phase("meter_readings", _by_day(rows(MeterReadingRow)), machines.reading, lambda row: row.serial_number)
    yield Phase("last_numbers", rows(LastNumberRow), balances.last_number, by_key)
    yield Phase("open_items", rows(OpenItemRow), balances.open_item, by_key)
    yield Phase("open_calls", rows(OpenCallRow), balances.open_call, by_key, needs_views=True)
    yield Phase("reservations", rows(ReservationRow), goods.reservation, lambda row: row.article_code.casefold())


def takings(
    phase: Phase, finder: Finder, memory: Memory, company_id: UUID, problems: list[Problem]
) -> Iterator[Taking]:
    """What is to be done for the rows of a phase that are new or changed; cells nobody can use become problems."""
    fresh = [(one, mark) for one in phase.rows if not memory.holds(mark := mark_of(company_id, phase.name, one))]
    if phase.at_once is not None:
        yield from _at_once(phase, phase.at_once, fresh, memory, problems)
        return
    for located, mark in fresh:
        try:
            orders = tuple(phase.orders(located.row, finder))
        except NotUnderstood as error:
            problems.append(mark.problem(error.field, str(error)))
        except ValidationError as error:
            problems.extend(_problems(mark, error))
        else:
            if orders:
                yield Taking((mark,), phase.group(located.row), orders, memory.turn(mark))


def _at_once(
    phase: Phase,
    together: Callable[[Sequence[Any]], Order],
    fresh: Sequence[tuple[Located[Any], Mark]],
    memory: Memory,
    problems: list[Problem],
) -> Iterator[Taking]:
    singles: list[tuple[Any, Taking]] = []
    for located, mark in fresh:
        try:
            orders = (together([located.row]),)
        except ValidationError as error:
            problems.extend(_problems(mark, error))
        else:
            singles.append((located.row, Taking((mark,), phase.group(located.row), orders, memory.turn(mark))))
    singles.sort(key=lambda single: (str(single[1].group), single[1].turn))
    for (group, turn), found in groupby(singles, key=lambda single: (single[1].group, single[1].turn)):
        listed = list(found)
        for start in range(0, len(listed), PRICES_AT_ONCE):
            part = listed[start : start + PRICES_AT_ONCE]
            marks = tuple(one.marks[0] for _, one in part)
            parts = tuple(one for _, one in part)
            yield Taking(marks, group, (together([row for row, _ in part]),), turn, parts)


def _no_single(_row: Any, _finder: Finder) -> Iterable[Order]:
    return ()


def _by_day(rows: list[Located[Any]]) -> list[Located[Any]]:
    return sorted(rows, key=lambda located: located.row.read_on)


def _problems(mark: Mark, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors():
        place = [str(part) for part in detail["loc"]]
        named = next((part for part in place if part in mark.headers), place[0] if place else "")
        yield mark.problem(named, detail["msg"])
