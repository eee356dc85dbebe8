"""Tables of the contracts' read model (contratti): the contract with its derived dates, its fees, what it covers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from aggregates.contract_state import ContractState
from aggregates.rules.billing import DueKey, next_billing_on
from projections.base import Row, Rows, Table

CONTRACT = Table(
    "contract",
    {
        "contract_id": "uuid", "number": "text", "customer_id": "uuid", "site_id": "uuid", "kind": "text",
        "nature": "text", "title": "text", "starts_on": "date", "ends_on": "date", "signed_on": "date",
        "status": "text", "last_notice_on": "date", "renews_on": "date", "next_billing_on": "date",
        "parked_reason": "text", "state": "jsonb", "held": "jsonb", "reopened": "jsonb",
    },
    ("contract_id",),
    (
        "number", "customer_id, contract_id", "next_billing_on, customer_id where next_billing_on is not null",
        "renews_on where renews_on is not null", "ends_on",
    ),
)  # fmt: skip
FEE = Table(
    "contract_fee",
    {
        "contract_id": "uuid", "line_id": "uuid", "number": "integer", "kind": "text", "attempt": "integer",
        "starts_on": "date", "ends_on": "date", "amount": "numeric", "credited": "numeric", "state": "text",
        "invoice_id": "uuid", "invoice_number": "text", "billed_on": "date",
    },
    ("contract_id", "line_id", "number", "kind", "attempt"),
    ("invoice_id",),
)  # fmt: skip
COVERAGE = Table(
    "contract_coverage",
    {
        "contract_id": "uuid", "line_id": "uuid", "target": "text", "target_id": "uuid", "party_id": "uuid",
        "number": "text", "kind": "text", "from_on": "date", "to_on": "date", "covered": "jsonb", "service": "jsonb",
        "blocks": "jsonb", "block_policy": "text", "suspension_approved": "boolean",
    },
    ("contract_id", "line_id", "target_id"),
    ("target_id, from_on", "contract_id"),
)  # fmt: skip


def derived(state: ContractState, held: list[Row], reopened: list[Row]) -> Row:
    """The columns of a contract that follow from its state and its billed keys."""
    header = state.header
    return {
        "contract_id": state.contract_id,
        "number": state.number,
        **header.model_dump(include={"customer_id", "site_id", "title"}),
        "kind": header.kind.value,
        "nature": header.nature.value,
        "starts_on": state.terms[0].starts_on if state.terms else header.starts_on,
        "ends_on": state.ends_on,
        "signed_on": state.signed_on,
        "status": _lasting_status(state),
        "last_notice_on": state.last_notice_on,
        "renews_on": state.renews_on,
        "next_billing_on": _next_billing_on(state, held, reopened),
        "state": state.model_dump(mode="json"),
        "held": held,
        "reopened": reopened,
    }


def _next_billing_on(state: ContractState, held: list[Row], reopened: list[Row]) -> Any:
    terms = state.fee_terms()
    return next_billing_on(terms, keys(held), state.billed_through, keys(reopened)) if terms else None


def _lasting_status(state: ContractState) -> str:
    """What holds whatever the date; the rest is decided by the day on which one asks."""
    if state.ending is not None:
        return state.ending.status.value
    if not state.terms:
        return "draft"
    return "under_notice" if state.notice is not None else "in_force"


def keys(stored: list[Row]) -> list[DueKey]:
    """Keys kept in a `jsonb` column."""
    return [
        DueKey.model_construct(
            line_id=UUID(key["line_id"]), number=key["number"], kind=key["kind"], attempt=key["attempt"]
        )
        for key in stored
    ]


def cover(state: ContractState, rows: Rows) -> None:
    """Replace the contract's coverage rows: one per serial item, site or, failing both, the customer."""
    for old in rows.select(COVERAGE, contract_id=state.contract_id):
        rows.drop(COVERAGE, *COVERAGE.key_of(old))
    if not state.terms or state.ends_on is None:
        return
    for line in state.lines:
        from_on = max(day for day in (state.terms[0].starts_on, line.starts_on) if day is not None)
        to_on = min(day for day in (state.ends_on, line.ends_on) if day is not None)
        service = line.service or state.header.service
        if from_on > to_on:
            continue
        for target, target_id in _targets(state, line.serial_item_ids, line.site_id):
            rows.put(
                COVERAGE,
                {
                    "contract_id": state.contract_id,
                    "line_id": line.line_id,
                    "target": target,
                    "target_id": target_id,
                    "party_id": state.header.customer_id,
                    "number": state.number,
                    "kind": state.header.kind.value,
                    "from_on": from_on,
                    "to_on": to_on,
                    "covered": line.covered.model_dump(mode="json"),
                    "service": service.model_dump(mode="json") if service else None,
                    "blocks": [block.model_dump(mode="json") for block in state.blocks],
                    "block_policy": state.header.block_policy.value,
                    "suspension_approved": state.header.suspension_approved,
                },
            )


def _targets(
    state: ContractState, serial_item_ids: tuple[UUID, ...], line_site_id: UUID | None
) -> list[tuple[str, UUID]]:
    if serial_item_ids:
        return [("serial_item", serial_item_id) for serial_item_id in dict.fromkeys(serial_item_ids)]
    site_id = line_site_id or state.header.site_id
    return [("site", site_id)] if site_id else [("party", state.header.customer_id)]
