"""What a contract can say no with (rifiuti del contratto); each docstring is the sentence that the user reads."""

from __future__ import annotations

from aggregates.base import Refusal


class ContractNotDraft(Refusal):
    """The contract is signed: change its terms from a day on, or renew, supersede or terminate it instead."""


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


class SerialCoveredElsewhere(Refusal):
    """Serial item {serial_item_id} is already covered by contract {number} from {from_on} to {to_on}.

    Let this contract supersede that one when it is signed, or end that cover first (R1.13).
    """


class SerialCoveredMeanwhile(Refusal):
    """Another contract has just covered a serial item of this one for the same days; look it up and try again."""


class SerialNotOnLine(Refusal):
    """Serial item {serial_item_id} is not on this line on every day from {from_on}; name one that is, and its day."""

    status = 422


class SerialIsSame(Refusal):
    """A serial item cannot take its own place; name the one that replaces it."""

    status = 422


class MainContractOther(Refusal):
    """The main contract {number} belongs to another customer; an addendum has the customer of its main contract."""

    status = 422


class ChangeOutsideContract(Refusal):
    """Terms can change from {first_on} to {last_on}, the days of the contract; choose a day among them."""

    status = 422


class NothingChanged(Refusal):
    """Say what changes: fees, the header or lines."""

    status = 422


class RenewalNotTacit(Refusal):
    """The contract does not renew itself: the clause is missing or was not approved separately in writing.

    Renew it with the agreement of both parties (art. 1341 c.c., R1.6).
    """


class UnderNotice(Refusal):
    """Notice was received on {received_on}; the contract ends on {acts_on}. Withdraw the notice to renew it."""


class NoNotice(Refusal):
    """No notice stands against this contract."""


class NotConsumer(Refusal):
    """The customer is no consumer: the right of free withdrawal is not theirs; take a notice instead (R1.8)."""


class ReminderTooLate(Refusal):
    """The contract expires on {expiry_on}, before the reminder of {sent_on}; remind of the next expiry."""

    status = 422


class NoFreeWithdrawal(Refusal):
    """The consumer was told in time and cannot withdraw freely on {on}; take a notice for the next expiry (R1.8)."""


class SuccessorIsSame(Refusal):
    """A contract cannot take its own place; name another one as successor."""

    status = 422


class ClosingReadingMissing(Refusal):
    """Meter {kind} of serial item {serial_item_id} has no reading of {last_on} or {starts_on}.

    Give what it shows at the change-over: it closes the old contract and opens the new one (R1.12).
    """

    status = 422


class SuspensionNotAgreed(Refusal):
    """The right to suspend for arrears is not in this contract, or was not approved separately (art. 1341 c.c.).

    Agree it first, or block the service by hand (R1.10).
    """


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


class NothingToMark(Refusal):
    """Period {number} of this line has nothing to bill; choose a period that the contract's sheet shows."""

    status = 422


class NotOnInvoice(Refusal):
    """Period {number} of this line is not on that invoice."""
