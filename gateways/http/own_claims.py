"""Expense claims are for whoever made them (note spese): a technician sees and changes their own alone.

Those who plan, pay, lead or audit see all; the catalogues say who may ask at all.
"""

from __future__ import annotations

from uuid import UUID

from aggregates import roles
from aggregates.base import require
from aggregates.expense_claim import ExpenseClaim
from commands.base import Command
from gateways.http.auth import Caller
from gateways.http.problems import RecordNotFound
from gateways.wiring import House
from projections.base import Ask

SEE_ALL = (roles.FIELD | roles.MONEY | {roles.AUDITOR}) - {roles.TECHNICIAN}
VIEWS = frozenset({"expense-claims", "expense-claim"})
COMMANDS = frozenset(
    {
        "begin-expense-claim", "note-claim-line", "pass-on-claim-line", "remove-claim-line", "submit-expense-claim",
    }
)  # fmt: skip


def sees_own_only(caller: Caller) -> bool:
    """Whether the caller is a technician and nobody who looks after claims."""
    return not caller.roles & SEE_ALL


def own_claims(view_name: str, ask: Ask, own: UUID | None, house: House) -> Ask:
    """The question as a technician may ask it; another's claim is not there. Raises `RecordNotFound`."""
    if view_name == "expense-claim":
        _require_own(getattr(ask, "claim_id", None), own, house)
        return ask
    require(getattr(ask, "technician_id", None) in (None, own), RecordNotFound)
    return ask.model_copy(update={"technician_id": own})


def require_own_claim(cmd: Command, own: UUID | None, house: House) -> None:
    """Refuse a technician's command about another's claim. Raises `RecordNotFound`."""
    if hasattr(cmd, "technician_id"):
        require(getattr(cmd, "technician_id", None) == own, RecordNotFound)
    else:
        _require_own(getattr(cmd, "claim_id", None), own, house)


def _require_own(claim_id: UUID | None, own: UUID | None, house: House) -> None:
    claim = house.reader.record(claim_id) if claim_id else None
    require(isinstance(claim, ExpenseClaim) and claim.technician_id == own, RecordNotFound)
