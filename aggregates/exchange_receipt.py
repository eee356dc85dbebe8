"""What the exchange system (Sistema di Interscambio) says of an invoice: delivered, refused, not delivered (R9.11).

The outcome is recorded on its invoice. A refused file (NS) counts as never sent: the invoice may be sent again under
the same number and date within five days. One that could not be delivered (MC, AT) is issued all the same; the customer
must be told where to find it.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from pydantic import Field

from aggregates.values import Value

RESEND_DAYS = 5
NEAR_DAYS = 2
"""So many days before the last one people are told that a refused invoice still waits."""


class OutcomeKind(StrEnum):
    """The exchange system's receipts, by their code."""

    RC = "RC"
    NS = "NS"
    MC = "MC"
    NE = "NE"
    DT = "DT"
    AT = "AT"


class ExchangeState(StrEnum):
    """Where an invoice's file stands with the exchange system."""

    NONE = "none"
    DELIVERED = "delivered"
    REFUSED = "refused"
    NOT_DELIVERED = "not_delivered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    """A public body received it and refused it; it is issued, and corrected by a credit note."""


class RefusalStage(StrEnum):
    """How urgent a refused invoice is: its five days are about to end, or they are over."""

    TERM_NEAR = "term_near"
    TERM_OVER = "term_over"


class ExchangeError(Value):
    """Why a file was refused: the exchange system's code and words."""

    code: str = Field(max_length=10, examples=["00311"])
    text: str = Field(max_length=1000, examples=["CodiceDestinatario non valido"])


class ExchangeOutcome(Value):
    """A receipt as it was read."""

    kind: OutcomeKind
    file_name: str = Field(max_length=60, examples=["IT12345670017_00001.xml"])
    exchange_id: str = Field(max_length=36, description="IdentificativoSdI.", examples=["1234567890"])
    received_on: date = Field(description="The day the exchange system dated it.")
    message_id: str | None = Field(default=None, max_length=36)
    is_accepted: bool | None = Field(default=None, description="Of NE: whether the public body accepted (EC01).")
    errors: tuple[ExchangeError, ...] = ()
    note: str | None = Field(default=None, max_length=1000)

    @property
    def state(self) -> ExchangeState:
        """Where it leaves the invoice's file."""
        if self.kind is OutcomeKind.NE:
            return ExchangeState.REJECTED if self.is_accepted is False else ExchangeState.ACCEPTED
        return _STATES[self.kind]

    @property
    def resend_by(self) -> date:
        """The last day on which a refused file may be sent again under its number and date."""
        return self.received_on + timedelta(days=RESEND_DAYS)

    def stage_on(self, day: date) -> RefusalStage | None:
        """How urgent a refused file is on a day; None while there is time."""
        if day > self.resend_by:
            return RefusalStage.TERM_OVER
        return RefusalStage.TERM_NEAR if day >= self.resend_by - timedelta(days=NEAR_DAYS) else None


_STATES = {
    OutcomeKind.RC: ExchangeState.DELIVERED,
    OutcomeKind.NS: ExchangeState.REFUSED,
    OutcomeKind.MC: ExchangeState.NOT_DELIVERED,
    OutcomeKind.AT: ExchangeState.NOT_DELIVERED,
    # Nobody answered in time: the invoice stands.
    OutcomeKind.DT: ExchangeState.ACCEPTED,
}
