"""What may be asked about answering a quote from afar (risposta al preventivo): ask the customer, take the link back.

Making the secret needs a secret of the installation; trying a code and answering come from the link's own address. So
only taking it back is in the catalogue, and nobody signed in can answer for a customer by a link. The e-mails hold
`{link}` and `{code}`: what they stand for is filled in as they go out and is never in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Refusal, require
from aggregates.issued_document import IssuedDocument
from aggregates.notice import Addressed, Attached, Notice, Occasion
from aggregates.notice_terms import Happening, NoticeChannel, Whom
from aggregates.party import Party
from aggregates.quote import Quote
from aggregates.quote_evidence import AnswerEvidence
from aggregates.quote_link import LINK_AND_CODE, OfferShown, QuoteAnswer, QuoteLink
from aggregates.quote_refusals import QuoteIsAccepted
from aggregates.quote_values import RevisionState
from aggregates.record_ref import RecordRef
from aggregates.values import ROME, PersonRef, rome_date
from aggregates.work_report import SHA256
from commands.base import Answer, Command, Entry, Service
from commands.words import Words

RULE = "PREVENTIVO"
ITALIAN = "it"
Texts = Mapping[str, tuple[str, str]]
ASKED: Texts = {
    "it": (
        "Preventivo {number}",
        "Gentile {name},\n\nin allegato il nostro preventivo {number}. Può leggerlo e rispondere qui:\n\n{link}\n\n"
        "L'offerta vale fino al {until}. Per rispondere le chiederemo un codice, che le inviamo a parte.\n",
    ),
    "en": (
        "Quote {number}",
        "Dear {name},\n\nplease find attached our quote {number}. You can read and answer it here:\n\n{link}\n\n"
        "The offer holds until {until}. To answer you will be asked for a code, which we send separately.\n",
    ),
}
CODE: Texts = {
    "it": (
        "Codice per il preventivo {number}",
        "Gentile {name},\n\nil codice per rispondere al preventivo {number} è {code}. Vale dieci minuti.\n\n"
        "Se non lo ha chiesto lei, non lo dia a nessuno.\n",
    ),
    "en": (
        "Code for quote {number}",
        "Dear {name},\n\nthe code to answer quote {number} is {code}. It holds ten minutes.\n\n"
        "If you did not ask for it, give it to nobody.\n",
    ),
}
"""Subject and text in the languages that there are words in; other customers get the Italian ones."""


class NothingToAnswer(Refusal):
    """Quote {number} has nothing that was sent and still holds; send it, or make a new revision."""


class NoEmail(Refusal):
    """There is no e-mail address to send to; give one, or tell the code by phone."""

    status = 422


class QuoteNotPrinted(Refusal):
    """The document is still being prepared; try again in a minute."""


class NotWhatWasShown(Refusal):
    """The document is not the one that was shown; load the page again, read it, and answer then."""


class AskQuoteAnswer(Command):
    """Ask a customer to answer a quote by a secret address, good until its last day; only the secret's hash is kept."""

    quote_id: UUID
    link_id: UUID
    name: Words = Field(min_length=1, max_length=200, examples=["Laura Bianchi"])
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=40)
    person_id: UUID | None = None
    by_email: bool = Field(default=False, description="Send the address by e-mail.")
    secret_sha256: str = Field(pattern=SHA256)


class MakeQuoteCode(Command):
    """Make a one-time code; it holds ten minutes. Only its hash is kept."""

    link_id: UUID
    code_sha256: str = Field(pattern=SHA256)
    nonce: str = Field(pattern=r"^[0-9a-f]{32}$", description="What the code is made from, with our own secret.")
    by_email: bool = False


class RevokeQuoteLink(Command):
    """Take back the link by which a customer could answer a quote."""

    link_id: UUID
    reason: Words = Field(min_length=1, max_length=500, examples=["Inviato alla persona sbagliata"])


