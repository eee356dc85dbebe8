"""Contracts as commands (contratti): drafted, then their lines and hour pools, then signed with their balances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from aggregates.contract import Contract
from aggregates.contract_terms import ContractHeader, FeeDetermination
from aggregates.hour_pool import HourPool
from aggregates.values import Money, cents, euro
from commands.contract import HeaderFields
from gateways.imports.batch import ImportBatch, Problem
from gateways.imports.sheets.contract_lines import ContractLineRow, HourPoolRow
from gateways.imports.sheets.contract_words import ContractStatus, FeeBasis, Tier
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.serial_items import Counter, MeterReadingRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import Order, order
from gateways.imports.taking.words import payment_terms, supply

MONTHS = 12


class Contracts:
    """Lines need the fee basis and the VAT code of their contract's header."""

    def __init__(self, batch: ImportBatch) -> None:
        self._headers = {located.row.number.casefold(): located.row for located in batch.of(ContractRow)}
        self._billed: dict[tuple[str, Counter], date] = {}
        for reading in (located.row for located in batch.of(MeterReadingRow) if located.row.billed):
            key = (_serial(reading.serial_number), reading.counter)
            self._billed[key] = max(reading.read_on, self._billed.get(key, reading.read_on))

    def draft(self, row: ContractRow, finder: Finder) -> Iterator[Order]:
        """A new draft, or another header; what was signed keeps its terms, so that a change of it is refused."""
        contract_id, header = finder.contract(row.number), self._header(row, finder)
        known = finder.record(contract_id)
        if not isinstance(known, Contract):
            yield order("draft-contract", contract_id=contract_id, **header)
            return
        change = order("change-contract-header", contract_id=contract_id, **header)
        if not _says_the_same(change.command, known.state.header):
            yield change

    def line(self, row: ContractLineRow, finder: Finder) -> Iterator[Order]:
        """A line; on a contract already signed it is served from its own first day."""
        header = self._headers.get(row.contract_number.casefold())
        fee, quantity = _line_fee(row, header)
        description = row.description
        if row.counter is not None:
            description = f"{row.description} ({_metered(row)})"
        contract_id = finder.contract(row.contract_number)
        yield order(
            "add-contract-line",
            contract_id=contract_id,
            line_id=uuid5(contract_id, f"line/{row.line}"),
            description=description,
            article_code=row.article_code,
            serial_item_ids=[finder.item(name) for name in row.serial_numbers],
            serials=[name.rpartition(":")[2] for name in row.serial_numbers],
            quantity=quantity,
            annual_fee=fee,
            discount_percent=row.discount_percent,
            supply=supply(row.vat_code) if row.vat_code and not (header and header.vat_code == row.vat_code) else None,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            covered={
                "labour": row.covers_labour,
                "parts": row.covers_parts,
                "consumables": row.covers_consumables,
                "travel": row.covers_travel,
                "call_fee": row.covers_call_fee,
            },
            meters=self._meters(row),
        )

    def _meters(self, row: ContractLineRow) -> dict[str, Any] | None:
        """What the line's machines pay for copies together (R3.3, R3.5), from the readings billed last on."""
        if row.counter is None:
            return None
        counter = {"counter": row.counter.value, "included": row.included, "tiers": list(_bounds(row.tiers))}
        billed = (self._billed.get((_serial(name), row.counter)) for name in row.serial_numbers)
        return {
            "counters": [counter],
            "minimum": row.minimum_fee.model_dump() if row.minimum_fee else None,
            "billed_through": max(filter(None, billed), default=None),
        }

    def pool(self, row: HourPoolRow, finder: Finder) -> Iterator[Order]:
        """Prepaid hours as a pool with its opening balance, invoiced already; later, other terms."""
        contract_id = finder.contract(row.contract_number)
        pool_id = uuid5(contract_id, f"pool/{row.starts_on}")
        rate = row.overage_hourly_price
        terms = {
            "rules": {"minimum_minutes": row.minimum_minutes, "step_minutes": row.step_minutes},
            "overage_rate": euro(rate) if rate is not None else None,
        }
        hours = {
            "lot_id": uuid5(pool_id, "lot"),
            "minutes": row.purchased_minutes,
            "price": row.price,
            "valid_from": row.starts_on,
            "valid_to": row.ends_on,
            "bought_on": row.starts_on,
            "used_minutes": row.purchased_minutes - row.balance_minutes,
            "is_invoiced": True,
        }
        if isinstance(finder.stored(pool_id), HourPool):
            yield order("set-hour-pool-terms", pool_id=pool_id, terms=terms, from_on=row.starts_on)
            yield order("top-up-hour-pool", pool_id=pool_id, hours=hours)
            return
        yield order(
            "open-hour-pool",
            pool_id=pool_id,
            customer_id=self._customer(row.contract_number, contract_id, finder),
            name=f"Monte ore {row.contract_number} dal {row.starts_on:%d/%m/%Y}",
            contract_id=contract_id,
            terms=terms,
            hours=hours,
        )

    def _customer(self, number: str, contract_id: UUID, finder: Finder) -> UUID | None:
        header, known = self._headers.get(number.casefold()), finder.record(contract_id)
        if header is not None:
            return finder.party(header.customer_code)
        return known.state.header.customer_id if isinstance(known, Contract) else None

    def sign(self, row: ContractRow, finder: Finder) -> Iterator[Order]:
        """The signature, the day the contract was billed through (opening balance), notice and block."""
        contract_id = finder.contract(row.number)
        known = finder.record(contract_id)
        state = known.state if isinstance(known, Contract) else None
        if row.status is ContractStatus.DRAFT:
            return
        if state is None or not state.terms:
            signed_on = row.signed_on or row.starts_on
            signing = {"number": row.number, "signed_on": signed_on, "ends_on": row.ends_on}
            yield order("sign-contract", contract_id=contract_id, **signing)
        elif row.ends_on is not None and row.ends_on > state.terms[-1].ends_on:
            yield order("renew-contract", contract_id=contract_id, agreed=True, expiry_on=state.terms[-1].ends_on)
        if row.billed_through_on is not None and (state is None or state.billed_through != row.billed_through_on):
            yield order("set-billed-through", contract_id=contract_id, through_on=row.billed_through_on)
        if row.notice_received_on is not None and (state is None or state.notice is None):
            yield order("receive-notice", contract_id=contract_id, received_on=row.notice_received_on)
        blocks = {block.from_on for block in state.blocks} if state else set()
        if row.blocked_from_on is not None and row.blocked_from_on not in blocks:
            yield order("block-contract", contract_id=contract_id, from_on=row.blocked_from_on)

    def _header(self, row: ContractRow, finder: Finder) -> dict[str, Any]:
        determination, fee = _header_fee(row)
        return {
            "customer_id": finder.party(row.customer_code),
            "site_id": finder.site(row.customer_code, row.site_code),
            "kind": row.kind.value,
            "title": row.title,
            "determination": determination,
            "annual_fee": fee,
            "step_months": row.fee_period.months,
            "timing": row.timing,
            "starts_on": row.starts_on,
            "term_months": row.term_months,
            "alignment": row.alignment,
            "first_period": row.first_period.value,
            "tacit_renewal": row.tacit_renewal,
            "clause_approved": row.clause_approved,
            "notice": {"days": row.notice_days} if row.notice_days is not None else None,
            "payment_terms": payment_terms(row.payment_terms),
            "payment_method": row.payment_method and row.payment_method.value,
            "supply": supply(row.vat_code),
            "usual_technician_id": finder.technician(row.usual_technician),
            "main_contract_id": _main(row, finder),
            "price_list": row.price_list,
            "index_share_percent": row.index_share_percent,
            "flags": (f"sla:{row.service_level}",) if row.service_level else (),
            "internal_notes": row.notes,
            **row.model_dump(include={"revenue_account", "job", "cost_centre", "cig", "cup"}),
        }


