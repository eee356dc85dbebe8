"""What people may ask about quotes (preventivi): drafted from a call or alone, changed, revised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal
from aggregates.call import Call
from aggregates.counterparty import Counterparty
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.quote_blocks import Block, QuoteTexts
from aggregates.quote_need import quote_need
from aggregates.quote_supply import sells_goods
from aggregates.quote_values import QuoteLine, QuoteTerms, Revision, quote_totals
from aggregates.record_ref import SourceRef
from aggregates.rules.numbering import Document
from aggregates.rules.tolerance import ToleranceTerms
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.number_register import take_number
from commands.quote_lines import LETTER, LineAsked, Pricing, QuoteLineChange, lines_asked, lines_changed, lines_of_call
from commands.quote_texts import check_pictures


class CallWithoutCustomer(Refusal):
    """This call has no customer yet; choose the customer first."""

    status = 422


class NoCallBehind(Refusal):
    """This quote was not made from a call; give the new lines instead."""

    status = 422


class NothingToQuote(Refusal):
    """Everything planned on this call is covered, so that no quote is needed (R7.6): {reason}."""


class QuoteForWhom(Refusal):
    """Say whom the quote is for: a customer, or a machine whose owner is known."""

    status = 422


class DraftQuote(Command):
    """Begin a quote without a call: for a customer or prospect, or for whoever owns a machine."""

    quote_id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="The owner of the first machine if left out.")
    site_id: UUID | None = None
    serial_item_ids: tuple[UUID, ...] = ()
    lines: tuple[LineAsked, ...] = Field(min_length=1)
    terms: QuoteTerms = QuoteTerms()
    texts: QuoteTexts = Field(default=QuoteTexts(), description="What stands before and after the lines (QUO-3).")
    validity_days: int | None = Field(default=None, ge=1, le=365, description="The company's usual if left out (R7.3).")
    alternative: str = LETTER


class QuoteCall(Command):
    """Make a quote from a call: a snapshot of planned work and parts at the customer's prices (R7.1)."""

    call_id: UUID
    quote_id: UUID | None = None
    lines: tuple[LineAsked, ...] = Field(default=(), description="Lines to add to the call's.")
    planned: bool = Field(
        default=True, description="Take what the call plans; false for work beyond a quote that was accepted (R7.5)."
    )
    even_if_covered: bool = Field(default=False, description="Also where the customer pays for nothing (R7.6).")
    terms: QuoteTerms = QuoteTerms()
    texts: QuoteTexts = Field(default=QuoteTexts(), description="What stands before and after the lines (QUO-3).")
    validity_days: int | None = Field(default=None, ge=1, le=365)
    alternative: str = LETTER


class SetQuoteLines(Command):
    """Change the lines of a draft: give them all anew, or only what is different."""

    quote_id: UUID
    alternative: str = LETTER
    lines: tuple[LineAsked, ...] = Field(default=(), description="All lines; left out, those there stay.")
    changes: tuple[QuoteLineChange, ...] = ()


class AddQuoteAlternative(Command):
    """Offer another way of doing it beside the first."""

    quote_id: UUID
    alternative: str = Field(pattern=r"^[A-Z]$", examples=["B"])
    lines: tuple[LineAsked, ...] = Field(min_length=1)


class ReviseQuote(Command):
    """Make the next revision of a quote that was sent; the one before is superseded (R7.1)."""

    quote_id: UUID
    alternative: str = LETTER
    lines: tuple[LineAsked, ...] = Field(default=(), description="All lines anew; left out, the last revision's.")
    changes: tuple[QuoteLineChange, ...] = Field(default=(), description="What is different from the last revision.")
    from_call: bool = Field(default=False, description="Take the call's planned work and parts as they are now.")


def draft_quote(cmd: DraftQuote, act: Act, service: Service) -> Answer:
    """Handles `DraftQuote`; the same id again answers the quote that is there."""
    quote_id = cmd.quote_id or service.new_id()
    quote = service.find(Quote, quote_id)
    if quote is None:
        party = service.load(Party, cmd.customer_id or _owner(service, cmd.serial_item_ids, rome_date(act.at)))
        pricing = Pricing(service, party, rome_date(act.at))
        lines = pricing.taxed(lines_asked(service, pricing, cmd.lines), None)
        quote = _begin(service, quote_id, party, cmd.site_id, lines, cmd, None, cmd.serial_item_ids, act)
    return answer(quote, cmd.alternative)


def quote_call(cmd: QuoteCall, act: Act, service: Service) -> Answer:
    """Handles `QuoteCall`; the same id again answers the quote that is there. Raises `NothingToQuote`."""
    quote_id = cmd.quote_id or service.new_id()
    quote = service.find(Quote, quote_id)
    if quote is None:
        call = service.load(Call, cmd.call_id)
        if call.party_id is None:
            raise CallWithoutCustomer
        party = service.load(Party, call.party_id)
        pricing = Pricing(service, party, rome_date(act.at))
        need = quote_need(call)
        if cmd.planned and not cmd.lines and not cmd.even_if_covered and need.all_covered:
            reasons = " ".join(dict.fromkeys(item.reason for item in need.items))
            raise NothingToQuote(reason=reasons.removesuffix("."))
        taken = _of_call(service, pricing, call, party) if cmd.planned else ()
        lines = taken + lines_asked(service, pricing, cmd.lines)
        source = _source(service, call)
        quote = _begin(service, quote_id, party, call.site_id, lines, cmd, source, call.serial_item_ids, act)
    return answer(quote, cmd.alternative)


