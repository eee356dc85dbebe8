"""Content of a printed contract and of a proposal of one (contratto, proposta di contratto): §1, art. 1341 c.c."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.contract_clauses import Clause
from aggregates.values import Period, Value
from projections.documents.content import Amount, Content, Site, Text


class ServedLine(Value):
    """What is served: a machine, a product or a site, with its annual fee before VAT; none where the whole has one."""

    description: Text
    code: Text | None = None
    quantity: Annotated[Amount, Field(gt=0)]
    serials: tuple[Text, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    annual_fee: Annotated[Amount, Field(decimal_places=2)] | None = None
    covered: tuple[Text, ...] = ()
    """The items of a call's cost that the fee pays, in words."""
    note: Text | None = None


class ServiceLevel(Value):
    """How fast service is promised for one priority, in words."""

    priority: Text
    response: Text | None = None
    on_site: Text | None = None
    restore: Text | None = None
    resolve: Text | None = None


class FeeInstalment(Value):
    """A period of the contract, when its fee is billed and how much it is before VAT."""

    period: Period
    billing_on: date
    amount: Annotated[Amount, Field(decimal_places=2)]


class ContractContent(Content):
    """A signed contract as it stood on a day, with its clauses and two places to sign (R1.6)."""

    KIND: ClassVar[str] = "contract"

    issued_on: date
    signed_on: date
    kind_name: Text
    subject: Text | None = None
    site: Site | None = None
    term: Period
    renewal: Text
    customer_reference: Text | None = None
    lines: Annotated[tuple[ServedLine, ...], Field(min_length=1)]
    annual_total: Annotated[Amount, Field(decimal_places=2)]
    fee_terms: Text
    payment_terms: Text
    service_hours: Text | None = None
    service_levels: tuple[ServiceLevel, ...] = ()
    instalments: tuple[FeeInstalment, ...] = ()
    clauses: Annotated[tuple[Clause, ...], Field(min_length=1)]

    @property
    def onerous(self) -> tuple[int, ...]:
        """The numbers of the clauses that need the second signature (art. 1341 c.c.)."""
        return tuple(number for number, clause in enumerate(self.clauses, 1) if clause.is_onerous)


class ContractProposalContent(Content):
    """One revision of a proposal, as it was sent (CON-10)."""

    KIND: ClassVar[str] = "contract_proposal"

    issued_on: date
    revision: Annotated[int, Field(ge=0)] = 0
    valid_until: date
    sale: Text
    """The document that it was made from, in words."""
    joins: Text | None = None
    """The number of the running contract that the lines would join."""
    kind_name: Text
    subject: Text | None = None
    site: Site | None = None
    lines: Annotated[tuple[ServedLine, ...], Field(min_length=1)]
    annual_total: Annotated[Amount, Field(decimal_places=2)]
    fee_terms: Text
    term: Text
    renewal: Text
    service_levels: tuple[ServiceLevel, ...] = ()
    needs_second_signature: bool = False
