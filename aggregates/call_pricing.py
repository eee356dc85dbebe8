"""What a call costs (addebiti): every item of work done gives a line, covered ones at 100 % discount (R4.1, R4.2).

Each line says which item of cost it is and who pays for it, as the coverage was decided. Amounts are euro before VAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.call_goods_pricing import CallGoodsPricing
from aggregates.call_lines import NOWHERE, Articles, CallSurroundings, Charged
from aggregates.call_values import ChargeItem
from aggregates.call_work_pricing import CallWorkPricing
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.quote_supply import quoted_supply
from aggregates.quote_values import QuoteLine
from aggregates.record_ref import RecordRef
from aggregates.tariff import Tariff
from aggregates.values import rome_date


class PricesMissing(Refusal):
    """There is no price for {missing}; put it on the customer's price list, or charge it by hand."""

    status = 422


@dataclass(frozen=True)
class Bill:
    """The lines of a call or quote, and what keeps them from being billed."""

    lines: tuple[InvoiceLine, ...]
    problem: PricesMissing | None = None
    charged: tuple[Charged, ...] = ()
    """The lines of a call with their items and decisions."""

    @property
    def net(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.amount for line in self.lines), Decimal("0.00"))


def work_day(call: Call) -> date:
    """The day of the last work, else that of the closing or opening."""
    ends = [done.time.ends_at for done in call.performed.values()]
    return rome_date(max(ends) if ends else call.ended_at or call.opened_at)


def bill_of_call(
    call: Call, number: str | None, party: Party, tariff: Tariff, articles: Articles, about: CallSurroundings = NOWHERE
) -> Bill:
    """Call fee, travel, labour and overtime by tariff, parts by price list, expenses, charges as they were written.

    Each item is priced with the lists valid on its day. A written charge stands for its item: call fee, travel, labour
    or overtime are then not counted by tariff, and parts without a price are taken to be in it.
    """
    work = CallWorkPricing(call, number, party, tariff, articles, about)
    goods = CallGoodsPricing(call, number, party, tariff, articles, about)
    lines = (*work.work(), *goods.parts(), *goods.expenses(), *map(goods.written_charge, call.charges.values()))
    charged = tuple(each.numbered(n) for n, each in enumerate(lines, 1))
    is_settled = not goods.unpriced or goods.written & {ChargeItem.PARTS, ChargeItem.CONSUMABLES}
    problem = None if is_settled else PricesMissing(missing=", ".join(goods.unpriced))
    return Bill(tuple(each.line for each in charged), problem, charged)


def bill_of_quote(
    quote: RecordRef, lines: Sequence[QuoteLine], party: Party, articles: Articles, goods: bool = False
) -> Bill:
    """The lines of an accepted revision, as the customer accepted them; `goods` where they are a sale of goods."""
    made = (
        InvoiceLine(
            number=n,
            description=line.description,
            code=line.code,
            quantity=line.quantity,
            unit=line.unit,
            unit_price=line.unit_price or Decimal(0),
            price_per=line.price_per,
            discounts=line.all_discounts,
            amount=line.amount,
            supply=quoted_supply(party, articles(line.article_id) if line.article_id else None, goods),
            note=line.covered_reason,
            source=LineSource(kind="quote", record=quote, why=line.covered_reason or line.price_source),
        )
        for n, line in enumerate(lines, 1)
    )
    return Bill(tuple(made))
