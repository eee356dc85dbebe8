"""How parties, calls, contracts, stock, delivery notes and quotes are told: the facts of `public_facts`."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from aggregates.article import Article
from aggregates.base import Aggregate
from aggregates.call import Call
from aggregates.contract import Contract
from aggregates.delivery_note import DeliveryNote
from aggregates.erasure import Erasure
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.record_ref import RecordRef
from aggregates.stock_item import StockItem
from aggregates.values import cents
from gateways import public_facts as public
from gateways.public_accounting import Context
from gateways.public_facts import PublicData


def party_registered(fact: Party.Registered, _: Context) -> PublicData:
    """A party without its names."""
    return public.PartyRegistered(
        party_id=fact.stream_id,
        code=fact.code,
        role=fact.role.value,
        nature=fact.nature.value,
        country=fact.address.country if fact.address else None,
    )


def person_erased(fact: Erasure.CarriedOut, _: Context) -> PublicData:
    """A person who is forgotten; what was destroyed is not told."""
    return public.PersonErased(
        subject_kind=fact.subject.kind.value,
        subject_id=fact.subject.id,
        scope=fact.keep.value,
        erased_on=fact.carried_out_on,
    )


def call_opened(fact: Call.Opened, _: Context) -> PublicData:
    """A call without its words."""
    return public.CallOpened(
        call_id=fact.stream_id,
        party_id=fact.party_id,
        serial_item_ids=fact.serial_item_ids,
        priority=fact.priority.value,
        coverage=fact.coverage.kind.value,
        contract_id=fact.coverage.contract_id,
    )


def call_closed(fact: Call.Closed, _: Context) -> PublicData:
    """A call that is done."""
    return public.CallClosed(call_id=fact.stream_id, outcome=fact.outcome.value)


def contract_kept(fact: Contract.Drafted | Contract.HeaderChanged, context: Context) -> None:
    """Whose contract it is, and of which kind."""
    context.remember(fact.stream_id, party_id=str(fact.header.customer_id), kind=fact.header.kind.value)


def contract_numbered(fact: Contract.Signed, context: Context) -> None:
    """Later facts say its number."""
    context.remember(fact.stream_id, number=fact.number)


def contract_signed(fact: Contract.Signed, context: Context) -> PublicData:
    """A contract with its first term."""
    return public.ContractSigned.model_validate(
        {
            **context.recall(fact.stream_id),
            "contract_id": fact.stream_id,
            "signed_on": fact.signed_on,
            **fact.term.model_dump(),
        }
    )


def contract_renewed(fact: Contract.Renewed, context: Context) -> PublicData:
    """One more term."""
    return public.ContractRenewed(
        contract_id=fact.stream_id,
        number=context.recall(fact.stream_id).get("number"),
        term_number=fact.term_number,
        tacit=fact.is_tacit,
        starts_on=fact.term.starts_on,
        ends_on=fact.term.ends_on,
    )


def contract_ended(fact: Contract.Ended, context: Context) -> PublicData:
    """A contract that ends otherwise than by expiry."""
    return public.ContractTerminated.model_validate(
        {
            "contract_id": fact.stream_id,
            "number": context.recall(fact.stream_id).get("number"),
            "outcome": fact.ending.status.value,
            "last_on": fact.ending.last_on,
            "successor_id": fact.ending.successor_id,
        }
    )


def article_code(fact: Article.Registered, context: Context) -> None:
    """Goods are told by their code."""
    context.remember(fact.stream_id, code=fact.code)


def stock_kept(fact: StockItem.Stocked, context: Context) -> None:
    """Movements say their stock by its id alone."""
    context.remember(
        fact.stream_id,
        article_id=str(fact.article_id),
        warehouse_id=str(fact.warehouse_id),
        ownership=fact.ownership.value,
    )


def _moved(
    fact: Aggregate.Event, context: Context, movement: str, quantity: Decimal, cost: Decimal, ref: RecordRef | None
) -> PublicData:
    item = context.recall(fact.stream_id)
    return public.StockMoved.model_validate(
        {
            "stock_item_id": fact.stream_id,
            "movement": movement,
            **item,
            "article_code": context.recall(UUID(item["article_id"])).get("code"),
            "quantity": quantity,
            "unit_cost": cost,
            "value": cents(quantity * cost),
            "record": ref.model_dump(include={"kind", "id", "number"}) if ref else None,
        }
    )


def stocked(fact: StockItem.Stocked, context: Context) -> PublicData:
    """An opening balance."""
    return _moved(fact, context, "opening", fact.quantity, fact.unit_cost, None)


def received(fact: StockItem.Received, context: Context) -> PublicData:
    """Goods that came in."""
    return _moved(fact, context, "receipt", fact.quantity, fact.unit_cost, fact.source)


def issued(fact: StockItem.Issued, context: Context) -> PublicData:
    """Goods that left for a record, at their cost."""
    return _moved(fact, context, "issue", -fact.quantity, fact.unit_cost, fact.record)


def moved_out(fact: StockItem.MovedOut, context: Context) -> PublicData:
    """Goods that left for another warehouse."""
    return _moved(fact, context, "transfer_out", -fact.quantity, fact.unit_cost, fact.record)


def moved_in(fact: StockItem.MovedIn, context: Context) -> PublicData:
    """Goods that came from another warehouse."""
    return _moved(fact, context, "transfer_in", fact.quantity, fact.unit_cost, fact.record)


def returned(fact: StockItem.Returned, context: Context) -> PublicData:
    """Goods that came back unused."""
    return _moved(fact, context, "receipt", fact.quantity, fact.unit_cost, fact.record)


def counted(fact: StockItem.Counted, context: Context) -> PublicData:
    """What a count found more or less."""
    return _moved(fact, context, "count", fact.difference, fact.unit_cost, None)


def delivery_note_issued(fact: DeliveryNote.Issued, _: Context) -> PublicData:
    """A delivery note."""
    return public.DeliveryNoteIssued.model_validate(
        {
            "delivery_note_id": fact.stream_id,
            "number": fact.number,
            "issued_on": fact.dated_on,
            "reason": fact.reason.reason.value,
            "party_id": fact.recipient.party_id,
            "lines": [
                {
                    "article_id": line.article_id,
                    "article_code": line.code,
                    "quantity": line.quantity,
                    "unit": line.unit,
                }
                for line in fact.lines
            ],
        }
    )


def quote_drafted(fact: Quote.Drafted, context: Context) -> None:
    """What is accepted says whose quote it is."""
    context.remember(fact.stream_id, number=fact.number, party_id=str(fact.customer.party_id))


def quote_sent(fact: Quote.Sent, context: Context) -> None:
    """What is accepted says its sums, as they were sent."""
    sums = {"taxable": str(fact.totals.net), "total": str(fact.totals.total)}
    context.remember(fact.stream_id, **{_revision(fact): sums})


def quote_accepted(fact: Quote.Accepted, context: Context) -> PublicData:
    """An accepted quote."""
    quote = context.recall(fact.stream_id)
    return public.QuoteAccepted.model_validate(
        {
            "quote_id": fact.stream_id,
            "number": quote["number"],
            "party_id": quote["party_id"],
            "alternative": fact.alternative,
            "revision": fact.revision,
            "accepted_on": fact.accepted_on,
            **quote[_revision(fact)],
        }
    )


def _revision(fact: Quote.Sent | Quote.Accepted) -> str:
    return f"{fact.alternative}/{fact.revision}"