def set_quote_lines(cmd: SetQuoteLines, act: Act, service: Service) -> Answer:
    """Handles `SetQuoteLines`."""
    quote = service.load(Quote, cmd.quote_id)
    lines = _new_lines(service, quote, quote.latest(cmd.alternative), cmd.lines, cmd.changes, act)
    check_pictures(service, all_blocks(lines))
    quote.set_lines(cmd.alternative, lines, act)
    service.save(quote)
    return answer(quote, cmd.alternative)


def add_quote_alternative(cmd: AddQuoteAlternative, act: Act, service: Service) -> Answer:
    """Handles `AddQuoteAlternative`."""
    quote = service.load(Quote, cmd.quote_id)
    pricing = _pricing(service, quote, act)
    lines = pricing.taxed(lines_asked(service, pricing, cmd.lines), quote.source)
    check_pictures(service, all_blocks(lines))
    quote.add_alternative(cmd.alternative, lines, quote.source, act)
    service.save(quote)
    return answer(quote, cmd.alternative)


def revise_quote(cmd: ReviseQuote, act: Act, service: Service) -> Answer:
    """Handles `ReviseQuote`."""
    quote = service.load(Quote, cmd.quote_id)
    latest = quote.latest(cmd.alternative)
    source = latest.source
    if cmd.from_call:
        if source is None:
            raise NoCallBehind
        call = service.load(Call, source.id)
        party = service.load(Party, quote.customer.party_id)
        taken = _of_call(service, Pricing(service, party, rome_date(act.at)), call, party)
        lines, source = lines_changed(_same_ids(latest.lines, taken), cmd.changes), _source(service, call)
    else:
        lines = _new_lines(service, quote, latest, cmd.lines, cmd.changes, act)
    check_pictures(service, all_blocks(lines))
    quote.revise(cmd.alternative, lines, source, act)
    service.save(quote)
    return answer(quote, cmd.alternative)


def _begin(
    service: Service,
    quote_id: UUID,
    party: Party,
    site_id: UUID | None,
    lines: tuple[QuoteLine, ...],
    cmd: DraftQuote | QuoteCall,
    source: SourceRef | None,
    serial_item_ids: tuple[UUID, ...],
    act: Act,
) -> Quote:
    today, ours = rome_date(act.at), parameters(service, rome_date(act.at))
    check_pictures(service, all_blocks(lines, cmd.texts))
    tolerance = cmd.terms.tolerance or ours.quote_tolerance or ToleranceTerms()
    quote = Quote.draft(
        quote_id,
        take_number(service, Document.QUOTE, quote_id, today, act),
        today,
        Counterparty.of(party, site_id),
        lines,
        cmd.terms.model_copy(update={"tolerance": tolerance}),
        cmd.validity_days or ours.quote_validity_days,
        act,
        alternative=cmd.alternative,
        source=source,
        serial_item_ids=serial_item_ids,
    )
    quote.set_texts(cmd.alternative, cmd.texts, act)
    service.save(quote)
    return quote


def _owner(service: Service, serial_item_ids: tuple[UUID, ...], on: date) -> UUID:
    """The owner of the first machine on a day. Raises `QuoteForWhom`."""
    item = service.load(SerialItem, serial_item_ids[0]) if serial_item_ids else None
    owner = item.place_on(on).owner_id if item else None
    if owner is None:
        raise QuoteForWhom
    return owner


def all_blocks(lines: tuple[QuoteLine, ...], texts: QuoteTexts | None = None) -> Iterator[Block]:
    """Every text and picture of a revision."""
    if texts is not None:
        yield from (*texts.header, *texts.footer)
    yield from (block for line in lines for block in line.blocks)


def _of_call(service: Service, pricing: Pricing, call: Call, party: Party) -> tuple[QuoteLine, ...]:
    site = party.sites.get(call.site_id) if call.site_id else None
    return lines_of_call(service, pricing, call, site.travel_km if site else None)


def _source(service: Service, call: Call) -> SourceRef:
    number = call.number or service.lookups.call_number(call.id)
    return SourceRef(kind="call", id=call.id, number=number, version=call.version)


def _pricing(service: Service, quote: Quote, act: Act) -> Pricing:
    return Pricing(service, service.load(Party, quote.customer.party_id), rome_date(act.at))


def _new_lines(
    service: Service,
    quote: Quote,
    latest: Revision,
    asked: tuple[LineAsked, ...],
    changes: tuple[QuoteLineChange, ...],
    act: Act,
) -> tuple[QuoteLine, ...]:
    before = () if asked else latest.lines
    lines = lines_changed(lines_asked(service, _pricing(service, quote, act), asked) if asked else before, changes)
    if sells_goods(before, latest.source) == sells_goods(lines, latest.source):
        return lines
    return _pricing(service, quote, act).taxed(lines, latest.source)


def _same_ids(before: tuple[QuoteLine, ...], taken: tuple[QuoteLine, ...]) -> tuple[QuoteLine, ...]:
    """Lines copied again from the call keep their ids and what was written to them, so that revisions compare."""
    known = {(line.source_line_id or line.kind): line for line in before}
    kept = ("line_id", "section", "optional", "blocks")
    return tuple(
        line.model_copy(update={name: getattr(old, name) for name in kept})
        if (old := known.get(line.source_line_id or line.kind))
        else line
        for line in taken
    )


def answer(quote: Quote, alternative: str) -> Answer:
    """What every command about a quote answers: its last revision with its sums, and lines without a price."""
    latest = quote.latest(alternative)
    totals = quote_totals(latest.lines)
    unpriced = [line.description for line in latest.lines if line.unit_price is None]
    return {
        "quote_id": quote.id,
        "number": quote.number,
        "alternative": alternative,
        "revision": latest.revision,
        "net": str(totals.net),
        "total": str(totals.total),
        "valid_until": latest.valid_until,
        "line_ids": [line.line_id for line in latest.lines],
        "unpriced": unpriced,
    }