class TryQuoteCode(Command):
    """The customer enters the code."""

    link_id: UUID
    code_sha256: str = Field(pattern=SHA256)


class AnswerQuoteByLink(Command):
    """The customer accepts one alternative, or declines them all."""

    link_id: UUID
    answer: QuoteAnswer
    name: Words = Field(min_length=1, max_length=200)
    role: str | None = Field(default=None, max_length=100)
    alternative: str | None = Field(default=None, pattern=r"^[A-Z]$")
    revision: int | None = Field(default=None, ge=0)
    options: tuple[UUID, ...] = ()
    document_sha256: str | None = Field(default=None, pattern=SHA256)
    image_sha256: str | None = Field(default=None, pattern=SHA256)
    reason: Words | None = Field(default=None, max_length=1000)
    user_agent: str | None = Field(default=None, max_length=300)


def ask_quote_answer(cmd: AskQuoteAnswer, act: Act, service: Service) -> Answer:
    """Handles `AskQuoteAnswer`. Raises `QuoteIsAccepted`, `NothingToAnswer`, `NoEmail`."""
    quote = service.load(Quote, cmd.quote_id)
    require(quote.accepted is None, QuoteIsAccepted, number=quote.number)
    today = rome_date(act.at)
    sent = [one for one in quote.revisions.values() if one.state is RevisionState.SENT]
    days = [one.valid_until for one in sent if one.valid_until is not None and one.valid_until >= today]
    require(bool(days), NothingToAnswer, number=quote.number)
    require(not cmd.by_email or bool(cmd.email), NoEmail)
    until = max(days)
    expires_at = datetime.combine(until + timedelta(days=1), time(), ROME).astimezone(UTC)
    person = PersonRef(
        person_id=cmd.person_id or service.new_id("person"), name=cmd.name, email=cmd.email, phone=cmd.phone
    )
    offers = tuple(OfferShown(alternative=one.alternative, revision=one.revision) for one in sent)
    ref = RecordRef(kind="quote", id=quote.id, number=quote.number)
    link = QuoteLink.ask(cmd.link_id, ref, offers, person, cmd.secret_sha256, expires_at, act)
    service.save(link)
    if cmd.by_email:
        values = {"until": f"{until:%d/%m/%Y}"}
        key, papers = f"quote-link/{link.id}", _papers(service, quote, offers)
        _write(service, link, Happening.QUOTE_LINK, key, ASKED, values, expires_at, quote, act, papers)
    return {"link_id": link.id, "expires_at": expires_at, "valid_until": until, "offers": [dict(one) for one in offers]}


def make_quote_code(cmd: MakeQuoteCode, act: Act, service: Service) -> None:
    """Handles `MakeQuoteCode`. Raises `NoEmail`, `TooManyCodes` and the refusal of the link's state."""
    link = service.load(QuoteLink, cmd.link_id)
    require(not cmd.by_email or bool(link.person.email), NoEmail)
    link.make_code(cmd.code_sha256, act)
    service.save(link)
    if cmd.by_email:
        quote, until = service.load(Quote, link.quote.id), act.at + timedelta(minutes=10)
        _write(service, link, Happening.QUOTE_CODE, f"quote-code/{cmd.nonce}", CODE, {}, until, quote, act)


def revoke_quote_link(cmd: RevokeQuoteLink, act: Act, service: Service) -> None:
    """Handles `RevokeQuoteLink`. Raises `QuoteLinkUsed`."""
    link = service.load(QuoteLink, cmd.link_id)
    link.revoke(cmd.reason, act)
    service.save(link)


def try_quote_code(cmd: TryQuoteCode, act: Act, service: Service) -> Answer:
    """Handles `TryQuoteCode`: a wrong code is a fact, and so no refusal."""
    link = service.load(QuoteLink, cmd.link_id)
    confirmed = link.try_code(cmd.code_sha256, act)
    service.save(link)
    return {"confirmed": confirmed, "tries": link.tries}


