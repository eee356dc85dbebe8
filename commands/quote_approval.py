"""What people may ask about the approval of quotes inside the company (approvazione interna): asked, given, refused."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates import roles
from aggregates.base import Act
from aggregates.company import Parameters
from aggregates.quote import Quote
from aggregates.quote_values import QuoteLine
from aggregates.rules.quote_approval import (
    ApproverLimit,
    JudgedLine,
    PassedThreshold,
    QuoteApprovalTerms,
    may_approve,
    passed_thresholds,
)
from aggregates.user import User
from aggregates.values import cents, rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.quote_lines import LETTER
from commands.words import Words

USUAL = (ApproverLimit(role=roles.MANAGER), ApproverLimit(role=roles.ADMINISTRATOR))


class AskQuoteApproval(Command):
    """Ask for the approval of a draft that passes the company's thresholds; costs are frozen as they are now."""

    quote_id: UUID
    alternative: str = LETTER
    note: str | None = Field(default=None, max_length=1000, examples=["Cliente da riconquistare"])


class ApproveQuote(Command):
    """Let a draft be sent: within one's own limits, and never what one prepared or asked for oneself."""

    quote_id: UUID
    alternative: str = LETTER


class RefuseQuoteApproval(Command):
    """Do not let a draft be sent as it is; changed lines can be asked for again."""

    quote_id: UUID
    alternative: str = LETTER
    reason: Words = Field(min_length=3, max_length=1000, examples=["Sconto troppo alto"])


def ask_quote_approval(cmd: AskQuoteApproval, act: Act, service: Service) -> Answer:
    """Handles `AskQuoteApproval`."""
    quote = service.load(Quote, cmd.quote_id)
    terms = _terms(_parameters(service, act))
    passed = _passed(service, quote, cmd.alternative, terms)
    quote.ask_approval(cmd.alternative, passed, cmd.note, act)
    service.save(quote)
    told = [one.model_dump(mode="json") for one in passed]
    return {"quote_id": quote.id, "passed": told, "approvers": _told(service, terms, passed)}


def approve_quote(cmd: ApproveQuote, act: Act, service: Service) -> None:
    """Handles `ApproveQuote`."""
    quote = service.load(Quote, cmd.quote_id)
    may, approvers = _may(service, quote, cmd.alternative, act)
    quote.approve(cmd.alternative, may, approvers, act)
    service.save(quote)


def refuse_quote_approval(cmd: RefuseQuoteApproval, act: Act, service: Service) -> None:
    """Handles `RefuseQuoteApproval`."""
    quote = service.load(Quote, cmd.quote_id)
    may, approvers = _may(service, quote, cmd.alternative, act)
    quote.refuse_approval(cmd.alternative, cmd.reason, may, approvers, act)
    service.save(quote)


def check_approved(service: Service, quote: Quote, alternative: str, act: Act) -> None:
    """Before a revision is sent. Raises `QuoteNeedsApproval` where it passes a threshold and nobody approved it."""
    terms = _terms(_parameters(service, act))
    passed = _passed(service, quote, alternative, terms)
    quote.require_approved(alternative, passed, ", ".join(_told(service, terms, passed)) if passed else "")


def _may(service: Service, quote: Quote, alternative: str, act: Act) -> tuple[bool, str]:
    """Whether the person who acts may approve what was asked, and who may."""
    terms = _terms(_parameters(service, act))
    asked = quote.latest(alternative).approval
    passed = asked.passed if asked else ()
    user = _user(service, act)
    theirs = user.roles if user else ()
    may = may_approve(passed, terms, user.id if user else None, theirs)
    return may, ", ".join(_told(service, terms, passed))


def _terms(ours: Parameters) -> QuoteApprovalTerms:
    terms = ours.quote_approval or QuoteApprovalTerms()
    return terms if terms.approvers else terms.model_copy(update={"approvers": USUAL})


def _parameters(service: Service, act: Act) -> Parameters:
    return parameters(service, rome_date(act.at))


def _passed(service: Service, quote: Quote, alternative: str, terms: QuoteApprovalTerms) -> tuple[PassedThreshold, ...]:
    lines = quote.latest(alternative).lines
    articles = {line.article_id for line in lines if line.article_id}
    costs = service.lookups.average_costs(tuple(articles)) if terms.below_cost and articles else {}
    judged = [_judged(line, costs.get(line.article_id) if line.article_id else None) for line in lines]
    return passed_thresholds(judged, terms)


def _judged(line: QuoteLine, cost: Decimal | None) -> JudgedLine:
    return JudgedLine(
        line_id=line.line_id,
        description=line.description,
        amount=line.amount,
        discounts=line.discounts,
        cost=None if cost is None else cents(cost * line.quantity),
        is_covered=line.covered_reason is not None,
    )


def _told(service: Service, terms: QuoteApprovalTerms, passed: Iterable[PassedThreshold]) -> list[str]:
    """The roles and people whose limits allow all that is passed, or else everybody who approves at all."""
    asked = tuple(passed)
    able = [one for one in terms.approvers if all(one.allows(each) for each in asked)]
    return list(dict.fromkeys(_name(service, one) for one in able or terms.approvers))


def _name(service: Service, one: ApproverLimit) -> str:
    if one.role is not None:
        return one.role
    user = service.find(User, one.user_id) if one.user_id else None
    return user.details.name if user else str(one.user_id)


def _user(service: Service, act: Act) -> User | None:
    """The user who acts; None for a duty of the system."""
    try:
        return service.find(User, UUID(act.by.removeprefix("user:")))
    except ValueError:
        return None
