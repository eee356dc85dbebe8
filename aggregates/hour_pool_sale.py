"""PoolSale (vendita di ore): hours bought, or worked beyond a pool without a call, billed once like any work (R2.7)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid5

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, event, require
from aggregates.because import Because, Reasons, in_italian, worded
from aggregates.billable import Billable, BillingHeld
from aggregates.hour_pool_refusals import SaleWithdrawn
from aggregates.hour_pool_values import PoolDraw
from aggregates.record_ref import RecordRef
from aggregates.rules.vat import Supply
from aggregates.values import Money, Period, Rate, Value


class SaleKind(StrEnum):
    """What was sold: hours beforehand, or those beyond the pool."""

    PURCHASE = "purchase"
    OVERAGE = "overage"


class Sold(Value):
    """One line to bill: quantity, the price of so many, amount; euro before VAT."""

    customer_id: UUID
    pool_id: UUID
    lot_id: UUID | None = None
    contract_id: UUID | None = None
    contract_number: str | None = None
    kind: SaleKind
    sold_on: date
    description: str
    quantity: Rate = Decimal(1)
    unit: str | None = None
    unit_price: Rate = Field(ge=0)
    price_per: Rate = Decimal(1)
    amount: Money
    period: Period | None = None
    supply: Supply | None = None
    why: str = ""
    because: Reasons = ()

    @property
    def told(self) -> str:
        """The reason in Italian words."""
        return in_italian(self.because, self.why) or ""


def purchase_id(pool_id: UUID, lot_id: UUID) -> UUID:
    """The id of the sale of a lot."""
    return uuid5(pool_id, f"purchase/{lot_id}")


def overage_id(draw: PoolDraw) -> UUID:
    """The id of what is sold with a draw beyond its pool."""
    return uuid5(draw.pool_id, f"overage/{draw.work.work_id}/{draw.attempt}")


class PoolSale(Billable, Aggregate):
    """A sale that waits for its invoice."""

    TOPIC = "pool-sale"

    class Agreed(FirstEvent):
        """Something of a pool was sold and is to be billed."""

        TOPIC = "pool-sale.agreed.v1"
        sold: Sold

    class Withdrawn(Aggregate.Event):
        """The hours were given back: nothing is to be billed."""

        TOPIC = "pool-sale.withdrawn.v1"
        reason: str = Field(default="", description="Somebody's words; before reasons were codes, every reason.")
        because: Because | None = None

    class BillingProposed(Aggregate.Event):
        """A proposed invoice holds the sale: no other may bill it."""

        TOPIC = "pool-sale.billing-proposed.v1"
        invoice_id: UUID

    class BillingReleased(Aggregate.Event):
        """The proposal was given up: the sale is to be billed again."""

        TOPIC = "pool-sale.billing-released.v1"
        invoice_id: UUID

    class Invoiced(Aggregate.Event):
        """The sale is on an invoice."""

        TOPIC = "pool-sale.invoiced.v1"
        invoice: RecordRef

    class BillingReopened(Aggregate.Event):
        """A credit note took back all of it: the sale is to be billed again."""

        TOPIC = "pool-sale.billing-reopened.v1"
        invoice_id: UUID
        credit_note: RecordRef

    # Decide

    @classmethod
    def agree(cls, sale_id: UUID, sold: Sold, act: Act) -> PoolSale:
        """Begin a sale."""
        return cls.begin(cls.Agreed, id=sale_id, act=act, sold=sold)

    def withdraw(self, why: Because | str, act: Act) -> None:
        """Take the sale back before it is billed. Raises `BilledAlready`, `BillingHeld`."""
        if self.is_withdrawn:
            return
        self._require_not_billed()
        require(self.billed_by is None, BillingHeld, number=self.billing_name)
        self.trigger_event(self.Withdrawn, act=act, **worded(why))

    @property
    def billing_name(self) -> str:
        """See `Billable`."""
        return self.sold.description

    def check_billable(self) -> None:
        """Raises `SaleWithdrawn`."""
        require(not self.is_withdrawn, SaleWithdrawn, number=self.billing_name)

    # Evolve

    @event(Agreed)
    def __init__(self, sold: Sold) -> None:
        self.sold = sold
        self.is_withdrawn = False
        self.billed_by: UUID | None = None
        self.invoice: RecordRef | None = None

    @event(Withdrawn)
    def _withdrawn(self) -> None:
        self.is_withdrawn = True

    @event(BillingProposed)
    def _billing_proposed(self, invoice_id: UUID) -> None:
        self.billed_by = invoice_id

    @event(BillingReleased)
    def _billing_released(self) -> None:
        self.billed_by = None

    @event(BillingReopened)
    def _billing_reopened(self) -> None:
        self.invoice, self.billed_by = None, None

    @event(Invoiced)
    def _invoiced(self, invoice: RecordRef) -> None:
        self.invoice, self.billed_by = invoice, invoice.id
