"""Everything people may ask, on one page: name, path, command, handler, roles. Data; no web framework here.

Paths lie below `/v1/{company}`; a name in braces is a field of the command. `stream` is the field that names the
record the command is about.
"""

from __future__ import annotations

from aggregates import roles
from commands import number_register, party, stock_item, warehouse
from commands.base import Entry

# fmt: off
PARTIES = (
    Entry("register-party", "/parties", party.RegisterParty, party.register_party, roles.OFFICE),
    Entry("change-party-identity", "/parties/{party_id}/change-identity", party.ChangePartyIdentity, party.change_party_identity, roles.OFFICE, "party_id"),
    Entry("add-site", "/parties/{party_id}/add-site", party.AddSite, party.add_site, roles.OFFICE, "party_id"),
    Entry("add-contact", "/parties/{party_id}/add-contact", party.AddContact, party.add_contact, roles.OFFICE, "party_id"),
)
NUMBERS = (
    Entry("open-number-register", "/number-registers", number_register.OpenNumberRegister, number_register.open_number_register, roles.MONEY),
)
STOCK = (
    Entry("open-warehouse", "/warehouses", warehouse.OpenWarehouse, warehouse.open_warehouse, roles.STOCK),
    Entry("stock-article", "/stock", stock_item.StockArticle, stock_item.stock_article, roles.STOCK),
    Entry("receive-stock", "/stock/receive", stock_item.ReceiveStock, stock_item.receive_stock, roles.STOCK),
    Entry("expect-supply", "/stock/expect-supply", stock_item.ExpectSupply, stock_item.expect_supply, roles.STOCK),
    Entry("reserve-part", "/stock/reserve", stock_item.ReservePart, stock_item.reserve_part, roles.STOCK | roles.FIELD | roles.SELLING),
    Entry("release-reservation", "/stock/release", stock_item.ReleaseReservation, stock_item.release_reservation, roles.STOCK | roles.FIELD | roles.SELLING),
    Entry("issue-part", "/stock/issue", stock_item.IssuePart, stock_item.issue_part, roles.STOCK | roles.FIELD),
    Entry("move-stock", "/stock/move", stock_item.MoveStock, stock_item.move_stock, roles.STOCK | roles.FIELD),
    Entry("count-stock", "/stock/count", stock_item.CountStock, stock_item.count_stock, roles.STOCK),
    Entry("set-minimum-stock", "/stock/set-minimum", stock_item.SetMinimumStock, stock_item.set_minimum_stock, roles.STOCK),
)
# fmt: on

CATALOG: tuple[Entry, ...] = (*PARTIES, *NUMBERS, *STOCK)

BY_NAME = {entry.name: entry for entry in CATALOG}
