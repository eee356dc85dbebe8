"""Everything people may see, on one page: name, path, parameters, query, read models, roles.

Paths lie below `/v1/{company}`; a name in braces is a field of the query's parameters.
"""

from __future__ import annotations

from aggregates import roles
from projections import parties, stock, stock_views
from projections.base import ReadModel, View

READ_MODELS: tuple[type[ReadModel], ...] = (parties.Parties, stock.Stock)

# fmt: off
VIEWS: tuple[View, ...] = (
    View("parties", "/parties", parties.FindParties, parties.find_parties, (parties.Parties,), roles.ALL),
    View("party", "/parties/{party_id}", parties.PartySheet, parties.party_sheet, (parties.Parties,), roles.ALL),
    View("stock", "/stock", stock_views.FindStock, stock_views.find_stock, (stock.Stock,), roles.STAFF),
    View("stock-movements", "/stock/{article_id}/movements", stock_views.StockMovements, stock_views.stock_movements, (stock.Stock,), roles.STAFF),
    View("reservations", "/reservations", stock_views.FindReservations, stock_views.find_reservations, (stock.Stock,), roles.STAFF),
    View("warehouses", "/warehouses", stock_views.FindWarehouses, stock_views.find_warehouses, (stock.Stock,), roles.STAFF),
)
# fmt: on

BY_NAME = {view.name: view for view in VIEWS}
