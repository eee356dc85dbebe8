"""What people may ask about customers' mandates for direct debits (mandati SDD)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.mandate import SEPA_TEXT, Mandate, MandateScheme, mandate_id
from aggregates.party import Party
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.words import Words


class SignMandate(Command):
    """Record a mandate that a customer signed; the newest that is not revoked is used for its direct debits."""

    customer_id: UUID
    reference: str = Field(min_length=1, max_length=35, pattern=SEPA_TEXT, examples=["C0001-2026-01"])
    signed_on: date | None = Field(default=None, description="Left out, today.")
    iban: str = Field(examples=["IT60X0542811101000000123456"])
    scheme: MandateScheme = MandateScheme.CORE


class RevokeMandate(Command):
    """Record that nothing more may be debited under a mandate."""

    mandate_id: UUID
    revoked_on: date | None = Field(default=None, description="Left out, today.")
    reason: Words | None = Field(default=None, max_length=140)


def sign_mandate(cmd: SignMandate, act: Act, service: Service) -> Answer:
    """Handles `SignMandate`; the same mandate again records nothing. Raises `MandateDiffers`, `MandateIbanWrong`."""
    service.load(Party, cmd.customer_id)
    signed_on = cmd.signed_on or rome_date(act.at)
    known = service.find(Mandate, mandate_id(cmd.customer_id, cmd.reference))
    if known is None:
        known = Mandate.sign(cmd.customer_id, cmd.reference, signed_on, cmd.iban, cmd.scheme, act)
    known.check_same(signed_on, cmd.iban, cmd.scheme)
    service.save(known)
    return {"mandate_id": known.id, "reference": known.reference}


def revoke_mandate(cmd: RevokeMandate, act: Act, service: Service) -> None:
    """Handles `RevokeMandate`."""
    mandate = service.load(Mandate, cmd.mandate_id)
    mandate.revoke(cmd.revoked_on or rome_date(act.at), cmd.reason, act)
    service.save(mandate)