def not_kept(batch: ImportBatch) -> Iterator[Problem]:
    """What contracts cannot hold in this release, once a file."""
    seen: set[tuple[str, str]] = set()
    for line in batch.of(ContractLineRow):
        if line.row.counter is not None and not line.row.serial_numbers and (line.file, "counter") not in seen:
            seen.add((line.file, "counter"))
            reason = "a metered line without serial numbers counts nothing: name its machines"
            yield Problem(line.file, 0, line.headers.get("serial_numbers", ""), reason)
    for contract in batch.of(ContractRow):
        if contract.row.service_level and (contract.file, "sla") not in seen:
            seen.add((contract.file, "sla"))
            reason = "kept as a label; targets come from the company's calendar until they are set on the contract"
            yield Problem(contract.file, 0, contract.headers.get("service_level", ""), reason)


def _says_the_same(asked: Any, header: ContractHeader) -> bool:
    """Whether a header asked for differs in nothing that it names."""
    names = (name for name in HeaderFields.model_fields if getattr(asked, name) is not None)
    return all(getattr(asked, name) == getattr(header, name) for name in names)


def _main(row: ContractRow, finder: Finder) -> UUID | None:
    return finder.contract(row.main_contract) if row.main_contract else None


def _header_fee(row: ContractRow) -> tuple[FeeDetermination, Money | None]:
    """A fee in the header is for a year or for a period; none at all means the sum of the lines."""
    if row.fee is None:
        return FeeDetermination.SUM_OF_LINES, None
    if row.fee.amount == 0:
        return FeeDetermination.ZERO, None
    return FeeDetermination.HEADER_AMOUNT, _annual(row.fee, row)


def _annual(fee: Money, header: ContractRow | None) -> Money:
    if header is not None and header.fee_basis is FeeBasis.PERIOD:
        return Money(amount=fee.amount * MONTHS / header.fee_period.months, currency=fee.currency)
    return fee


def _line_fee(row: ContractLineRow, header: ContractRow | None) -> tuple[Money | None, Decimal]:
    """The fee of one piece and how many; where the line's fee cannot be shared to the cent, the line as a whole."""
    if row.fee is None or row.quantity <= 0:
        return None, row.quantity or Decimal(1)
    annual = _annual(row.fee, header)
    each = annual.amount / row.quantity
    return (euro(each), row.quantity) if each == cents(each) else (annual, Decimal(1))


def _bounds(tiers: tuple[Tier, ...]) -> Iterator[dict[str, Any]]:
    """Slices by their length become tiers by the excess they reach to."""
    reached = 0
    for tier in tiers:
        reached += tier.up_to or 0
        yield {"up_to": reached if tier.up_to is not None else None, "unit_price": str(tier.unit_price)}


def _serial(name: str) -> str:
    return name.rpartition(":")[2].casefold()


def _metered(row: ContractLineRow) -> str:
    included = f"{row.included} incluse, " if row.included else ""
    minimum = f", minimo {row.minimum_fee.amount} €" if row.minimum_fee else ""
    return f"{included}eccedenza {_tiers(row.tiers)}{minimum}"


def _tiers(tiers: tuple[Tier, ...]) -> str:
    return "; ".join(f"{f'fino a {t.up_to} ' if t.up_to else ''}{t.unit_price} €" for t in tiers)
