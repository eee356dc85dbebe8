"""What a contract checks before it decides (controlli del contratto): pure questions to its state and ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from aggregates import contract_refusals as refused
from aggregates.base import require
from aggregates.contract_changes import TermsChange
from aggregates.contract_ledger import Fee, FeeLedger
from aggregates.contract_meters import check_meters_change
from aggregates.contract_settlement import check_differences
from aggregates.contract_state import ContractState, ContractStatus
from aggregates.contract_terms import ContractHeader, ContractLine, FeeDetermination
from aggregates.rules.billing import FEE, instalments
from aggregates.rules.periods import first_term
from aggregates.rules.settlement import DIFFERENCE
from aggregates.values import Period


def check_header(header: ContractHeader) -> None:
    """Raises `HeaderFeeMisplaced`."""
    by_header = header.determination is FeeDetermination.HEADER_AMOUNT
    require(by_header == (header.annual_fee is not None), refused.HeaderFeeMisplaced)


def require_signed(state: ContractState) -> None:
    """Raises `ContractNotSigned`, `ContractHasEnded` for one that was terminated, superseded or cancelled."""
    require(bool(state.terms), refused.ContractNotSigned)
    require(state.ending is None, refused.ContractHasEnded, status=state.ending and state.ending.status)


def require_draft(state: ContractState) -> None:
    """Raises `ContractNotDraft`."""
    require(not state.terms and state.ending is None, refused.ContractNotDraft)


def require_not_expired(state: ContractState, on: date) -> None:
    """Raises `ContractHasEnded`."""
    status = state.ending.status if state.ending else state.status(on)
    has_ended = state.ending is not None or status is ContractStatus.EXPIRED
    require(not has_ended, refused.ContractHasEnded, status=status)


def check_line(state: ContractState, line: ContractLine) -> None:
    """A line begins inside the contract and covers no serial twice (R1.13).

    Raises `LineOutsideContract`, `SerialAlreadyCovered`. It may end after the current term, which may be renewed.
    """
    first_on = state.terms[0].starts_on if state.terms else state.header.starts_on
    starts_on, ends_on = line.starts_on or first_on, line.ends_on
    is_inside = all(
        one is None or other is None or one <= other
        for one, other in ((first_on, starts_on), (starts_on, ends_on), (starts_on, state.ends_on))
    )
    told = {"starts_on": str(starts_on), "ends_on": str(ends_on or state.ends_on or "–")}
    require(is_inside, refused.LineOutsideContract, **told)
    check_serials(state, line)


def check_serials(state: ContractState, line: ContractLine) -> None:
    """A line covers no serial that another line covers for the same items and days (R1.13). `SerialAlreadyCovered`."""
    for other in state.lines:
        if other.line_id != line.line_id and line.covered.shares(other.covered) and _meet(line, other):
            for serial_item_id in line.serial_item_ids:
                is_free = serial_item_id not in other.serial_item_ids
                require(is_free, refused.SerialAlreadyCovered, serial_item_id=str(serial_item_id))


def _meet(line: ContractLine, other: ContractLine) -> bool:
    starts_on = max(filter(None, (line.starts_on, other.starts_on)), default=None)
    ends_on = min(filter(None, (line.ends_on, other.ends_on)), default=None)
    return starts_on is None or ends_on is None or starts_on <= ends_on


def first_term_of(state: ContractState, ends_on: date | None) -> Period:
    """The first term of a draft, if all is there to sign. Raises `ContractIncomplete`, `TermTooShort`."""
    header = state.header
    if header.starts_on is None or not state.lines:
        gone = (name for name, there in (("effective date", header.starts_on), ("lines", state.lines)) if not there)
        raise refused.ContractIncomplete(missing=", ".join(gone))
    if ends_on is None:
        return first_term(header.starts_on, header.term_months, header.alignment)
    require(ends_on >= header.starts_on, refused.TermTooShort, starts_on=str(header.starts_on), ends_on=str(ends_on))
    return Period(starts_on=header.starts_on, ends_on=ends_on)


def check_as_due(state: ContractState, ledger: FeeLedger, fees: Iterable[Fee]) -> None:
    """Each fee or difference is what the terms say now: same days, same amount. Raises `FeeNotDue`.

    Other kinds of due have their own rules.
    """
    fees = tuple(fees)
    if not fees:
        return
    check_differences(state, ledger, [fee for fee in fees if fee.key.kind == DIFFERENCE])
    terms = state.fee_terms()
    numbers = {fee.key.number for fee in fees if fee.key.kind == FEE}
    found = instalments(terms, state.billed_through, None, ledger.reopened, numbers=numbers) if terms else ()
    now = {each.key: (each.amount, each.period) for each in found}
    for fee in fees:
        if fee.key.kind != FEE:
            continue
        require(now.get(fee.key) == (fee.amount, fee.period), refused.FeeNotDue, number=fee.key.number)


def check_change(state: ContractState, change: TermsChange) -> None:
    """A change says something, of lines that are there, on the contract's days.

    Raises `ContractNotSigned`, `ContractHasEnded`, `NothingChanged`, `LineUnknown`, `ChangeOutsideContract`,
    `MeterGridChanged`.
    """
    require_signed(state)
    says = change.fees or change.lines or (change.header and change.header.given())
    require(bool(says), refused.NothingChanged)
    known = {state.contract_id, *(line.line_id for line in state.lines)}
    for line_id in (*(fee.line_id for fee in change.fees), *(line.line_id for line in change.lines)):
        require(line_id in known, refused.LineUnknown, line_id=str(line_id))
    check_meters_change(state, change)
    first_on, last_on = state.terms[0].starts_on, state.ends_on
    is_inside = last_on is not None and first_on <= change.from_on <= last_on
    require(is_inside, refused.ChangeOutsideContract, first_on=str(first_on), last_on=str(last_on))


def check_last_day(state: ContractState, last_on: date) -> None:
    """An early end lies inside the contract; the day before its start ends it before it began. `LastDayOutside`."""
    first_on, ends_on = state.terms[0].starts_on, state.ends_on
    is_inside = ends_on is not None and first_on.toordinal() - 1 <= last_on.toordinal() <= ends_on.toordinal()
    require(is_inside, refused.LastDayOutside, first_on=str(first_on), last_on=str(ends_on))
