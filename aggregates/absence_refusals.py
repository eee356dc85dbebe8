"""What absences refuse (rifiuti delle assenze), in the words that people read."""

from __future__ import annotations

from aggregates.base import Refusal


class AbsenceTooLong(Refusal):
    """An absence may last {days} days at most; enter the rest as another one."""

    status = 422


class TooManyOccurrences(Refusal):
    """An absence may come again {most} times at most; choose an earlier last day."""

    status = 422


class OccurrencesOverlap(Refusal):
    """An absence that comes again must end before it begins anew; the one of {on} does not."""

    status = 422


class AbsenceEmpty(Refusal):
    """No day is left of this absence; check its days and times."""

    status = 422


class AbsenceDecided(Refusal):
    """This absence is already {state}; enter a new one."""


class AbsenceDayUnknown(Refusal):
    """This absence has no day that begins on {on}; look at its days again."""

    status = 422


class VisitsInTheWay(Refusal):
    """{name} has visits in that time: {visits}. Move them first, or say in the override why it is approved anyway."""


class AbsencesOverlap(Refusal):
    """{name} is already absent from {starts_at} to {ends_at}; cancel or change that absence first."""


class AbsenceTimeTaken(Refusal):
    """In this very moment something else took this time of {name}; try again to see what."""


class AbsenceNotShorter(Refusal):
    """This absence ends before that already; choose an earlier end, or enter another absence for the time after it."""

    status = 422


class AbsenceOverBeforeItBegins(Refusal):
    """Nothing would be left of this absence, which begins on {on}; cancel it."""

    status = 422
