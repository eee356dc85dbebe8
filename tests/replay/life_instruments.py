"""Instruments in a company's life (strumenti di misura): given, calibrated, changed, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from tests.replay.living import Life, named


def instruments(life: Life) -> None:
    """An analyser from the day it is bought to the day it breaks."""
    holder = named("Instruments Zeno")
    life.do("register-technician", "2026-03-02T08:00", technician_id=holder, code="ZENO", name="Zeno Strumenti")
    one = {"instrument_id": named("analyser")}
    said = {"kind": "ANALIZZATORE", "model": "Testo 330i", "serial": "A-77"}
    life.do("register-instrument", "2026-03-02T08:05", **one, code="STR-LIFE", **said)
    held = {"valid_until_on": "2027-03-01", "certificate": "LAT 024-1187"}
    life.do("calibrate-instrument", "2026-03-02T08:10", **one, done_on="2026-03-01", **held)
    life.do("give-instrument", "2026-03-02T08:15", **one, technician_id=holder)
    life.do("change-instrument", "2026-03-03T08:00", **one, **{**said, "model": "Testo 330i LL"})
    car = {"vehicle_id": named("van with an analyser")}
    life.do("register-vehicle", "2026-03-04T08:00", **car, plate="GB 204 FG", model="Caddy", fuel="diesel")
    life.do("give-instrument", "2026-03-04T08:05", **one, **car)
    life.do("withdraw-instrument", "2026-09-30T18:00", **one, reason="Sonda rotta")


CHAPTERS: tuple[Callable[[Life], None], ...] = (instruments,)
