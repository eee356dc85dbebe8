"""Arithmetic of a call's lines: minutes at an hour's price, a mark-up on cost; exact whatever the numbers (R0.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.base import Act
from aggregates.call import Call
from aggregates.call_goods_pricing import with_markup
from aggregates.call_lines import NOWHERE, CallLines
from aggregates.call_values import ChargeItem
from aggregates.coverage import Coverage, CoverageKind, Decision
from aggregates.party import Party, PartyNature, PartyRole, TaxIdentity
from aggregates.price_list import Price
from aggregates.rules.rounding import share, to_cents
from aggregates.tariff import Tariff

ACT = Act(by="user:test", at=datetime(2026, 4, 16, 7, 0, tzinfo=UTC))
DAY = date(2026, 4, 16)
PARTY = Party.begin(
    Party.Registered, id=UUID(int=1), act=ACT, code="C1", name="Rossi", role=PartyRole.CUSTOMER,
    nature=PartyNature.BUSINESS, tax=TaxIdentity(), address=None,
)  # fmt: skip
CALL = Call.open(UUID(int=2), "Non stampa", Coverage(), ACT, party_id=PARTY.id)
LINES = CallLines(CALL, None, PARTY, Tariff((), DAY), lambda _: None, NOWHERE)
PRICES = st.decimals("0.01", "9999.99", places=2)
COVERED = Decision(kind=CoverageKind.CONTRACT, because=None, reason="Coperto.")
CHARGED = Decision(kind=CoverageKind.CHARGEABLE, because=None, reason="A pagamento.")


def price(amount: Decimal) -> Price:
    """A list price."""
    return Price(article_code="MAN", unit_price=amount, currency="EUR", price_list_code="BASE", from_on=DAY)


@given(PRICES, st.integers(1, 10_000))
def test_minutes_at_an_hours_price_are_rounded_once(amount: Decimal, minutes: int) -> None:
    line = LINES.hours(ChargeItem.LABOUR, CHARGED, price(amount), "Manodopera", minutes).line
    assert line.amount == share(amount, minutes, 60)
    assert line.quantity == line.quantity.quantize(Decimal("0.01"))


@given(PRICES, st.integers(1, 10_000))
def test_a_covered_line_costs_nothing_and_still_shows_its_price(amount: Decimal, minutes: int) -> None:
    line = LINES.hours(ChargeItem.LABOUR, COVERED, price(amount), "Manodopera", minutes).line
    told = (line.amount, line.unit_price, line.discounts[-1], line.note)
    assert told == (Decimal(0), amount, Decimal(100), "Coperto.")


@given(PRICES, st.decimals("0", "300", places=2))
def test_a_markup_is_exact_to_the_last_decimal_of_a_unit_price(cost: Decimal, percent: Decimal) -> None:
    found = with_markup(cost, percent)
    assert Fraction(found) == Fraction(cost) * (100 + Fraction(percent)) / 100
    assert to_cents(Fraction(found)) >= cost
