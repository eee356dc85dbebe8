"""Rules of notices and people who can be reached: what the tests of notices begin with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.commands.calls import CUSTOMER, GINO, PINA, ROSSI
from tests.dsl import Company, Do, do

ANNA = {"person_id": "99999999-0000-0000-0000-000000000001", "name": "Anna Verdi", "email": "anna@example.it"}
MARIA = UUID("99999999-0000-0000-0000-000000000002")
EARLY = "2026-12-01T09:00"
REACHABLE = (
    *CUSTOMER,
    do("register-technician", technician_id=GINO, code="T1", name="Gino Bianchi", email="gino@example.it"),
    do("register-technician", technician_id=PINA, code="T2", name="Pina Neri", email="pina@example.it"),
    do("add-contact", party_id=ROSSI, contact_id=MARIA, name="Maria Rossi", email="maria@example.it", role="referente"),
)
CALLER = {"whom": "caller"}
TECHNICIAN = {"whom": "technician"}
CONTACT = {"whom": "contact", "role": "referente"}


def rule(happening: str, *to: dict[str, Any], code: str = "R", at: str = EARLY, **fields: Any) -> Do:
    """A rule of notices, for the caller unless somebody else is said."""
    return do("set-notice-rule", at=at, code=code, happening=happening, to=list(to or (CALLER,)), **fields)


def notices(company: Company, **asked: Any) -> list[dict[str, Any]]:
    """Every notice, in the order in which they were written."""
    return list(reversed(company.ask("notices", limit=500, **asked)["items"]))


def told(company: Company, **asked: Any) -> list[tuple[str, str, str]]:
    """What was written: the happening, the address, the state."""
    return sorted((each["happening"], each["address"] or "-", each["state"]) for each in notices(company, **asked))
