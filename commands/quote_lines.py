"""How a quote's lines come about: from a call's planned work and parts, or as asked, at the customer's prices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.article import Article, ArticleKind, article_id
from aggregates.base import Refusal
from aggregates.call import Call
from aggregates.call_values import Activity, Charge, ChargeItem
from aggregates.party import Party
from aggregates.price_list import ChargeKind, Price, PriceList
from aggregates.quote_blocks import Block
from aggregates.quote_need import planned_decision, planned_work
from aggregates.quote_supply import GOODS, quoted_supply, sells_goods
from aggregates.quote_values import LineKind, QuoteLine
from aggregates.record_ref import SourceRef
from aggregates.rules.stock_levels import Quantity
from aggregates.rules.vat import VatTreatment, vat_treatment
from aggregates.tariff import tariff_of
from aggregates.values import Discount, Rate, Value
from aggregates.work_report import ActivityMode, Part
from commands.base import Service
from commands.company import parameters
from commands.law_table import law_terms
from commands.words import Words

LETTER = Field(default="A", pattern=r"^[A-Z]$", description="Alternatives stand side by side; one is accepted.")
ONE = Decimal(1)
MINUTES = Decimal(60)
KINDS = {
    ArticleKind.PART: LineKind.PART,
    ArticleKind.PRODUCT: LineKind.PART,
    ArticleKind.CONSUMABLE: LineKind.CONSUMABLE,
    ArticleKind.LABOUR: LineKind.LABOUR,
    ArticleKind.SERVICE: LineKind.SERVICE,
    ArticleKind.CHARGE: LineKind.OTHER,
}

CHARGED_AS = {
    ChargeItem.LABOUR: LineKind.LABOUR,
    ChargeItem.OVERTIME: LineKind.LABOUR,
    ChargeItem.PARTS: LineKind.PART,
    ChargeItem.CONSUMABLES: LineKind.CONSUMABLE,
    ChargeItem.CALL_FEE: LineKind.CALL_FEE,
    ChargeItem.TRAVEL: LineKind.TRAVEL,
}


class LineNeedsDescription(Refusal):
    """Each line needs an article, or a description."""

    status = 422


class LineAsked(Value):
    """A line as someone writes it; what is left out comes from the article and the customer's price list."""

    line_id: UUID | None = None
    kind: LineKind | None = None
    article_id: UUID | None = None
    description: str | None = Field(default=None, max_length=1000, examples=["Elettrovalvola 230 V"])
    quantity: Quantity = Field(default=ONE, examples=["2"])
    unit: str | None = None
    unit_price: Rate | None = Field(default=None, description="Euro, before discount; from the price list if left out.")
    discounts: tuple[Discount, ...] | None = Field(
        default=None, examples=[["10"]], description="Percent, one after the other."
    )
    covered_reason: Words | None = Field(default=None, description="Why the customer pays nothing for it (R4.2).")
    section: str | None = Field(
        default=None, min_length=1, max_length=200, description="The title of a part of the quote that begins here."
    )
    optional: bool = Field(default=False, description="Priced, and counted only when the customer chooses it.")
    blocks: tuple[Block, ...] = Field(default=(), description="Texts and pictures below the line (QUO-3).")


class QuoteLineChange(Value):
    """What is different in a line of the last revision."""

    line_id: UUID
    quantity: Quantity | None = None
    unit_price: Rate | None = None
    discounts: tuple[Discount, ...] | None = None
    description: str | None = None
    section: str | None = Field(default=None, max_length=200, description="Empty takes the title away.")
    optional: bool | None = None
    blocks: tuple[Block, ...] | None = None
    remove: bool = False


