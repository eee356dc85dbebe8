"""What a contract has billed above or below its terms (conguagli e crediti), kept beside it for lists.

Most contracts have nothing of the kind; the ledger is read only after facts that can make a difference.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from aggregates.contract_ledger import FeeState
from aggregates.contract_settlement import differences_of, overbilled_of
from aggregates.contract_state import ContractState
from aggregates.rules.billing import DueKey, Instalment
from aggregates.rules.settlement import DIFFERENCE, BilledFee
from aggregates.values import Period
from projections.base import Row, Rows
from projections.contract_tables import CONTRACT, FEE, keys, next_due_on

NOTHING = Decimal("0.00")


def settle(contract_id: UUID, rows: Rows) -> None:
    """Reckon again what is to be credited and what is still to be billed of the periods billed."""
    row = rows.get(CONTRACT, contract_id)
    if row is None or not row["held"]:
        return
    state, reopened = ContractState.model_validate(row["state"]), keys(row["reopened"])
    billed = list(_billed(rows.select(FEE, contract_id=contract_id)))
    credits_ = overbilled_of(state, billed, reopened)
    more = [each.model_dump(mode="json") for each in differences_of(state, billed, reopened)]
    rows.patch(
        CONTRACT,
        contract_id,
        credits=[each.model_dump(mode="json") for each in credits_],
        credit_due=sum((each.amount for each in credits_), NOTHING),
        differences=more,
        next_billing_on=next_due_on(state, row["held"], row["reopened"], more, copies_again=bool(row["copies_again"])),
    )


def touches(contract_id: UUID, fee_keys: Iterable[DueKey], rows: Rows) -> bool:
    """Whether keys that a bill takes or gives back can change what is to be settled."""
    row = rows.get(CONTRACT, contract_id)
    if row is None:
        return False
    again = any(key.kind == DIFFERENCE or key.attempt > 1 for key in fee_keys)
    return again or bool(row["differences"] or row["credits"])


def still_due(row: Row) -> list[Instalment]:
    """The further instalments that a contract's row keeps."""
    return [Instalment.model_validate(each) for each in row["differences"] or ()]


def _billed(fees: Iterable[Row]) -> Iterable[BilledFee]:
    for fee in fees:
        if fee["state"] != FeeState.REOPENED.value:
            yield BilledFee(
                key=DueKey(line_id=fee["line_id"], number=fee["number"], kind=fee["kind"], attempt=fee["attempt"]),
                period=Period(starts_on=fee["starts_on"], ends_on=fee["ends_on"]),
                amount=fee["amount"],
                credited=fee["credited"],
                is_open=fee["state"] == FeeState.PROPOSED.value,
                is_on_note=bool(fee["is_on_note"]),
            )
