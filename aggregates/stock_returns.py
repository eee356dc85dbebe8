"""Goods that come back unused (resi a magazzino): not more than left, the same pieces and lots, at the same cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from decimal import Decimal
from typing import Self
from uuid import UUID

from aggregates.base import Refusal, require
from aggregates.record_ref import RecordRef
from aggregates.rules.stock_levels import ZERO, Level
from aggregates.rules.stock_lots import LotQuantity, added, drawn, in_order, taken_off, total
from aggregates.stock import Reservation, ReservationUse, SerialsDoNotMatch, shrunk
from aggregates.values import Value


class IssueUnknown(Refusal):
    """Nothing left this warehouse under that movement; name the movement that handed the goods out."""

    status = 404


class MoreThanIssued(Refusal):
    """Only {left} of that movement are still out, {quantity} are to come back; correct the quantity."""


class SerialNotIssued(Refusal):
    """Serial {serial} did not leave with that movement; check the number."""


class LotNotIssued(Refusal):
    """Nothing of lot {lot} left with that movement; check the lot."""


class Issue(Value):
    """Goods handed out for a record, as far as they did not come back."""

    record: RecordRef
    quantity: Level
    unit_cost: Level
    serials: tuple[str, ...] = ()
    lots: tuple[LotQuantity, ...] = ()
    promises: tuple[Reservation, ...] = ()
    """What it used of promises, firm ones first."""

    def coming_back(self, quantity: Decimal, serials: Sequence[str], lots: Sequence[str]) -> Issue:
        """What comes back of it; with the whole rest all its pieces, lots in the order in which they expire.

        Raises `MoreThanIssued`, `SerialsDoNotMatch`, `SerialNotIssued`, `LotNotIssued`.
        """
        require(quantity <= self.quantity, MoreThanIssued, left=str(self.quantity), quantity=str(quantity))
        pieces = tuple(serials) or (self.serials if quantity == self.quantity else ())
        for serial in pieces:
            require(serial in self.serials, SerialNotIssued, serial=serial)
        fits = len(set(pieces)) == len(pieces) and (not self.serials or len(pieces) == quantity)
        require(fits, SerialsDoNotMatch, quantity=str(quantity), given=len(pieces))
        return self.model_copy(update={"quantity": quantity, "serials": pieces, "lots": self._lots(quantity, lots)})

    def _lots(self, quantity: Decimal, named: Sequence[str]) -> tuple[LotQuantity, ...]:
        known = {lot.code: lot for lot in self.lots}
        for code in named:
            require(code in known, LotNotIssued, lot=code)
        chosen = in_order(known[code] for code in dict.fromkeys(named)) if named else list(self.lots)
        found = drawn(chosen, quantity)
        require(not named or total(found) == quantity, MoreThanIssued, left=str(total(chosen)), quantity=str(quantity))
        return found

    def promised_again(self, quantity: Decimal, record_ids: Set[UUID]) -> tuple[Reservation, ...]:
        """The promises to these records that stand again: what was never promised comes back first."""
        used = [one for one in self.promises if one.record.id in record_ids]
        left = quantity - max(ZERO, self.quantity - sum((one.quantity for one in used), ZERO))
        again = []
        for one in reversed(used):
            part = min(one.quantity, left)
            if part > 0:
                again.append(one.model_copy(update={"quantity": part}))
                left -= part
        return tuple(again)

    def less(self, back: Self | Issue, unused: Iterable[ReservationUse] = ()) -> Issue:
        """What is still out after some came back."""
        promises = {one.reservation_id: one for one in self.promises}
        for use in unused:
            promises = shrunk(promises, use.reservation_id, use.quantity)
        return self.model_copy(
            update={
                "promises": tuple(promises.values()),
                "quantity": self.quantity - back.quantity,
                "serials": tuple(one for one in self.serials if one not in back.serials),
                "lots": tuple(taken_off(added({}, self.lots), back.lots).values()),
            }
        )
