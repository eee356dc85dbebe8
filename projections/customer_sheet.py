"""Everything about one customer on one page (scheda cliente, CUS-5): each room's first rows, how many there are, where.

The sheet tells amounts; the card, for those who do the work, tells none.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import Field

from projections.arrears import CustomerPosition, customer_position
from projections.base import Ask, Reader
from projections.contracts import TODAY
from projections.maintenance_card import services_to_come

WORK_PAPERS = "('work_report', 'serial_history')"
ENDED = "('closed', 'cancelled')"


class Section(NamedTuple):
    """A room of the sheet: columns, where they come from, in which order, and the list that shows them all."""

    columns: str
    source: str
    order: str
    link: str
    only_sheet: bool = False
    """Whether it tells amounts."""


MINE = "%(party_id)s"
SECTIONS: dict[str, Section] = {
    "sites": Section(
        "site_id, code, name, street, postcode, town, province, latitude, longitude, travel_km, area, closed_on, notes",
        f"{{party_site}} where party_id = {MINE}", "closed_on is not null, code", "/sites?party_id={id}",
    ),
    "contacts": Section(
        "contact_id, name, role, phone, mobile, email, site_id",
        f"{{party_contact}} where party_id = {MINE}", "name", "/parties/{id}",
    ),
    "end_users": Section(
        "party_id, code, name, town", f"{{party}} where customer_id = {MINE}", "name", "/parties?customer_id={id}",
    ),
    "installed_base": Section(
        "serial_item_id, number, manufacturer, product, type, site_id, location, status, installed_on",
        f"{{serial_item}} where owner_id = {MINE} and replaced_on is null", "product, number",
        "/serial-items?owner_id={id}",
    ),
    "contracts": Section(
        "contract_id, number, kind, title, status, starts_on, ends_on, site_id",
        f"{{contract}} where customer_id = {MINE}", "ends_on desc nulls last, number", "/contracts?customer_id={id}",
    ),
    "hour_pools": Section(
        f"""h.pool_id, h.name, h.contract_id,
            (select coalesce(sum(l.left_minutes), 0) from {{hour_pool_lot}} l
              where l.pool_id = h.pool_id and {TODAY} between l.valid_from and l.valid_to) as left_minutes""",  # noqa: S608 - own constants only
        f"{{hour_pool}} h where h.customer_id = {MINE}", "h.name, h.pool_id", "/hour-pools?customer_id={id}",
    ),
    "open_calls": Section(
        "call_id, number, status, opened_at, fault, priority, technician_id, next_visit_at, coverage",
        f"{{call}} where party_id = {MINE} and status not in {ENDED}", "opened_at desc", "/calls?party_id={id}",
    ),
    "last_calls": Section(
        "call_id, number, status, opened_at, ended_at, fault, outcome",
        f"{{call}} where party_id = {MINE} and status in {ENDED}", "ended_at desc", "/calls?party_id={id}",
    ),
    "rmas": Section(
        "rma_id, number, status, requested_at, items", f"{{rma}} where customer_id = {MINE}", "requested_at desc",
        "/rmas?customer_id={id}",
    ),
    "documents": Section(
        "document_id, kind, number, title, dated_on", f"{{issued_document}} where party_id = {MINE}",
        "dated_on desc, position desc", "/documents?party_id={id}",
    ),
    "messages": Section(
        "notice_id, written_at, happening, channel, name, address, subject, state, sent_at, call_id",
        f"{{notice}} where customer_id = {MINE} and whom in ('caller', 'contact')", "written_at desc, notice_id",
        "/notices?customer_id={id}&to_customer=true",
    ),
    "quotes": Section(
        "quote_id, number, dated_on, subject, status, net, total, valid_until", f"{{quote}} where customer_id = {MINE}",
        "dated_on desc, number desc", "/quotes?customer_id={id}", only_sheet=True,
    ),
    "orders": Section(
        "order_id, number, placed_on, status, net, total, due_on", f"{{sales_order}} where customer_id = {MINE}",
        "placed_on desc, number desc", "/sales-orders?customer_id={id}", only_sheet=True,
    ),
    "invoices": Section(
        "invoice_id, kind, number, issued_on, taxable, total, open",
        f"{{invoice}} where customer_id = {MINE} and state = 'issued'", "issued_on desc, number desc",
        "/invoices?customer_id={id}", only_sheet=True,
    ),
}  # fmt: skip


class CustomerSheet(Ask):
    """One party, and how many rows of each room."""

    party_id: UUID
    first: int = Field(default=5, ge=1, le=50)
    on: date | None = None


def customer_sheet(reader: Reader, ask: CustomerSheet) -> dict[str, Any] | None:
    """The party with all its rooms and its position: what it owes, bought and is blocked for."""
    told = _told(reader, ask, has_money=True)
    if told is not None:
        told["position"] = customer_position(reader, CustomerPosition(customer_id=ask.party_id, on=ask.on))
    return told


def customer_card(reader: Reader, ask: CustomerSheet) -> dict[str, Any] | None:
    """The party as those see it who do the work: without amounts, invoices and offers."""
    return _told(reader, ask, has_money=False)


def _told(reader: Reader, ask: CustomerSheet, *, has_money: bool) -> dict[str, Any] | None:
    params = ask.model_dump()
    party = reader.row(
        """select party_id, code, name, role, nature, vat_number, tax_code, town, province, active, customer_id,
                  converted_on from {party} where party_id = %(party_id)s""",
        params,
    )
    if party is None:
        return None
    for name, section in SECTIONS.items():
        if has_money or not section.only_sheet:
            party[name] = _section(reader, section, params, of_work=not has_money and name == "documents")
    party["maintenance"] = services_to_come(reader, ask.party_id, ask.on, ask.first)
    return party


def _section(reader: Reader, section: Section, params: dict[str, Any], *, of_work: bool) -> dict[str, Any]:
    source = section.source + (f" and kind in {WORK_PAPERS}" if of_work else "")
    counted = reader.row(f"select count(*) as total from {source}", params)  # noqa: S608 - own constants only
    return {
        "total": counted["total"] if counted else 0,
        "items": reader.rows(
            f"select {section.columns} from {source} order by {section.order} limit %(first)s",  # noqa: S608 - own constants only
            params,
        ),
        "link": section.link.replace("{id}", str(params["party_id"])),
    }
