"""What invoices refuse (rifiuti della fattura): each docstring is the sentence that people read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aggregates.base import Refusal
from aggregates.rules.exchange_checks import Problem


class InvoiceIssued(Refusal):
    """Invoice {number} is issued and never changes; correct it with a credit note and a new invoice."""


class InvoiceDiscarded(Refusal):
    """This proposal was discarded; propose again."""


class InvoiceHeld(Refusal):
    """This proposal is held: {reason}. Lift the hold first."""


class InvoiceNotIssued(Refusal):
    """This is still a proposal; issue it first."""


class InvoiceEmpty(Refusal):
    """An invoice needs at least one line."""

    status = 422


class InvoiceLineUnknown(Refusal):
    """The invoice has no line {number}."""

    status = 404


class InvoiceNegative(Refusal):
    """The document would total {total}; a credit note takes back no more than was billed."""

    status = 422


class CreditTooLarge(Refusal):
    """Line {number} has {left} left to credit; {amount} is more."""

    status = 422


class CreditBeforeInvoice(Refusal):
    """A credit note of {dated_on} would come before its invoice of {issued_on}; date it later (00418)."""

    status = 422


class NothingToCredit(Refusal):
    """Invoice {number} is already credited in full."""


class CreditNoteNotCredited(Refusal):
    """{number} is itself a credit note; issue an invoice instead."""


class ReopeningNeedsFullCredit(Refusal):
    """An instalment is due again only when its line is credited in full by this credit note."""

    status = 422


class PaymentTooLarge(Refusal):
    """{open} euro are open on invoice {number}; {amount} is more. Record it as the customer's payment."""

    status = 422


class PaymentInvalid(Refusal):
    """A payment is more than zero, in the invoice's currency {currency}."""

    status = 422


class DeferredDateOutside(Refusal):
    """A deferred invoice of these delivery notes is dated from {first_on} to {last_on}, not {dated_on} (R8.8).

    Where the series has later invoices already, issue it in a series of its own.
    """

    status = 422


class ProposalsDiffer(Refusal):
    """These two proposals cannot be one: they differ in customer, kind of document, month or currency."""

    status = 422


class WorkNotSplit(Refusal):
    """The lines of {number} stay together: move all of them."""

    status = 422


class CreditNoteNotMoved(Refusal):
    """A credit note keeps its lines: they belong to the invoice that it corrects."""


class PaymentRequestedAlready(Refusal):
    """The customer was asked to pay this by notice {number}; withdraw the notice first."""


class PaymentNotRequested(Refusal):
    """No payment was asked for by a notice."""


class PaymentNoticeFirst(Refusal):
    """This customer pays advance fees by notice; request the payment, the invoice follows it."""


class NoticePaidOtherwise(Refusal):
    """Notice {number} asks for {payable} and {amount} came; split the proposal, or withdraw the notice and issue it."""

    status = 422


class DeferredNotRequested(Refusal):
    """A deferred invoice bills what was delivered; issue it instead of asking for the payment first."""


class AdvanceOnNothing(Refusal):
    """An advance is a sum above zero, on a quote or on a contract."""

    status = 422


class NotAnAdvance(Refusal):
    """{number} is no advance; only an advance invoice (TD02) is deducted."""

    status = 422


class AdvanceTooSmall(Refusal):
    """Of advance {number} {left} are left to deduct; {amount} is more."""

    status = 422


class AdvanceDeducted(Refusal):
    """Advance {number} was deducted on another invoice; credit that one first."""


class CreditAmountWrong(Refusal):
    """Line {number} is credited by an amount with the line's own sign or by a quantity, not more than is left."""

    status = 422


class LinesBilledTwice(Refusal):
    """Lines of this proposal are already on {documents}, with the same words, days and amount; leave them out.

    Or say that they are meant to be billed twice.
    """


class DocumentWouldBeRefused(Refusal):
    """The exchange system would refuse this document. {problems} Put it right and issue it again."""

    status = 422

    def sentence(self, translate: Callable[[str], str] = str) -> str:
        """The sentence with every problem in the reader's language."""
        found: Sequence[Problem] = self.values.get("findings", ())
        told = (f"{each.code} {translate(each.message).format(**each.values)}" for each in found)
        return translate(self.message()).format(problems=" ".join(told))
