"""Which records the names in the files mean (riferimenti): those of the company, and those the files bring."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from aggregates.base import Aggregate
from aggregates.party import party_id, site_id
from aggregates.serial_item import serial_item_id
from aggregates.technician import technician_id
from aggregates.warehouse import WarehouseKind, warehouse_id
from gateways.imports.batch import ImportBatch
from gateways.imports.sheets.base import Key
from gateways.imports.sheets.serial_items import SerialItemRow
from gateways.imports.sheets.technicians import TechnicianRow
from gateways.imports.taking.orders import IMPORTS
from projections.base import Reader

SITES = "select p.code as party, s.code, s.site_id from {party_site} s join {party} p using (party_id)"
STOCK = """select a.code, w.code as warehouse from {stock_level} l
             join {stock_article} a using (article_id) join {stock_warehouse} w using (warehouse_id)"""


def call_id_of(number: str) -> UUID:
    """The id of an imported call."""
    return uuid5(IMPORTS, f"call/{number.casefold()}")


class Finder:
    """Ids by the names that the files use; capitals make no difference."""

    def __init__(self, reader: Reader, today: date) -> None:
        self.today = today
        self._reader = reader
        self._parties = {row["code"].casefold(): row["party_id"] for row in reader.rows("select * from {party}")}
        self._parties_by_tax = {
            code: row["party_id"]
            for row in reader.rows("select party_id, vat_number, tax_code from {party}")
            for code in (row["vat_number"], row["tax_code"])
            if code
        }
        self._sites = {(r["party"].casefold(), r["code"].casefold()): r["site_id"] for r in reader.rows(SITES)}
        self._technicians = self._by("technician", "code", "technician_id")
        self.articles = set(self._by("article", "code", "article_id"))
        self.price_lists = set(self._by("price_list", "code", "price_list_id"))
        self._contracts = self._by("contract", "number", "contract_id")
        self._calls = self._by("call", "number", "call_id")
        self._warehouses = self._by("stock_warehouse", "code", "warehouse_id")
        self._stock = {(r["code"].casefold(), r["warehouse"].casefold()) for r in reader.rows(STOCK)}
        self._items: dict[str, UUID] = {}
        self._stored: set[UUID] = {*self._parties.values(), *self._technicians.values(), *self._contracts.values()}
        self._stored |= {*self._calls.values(), *self._warehouses.values()}
        for row in reader.rows("select serial_item_id, manufacturer, number from {serial_item} where number <> ''"):
            self._learn_item(row["manufacturer"] or "", row["number"], row["serial_item_id"])
            self._stored.add(row["serial_item_id"])
        self.vans: dict[str, str] = {}

    def learn(self, batch: ImportBatch) -> None:
        """Know the machines and vans that the files bring."""
        for item in batch.of(SerialItemRow):
            manufacturer, number = item.row.manufacturer, item.row.serial_number
            known = self._items.get(f"{manufacturer}:{number}".casefold())
            self._learn_item(manufacturer, number, known or serial_item_id(manufacturer, number))
        for technician in batch.of(TechnicianRow):
            if technician.row.van_warehouse:
                self.vans[technician.row.van_warehouse.casefold()] = technician.row.code

    def known(self, kind: str, key: Key) -> bool:
        """Whether the company already has a record of a kind with a natural key: see `references.Known`."""
        records: dict[str, Any] = {
            "customers": self._parties, "technicians": self._technicians, "articles": self.articles,
            "contracts": self._contracts, "open_calls": self._calls, "serial_items": self._items,
        }  # fmt: skip
        if kind == "sites":
            return key in self._sites
        if kind == "stock":
            return key in self._stock
        return kind in records and len(key) == 1 and key[0] in records[kind]

    def party(self, code: str) -> UUID:
        """A party by its code."""
        return self._parties.get(code.casefold()) or party_id(code)

    def party_by_tax(self, *codes: str | None) -> UUID | None:
        """A party by its VAT number or tax code."""
        return next((self._parties_by_tax[code] for code in codes if code in self._parties_by_tax), None)

    def learn_party(self, code: str, tax_codes: tuple[str | None, ...]) -> UUID:
        """Know a party that the files bring, also by its VAT number and tax code."""
        party = self.party(code)
        for tax_code in tax_codes:
            if tax_code:
                self._parties_by_tax.setdefault(tax_code, party)
        return party

    def site(self, customer: str, code: str | None) -> UUID | None:
        """A site by its customer's code and its own."""
        if code is None:
            return None
        return self._sites.get((customer.casefold(), code.casefold())) or site_id(self.party(customer), code)

    def technician(self, code: str | None) -> UUID | None:
        """A technician by the code."""
        return None if code is None else self._technicians.get(code.casefold()) or technician_id(code)

    def item(self, name: str) -> UUID:
        """A machine by its serial number, or by manufacturer and serial number."""
        return self._items[name.casefold()]

    def has_item(self, number: str) -> bool:
        """Whether any machine has this serial number."""
        return number.casefold() in self._items

    def contract(self, number: str) -> UUID:
        """A contract by its number."""
        return self._contracts.get(number.casefold()) or uuid5(IMPORTS, f"contract/{number.casefold()}")

    def call(self, number: str) -> UUID:
        """A call by its number."""
        return self._calls.get(number.casefold()) or call_id_of(number)

    def has_warehouse(self, code: str) -> bool:
        """Whether a warehouse is already open."""
        return code.casefold() in self._warehouses

    def warehouse(self, code: str) -> UUID:
        """A warehouse by its code."""
        return self._warehouses.get(code.casefold()) or warehouse_id(code)

    def warehouse_kind(self, code: str) -> WarehouseKind:
        """What a warehouse that is still to be opened is for."""
        return WarehouseKind.VAN if code.casefold() in self.vans else WarehouseKind.MAIN

    def record(self, stream_id: UUID) -> Aggregate | None:
        """What the log holds of a record; None when it has to be made."""
        return self._reader.record(stream_id) if stream_id in self._stored else None

    def stored(self, stream_id: UUID) -> Aggregate | None:
        """The same for records that read models do not list."""
        return self._reader.record(stream_id)

    def learn_item(self, manufacturer: str, number: str) -> None:
        """Know a machine that an invoice names."""
        self._learn_item(manufacturer, number, serial_item_id(manufacturer, number))

    def _learn_item(self, manufacturer: str, number: str, item_id: UUID) -> None:
        self._items.setdefault(number.casefold(), item_id)
        self._items[f"{manufacturer}:{number}".casefold()] = item_id

    def _by(self, table: str, column: str, stream: str) -> dict[str, UUID]:
        rows = self._reader.rows(f"select {column} as name, {stream} as id from {{{table}}}")  # noqa: S608 - own names
        return {row["name"].casefold(): row["id"] for row in rows if row["name"]}
