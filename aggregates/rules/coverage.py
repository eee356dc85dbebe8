"""Which source pays for which item of a call's cost (matrice di copertura): the table and the order of R4.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import Field

from aggregates.call_values import ChargeItem
from aggregates.values import Value

CALL_FEE, TRAVEL, LABOUR, OVERTIME = ChargeItem.CALL_FEE, ChargeItem.TRAVEL, ChargeItem.LABOUR, ChargeItem.OVERTIME
PARTS, CONSUMABLES = ChargeItem.PARTS, ChargeItem.CONSUMABLES
PER_DIEM, BOARD, THIRD_PARTIES = ChargeItem.PER_DIEM, ChargeItem.BOARD_AND_LODGING, ChargeItem.THIRD_PARTIES

Items = tuple[ChargeItem, ...]
ORDER: Final = ("legal", "repair", "part", "manufacturer", "extended")
"""Warranties in the order in which they count (R4.1); contract lines and hour pools follow them."""
COMMERCIAL: Final = ("manufacturer", "extended")
"""Warranties whose written terms say what they cover."""


class CoverageRules(Value):
    """The columns of R4.1 where the law leaves a choice; parameters of the company, by date.

    Extended hours are bought: overtime is covered by a contract only where its line says so.
    """

    consumer_warranty: Items = Field(
        default=(CALL_FEE, TRAVEL, LABOUR, OVERTIME, PARTS, PER_DIEM, BOARD, THIRD_PARTIES),
        description="What a warranty covers for a consumer; consumables too when they are part of the fix.",
    )
    business_warranty: Items = Field(default=(LABOUR, PARTS), description="What a warranty covers for others.")
    full_contract: Items = Field(
        default=(CALL_FEE, TRAVEL, LABOUR, PARTS),
        description="What a line of a full contract covers when it names no item itself.",
    )
    hour_pool: Items = Field(default=(LABOUR, OVERTIME), description="What minutes of an hour pool stand for.")

    def warranty(self, kind: str, covers: Items, consumer: bool) -> Items:
        """What a warranty covers for a customer.

        The written terms of a commercial warranty decide where they name some items and not others; otherwise the
        column of the customer's kind does, less what the warranty leaves out. A part's warranty covers the part alone.
        """
        if kind == "part":
            return ()
        if kind in COMMERCIAL and set(covers) != set(ChargeItem):
            return _in_order(covers)
        column = self.consumer_warranty if consumer else self.business_warranty
        return _in_order(item for item in column if item in covers)

    def contract(self, is_full: bool, named: Items) -> Items:
        """What a contract line covers: the items it names, or those of a full contract."""
        return _in_order(named or (self.full_contract if is_full else ()))


def _in_order(items: Iterable[ChargeItem]) -> Items:
    wanted = set(items)
    return tuple(item for item in ChargeItem if item in wanted)