def answer_quote_by_link(cmd: AnswerQuoteByLink, act: Act, service: Service) -> None:
    """Handles `AnswerQuoteByLink`: link used and quote answered in one append; of two at once one wins.

    Raises the refusals of the link and of `Quote.accept`, `OfferNotShown`, `QuoteNotPrinted`, `NotWhatWasShown`.
    """
    link = service.load(QuoteLink, cmd.link_id)
    quote = service.load(Quote, link.quote.id)
    link.use(cmd.answer, act)
    person = link.person.model_copy(update={"name": cmd.name})
    proof = cmd.model_dump(include={"role", "document_sha256", "image_sha256", "user_agent"})
    evidence = AnswerEvidence(**proof, link_id=link.id)
    if cmd.answer is QuoteAnswer.DECLINED:
        quote.decline(cmd.reason or "–", act, person=person, channel=LINK_AND_CODE, evidence=evidence)
    else:
        alternative, revision = cmd.alternative or link.offers[0].alternative, cmd.revision or 0
        link.check_shows(alternative, revision)
        require(quote.accepted is None, QuoteIsAccepted, number=quote.number)
        quote.accept(alternative, revision, person, LINK_AND_CODE, act, cmd.options, evidence)
        shown = service.lookups.quote_document(quote.id, alternative, revision)
        require(shown is not None, QuoteNotPrinted)
        require(cmd.document_sha256 == shown, NotWhatWasShown)
    service.save(link, quote)


def _write(
    service: Service,
    link: QuoteLink,
    happening: Happening,
    key: str,
    words: Texts,
    values: dict[str, str],
    use_by_at: datetime,
    quote: Quote,
    act: Act,
    attached: tuple[Attached, ...] = (),
) -> None:
    """An e-mail to the customer in their language, part of this append."""
    customer = service.find(Party, quote.customer.party_id)
    language = (customer.terms.document_language if customer else None) or ITALIAN
    told = {"number": quote.number, "name": link.person.name, "link": "{link}", "code": "{code}", **values}
    subject, text = (one.format_map(told) for one in words.get(language, words[ITALIAN]))
    occasion = Occasion(
        key=key,
        happening=happening,
        happened_at=act.at,
        call_id=quote.source.id if quote.source else None,
        cause_id=link.id,
        customer_id=quote.customer.party_id,
    )
    to = Addressed(
        whom=Whom.CONTACT,
        person_id=link.person.person_id,
        name=link.person.name,
        address=link.person.email,
        subject=" ".join(subject.split()),
        text=text,
    )
    service.save(Notice.write(RULE, occasion, NoticeChannel.EMAIL, to, act.at, use_by_at, attached, act))


def _papers(service: Service, quote: Quote, offers: tuple[OfferShown, ...]) -> tuple[Attached, ...]:
    """What was printed of each alternative so far, to go with the address; the page shows the rest."""
    ids = (service.lookups.quote_paper(quote.id, one.alternative, one.revision) for one in offers)
    papers = (service.find(IssuedDocument, paper_id) for paper_id in ids if paper_id)
    return tuple(Attached.of(paper.document) for paper in papers if paper)


NOBODY: frozenset[str] = frozenset()
ASK = Entry("ask-quote-answer", "/quote-links", AskQuoteAnswer, ask_quote_answer, NOBODY, "quote_id")
MAKE_CODE = Entry("make-quote-code", "/quote-links/code", MakeQuoteCode, make_quote_code, NOBODY, "link_id")
TRY = Entry("try-quote-code", "/quote-links/try", TryQuoteCode, try_quote_code, NOBODY, "link_id")
ANSWER = Entry("answer-by-link", "/quote-links/answer", AnswerQuoteByLink, answer_quote_by_link, NOBODY, "link_id")
"""What the routes of answering do, with a role for nobody."""