class Pricing:
    """The prices and taxes of one customer on one day."""

    def __init__(self, service: Service, party: Party, on: date) -> None:
        self._service, self._party, self._on = service, party, on
        self._tariff = tariff_of(party, parameters(service, on), on, lambda key: service.find(PriceList, key))
        self._customer, self._law = party.vat_customer, law_terms(service)

    def price(self, code: str, quantity: Decimal) -> Price | None:
        """The customer's own list first, then the company's usual one."""
        return self._tariff.price(code, quantity)

    def charge(self, charge: ChargeKind) -> Price | None:
        """The price of a call's cost item."""
        return self._tariff.charge(charge)

    def treatment(self, article: Article | None, goods: bool = False) -> VatTreatment:
        """How a line is taxed; parts follow the service they are fitted with, unless goods alone are sold."""
        return vat_treatment(self._customer, quoted_supply(self._party, article, goods), self._on, self._law)

    def taxed(self, lines: Sequence[QuoteLine], source: SourceRef | None) -> tuple[QuoteLine, ...]:
        """The lines, their goods taxed as what the lines are together: a sale of goods, or work (R9.6, R9.7)."""
        goods = sells_goods(lines, source)
        return tuple(self._taxed(line, goods) if line.kind in GOODS else line for line in lines)

    def _taxed(self, line: QuoteLine, goods: bool) -> QuoteLine:
        article = self._service.find(Article, line.article_id) if line.article_id else None
        return line.model_copy(update={"vat": self.treatment(article, goods)})

    def line(self, asked: LineAsked, line_id: UUID, source_line_id: UUID | None = None) -> QuoteLine:
        """A line as asked, completed. Raises `NotFound`, `LineNeedsDescription`."""
        article = self._service.load(Article, asked.article_id) if asked.article_id else None
        description = asked.description or (article.details.description if article else None)
        if description is None:
            raise LineNeedsDescription
        price = self.price(article.code, asked.quantity) if article and asked.unit_price is None else None
        listed = (price.discount_percent,) if price and price.discount_percent else ()
        return QuoteLine(
            line_id=line_id,
            kind=asked.kind or (KINDS[article.details.kind] if article else LineKind.OTHER),
            article_id=asked.article_id,
            code=article.code if article else None,
            description=description,
            quantity=asked.quantity,
            unit=asked.unit or (article.details.unit if article else "PZ"),
            unit_price=price.unit_price if price else asked.unit_price,
            price_per=article.details.price_multiplier if article else ONE,
            discounts=listed if asked.discounts is None else asked.discounts,
            covered_reason=asked.covered_reason,
            vat=self.treatment(article),
            price_source=_source(price),
            source_line_id=source_line_id,
            section=asked.section or None,
            optional=asked.optional,
            blocks=asked.blocks,
        )

    def charge_line(
        self, charge: ChargeKind, kind: LineKind, words: str, quantity: Decimal, line_id: UUID, covered: str | None
    ) -> QuoteLine | None:
        """A line for a cost item of a call; None when the price list does not charge it."""
        price = self.charge(charge)
        if price is None:
            return None
        article = self._service.find(Article, article_id(price.article_code))
        return QuoteLine(
            line_id=line_id,
            kind=kind,
            article_id=article.id if article else None,
            code=price.article_code,
            description=article.details.description if article else words,
            quantity=quantity,
            unit=article.details.unit if article else "PZ",
            unit_price=price.unit_price,
            discounts=(price.discount_percent,) if price.discount_percent else (),
            covered_reason=covered,
            vat=self.treatment(article),
            price_source=_source(price),
        )


def lines_asked(service: Service, pricing: Pricing, asked: Sequence[LineAsked]) -> tuple[QuoteLine, ...]:
    """The lines as asked, at the customer's prices."""
    return tuple(pricing.line(line, line.line_id or service.new_id(f"line-{n}")) for n, line in enumerate(asked, 1))


def lines_changed(lines: Sequence[QuoteLine], changes: Sequence[QuoteLineChange]) -> tuple[QuoteLine, ...]:
    """The lines of the last revision with some of them different; each keeps its id, so that revisions compare."""
    by_id = {change.line_id: change for change in changes}
    return tuple(_changed(line, by_id.get(line.line_id)) for line in lines if not _removed(by_id.get(line.line_id)))


def lines_of_call(service: Service, pricing: Pricing, call: Call, travel_km: Decimal | None) -> tuple[QuoteLine, ...]:
    """A snapshot of what a call plans: work, parts, call fee, travel and charges written on it.

    What is covered is shown at 100 % (R7.1). A written charge stands for its item, as on the call's own bill.
    """
    planned, written = planned_work(call), {charge.item for charge in call.charges.values()}
    worked = [one for one in planned if one.minutes and ChargeItem.LABOUR not in written]
    labour = [_labour(pricing, one, _covered(call, ChargeItem.LABOUR, one), service) for one in worked]
    parts = [_part(pricing, key, part, call, service) for key, part in call.planned_parts.items()]
    visited = any(one.mode is ActivityMode.VISIT for one in planned)
    going = _going(service, pricing, travel_km, call, written) if visited else ()
    extras = [_extra(pricing, charge, service) for charge in call.charges.values()]
    return (*labour, *parts, *going, *extras)


