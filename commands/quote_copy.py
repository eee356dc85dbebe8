"""What people may ask beside a quote's course (copia di un'offerta): a new one like it, a fee that is not charged."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.counterparty import Counterparty
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.quote_values import QuoteLine
from aggregates.rules.numbering import Document
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.number_register import take_number
from commands.quote import answer
from commands.quote_lines import LineAsked, Pricing
from commands.words import Words


class CopyQuote(Command):
    """Begin a new quote like an old one, in whatever state that is; nothing joins the two afterwards.

    Prices stay as they were, or are taken anew from the price list. For another customer or prospect they always are
    taken anew, and the call and machines behind the old quote are left out.
    """

    quote_id: UUID
    new_quote_id: UUID | None = None
    alternative: str | None = Field(default=None, pattern=r"^[A-Z]$", description="The first if left out.")
    revision: int | None = Field(default=None, ge=0, description="The last if left out.")
    customer_id: UUID | None = Field(default=None, description="The same if left out.")
    site_id: UUID | None = Field(default=None, description="Of another customer.")
    reprice: bool = Field(default=False, description="Take articles' prices anew from the price list.")


class WaiveQuoteFee(Command):
    """Do not charge the diagnosis fee that a declined quote owes (R7.5)."""

    quote_id: UUID
    reason: Words = Field(min_length=3, max_length=500, examples=["Cliente fedele"])


def copy_quote(cmd: CopyQuote, act: Act, service: Service) -> Answer:
    """Handles `CopyQuote`; the same new id again answers the copy that is there."""
    new_id = cmd.new_quote_id or service.new_id()
    copied = service.find(Quote, new_id)
    if copied is not None:
        return answer(copied, copied.first_alternative)
    old = service.load(Quote, cmd.quote_id)
    letter = cmd.alternative or old.first_alternative
    taken = old.latest(letter) if cmd.revision is None else old.revision(letter, cmd.revision)
    party = service.load(Party, cmd.customer_id or old.customer.party_id)
    is_same = party.id == old.customer.party_id
    pricing, today = Pricing(service, party, rome_date(act.at)), rome_date(act.at)
    lines = taken.lines
    if cmd.reprice or not is_same:
        source = taken.source if is_same else None
        lines = pricing.taxed([_priced_anew(pricing, line) for line in lines], source)
    same_site = old.customer.destination.site_id if is_same and old.customer.destination else None
    quote = Quote.draft(
        new_id,
        take_number(service, Document.QUOTE, new_id, today, act),
        today,
        Counterparty.of(party, cmd.site_id or same_site),
        lines,
        old.terms,
        old.validity_days,
        act,
        alternative="A",
        source=taken.source if is_same else None,
        serial_item_ids=old.serial_item_ids if is_same else (),
    )
    quote.set_texts("A", taken.texts, act)
    service.save(quote)
    return answer(quote, "A")


def waive_quote_fee(cmd: WaiveQuoteFee, act: Act, service: Service) -> None:
    """Handles `WaiveQuoteFee`. Raises `NoFeeOwed`, `FeeIsBilled`."""
    quote = service.load(Quote, cmd.quote_id)
    quote.waive_fee(cmd.reason, act)
    service.save(quote)


def _priced_anew(pricing: Pricing, line: QuoteLine) -> QuoteLine:
    """The line at today's price and tax; one without an article keeps its price, and no line its old coverage."""
    asked = LineAsked(
        kind=line.kind,
        article_id=line.article_id,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=None if line.article_id else line.unit_price,
        discounts=None if line.article_id else line.discounts,
        section=line.section,
        optional=line.optional,
        blocks=line.blocks,
    )
    return pricing.line(asked, line.line_id)
