"""Tables of the contracts' read model (contratti): the contract with its derived dates, its fees, what it covers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.contract_charge import charges_due
from aggregates.contract_ledger import Fee, FeeCredit, FeeEntry, FeeState
from aggregates.contract_meters import metered, next_meter_billing_on
from aggregates.contract_reminder import to_remind
from aggregates.contract_state import ContractState
from aggregates.contract_terms import ContractLine
from aggregates.rules.billing import DueKey, next_billing_on
from aggregates.values import Period
from projections.base import Row, Rows, Table

CONTRACT = Table(
    "contract",
    {
        "contract_id": "uuid", "number": "text", "customer_id": "uuid", "site_id": "uuid", "kind": "text",
        "nature": "text", "title": "text", "starts_on": "date", "ends_on": "date", "signed_on": "date",
        "status": "text", "last_notice_on": "date", "renews_on": "date", "next_billing_on": "date",
        "parked_reason": "text", "parked_because": "jsonb", "state": "jsonb",
        "held": "jsonb", "reopened": "jsonb", "differences": "jsonb",
        "credits": "jsonb", "credit_due": "numeric", "remind_by": "date", "arrears_since": "date",
        "suspension_approved": "boolean", "copies_again": "boolean",
    },
    ("contract_id",),
    (
        "number", "customer_id, contract_id", "next_billing_on, customer_id where next_billing_on is not null",
        "renews_on where renews_on is not null", "ends_on", "remind_by where remind_by is not null",
        "contract_id where credit_due > 0", "contract_id where arrears_since is not null",
    ),
)  # fmt: skip
FEE = Table(
    "contract_fee",
    {
        "contract_id": "uuid", "line_id": "uuid", "number": "integer", "kind": "text", "attempt": "integer",
        "starts_on": "date", "ends_on": "date", "amount": "numeric", "credited": "numeric", "state": "text",
        "invoice_id": "uuid", "invoice_number": "text", "billed_on": "date", "is_on_note": "boolean",
        "dated": "jsonb",
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
    ("contract_id", "line_id", "target_id", "from_on"),
    ("target_id, from_on", "contract_id"),
)  # fmt: skip


def derived(
    state: ContractState,
    held: list[Row],
    reopened: list[Row],
    differences: Sequence[Row] = (),
    *,
    copies_again: bool = False,
) -> Row:
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
        "next_billing_on": next_due_on(state, held, reopened, differences, copies_again=copies_again),
        "copies_again": copies_again,
        "remind_by": to_remind(state),
        "arrears_since": next((b.from_on for b in state.blocks if b.until_on is None and b.reason == "arrears"), None),
        "suspension_approved": header.suspension_approved,
        "state": state.model_dump(mode="json"),
        "held": held,
        "reopened": reopened,
    }


def next_due_on(
    state: ContractState,
    held: list[Row],
    reopened: list[Row],
    differences: Sequence[Row],
    *,
    copies_again: bool = False,
) -> date | None:
    """The first day on which something falls due; None when nothing is left in the terms so far.

    What readings change of copies billed goes on the next invoice. With `copies_again`, where there will be none, the
    contract is looked at once more as of the day of its last one.
    """
    terms, taken, again = state.fee_terms(), keys(held), keys(reopened)
    days = [date.fromisoformat(each["billing_on"]) for each in differences]
    days += [charge.billing_on for charge in charges_due(state.charges, taken, again)]
    scopes = metered(state)
    fee_on = next_billing_on(terms, taken, state.billed_through, again) if terms else None
    meter_on = next_meter_billing_on(scopes, taken, again)
    found = min((*days, *filter(None, (fee_on, meter_on))), default=None)
    if found is None and copies_again:
        return max((each.periods[-1].billing_on for each in scopes), default=None)
    return found


def _lasting_status(state: ContractState) -> str:
    """What holds whatever the date; the rest is decided by the day on which one asks."""
    if state.ending is not None:
        return state.ending.status.value
    if not state.terms:
        return "draft"
    return "under_notice" if state.notice is not None else "in_force"


def credited(row: Row, credit: FeeCredit) -> Row:
    """The columns of a fee of which a credit note took something back."""
    entry = fee_entry(row).taking_back(credit)
    return {"credited": entry.credited, "dated": [each.model_dump(mode="json") for each in entry.dated]}


def fee_entry(row: Row) -> FeeEntry:
    """A row of fees as an entry of the contract's ledger."""
    key = DueKey(line_id=row["line_id"], number=row["number"], kind=row["kind"], attempt=row["attempt"])
    period = Period(starts_on=row["starts_on"], ends_on=row["ends_on"])
    return FeeEntry(
        fee=Fee(key=key, period=period, amount=row["amount"]),
        invoice_id=row["invoice_id"],
        state=FeeState(row["state"]),
        number=row["invoice_number"],
        billed_on=row["billed_on"],
        credited=row["credited"],
        dated=row["dated"] or (),
    )


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
    for stretch, then in state.versions():
        for line in then.lines:
            served = state.served(line, stretch)
            if served is not None:
                _cover_line(then, line, served, rows)


def _cover_line(state: ContractState, line: ContractLine, served: Period, rows: Rows) -> None:
    service = line.service or state.header.service
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
                "from_on": served.starts_on,
                "to_on": served.ends_on,
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
