"""Tables of the datamart's revenue side (ricavi): lines as invoiced, and what of them is earned when.

Amounts are euro before VAT, those of credit notes below zero. A row of `mart_fee` without a month is billed and not
yet earned: advances, hours not consumed, work not completed. So all rows of a document sum to its taxable amount.
"""

from __future__ import annotations

from projections.base import Table

ABOUT = {
    "customer_id": "uuid", "site_id": "uuid", "contract_id": "uuid", "contract_line_id": "uuid",
    "contract_kind": "text", "call_id": "uuid", "record_kind": "text", "record_id": "uuid", "article_code": "text",
    "job": "text", "cost_centre": "text", "revenue_account": "text", "agent_id": "uuid",
}  # fmt: skip
"""What both tables say of a line."""
INVOICE_LINE = Table(
    "mart_invoice_line",
    {
        "invoice_id": "uuid", "line": "integer", "number": "text", "issued_on": "date", "month": "date", "kind": "text",
        "document_type": "text", "currency": "text", "source": "text", **ABOUT, "serial_item_id": "uuid",
        "serials": "jsonb", "description": "text", "quantity": "numeric", "amount": "numeric", "vat_rate": "numeric",
        "vat_nature": "text", "chargeability": "text", "vat": "numeric", "starts_on": "date", "ends_on": "date",
        "corrects_id": "uuid", "corrects_line": "integer", "position": "bigint",
    },
    ("invoice_id", "line"),
    ("issued_on", "customer_id", "contract_id", "corrects_id where corrects_id is not null"),
)  # fmt: skip
FEE = Table(
    "mart_fee",
    {
        "document_id": "uuid", "line": "integer", "part": "integer", "number": "integer", "month": "date",
        "document": "text", "invoice_id": "uuid", "invoice_line": "integer", "source": "text", **ABOUT,
        "serial_item_id": "uuid", "amount": "numeric", "starts_on": "date", "ends_on": "date", "position": "bigint",
    },
    ("document_id", "line", "part", "number"),
    ("invoice_id, invoice_line", "month", "customer_id", "contract_id", "call_id where call_id is not null"),
)  # fmt: skip
NOTE = Table(
    "mart_note",
    {
        "note_id": "uuid", "line": "integer", "corrects_id": "uuid", "corrects_line": "integer",
        "amount": "numeric", "since": "date",
    },
    ("note_id", "line"),
    ("corrects_id",),
)  # fmt: skip
"""Which line of which invoice each line of a credit note takes back; line 0 says only the invoice."""
AGREED = Table(
    "mart_agreed",
    {"contract_id": "uuid", "kind": "text", "agent_id": "uuid", "ended_on": "date", "lines": "jsonb"},
    ("contract_id",),
)
"""What is agreed in contracts now, as lines that are billed next will have it."""
COMPLETED = Table("mart_completed", {"call_id": "uuid", "month": "date", "is_awaited": "boolean"}, ("call_id",))
"""When a call was completed; awaited, when it was billed before."""
BASIS = Table("mart_basis", {"name": "text", "dated": "jsonb"}, ("name",))
"""In what the company counts time: one row, by the day from which on."""
CALL_OF = Table("mart_call_of", {"record_id": "uuid", "call_id": "uuid"}, ("record_id",))
"""The call that a quote was made for."""
SALE = Table("mart_sale", {"sale_id": "uuid", "is_purchase": "boolean", "sold_on": "date"}, ("sale_id",))
POOL = Table("mart_pool", {"pool_id": "uuid", "customer_id": "uuid", "contract_id": "uuid"}, ("pool_id",))
LOT = Table(
    "mart_lot",
    {
        "lot_id": "uuid", "pool_id": "uuid", "price": "numeric", "minutes": "integer", "consumed": "numeric",
        "moves": "integer",
    },
    ("lot_id",),
    ("pool_id",),
)  # fmt: skip
TABLES = (INVOICE_LINE, FEE, NOTE, AGREED, COMPLETED, BASIS, CALL_OF, SALE, POOL, LOT)
