"""What was billed against what the terms say now (conguagli dei canoni): too much is credited, too little is due.

Nothing billed is ever rewritten (R1.15). Terms may reach back into billed days all the same: an early end, a notice, a
line removed, a fee changed from a day. Then the period's amount follows from the terms as always, and the difference
to what was billed is derived: a second look after the credit note or the further instalment finds nothing (R1.12).
Amounts are euro.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from aggregates.because import Reasons, because, in_italian
from aggregates.rules.billing import FEE, DueKey, FeeTerms, Instalment, dates, instalments
from aggregates.values import Period, Rate, Value

DIFFERENCE = "difference"
"""The kind of due that bills what an instalment lacks, after the terms changed."""
SETTLED_KINDS = (FEE, DIFFERENCE)
NOTHING = Decimal("0.00")
Place = tuple[UUID, int]
"""A line and the number of a period."""


class BilledFee(Value):
    """One key of a period as it stands: what was billed, what credit notes took back, how much of that settled it.

    A credit that settled a difference lowers what counts as billed; one given for another reason does not, so that a
    favour is never charged again. An `is_open` one is only proposed; an `is_foreign` one was billed by another system;
    one `is_on_note` stands on a document below zero, which no credit note corrects.
    """

    key: DueKey
    period: Period
    amount: Rate
    credited: Rate = NOTHING
    settled: Rate = NOTHING
    is_open: bool = False
    is_foreign: bool = False
    is_on_note: bool = False


class Overbilled(Value):
    """How much of a billed key is to be credited, and why; euro."""

    key: DueKey
    period: Period
    amount: Rate
    because: Reasons
    since: date | None = None
    """First day whose fee was too high, where a fee was lowered in mid-period."""

    @property
    def told(self) -> str:
        """The reason in Italian words."""
        return in_italian(self.because) or ""


def overbilled(
    terms: FeeTerms | None, billed: Iterable[BilledFee], billed_through: date | None, reopened: Sequence[DueKey] = ()
) -> list[Overbilled]:
    """What is to be credited: of every period billed, billed − credited − what the terms say now, where above zero.

    The last thing billed is credited first. `terms` are None when nothing is owed at all. What stands on a document
    below zero is not among it: see `taken_back`. A fee lowered in mid-period is taken back from that day on (R1.18).
    """
    found = []
    for now, entries in _settled_places(terms, billed, billed_through, reopened):
        left = sum((entry.amount - entry.credited for entry in entries), NOTHING) - _amount(now)
        since = _since(terms, now, entries, billed_through).starts_on if terms and now and left > 0 else None
        for entry in sorted(entries, key=lambda each: (each.key.kind == DIFFERENCE, each.key.attempt), reverse=True):
            part = min(left, entry.amount - entry.credited)
            if part > 0 and not entry.is_on_note:
                left -= part
                is_inside = since is not None and entry.period.starts_on < since <= entry.period.ends_on
                found.append(
                    Overbilled(
                        key=entry.key,
                        period=entry.period,
                        amount=part,
                        because=_because(entries, now),
                        since=since if is_inside else None,
                    )
                )
    return found


def differences(
    terms: FeeTerms | None, billed: Iterable[BilledFee], billed_through: date | None, reopened: Sequence[DueKey] = ()
) -> list[Instalment]:
    """What is still to be billed of periods billed already: what the terms say now less what counts as billed.

    It pays for the days since the fee changed, where what counts as billed is the amount without that change: it is
    earned over them (R1.18).
    """
    found = []
    for now, entries in _settled_places(terms, billed, billed_through, reopened):
        counted = sum((entry.amount - entry.settled for entry in entries), NOTHING)
        if terms is None or now is None or _amount(now) <= counted:
            continue
        period = _since(terms, now, entries, billed_through)
        due = {"key": _next_key(entries, reopened), "amount": now.amount - counted, "because": _because(entries, now)}
        text = f"Conguaglio canone {dates(period)}"
        found.append(now.model_copy(update={**due, "period": period, "description": text, "nominal": None}))
    return found


def taken_back(
    terms: FeeTerms | None, billed: Iterable[BilledFee], billed_through: date | None, reopened: Sequence[DueKey] = ()
) -> list[Instalment]:
    """What the next invoice gives back, because it was billed on a document below zero that no credit note corrects.

    Amounts are negative; where the period has invoices, credit notes for these come first, as `overbilled` says.
    """
    found = []
    for now, entries in _settled_places(terms, billed, billed_through, reopened):
        rest = sum((entry.amount - entry.credited for entry in entries), NOTHING) - _amount(now)
        rest -= sum((max(e.amount - e.credited, NOTHING) for e in entries if not e.is_on_note), NOTHING)
        if rest > 0:
            period = now.period if now else entries[0].period
            found.append(
                Instalment(
                    key=_next_key(entries, reopened),
                    period=period,
                    billing_on=now.billing_on if now else period.starts_on,
                    amount=-rest,
                    because=_because(entries, now),
                    description=f"Conguaglio canone {dates(period)}",
                )
            )
    return found


def _since(terms: FeeTerms, now: Instalment, entries: Sequence[BilledFee], billed_through: date | None) -> Period:
    """The days from the change of the fee before which what counts as billed is right; all days where there is none."""
    line = next(each for each in terms.lines if each.line_id == now.key.line_id)
    inside = [fee.from_on for fee in line.fees[1:] if now.period.starts_on < fee.from_on <= now.period.ends_on]
    for change in reversed(inside):
        fees = tuple(fee for fee in line.fees if fee.from_on < change)
        before = terms.model_copy(update={"lines": (line.model_copy(update={"fees": fees}),)})
        without = list(instalments(before, billed_through, numbers=(now.key.number,)))
        counted = sum((each.amount - each.settled for each in entries if each.period.starts_on < change), NOTHING)
        if without and without[0].amount == counted:
            return Period(starts_on=change, ends_on=now.period.ends_on)
    return now.period


def _next_key(entries: Sequence[BilledFee], reopened: Sequence[DueKey]) -> DueKey:
    place = _place(entries[0].key)
    earlier = [entry.key.attempt for entry in entries if entry.key.kind == DIFFERENCE]
    earlier += [key.attempt for key in reopened if key.parts[:3] == (*place, DIFFERENCE)]
    return DueKey(line_id=place[0], number=place[1], kind=DIFFERENCE, attempt=max(earlier, default=0) + 1)


def _settled_places(
    terms: FeeTerms | None, billed: Iterable[BilledFee], billed_through: date | None, reopened: Sequence[DueKey]
) -> list[tuple[Instalment | None, list[BilledFee]]]:
    """Periods billed to the end, each with its instalment as the terms say now; others are looked at when they are."""
    again = {key.parts for key in reopened}
    by_place: dict[Place, list[BilledFee]] = {}
    for entry in billed:
        if entry.key.kind in SETTLED_KINDS and entry.key.parts not in again:
            by_place.setdefault(_place(entry.key), []).append(entry)
    if not by_place:
        return []
    found = instalments(terms, billed_through, None, reopened) if terms else ()
    now = {_place(each.key): each for each in found if _place(each.key) in by_place}
    return [
        (now.get(place), entries) for place, entries in by_place.items() if _is_billed_whole(now.get(place), entries)
    ]


def _is_billed_whole(now: Instalment | None, entries: Sequence[BilledFee]) -> bool:
    if any(entry.is_open or entry.is_foreign for entry in entries):
        return False
    return now is None or any(entry.key == now.key for entry in entries)


def _place(key: DueKey) -> Place:
    return key.line_id, key.number


def _amount(instalment: Instalment | None) -> Decimal:
    return instalment.amount if instalment else NOTHING


def _because(entries: Sequence[BilledFee], now: Instalment | None) -> Reasons:
    period, billed = entries[0].period, sum((entry.amount for entry in entries), NOTHING)
    credited = sum((entry.credited for entry in entries), NOTHING)
    days = {"from_on": period.starts_on, "to_on": period.ends_on}
    told = [because("settle-billed", number=entries[0].key.number, **days, billed=billed)]
    if credited:
        told.append(because("settle-credited", credited=credited))
    if now is None:
        return (*told, because("settle-nothing"))
    return (*told, because("settle-terms"), *now.because)
