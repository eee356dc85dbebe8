"""Changed terms of a signed contract (variazioni contrattuali): from a day on, never rewriting what was billed.

Fees take their own way, as dated fees of a line; here stands everything else that the parties may agree to change. The
grid of periods, the customer and the kind stay: who wants others makes a new contract that supersedes this one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.adjustment_terms import AdjustmentTerms
from aggregates.contract_terms import (
    BlockPolicy,
    ContractHeader,
    ContractLine,
    Covered,
    CustomerBank,
    LineFee,
)
from aggregates.coverage import ServiceTerms
from aggregates.meter_terms import MeterTerms
from aggregates.party import PaymentMethod
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.periods import Notice
from aggregates.rules.vat import Supply
from aggregates.values import Value


class _Change(Value):
    def given(self) -> dict[str, Any]:
        """Only what changes."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class HeaderChange(_Change):
    """What changes in the header; what is left out stays as it was."""

    title: str | None = None
    tacit_renewal: bool | None = None
    notice: Notice | None = None
    clause_approved: bool | None = None
    suspension_approved: bool | None = None
    block_policy: BlockPolicy | None = None
    payment_terms: PaymentTerms | None = None
    payment_method: PaymentMethod | None = None
    bank: CustomerBank | None = None
    order_number: str | None = None
    order_on: date | None = None
    cig: str | None = None
    cup: str | None = None
    supply: Supply | None = None
    vat_code: str | None = None
    revenue_account: str | None = None
    analytic_account: str | None = None
    cost_centre: str | None = None
    job: str | None = None
    usual_technician_id: UUID | None = None
    agent_id: UUID | None = None
    price_list: str | None = None
    service: ServiceTerms | None = None
    adjustment: AdjustmentTerms | None = None
    meters: MeterTerms | None = None
    flags: tuple[str, ...] | None = None
    printable_notes: str | None = None
    internal_notes: str | None = None


class LineChange(_Change):
    """What changes on a line; what is left out stays as it was."""

    line_id: UUID
    description: str | None = None
    covered: Covered | None = None
    service: ServiceTerms | None = None
    adjustment: AdjustmentTerms | None = None
    supply: Supply | None = None
    revenue_account: str | None = None
    job: str | None = None
    cost_centre: str | None = None
    meters: MeterTerms | None = None


class SerialSwap(Value):
    """A line goes on with another machine in the place of one of its own (matricola sostituita)."""

    line_id: UUID
    old_id: UUID
    new_id: UUID
    old_serial: str | None = None
    new_serial: str | None = None

    def in_ids(self, ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
        """The machines of a line after it, the new one at the place of the old one."""
        return tuple(self.new_id if each == self.old_id else each for each in ids)

    def in_serials(self, serials: tuple[str, ...]) -> tuple[str, ...]:
        """The serial numbers as documents print them after it."""
        if self.old_serial not in serials:
            return serials
        found = (self.new_serial if each == self.old_serial else each for each in serials)
        return tuple(each for each in found if each is not None)


class TermsChange(Value):
    """One agreement to change terms from a day on: new annual fees, net, and whatever else differs."""

    from_on: date
    fees: tuple[LineFee, ...] = ()
    header: HeaderChange | None = None
    lines: tuple[LineChange, ...] = ()
    reason: str | None = None
    serials: tuple[SerialSwap, ...] = ()


def changed_header(header: ContractHeader, changes: Iterable[TermsChange]) -> ContractHeader:
    """The header after changes, the later ones over the earlier ones."""
    for change in changes:
        if change.header is not None:
            header = header.model_copy(update=change.header.given())
    return header


def changed_line(line: ContractLine, changes: Iterable[TermsChange]) -> ContractLine:
    """A line after changes, the later ones over the earlier ones."""
    for change in changes:
        for each in change.lines:
            if each.line_id == line.line_id:
                line = line.model_copy(update=each.given())
        for swap in change.serials:
            if swap.line_id == line.line_id and swap.old_id in line.serial_item_ids:
                ids, serials = swap.in_ids(line.serial_item_ids), swap.in_serials(line.serials)
                line = line.model_copy(update={"serial_item_ids": ids, "serials": serials})
    return line
