"""What people and feeds may ask about sales (vendite): an order, a delivery note or an invoice is recorded once.

Delivered serials enter the installed base with their warranties (INS-4), and goods that a rule speaks of become a
proposal, a contract, or lines of the one that runs (CON-3, CON-10).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.article import Article, ArticleKind, article_id
from aggregates.base import Act
from aggregates.contract_proposal import ContractProposal
from aggregates.party import Party
from aggregates.proposal_terms import ProposalRule
from aggregates.rules.line_amounts import line_total
from aggregates.rules.proposals import rule_for
from aggregates.rules.sold_goods import Lot, SaleDocument, SaleDocumentKind, SaleReference, SoldLine
from aggregates.sold_goods import SoldGoods, sold_goods_id
from aggregates.values import Discount, Rate, Value
from commands.base import Answer, Command, Service
from commands.contract_from_proposal import put_into_contract
from commands.proposal_making import Sold, make_proposals, tell_proposal
from commands.proposal_rules import proposal_rules
from commands.sale_customer import SaleCustomer, customer_of
from commands.sold_items import sold_items


class SaleLineAsked(Value):
    """A line of a sale, with its price where the document tells one."""

    article_code: str | None = Field(default=None, examples=["LT-900"])
    description: str | None = Field(default=None, description="Left out, the article's.", examples=["Lavastoviglie"])
    quantity: Rate = Field(default=Decimal(1), gt=0)
    unit: str | None = None
    unit_price: Rate | None = Field(default=None, description="Euro before VAT and discounts.", examples=["1850.00"])
    discounts: tuple[Discount, ...] = ()
    amount: Rate | None = Field(default=None, decimal_places=2, description="The line's sum, instead of a unit price.")
    serials: tuple[str, ...] = Field(default=(), examples=[["SN-10442", "SN-10443"]])
    manufacturer: str | None = Field(default=None, examples=["Silanos"])
    delivered_on: date | None = Field(default=None, description="When it differs from the document's.")

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if not (self.article_code or self.description):
            raise ValueError("a line needs an article's code or a description")
        return self


class RecordSale(Command):
    """Record an order, a delivery note or an invoice of goods sold; the same document again records nothing.

    Documents of the same goods are matched by serial, by the documents they name, or by article: together they make
    one proposal, and later ones add serials and deliveries to it.
    """

    kind: SaleDocumentKind
    number: str = Field(min_length=1, max_length=40, examples=["IC-2026-0012"])
    dated_on: date = Field(examples=["2026-03-12"])
    customer_id: UUID | None = None
    customer: SaleCustomer | None = Field(default=None, description="Instead of its id.")
    site_id: UUID | None = Field(default=None, description="Where the goods went.")
    delivered_on: date | None = Field(
        default=None, description="Left out: a delivery note's or an invoice's own date; an order delivers nothing."
    )
    references: tuple[SaleReference, ...] = Field(default=(), description="The documents of this sale before it.")
    lines: tuple[SaleLineAsked, ...] = Field(min_length=1)


def record_sale(cmd: RecordSale, act: Act, service: Service) -> Answer:
    """Handles `RecordSale`. Raises `SaleCustomerUnknown`, `SaleCustomerAmbiguous`, `NotFound`."""
    party = customer_of(service, cmd.customer_id, cmd.customer, act)
    goods = service.find(SoldGoods, sold_goods_id(party.id)) or SoldGoods.begin_with(party.id, act)
    document = SaleDocument(**{name: getattr(cmd, name) for name in SaleDocument.model_fields})
    lines = tuple(_line(service, number, line) for number, line in enumerate(cmd.lines, 1))
    fresh = goods.record(document, lines, act)
    service.save(goods)
    made = _followed(service, party, goods, document, fresh, act) if fresh else []
    for proposal in made:
        put_into_contract(service, proposal, act)
    return _answer(service, party, goods, document)


def _followed(
    service: Service, party: Party, goods: SoldGoods, document: SaleDocument, fresh: tuple[Lot, ...], act: Act
) -> list[ContractProposal]:
    """What comes of the goods that a document speaks of: items, then proposals made or told more."""
    rules = proposal_rules(service)
    sold = []
    for lot in fresh:
        rule = rule_for(rules, lot.article_code, _kind(service, lot.article_code), document.dated_on)
        sold.append(Sold(lot=lot, rule=rule, items=sold_items(service, party, lot, rule, act)))
    known: dict[UUID, list[Sold]] = {}
    for one in sold:
        if one.lot.lot_id in goods.offers:
            known.setdefault(goods.offers[one.lot.lot_id], []).append(one)
    told = [tell_proposal(service, party, proposal_id, document, its, act) for proposal_id, its in known.items()]
    new = [one for one in sold if one.lot.lot_id not in goods.offers and _makes_one(one.rule, one.lot, document)]
    return told + make_proposals(service, party, goods, document, new, act)


def _makes_one(rule: ProposalRule, lot: Lot, document: SaleDocument) -> bool:
    """Whether a document's goods are to be offered; a remainder that it does not speak of is not."""
    is_told = any(told.key == document.key for told in lot.told)
    return is_told and rule.offer is not None and document.kind in rule.made_from


def _line(service: Service, number: int, asked: SaleLineAsked) -> SoldLine:
    article = service.find(Article, article_id(asked.article_code)) if asked.article_code else None
    amount = asked.amount
    if amount is None and asked.unit_price is not None:
        per = article.details.price_multiplier if article else Decimal(1)
        amount = line_total(asked.unit_price, asked.quantity, asked.discounts, per)
    words = asked.description or (article.details.description if article else asked.article_code or "")
    unit = asked.unit or (article.details.unit if article else "PZ")
    shared = {"article_code", "quantity", "serials", "manufacturer", "delivered_on"}
    told = {name: getattr(asked, name) for name in shared}
    return SoldLine(number=number, description=words, unit=unit, amount=amount, **told)


def _kind(service: Service, code: str | None) -> ArticleKind | None:
    article = service.find(Article, article_id(code)) if code else None
    return article.details.kind if article else None


def _answer(service: Service, party: Party, goods: SoldGoods, document: SaleDocument) -> Answer:
    """The proposals that speak of the document's goods, in the order in which they were made."""
    lots = goods.lots_of(document.key)
    proposal_ids = dict.fromkeys(goods.offers[lot.lot_id] for lot in lots if lot.lot_id in goods.offers)
    proposals = [service.load(ContractProposal, proposal_id) for proposal_id in proposal_ids]
    return {
        "customer_id": party.id,
        "sale": document.key,
        "serials": [serial for lot in lots for serial in lot.serials],
        "proposals": [
            {
                "proposal_id": each.id,
                "number": each.number,
                "status": each.status,
                "contract_id": each.contract.id if each.contract else None,
                "contract_number": each.contract.number if each.contract else None,
            }
            for each in proposals
        ],
        "proposal_id": proposals[0].id if proposals else None,
        "contract_id": next((each.contract.id for each in proposals if each.contract), None),
    }
