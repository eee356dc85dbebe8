"""Reminders of unpaid due dates (solleciti): which level a due date has reached, and which letter that makes.

A due date goes from level to level, each once and in order, when it is late enough and the customer had time to answer
the letter before. A customer gets one letter for all that has reached a new level; its words are those of the highest.
Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.values import Rate, Value

PartKey = tuple[UUID, int]
"""A record and its due date."""


class DunningLevel(Value):
    """One level of reminders: from how many days late, and what the letter says (`{total}`, `{days}`)."""

    days_late: int = Field(ge=1, examples=[10])
    subject: str = Field(min_length=1, max_length=120, examples=["Promemoria di pagamento"])
    text: str = Field(min_length=1, max_length=2000, examples=["Ci risultano ancora da pagare gli importi indicati."])


STANDARD_LEVELS = (
    DunningLevel(
        days_late=10,
        subject="Promemoria di pagamento",
        text=(
            "dai nostri registri risultano ancora da pagare gli importi indicati qui sotto, per un totale di {total} "
            "euro. Se il pagamento è già stato disposto, vi preghiamo di non tener conto della presente."
        ),
    ),
    DunningLevel(
        days_late=30,
        subject="Secondo sollecito di pagamento",
        text=(
            "nonostante il nostro precedente promemoria non abbiamo ancora ricevuto il pagamento degli importi "
            "indicati qui sotto, per un totale di {total} euro. Vi invitiamo a provvedere entro sette giorni o a "
            "comunicarci i motivi del ritardo."
        ),
    ),
    DunningLevel(
        days_late=60,
        subject="Ultimo sollecito e messa in mora",
        text=(
            "con la presente, che vale come messa in mora, vi invitiamo a pagare entro sette giorni gli importi "
            "indicati qui sotto, per un totale di {total} euro. In mancanza ci riserviamo di sospendere il servizio e "
            "di agire per il recupero del credito, con addebito di interessi e spese."
        ),
    ),
)


class DunningTerms(Value):
    """How a company reminds its customers."""

    levels: tuple[DunningLevel, ...] = Field(default=STANDARD_LEVELS, min_length=1)
    pause_days: int = Field(default=10, ge=0, description="Days between two letters about the same due date.")
    minimum: Rate = Field(default=Decimal("0.00"), ge=0, description="No letter for a total below this; euro.")
    is_automatic: bool = Field(default=False, description="Whether letters go out without somebody confirming them.")


class LatePayment(Value):
    """A due date that is late: what of it is open, and since when."""

    record_id: UUID
    part: int = 1
    number: str
    issued_on: date
    due_on: date
    open: Rate

    @property
    def key(self) -> PartKey:
        """Which due date it is."""
        return (self.record_id, self.part)


class RemindedPart(LatePayment):
    """A due date on a letter: the level it reaches with it, or the one that an earlier letter took it to."""

    level: int = Field(ge=1)
    is_new: bool = True


class Reminded(Value):
    """The last letter about a due date."""

    level: int
    on: date


def reminder(
    late: Iterable[LatePayment], reminded: Mapping[PartKey, Reminded], on: date, terms: DunningTerms
) -> tuple[RemindedPart, ...]:
    """The due dates that a letter of a day lists; none when no letter is due.

    Due dates that have reached no new level come along at the level they have, so that the customer sees all that is
    late; they alone make no letter.
    """
    overdue = [each for each in late if each.open > 0 and each.due_on < on]
    levels = {each.key: _level(each, reminded.get(each.key), on, terms) for each in overdue}
    if not any(is_new for _, is_new in levels.values()):
        return ()
    if sum((each.open for each in overdue), Decimal(0)) < terms.minimum:
        return ()
    listed = sorted(overdue, key=lambda each: (each.due_on, each.number, each.part))
    return tuple(
        RemindedPart(**each.model_dump(), level=level, is_new=is_new)
        for each in listed
        for level, is_new in [levels[each.key]]
        if level > 0
    )


def letter_level(parts: Sequence[RemindedPart]) -> int:
    """The level of a letter: the highest that one of its due dates reaches with it."""
    return max(each.level for each in parts if each.is_new)


def _level(late: LatePayment, before: Reminded | None, on: date, terms: DunningTerms) -> tuple[int, bool]:
    """The level of a due date on a letter of a day, and whether it is new."""
    reached = before.level if before else 0
    if reached >= len(terms.levels):
        return reached, False
    had_time = before is None or on >= before.on + timedelta(days=terms.pause_days)
    is_late_enough = (on - late.due_on).days >= terms.levels[reached].days_late
    return (reached + 1, True) if had_time and is_late_enough else (reached, False)
