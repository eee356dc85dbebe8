"""What people may ask about quotes (preventivi) that leave the house: sent, accepted, declined, expired."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.quote import Quote
from aggregates.values import PersonRef, Value
from commands.base import Answer, Command, Service
from commands.quote import answer
from commands.quote_approval import check_approved
from commands.quote_lines import LETTER
from commands.words import Words


class Person(Value):
    """Someone at the customer's, in words."""

    person_id: UUID | None = Field(default=None, description="The contact's id, when known.")
    name: Words = Field(min_length=1, examples=["Laura Bianchi"])
    email: str | None = None
    phone: str | None = None


class SendQuote(Command):
    """Send the last revision of an alternative; from now on it never changes, and its validity runs."""

    quote_id: UUID
    alternative: str = LETTER
    channel: str = Field(default="email", examples=["email"])
    sent_to: Person | None = None


class AcceptQuote(Command):
    """Record the customer's acceptance: of which revision, by whom and how (R7.3)."""

    quote_id: UUID
    alternative: str = LETTER
    revision: int = Field(ge=0)
    person: Person
    channel: str = Field(examples=["email", "signature", "phone"])
    options: tuple[UUID, ...] = Field(default=(), description="The optional lines that the customer chose.")


class DeclineQuote(Command):
    """Record the customer's refusal with its reason."""

    quote_id: UUID
    reason: Words = Field(min_length=2, examples=["Prezzo troppo alto"])


class ExpireQuote(Command):
    """Let the sent revisions expire whose last day has passed."""

    quote_id: UUID


def send_quote(cmd: SendQuote, act: Act, service: Service) -> Answer:
    """Handles `SendQuote`. Raises `QuoteNeedsApproval` where a threshold is passed and nobody approved it."""
    quote = service.load(Quote, cmd.quote_id)
    check_approved(service, quote, cmd.alternative, act)
    quote.send(cmd.alternative, cmd.channel, _person(cmd.sent_to, service), act)
    service.save(quote)
    return answer(quote, cmd.alternative)


def accept_quote(cmd: AcceptQuote, act: Act, service: Service) -> None:
    """Handles `AcceptQuote`."""
    quote = service.load(Quote, cmd.quote_id)
    person = _person(cmd.person, service)
    assert person is not None
    quote.accept(cmd.alternative, cmd.revision, person, cmd.channel, act, cmd.options)
    service.save(quote)


def decline_quote(cmd: DeclineQuote, act: Act, service: Service) -> None:
    """Handles `DeclineQuote`."""
    quote = service.load(Quote, cmd.quote_id)
    quote.decline(cmd.reason, act)
    service.save(quote)


def expire_quote(cmd: ExpireQuote, act: Act, service: Service) -> None:
    """Handles `ExpireQuote`."""
    quote = service.load(Quote, cmd.quote_id)
    quote.expire(act)
    service.save(quote)


def _person(person: Person | None, service: Service) -> PersonRef | None:
    if person is None:
        return None
    fields = person.model_dump(exclude={"person_id"})
    return PersonRef(person_id=person.person_id or service.new_id("person"), **fields)
