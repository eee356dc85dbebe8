"""Machines of contracts in a company's life (matricole in contratto): one takes the place of another."""

from __future__ import annotations

from collections.abc import Callable

from tests.replay.living import CESENA, Life, named


def followed(life: Life) -> None:
    """A contract goes on with the machine that replaced its own."""
    owner = {"party_id": named("Sogliano")}
    known = {"code": "SOGL", "name": "Copisteria Sogliano", "tax": {"vat_number": "IT12345670017"}}
    life.do("register-party", "2025-12-01T09:00", **owner, **known, address=CESENA)
    for number in ("SOGL-1", "SOGL-2"):
        about = {"product": "MP C3004", "type": "copier", "owner_id": named("Sogliano")}
        life.do("register-serial-item", "2025-12-01T09:10", serial_item_id=named(number), number=number, **about)
    one = life.signed("Sogliano served", "Sogliano", "2026-01-01", {"serial_item_ids": [named("SOGL-1")]})
    old = {"serial_item_id": named("SOGL-1")}
    life.do("replace-serial-item", "2026-03-16T09:00", **old, successor_id=named("SOGL-2"), on="2026-03-16")
    told = {"line_id": named("Sogliano served 1"), "old_serial_item_id": named("SOGL-1")}
    life.do("replace-contract-serial", "2026-03-16T09:30", **one, **told, reason="Guasto non riparabile")


CHAPTERS: tuple[Callable[[Life], None], ...] = (followed,)