def _covered(call: Call, item: ChargeItem, planned: Activity | None = None, code: str | None = None) -> str | None:
    """Why the customer pays nothing for an item of cost; None when it is charged (R4.1)."""
    decision = planned_decision(call, item, planned, code)
    return decision.reason if decision.is_covered else None


def _labour(pricing: Pricing, activity: Activity, covered: str | None, service: Service) -> QuoteLine:
    assert activity.minutes is not None
    minutes = Decimal(activity.minutes)
    hours = (minutes / MINUTES).quantize(Decimal("0.01"))
    exact = hours * MINUTES == minutes
    line_id = service.new_id(f"labour-{activity.activity_id}")
    line = pricing.charge_line(ChargeKind.LABOUR_HOUR, LineKind.LABOUR, "Manodopera", hours, line_id, covered)
    words = activity.note or activity.kind
    if line is None:
        asked = LineAsked(kind=LineKind.LABOUR, description=f"Manodopera: {words}", quantity=minutes, unit="min")
        return pricing.line(asked, line_id, activity.activity_id)
    counted = {} if exact else {"quantity": minutes, "price_per": MINUTES, "unit": "min"}
    shown = {"description": f"{line.description}: {words}", "source_line_id": activity.activity_id}
    return line.model_copy(update={**shown, **counted})


def _part(pricing: Pricing, line_id: UUID, part: Part, call: Call, service: Service) -> QuoteLine:
    known = part.article_id or (article_id(part.code) if part.code else None)
    article = service.find(Article, known) if known else None
    is_consumable = article is not None and article.details.kind is ArticleKind.CONSUMABLE
    item = ChargeItem.CONSUMABLES if is_consumable else ChargeItem.PARTS
    asked = LineAsked(
        kind=None if article else LineKind.PART,
        article_id=article.id if article else None,
        description=part.description,
        quantity=part.quantity,
        unit=None if article else part.unit,
        covered_reason=_covered(call, item, code=article.code if article else part.code),
    )
    return pricing.line(asked, service.new_id(f"part-{line_id}"), line_id)


def _going(
    service: Service, pricing: Pricing, travel_km: Decimal | None, call: Call, written: Collection[ChargeItem]
) -> Iterator[QuoteLine]:
    """What the customer pays for our coming."""
    free_fee, free_way = _covered(call, ChargeItem.CALL_FEE), _covered(call, ChargeItem.TRAVEL)
    fee = ChargeItem.CALL_FEE not in written and pricing.charge_line(
        ChargeKind.CALL_FEE, LineKind.CALL_FEE, "Diritto di chiamata", ONE, service.new_id("call-fee"), free_fee
    )
    way = (
        travel_km
        and ChargeItem.TRAVEL not in written
        and pricing.charge_line(
            ChargeKind.TRAVEL_KM, LineKind.TRAVEL, "Viaggio", travel_km, service.new_id("travel"), free_way
        )
    )
    yield from (line for line in (fee, way) if line)


def _extra(pricing: Pricing, charge: Charge, service: Service) -> QuoteLine:
    """A charge written on the call, at the price written there."""
    asked = LineAsked(
        kind=CHARGED_AS.get(charge.item, LineKind.OTHER),
        description=charge.description,
        quantity=charge.quantity if charge.quantity > 0 else ONE,
        unit=charge.unit,
        unit_price=charge.unit_price,
        discounts=(charge.discount_percent,) if charge.discount_percent else (),
        covered_reason=charge.reason if charge.amount.amount == 0 else None,
    )
    return pricing.line(asked, service.new_id(f"charge-{charge.line_id}"), charge.line_id)


def _changed(line: QuoteLine, change: QuoteLineChange | None) -> QuoteLine:
    if change is None:
        return line
    names = ("quantity", "unit_price", "discounts", "description", "section", "optional", "blocks")
    given = {name: value for name in names if (value := getattr(change, name)) is not None}
    if given.get("section") == "":
        given["section"] = None
    typed = {"price_source": None} if "unit_price" in given else {}
    return line.model_copy(update={**given, **typed})


def _removed(change: QuoteLineChange | None) -> bool:
    return change is not None and change.remove


def _source(price: Price | None) -> str | None:
    return f"{price.price_list_code} dal {price.from_on:%d/%m/%Y}" if price else None
