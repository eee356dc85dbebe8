"""What a contract can say no with (rifiuti del contratto); each docstring is the sentence that the user reads."""

from __future__ import annotations

from aggregates.base import Refusal


class ContractNotDraft(Refusal):
    """The contract is signed; its terms can no longer be changed: renew, supersede or terminate it instead."""


class ContractNotSigned(Refusal):
    """The contract is still a draft; sign it first."""


class ContractHasEnded(Refusal):
    """The contract is {status}; only credit notes, late readings and notes are still possible."""


class ContractIncomplete(Refusal):
    """The contract cannot be signed: {missing} missing."""

    status = 422


class TermTooShort(Refusal):
    """The first term would end on {ends_on}, before its start on {starts_on}; give a later end."""

    status = 422


class HeaderFeeMisplaced(Refusal):
    """Give the annual fee in the header exactly when the fee is determined by the header amount."""

    status = 422


class LineUnknown(Refusal):
    """The contract has no line {line_id}."""

    status = 404


class LineOutsideContract(Refusal):
    """The line would be served from {starts_on} to {ends_on}, outside the contract's days; choose days inside them."""

    status = 422


class SerialAlreadyCovered(Refusal):
    """Serial item {serial_item_id} is already covered for the same items by another line on those days."""


class RenewalNotTacit(Refusal):
    """The contract does not renew itself: the clause is missing or was not approved separately in writing.

    Renew it with the agreement of both parties (art. 1341 c.c., R1.6).
    """


class UnderNotice(Refusal):
    """Notice was received on {received_on}; the contract ends on {acts_on}. Withdraw the notice to renew it."""


class NoNotice(Refusal):
    """No notice stands against this contract."""


class BlockOverlaps(Refusal):
    """The service is already blocked from {from_on}; lift that block first."""


class NotBlocked(Refusal):
    """The service is not blocked."""


class LastDayOutside(Refusal):
    """The last day must lie between {first_on} and {last_on}."""

    status = 422


class AlreadyBilling(Refusal):
    """Fees of this contract were already proposed or billed; discard proposals and credit invoices first."""


class AlreadyBilled(Refusal):
    """Period {number} of this line is already on another invoice or proposal."""


class FeeNotDue(Refusal):
    """Period {number} of this line is not due as proposed: the contract has changed since. Discard the proposal
    and propose again."""


class NotOnInvoice(Refusal):
    """Period {number} of this line is not on that invoice."""
