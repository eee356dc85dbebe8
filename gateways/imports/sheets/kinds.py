"""Every kind of import file, in the order in which they are taken in (tipi di file): what is named comes first."""

from __future__ import annotations

from gateways.imports.sheets.accounting import LastNumberRow, OpenItemRow
from gateways.imports.sheets.articles import ArticleRow, PriceRow, ReservationRow, StockRow
from gateways.imports.sheets.base import Row
from gateways.imports.sheets.calls import OpenCallRow
from gateways.imports.sheets.contract_lines import ContractLineRow, HourPoolRow
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.customers import ContactRow, CustomerRow, SiteRow
from gateways.imports.sheets.index_rows import IndexRowRow
from gateways.imports.sheets.sales import SaleRow
from gateways.imports.sheets.serial_items import MeterReadingRow, SerialItemRow
from gateways.imports.sheets.technicians import TechnicianRow

KINDS: tuple[type[Row], ...] = (
    CustomerRow,
    SiteRow,
    ContactRow,
    TechnicianRow,
    ArticleRow,
    StockRow,
    PriceRow,
    IndexRowRow,
    SerialItemRow,
    ContractRow,
    ContractLineRow,
    HourPoolRow,
    MeterReadingRow,
    LastNumberRow,
    OpenItemRow,
    OpenCallRow,
    ReservationRow,
    SaleRow,
)
