"""What a quote says no with, and what to do then."""

from __future__ import annotations

from aggregates.base import Refusal


class QuoteLinesMissing(Refusal):
    """A quote needs at least one line; plan activities or parts on the call, or add lines."""

    status = 422


class LineUnpriced(Refusal):
    """{description} has no price; set one before sending the quote."""

    status = 422


class RevisionUnknown(Refusal):
    """The quote has no revision {revision} of alternative {alternative}."""

    status = 404


class RevisionIsSent(Refusal):
    """Revision {revision} of alternative {alternative} was sent and never changes; make a new revision (R7.1)."""


class RevisionIsDraft(Refusal):
    """Revision {revision} of alternative {alternative} is still a draft: change its lines, or send it first."""


class RevisionSuperseded(Refusal):
    """Revision {revision} was superseded by revision {latest}; the customer must accept that one (R7.3)."""


class QuoteExpired(Refusal):
    """This revision was valid until {valid_until}; make a new revision (R7.3)."""


class QuoteNotSent(Refusal):
    """Revision {revision} of alternative {alternative} is {state}, not waiting for an answer."""


class QuoteIsAccepted(Refusal):
    """Quote {number} was accepted; make a new quote for further work."""


class QuoteNotAccepted(Refusal):
    """Quote {number} is not accepted yet; record the acceptance first."""


class QuoteStillValid(Refusal):
    """This revision is valid until {valid_until}; it has not expired yet."""


class AlternativeTaken(Refusal):
    """The quote already has an alternative {alternative}; revise it, or choose another letter."""


class QuoteAlreadyOrdered(Refusal):
    """Quote {number} already became order {order} (R7.4)."""


class AlreadyInvoiced(Refusal):
    """{number} is already on invoice {invoice}; a quote and its order are invoiced once (R7.4)."""


class OrderCancelled(Refusal):
    """Order {number} was cancelled."""


class QuoteNeedsApproval(Refusal):
    """This revision needs approval before it is sent: {passed}; ask it of {approvers}."""


class NothingToApprove(Refusal):
    """This revision passes no threshold; send it."""


class ApprovalNotAsked(Refusal):
    """Nobody has asked for the approval of revision {revision} of alternative {alternative}, or it is decided."""


class OwnQuote(Refusal):
    """You prepared this revision or asked for its approval; somebody else must decide."""

    status = 403


class ApprovalAboveLimit(Refusal):
    """This is above what you may approve: {passed}; it is for {approvers}."""

    status = 403


class NotAnOption(Refusal):
    """The quote has no line {line_id} to choose; choose among its options."""

    status = 422


class NoFeeOwed(Refusal):
    """Quote {number} owes no diagnosis fee."""


class FeeIsBilled(Refusal):
    """The diagnosis fee of quote {number} is on an invoice or a proposal; copy the quote for a new offer."""


class CallIsQuoted(Refusal):
    """Call {number} is charged by quote {quote}, which was accepted; bill that one (R7.5)."""
