"""Whether a warranty covers a call (denuncia del difetto): when the defect appeared, and when it is claimed (§5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from aggregates.because import Because, because
from aggregates.rules.warranties import may_claim
from aggregates.values import Period
from projections.base import Row

LEGAL = "legal"


def claimable(row: Row, on: date, appeared_on: date | None) -> bool:
    """Whether a defect can be claimed under a warranty by a call of a day; left out, it appeared on that day."""
    until = date.fromisoformat(row["action_until"]) if row["action_until"] else None
    return may_claim(_period(row), until, on, appeared_on or on)


def why_in_warranty(row: Row, on: date, appeared_on: date | None) -> Because:
    """The reason of a call under a warranty; with both dates where the defect appeared before the call."""
    kind, proof = row["kind"], f", {row['source']}" if row["source"] else ""
    if kind == LEGAL and appeared_on not in (None, on):
        return because("legal-warranty-appeared", appeared_on=appeared_on, proof=proof, **_told(row))
    return because(f"{kind}-warranty", ends_on=row["ends_on"], proof=proof, article=row["article_code"])


def why_too_late(rows: Iterable[Row], on: date, appeared_on: date | None) -> Because | None:
    """Why the legal warranty of a machine does not cover a call although it nearly does; None where it is far from it.

    The defect appeared in time and is claimed too late; or it might have, and nobody said when.
    """
    for row in rows:
        if row["kind"] != LEGAL or claimable(row, on, appeared_on):
            continue
        if appeared_on is None:
            return because("warranty-appearance-unknown", **_told(row))
        if _period(row).holds(appeared_on):
            return because("warranty-claimed-late", appeared_on=appeared_on, **_told(row))
    return None


def _told(row: Row) -> dict[str, str]:
    return {"ends_on": row["ends_on"], "until": row["action_until"] or row["ends_on"]}


def _period(row: Row) -> Period:
    return Period(starts_on=date.fromisoformat(row["starts_on"]), ends_on=date.fromisoformat(row["ends_on"]))
