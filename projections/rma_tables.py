"""The tables of returns (resi): the return, its items, loaners, goods at suppliers, labels."""

from __future__ import annotations

from projections.base import Table

RMA = Table(
    "rma",
    {
        "rma_id": "uuid", "number": "text", "customer_id": "uuid", "customer": "text", "status": "text",
        "requested_at": "timestamptz", "authorised_on": "date", "received_on": "date", "closed": "boolean",
        "cancelled": "boolean", "items": "integer", "call_id": "uuid", "call_number": "text",
        "customer_reference": "text", "notes": "text", "reason": "text", "outcome": "text",
    },
    ("rma_id",),
    ("status", "customer_id"),
)  # fmt: skip
ITEM = Table(
    "rma_item",
    {
        "item_id": "uuid", "rma_id": "uuid", "line_no": "integer", "description": "text", "serial": "text",
        "serial_item_id": "uuid", "article_id": "uuid", "fault": "text", "quantity": "numeric", "received": "numeric",
        "unexpected": "boolean", "state": "text", "condition": "text", "findings": "text", "cause": "text",
        "under_warranty": "boolean", "outcome": "text", "outcome_reason": "text", "sender_number": "text",
        "sender_dated_on": "date", "note_id": "uuid", "note_number": "text", "replacement_note_id": "uuid",
        "replacement_note_number": "text", "replacement_serial": "text", "replacement_article_id": "uuid",
        "claim_accepted": "boolean", "missing": "numeric", "missing_reason": "text", "charges": "jsonb",
        "handed_on_id": "uuid", "handed_on_number": "text", "credit_note_id": "uuid", "credit_note_number": "text",
        "credited_invoice": "text", "at_supplier": "text", "supplier_cost": "numeric", "supplier_result": "text",
        "faulty_decision": "text", "faulty_value": "numeric", "faulty_note_id": "uuid",
        "parts": "jsonb", "hours": "numeric", "fee": "jsonb", "fee_source": "text", "fee_waived_reason": "text",
        "rest_of": "uuid", "never_came": "numeric",
    },
    ("item_id",),
    ("rma_id", "serial"),
)  # fmt: skip
LOANER = Table(
    "rma_loaner",
    {
        "rma_id": "uuid", "note_id": "uuid", "note_number": "text", "description": "text", "serials": "jsonb",
        "back": "boolean", "given_on": "date", "return_by": "date", "returned_on": "date", "sale_number": "text",
    },
    ("rma_id", "note_id"),
    ("note_id",),
)  # fmt: skip
REPAIR = Table(
    "rma_supplier_repair",
    {
        "note_id": "uuid", "item_id": "uuid", "rma_id": "uuid", "note_number": "text", "supplier_id": "uuid",
        "supplier": "text", "supplier_rma": "text", "sent_on": "date", "expected_on": "date", "result": "text",
        "returned_on": "date", "cost": "numeric",
    },
    ("note_id", "item_id"),
    ("rma_id", "expected_on"),
)  # fmt: skip
LABEL = Table(
    "rma_label", {"code": "text", "rma_id": "uuid", "item_id": "uuid", "piece": "integer"}, ("code",), ("rma_id",)
)
