"""What goods and help from outside cost on a call: parts, consumables, board and lodging, third parties (R4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from aggregates.article import Article, ArticleKind, article_id
from aggregates.call import Call
from aggregates.call_charged import decide_part, machine_of_part, part_item
from aggregates.call_lines import HUNDRED, ONE, Articles, CallLines, CallSurroundings, Charged
from aggregates.call_values import Charge, ChargeItem, Expense
from aggregates.invoice_values import InvoiceLine
from aggregates.party import Party
from aggregates.price_list import ChargeKind
from aggregates.rules.line_amounts import line_total
from aggregates.tariff import Tariff
from aggregates.values import rome_date
from aggregates.work_report import UsedPart

EXPENSES = {ChargeItem.BOARD_AND_LODGING: "Vitto e alloggio", ChargeItem.THIRD_PARTIES: "Prestazioni di terzi"}
FINEST = Decimal("0.00000001")


class CallGoodsPricing(CallLines):
    """Prices what was used and what others did on a call."""

    def __init__(
        self,
        call: Call,
        number: str | None,
        party: Party,
        tariff: Tariff,
        articles: Articles,
        about: CallSurroundings,
    ) -> None:
        super().__init__(call, number, party, tariff, articles, about)
        self.unpriced: list[str] = []

    def parts(self) -> Iterator[Charged]:
        """Each part used; what is charged and has no price keeps the call from being billed."""
        for used in self.call.used_parts.values():
            article = self._article_of(used)
            if article is not None and article.details.kind is ArticleKind.CONSUMABLE:
                used = used.model_copy(update={"is_consumable": True})
            item, decision = (
                part_item(used),
                decide_part(self.call, self.call.outcome, used, article.code if article else None),
            )
            price = self._tariff(used.activity_id).price(article.code, used.part.quantity) if article else None
            machine = {machine_of_part(self.call, used): ONE}
            if article is not None and price is not None:
                unit = article.details.unit
                yield _named(self.line(item, decision, price, "", used.part.quantity, unit), used).of(machine)
            elif decision.is_covered:
                unit = used.part.unit
                yield _named(self.priced(item, decision, "-", used.part.quantity, unit, Decimal(0)), used).of(machine)
            else:
                self.unpriced.append(used.part.description)

    def expenses(self) -> Iterator[Charged]:
        """Board and lodging at the list's flat or at cost, third parties at cost with the list's mark-up (§4)."""
        for expense in self.call.expenses.values():
            if expense.item not in self.written:
                yield self._expense(expense).of({expense.serial_item_id: ONE})

    def _expense(self, expense: Expense) -> Charged:
        tariff = self._tariff(expense.activity_id)
        decision = self.decide(expense.item, expense.serial_item_id)
        words = f"{EXPENSES[expense.item]}: {expense.description}"
        flat = tariff.charge(ChargeKind.BOARD_AND_LODGING, expense.quantity)
        if expense.item is ChargeItem.BOARD_AND_LODGING and flat is not None:
            return self.line(expense.item, decision, flat, words, expense.quantity, expense.unit)
        price = expense.unit_cost
        if expense.item is ChargeItem.THIRD_PARTIES:
            price = with_markup(price, tariff.counting().third_party_markup_percent)
        return self.priced(expense.item, decision, words, expense.quantity, expense.unit, price)

    def written_charge(self, charge: Charge) -> Charged:
        """A charge as written; one whose amount was settled otherwise stands as a single price."""
        amount, discounts = charge.amount.amount, (charge.discount_percent,) if charge.discount_percent else ()
        counted = line_total(charge.unit_price, charge.quantity, discounts) == amount
        decision = self.decide(charge.item, charge.serial_item_id)
        line = InvoiceLine(
            number=1,
            description=charge.description,
            quantity=charge.quantity if counted else ONE,
            unit=charge.unit,
            unit_price=charge.unit_price if counted else amount,
            discounts=discounts if counted else (),
            amount=amount,
            supply=self.supply(None),
            note=charge.reason,
            source=self.source(decision, charge.reason),
        )
        return Charged(line, charge.item, decision, {charge.serial_item_id: ONE})

    def _tariff(self, activity_id: UUID | None) -> Tariff:
        """The prices of the day of the activity, else of the last work."""
        return self.tariff.at(self._day(activity_id))

    def _day(self, activity_id: UUID | None) -> date:
        done = self.call.performed.get(activity_id) if activity_id else None
        return rome_date(done.time.ends_at) if done else self.tariff.on

    def _article_of(self, used: UsedPart) -> Article | None:
        part = used.part
        known = part.article_id or (article_id(part.code) if part.code else None)
        return self.articles(known) if known else None


def with_markup(cost: Decimal, percent: Decimal) -> Decimal:
    """What the customer pays for a piece that cost us so much, euro; up to 8 decimals, as unit prices have (R0.1)."""
    return (cost * (HUNDRED + percent)).scaleb(-2).quantize(FINEST, rounding=ROUND_HALF_UP).normalize() + 0


def _named(charged: Charged, used: UsedPart) -> Charged:
    """The line in the words of whoever used the part."""
    told = {"description": used.part.description, "serials": used.part.serial_numbers}
    return replace(charged, line=charged.line.model_copy(update=told))
