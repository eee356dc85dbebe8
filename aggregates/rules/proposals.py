"""From a sale to a proposal (proposte da vendita): which rule holds, which fee, which days (CON-10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from aggregates.article import ArticleKind
from aggregates.proposal_terms import USUAL, FeeBasis, OfferedFee, OfferStart, ProposalRule, WarrantyOffer
from aggregates.rules.line_amounts import line_total
from aggregates.rules.periods import months_after
from aggregates.rules.rounding import Weight, share, split_over_lines
from aggregates.serial_item import WarrantyKind
from aggregates.values import Period

ONE_DAY = timedelta(days=1)
NOTHING = Decimal("0.00")


def rule_for(
    rules: Iterable[ProposalRule], article_code: str | None, kind: ArticleKind | None, on: date
) -> ProposalRule:
    """The rule that names an article most closely on a day, the first by code among equals; `USUAL` where none does."""
    found = [rule for rule in in_force(rules, on) if rule.speaks_of(article_code, kind)]
    closest = max((rule.sureness for rule in found), default=None)
    return min((rule for rule in found if rule.sureness == closest), key=lambda rule: rule.code, default=USUAL)


def in_force(rules: Iterable[ProposalRule], on: date) -> list[ProposalRule]:
    """The version of each rule that holds on a day: the one begun last, unless it has ended."""
    begun: dict[str, ProposalRule] = {}
    for rule in sorted(rules, key=lambda rule: rule.from_on):
        if rule.from_on <= on:
            begun[rule.code] = rule
    return [rule for rule in begun.values() if rule.holds(on)]


def annual_fee(fee: OfferedFee, quantity: Decimal, amount: Decimal | None) -> Decimal | None:
    """Euro a year for goods of a quantity that were sold for an amount; None when it follows from an unknown price.

    A fixed fee is the contract's, not the goods': they have none of their own.
    """
    if fee.basis is FeeBasis.PER_UNIT and fee.amount is not None:
        return line_total(fee.amount.amount, quantity)
    if fee.basis is FeeBasis.PERCENT_OF_PRICE and fee.percent is not None:
        return None if amount is None else share(amount, fee.percent, 100)
    return NOTHING


def piece_fees(total: Decimal, quantity: Decimal, serials: Sequence[str]) -> tuple[Decimal, ...]:
    """The fee of goods split over each serial, then what has none; largest remainder, sums exactly (R0.3)."""
    bare = quantity - len(serials)
    weights: list[Weight] = [*([1] * len(serials)), *([bare] if bare > 0 else [])]
    return split_over_lines(total, weights)


def legal_end(delivered_on: date, warranties: Iterable[WarrantyOffer], *, is_consumer: bool) -> date | None:
    """The last day of the legal warranty; None when the sale gives none."""
    legal = (one for one in warranties if one.kind is WarrantyKind.LEGAL and one.months(is_consumer=is_consumer))
    return max((_end(delivered_on, one.months(is_consumer=is_consumer)) for one in legal), default=None)


def warranty_period(
    offered: WarrantyOffer, delivered_on: date, legal_until: date | None, *, is_consumer: bool
) -> Period | None:
    """The days of a warranty (R5.1): from the delivery, whose day is not counted (R0.6), or after the legal one.

    None when it lasts no month.
    """
    months = offered.months(is_consumer=is_consumer)
    if months == 0:
        return None
    if offered.after_legal and legal_until is not None:
        return Period(starts_on=legal_until + ONE_DAY, ends_on=_end(legal_until, months))
    return Period(starts_on=delivered_on, ends_on=_end(delivered_on, months))


def serves_from(starts: OfferStart, delivered_on: date | None, legal_until: date | None) -> date | None:
    """The first day on which delivered goods are served; None while they are not delivered."""
    if delivered_on is None:
        return None
    if starts is OfferStart.NEXT_MONTH:
        return months_after(delivered_on.replace(day=1), 1)
    if starts is OfferStart.AFTER_WARRANTY and legal_until is not None:
        return legal_until + ONE_DAY
    return delivered_on


def _end(from_on: date, months: int) -> date:
    return months_after(from_on, months)
