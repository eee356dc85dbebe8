"""A statement's content (estratto conto): the frozen account in the words of the paper."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.account_statement import AccountStatement
from aggregates.party import Party
from aggregates.rules.account import AccountLine, MoveKind, OpenPart, total
from projections.documents.content import Source
from projections.documents.content_account_statement import (
    AccountMovement,
    AccountStatementContent,
    AgeingShown,
    OpenDueDate,
)
from projections.documents.identities import customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records

KINDS = {
    MoveKind.INVOICE: "Fattura",
    MoveKind.CREDIT_NOTE: "Nota di credito",
    MoveKind.IMPORTED: "Documento precedente",
    MoveKind.PAYMENT: "Pagamento",
    MoveKind.PAYMENT_REVERSED: "Storno di pagamento",
    MoveKind.REFUND: "Rimborso",
    MoveKind.SETTLEMENT: "Abbinamento",
}
ON_ACCOUNT = "Acconto"


def account_statement(
    statement: AccountStatement, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> AccountStatementContent:
    """What the statement says as it was frozen last. Raises `ContentMissing` for a customer that is not known."""
    customer, told = records.find(Party, statement.customer_id), statement.account
    if customer is None:
        raise ContentMissing("The customer of the statement is not known.")
    return AccountStatementContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(customer),
        source=tuple(source),
        number=f"{statement.customer_code}/{told.to_on.isoformat()}",
        issued_on=statement.dated_on,
        revision=statement.revision,
        from_on=told.from_on,
        until_on=told.to_on,
        currency=statement.currency,
        opening=told.opening,
        lines=tuple(_line(line) for line in told.lines),
        debits=total(line.amount for line in told.lines if line.amount > 0),
        credits=-total(line.amount for line in told.lines if line.amount < 0),
        total=told.closing,
        parts=tuple(_part(part) for part in told.parts),
        ageing=AgeingShown.model_validate(told.ageing.model_dump()),
    )


def _line(line: AccountLine) -> AccountMovement:
    words = [KINDS[line.kind], line.number if line.kind is not MoveKind.PAYMENT else None, line.reference]
    return AccountMovement(
        moved_on=line.on,
        description=" ".join(word for word in words if word),
        number=line.number,
        debit=line.amount if line.amount > 0 else None,
        credit=-line.amount if line.amount < 0 else None,
        balance=line.balance,
    )


def _part(part: OpenPart) -> OpenDueDate:
    named = part.number or (ON_ACCOUNT if part.record_id is None else "–")
    document = f"{ON_ACCOUNT} {part.number}" if part.record_id is None and part.number else named
    told = part.model_dump(include={"issued_on", "due_on", "days_late"})
    return OpenDueDate(document=document, amount=part.open, **told)
