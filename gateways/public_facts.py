"""The published language (linguaggio pubblicato): what other programs read of a company's facts.

Each class is one version of one kind of public fact, apart from the internal fact it comes from. A shipped class never
changes; a new form is a new class with the next version. Amounts are euro, as decimal texts; dates are Italian.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aggregates.values import Rate

EXAMPLE_ID = "5b0f6f5e-5f0c-4f57-9d3e-0a3c6f1c7a11"
OTHER_ID = "8d4f3b1a-2c67-4b0e-8f38-6c8f0c2b9d42"


class PublicData(BaseModel):
    """Base of the payloads; `TYPE` is the CloudEvents type, whose end is the payload's version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    TYPE: ClassVar[str]
    EXAMPLE: ClassVar[dict[str, Any]]


class PartyRegistered(PublicData):
    """The company knows one more party. Names and addresses are not told: ask the API, with a reason to."""

    TYPE = "libretto.party.registered.v1"
    EXAMPLE = {"party_id": EXAMPLE_ID, "code": "C0001", "role": "customer", "nature": "business", "country": "IT"}

    party_id: UUID
    code: str
    role: Literal["prospect", "customer", "end_user", "supplier"]
    nature: Literal["business", "consumer", "public_body"]
    country: str | None = Field(description="Two letters; null when no address is known.")


class PersonErased(PublicData):
    """A person's data were made unreadable, as far as nothing keeps them: do the same with what you hold of them."""

    TYPE = "libretto.person.erased.v1"
    EXAMPLE = {"subject_kind": "party", "subject_id": EXAMPLE_ID, "scope": "operational", "erased_on": "2026-10-20"}

    subject_kind: Literal["party", "person", "technician", "user"]
    subject_id: UUID
    scope: str = Field(
        description="Why it had been kept; what the law keeps, fiscal records, goes when its time is over."
    )
    erased_on: date


class CallOpened(PublicData):
    """A customer asked for help."""

    TYPE = "libretto.call.opened.v1"
    EXAMPLE = {
        "call_id": EXAMPLE_ID, "party_id": OTHER_ID, "serial_item_ids": [], "priority": "high",
        "coverage": "contract", "contract_id": OTHER_ID,
    }  # fmt: skip

    call_id: UUID
    party_id: UUID | None
    serial_item_ids: tuple[UUID, ...]
    priority: Literal["high", "medium", "low"]
    coverage: str = Field(description="Who pays: chargeable, contract, warranty or blocked.")
    contract_id: UUID | None


class CallClosed(PublicData):
    """Nothing is left to do on the call."""

    TYPE = "libretto.call.closed.v1"
    EXAMPLE = {"call_id": EXAMPLE_ID, "outcome": "solved"}

    call_id: UUID
    outcome: str


class StockMoved(PublicData):
    """Goods came or left. A move between warehouses is two facts, one on each side."""

    TYPE = "libretto.stock.moved.v1"
    EXAMPLE = {
        "stock_item_id": EXAMPLE_ID, "movement": "issue", "article_id": OTHER_ID, "article_code": "R-404A",
        "warehouse_id": OTHER_ID, "ownership": "own", "quantity": "-2", "unit_cost": "12.5", "value": "-25.00",
        "record": {"kind": "call", "id": OTHER_ID, "number": "CH-2026-0415"},
    }  # fmt: skip

    class Record(BaseModel):
        """What the movement was for."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        kind: str
        id: UUID
        number: str | None

    stock_item_id: UUID
    movement: Literal["opening", "receipt", "issue", "transfer_out", "transfer_in", "count"]
    article_id: UUID
    article_code: str | None
    warehouse_id: UUID
    ownership: Literal["own", "customer"] = Field(description="Goods of customers have no value.")
    quantity: Rate = Field(description="Negative when goods leave.")
    unit_cost: Rate = Field(description="Weighted average cost of one unit at that moment.")
    value: Rate = Field(description="Quantity times unit cost, to the cent.")
    record: Record | None


class ContractSigned(PublicData):
    """Both parties signed: the contract has its number and its first term."""

    TYPE = "libretto.contract.signed.v1"
    EXAMPLE = {
        "contract_id": EXAMPLE_ID, "number": "2026/12", "party_id": OTHER_ID, "kind": "flat_fee",
        "signed_on": "2026-09-10", "starts_on": "2026-09-16", "ends_on": "2027-09-15",
    }  # fmt: skip

    contract_id: UUID
    number: str
    party_id: UUID
    kind: str = Field(description="warranty, maintenance, flat_fee, actuals, hour_pool, hourly_rates, cost_per_copy.")
    signed_on: date
    starts_on: date
    ends_on: date


class ContractRenewed(PublicData):
    """One more term follows."""

    TYPE = "libretto.contract.renewed.v1"
    EXAMPLE = {
        "contract_id": EXAMPLE_ID, "number": "2026/12", "term_number": 2, "tacit": True,
        "starts_on": "2027-09-16", "ends_on": "2028-09-15",
    }  # fmt: skip

    contract_id: UUID
    number: str | None
    term_number: int
    tacit: bool
    starts_on: date
    ends_on: date


class ContractTerminated(PublicData):
    """The contract ends otherwise than by expiry: terminated, superseded or cancelled."""

    TYPE = "libretto.contract.terminated.v1"
    EXAMPLE = {
        "contract_id": EXAMPLE_ID, "number": "2026/12", "outcome": "terminated", "last_on": "2026-12-31",
        "successor_id": None,
    }  # fmt: skip

    contract_id: UUID
    number: str | None
    outcome: Literal["terminated", "superseded", "cancelled"]
    last_on: date | None = Field(description="Last day in force; null when it never was.")
    successor_id: UUID | None


class DeliveryNoteIssued(PublicData):
    """Goods left with a delivery note (DDT)."""

    TYPE = "libretto.delivery-note.issued.v1"
    EXAMPLE = {
        "delivery_note_id": EXAMPLE_ID, "number": "12/A", "issued_on": "2026-09-16", "reason": "sale",
        "party_id": OTHER_ID,
        "lines": [{"article_id": OTHER_ID, "article_code": "R-404A", "quantity": "2", "unit": "PZ"}],
    }  # fmt: skip

    class Line(BaseModel):
        """Goods on the note."""

        model_config = ConfigDict(frozen=True, extra="forbid")

        article_id: UUID | None
        article_code: str | None
        quantity: Rate
        unit: str

    delivery_note_id: UUID
    number: str
    issued_on: date
    reason: str = Field(description="Why the goods travel: sale, repaired_return, loan and so on.")
    party_id: UUID
    lines: tuple[Line, ...]


class QuoteAccepted(PublicData):
    """The customer said yes to one revision of a quote."""

    TYPE = "libretto.quote.accepted.v1"
    EXAMPLE = {
        "quote_id": EXAMPLE_ID, "number": "P/2026/0012", "party_id": OTHER_ID, "alternative": "A", "revision": 0,
        "accepted_on": "2026-09-16", "taxable": "351.78", "total": "429.17",
    }  # fmt: skip

    quote_id: UUID
    number: str
    party_id: UUID
    alternative: str
    revision: int
    accepted_on: date
    taxable: Rate = Field(description="Before VAT, as it was sent.")
    total: Rate = Field(description="VAT included, as it was sent.")
