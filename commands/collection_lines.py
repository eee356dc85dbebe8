"""How a batch for the bank is put together (composizione della distinta): its lines, and what keeps others out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from aggregates.base import Act, Refusal, require
from aggregates.because import refused
from aggregates.collection_terms import CollectionTerms
from aggregates.collection_values import CollectionLine, CollectionMethod, Creditor, UsedMandate
from aggregates.exchange_receipt import ExchangeState
from aggregates.invoice import Invoice
from aggregates.mandate import Mandate, compact
from aggregates.open_item import OpenItem
from aggregates.party import Party
from aggregates.payable import DuePartPresented
from aggregates.rules.bank_days import bank_day
from aggregates.rules.identifiers import is_iban
from commands.base import Service
from commands.company import parameters, the_company
from commands.payables import Owed, payable


class CollectionDataMissing(Refusal):
    """The company's parameters lack {missing}; ask your bank for it and set it first."""

    status = 422


class CreditorAccountWrong(Refusal):
    """{iban} cannot be credited; give a valid IBAN, for RiBa an Italian one."""

    status = 422


class MandateMissing(Refusal):
    """Customer {code} has signed no mandate for direct debits; have one signed first."""


class DebtorAccountMissing(Refusal):
    """Customer {code} has no Italian IBAN; RiBa needs the customer's bank."""


class InvoiceRefused(Refusal):
    """{number} was refused by the exchange system; it counts as not issued and is not collected."""


class AlreadySettled(Refusal):
    """{number} has nothing open any more."""


def creditor_of(service: Service, method: CollectionMethod, on: date) -> tuple[Creditor, int]:
    """The company as the bank knows it, and the days that the bank needs.

    Raises `CollectionDataMissing`, `CreditorAccountWrong`.
    """
    us, terms = the_company(service).identity, parameters(service, on).collection or CollectionTerms()
    iban = compact(terms.iban or us.iban or "")
    is_riba = method is CollectionMethod.RIBA
    require(bool(iban), CollectionDataMissing, missing="IBAN")
    require(is_riba or bool(terms.creditor_id), CollectionDataMissing, missing="creditor_id")
    require(not is_riba or bool(terms.sia_code), CollectionDataMissing, missing="sia_code")
    is_right = is_iban(iban) and (iban.startswith("IT") or not is_riba)
    require(is_right, CreditorAccountWrong, iban=iban)
    creditor = Creditor(
        name=us.name,
        vat_number=us.vat_number,
        tax_code=us.tax_code,
        address=us.address,
        iban=iban,
        bic=terms.bic,
        creditor_id=terms.creditor_id,
        sia_code=terms.sia_code,
    )
    return creditor, terms.lead_days


def collection_lines(
    service: Service,
    collection_id: UUID,
    method: CollectionMethod,
    found: Iterable[tuple[UUID, int]],
    prepared_on: date,
    lead_days: int,
    act: Act,
) -> tuple[list[CollectionLine], list[dict[str, Any]]]:
    """A line for each due date that can be collected, and the others with their reason."""
    lines: list[CollectionLine] = []
    skipped: list[dict[str, Any]] = []
    earliest = prepared_on + timedelta(days=lead_days)
    for record_id, part in found:
        owed = payable(service, record_id)
        try:
            lines.append(_line(service, collection_id, method, owed, part, len(lines) + 1, earliest, act))
        except Refusal as refusal:
            told = {"record_id": record_id, "part": part, "number": owed.payable_number}
            why = {"code": refusal.code(), "reason": str(refusal), "because": refused(refusal).model_dump()}
            skipped.append({**told, **why})
    return lines, skipped


def _line(
    service: Service,
    collection_id: UUID,
    method: CollectionMethod,
    owed: Owed,
    part: int,
    number: int,
    earliest: date,
    act: Act,
) -> CollectionLine:
    """Raises what keeps a due date out of the batch."""
    document = owed.payable_number
    is_refused = isinstance(owed, Invoice) and owed.exchange_state is ExchangeState.REFUSED
    require(not is_refused, InvoiceRefused, number=document)
    require(owed.settlement.presented.get(part) is None, DuePartPresented, part=part, number=document)
    amount = owed.open_of(part)
    require(amount > 0, AlreadySettled, number=document)
    balance = owed.settlement.part(part)
    assert balance is not None
    party = service.load(Party, owed.terms.customer_id)
    collect_on = bank_day(max(balance.due_on, earliest), in_italy=method is CollectionMethod.RIBA)
    mandate: UsedMandate | None = None
    if method is CollectionMethod.DIRECT_DEBIT:
        iban, mandate = _mandate(service, party, collection_id, collect_on, act)
    else:
        iban = compact(party.terms.iban or "")
        require(iban.startswith("IT") and is_iban(iban), DebtorAccountMissing, code=party.code)
    return CollectionLine(
        number=number,
        record_id=owed.id,
        part=part,
        document=document,
        issued_on=owed.terms.issued_on if isinstance(owed, OpenItem) else owed.require_issued().issued_on,
        due_on=balance.due_on,
        collect_on=collect_on,
        amount=amount,
        end_to_end_id=f"{number:05}",
        customer_id=party.id,
        customer_code=party.code,
        name=party.name,
        tax_code=party.tax.tax_code or party.tax.vat_number,
        address=party.address,
        iban=iban,
        mandate=mandate,
    )


def _mandate(
    service: Service, party: Party, collection_id: UUID, collect_on: date, act: Act
) -> tuple[str, UsedMandate]:
    """The account and mandate of a customer's debit. Raises `MandateMissing`, `MandateRevoked`, `MandateDormant`."""
    mandate_id = service.lookups.mandate_of(party.id)
    mandate = service.find(Mandate, mandate_id) if mandate_id else None
    if mandate is None:
        raise MandateMissing(code=party.code)
    sequence = mandate.use(collection_id, collect_on, act)
    service.save(mandate)
    used = UsedMandate(
        mandate_id=mandate.id,
        reference=mandate.reference,
        signed_on=mandate.signed_on,
        scheme=mandate.scheme,
        sequence=sequence,
    )
    return mandate.iban, used
