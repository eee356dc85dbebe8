"""Terms of a contract (testata e corpo del contratto): frozen values, as the parties agreed them (§1.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from aggregates.adjustment_terms import AdjustmentTerms
from aggregates.call_values import ChargeItem
from aggregates.coverage import ServiceTerms
from aggregates.meter_terms import MeterTerms
from aggregates.party import PaymentMethod
from aggregates.rules.instalments import DayBasis, FirstPeriod
from aggregates.rules.line_amounts import line_total
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.periods import Alignment, Notice, Timing
from aggregates.rules.rounding import share
from aggregates.rules.vat import Supply
from aggregates.values import Money, Rate, Value


def _step(months: int) -> int:
    if months not in (1, 2, 3, 4, 6, 12):
        raise ValueError("a fee period lasts 1, 2, 3, 4, 6 or 12 months")
    return months


StepMonths = Annotated[int, AfterValidator(_step)]
"""The length of a fee period: the ones that divide a year."""


class ContractKind(StrEnum):
    """What is sold, by its template (tipo contratto, CON-2)."""

    WARRANTY = "warranty"
    MAINTENANCE = "maintenance"
    FLAT_FEE = "flat_fee"
    ACTUALS = "actuals"
    HOUR_POOL = "hour_pool"
    HOURLY_RATES = "hourly_rates"
    COST_PER_COPY = "cost_per_copy"

    @property
    def is_full(self) -> bool:
        """Whether a line that names no item of cost covers what a full contract does (R4.1)."""
        return self in (
            ContractKind.WARRANTY,
            ContractKind.MAINTENANCE,
            ContractKind.FLAT_FEE,
            ContractKind.COST_PER_COPY,
        )


class ContractNature(StrEnum):
    """What the contract is by nature (tipo di contratto), apart from its template."""

    SERVICE = "service"
    WARRANTY = "warranty"
    RENTAL = "rental"
    OTHER = "other"


class FeeDetermination(StrEnum):
    """How the fee is computed (tipo determinazione canone)."""

    HEADER_AMOUNT = "header_amount"
    SUM_OF_LINES = "sum_of_lines"
    PERCENT_OF_ASSET_VALUE = "percent_of_asset_value"
    METER = "meter"
    HOURS = "hours"
    ZERO = "zero"


class BlockPolicy(StrEnum):
    """What happens to calls while the service is blocked (R1.10)."""

    CHARGEABLE = "chargeable"
    REFUSE = "refuse"


class Covered(Value):
    """Which items of a call's cost a line covers (§1.1, R4.1); overtime is covered with extended hours only.

    A line that names none covers what its kind of contract does: a full contract or nothing.
    """

    labour: bool = False
    overtime: bool = False
    parts: bool = False
    consumables: bool = False
    travel: bool = False
    call_fee: bool = False
    per_diem: bool = False
    board_and_lodging: bool = False
    third_parties: bool = False

    @property
    def items(self) -> tuple[ChargeItem, ...]:
        """The items that it names."""
        return tuple(item for item in ChargeItem if getattr(self, item.value))

    def shares(self, other: Covered) -> bool:
        """Whether both cover a same item."""
        return any(getattr(self, name) and getattr(other, name) for name in Covered.model_fields)


class CustomerBank(Value):
    """Where a RiBa is presented or a debit is drawn (banca d'appoggio): the customer's bank, not ours.

    Account numbers stay with the customer, whose personal data they are.
    """

    name: str | None = Field(default=None, max_length=80)
    abi: str | None = Field(default=None, pattern=r"^[0-9]{5}$", description="Code of the bank.", examples=["05428"])
    cab: str | None = Field(default=None, pattern=r"^[0-9]{5}$", description="Code of the branch.", examples=["11101"])
    mandate: str | None = Field(default=None, max_length=35, description="Reference of the direct-debit mandate.")


class HeaderTerms(Value):
    """What the parties agree in the header (testata), but for what has a default of the customer or the company.

    Fees are annual: one agreed per period is given times the periods of a year.
    """

    customer_id: UUID
    site_id: UUID | None = Field(default=None, description="Ship-to (destinazione): decides calendar and distance.")
    kind: ContractKind = ContractKind.FLAT_FEE
    nature: ContractNature = ContractNature.SERVICE
    template: str | None = Field(default=None, description="The company's own name of the contract type.")
    title: str | None = Field(default=None, max_length=200, examples=["Assistenza stampanti"])
    series: str = Field(default="", max_length=10)

    determination: FeeDetermination = FeeDetermination.SUM_OF_LINES
    annual_fee: Money | None = Field(default=None, description="The whole annual fee, with header_amount only.")
    step_months: StepMonths = Field(default=12, description="Fee period: 1, 2, 3, 4, 6 or 12 (durata periodo canone).")
    timing: Timing = Timing.ADVANCE
    offset_days: int = Field(default=0, description="Days between start (or end) of a period and its billing.")
    starts_on: date | None = Field(default=None, description="Effective date (decorrenza): the anchor of all periods.")
    term_months: int = Field(default=12, ge=1, description="Length of each term after the first.")
    alignment: Alignment = Alignment.NONE
    sticky_end_of_month: bool = False
    first_period: FirstPeriod = FirstPeriod.PRORATA
    basis: DayBasis = DayBasis.ACTUAL

    clause_approved: bool = Field(default=False, description="The clause was approved separately in writing.")
    free_withdrawal: bool = False
    suspension_approved: bool = Field(default=False, description="The right to suspend was approved (R1.10).")
    block_policy: BlockPolicy = BlockPolicy.CHARGEABLE
    bills_while_blocked: bool = Field(default=True, description="Whether fees go on while the service is blocked.")

    order_number: str | None = Field(default=None, max_length=20, description="The customer's purchase order.")
    order_on: date | None = None
    cig: str | None = Field(default=None, pattern=r"^[A-Z0-9]{10}$")
    cup: str | None = Field(default=None, pattern=r"^[A-Z0-9]{15}$")
    vat_code: str | None = Field(default=None, max_length=20, description="The accounting system's VAT code.")
    bank: CustomerBank | None = None
    revenue_account: str | None = None
    analytic_account: str | None = None
    cost_centre: str | None = None
    job: str | None = None

    usual_technician_id: UUID | None = None
    agent_id: UUID | None = None
    main_contract_id: UUID | None = Field(default=None, description="Framework contract this one is an addendum of.")
    bills_with_main: bool = Field(
        default=False,
        description="As an addendum: paid and ordered as the main contract is, so that one invoice is made.",
    )
    price_list: str | None = None
    service: ServiceTerms | None = Field(default=None, description="Service levels and calendar promised to calls.")
    index_share_percent: Rate | None = Field(
        default=None, ge=0, description="Share of FOI at renewal, in short (R1.20); `adjustment` says all of it."
    )
    adjustment: AdjustmentTerms | None = Field(default=None, description="How fees follow an index at renewal.")
    meters: MeterTerms | None = Field(default=None, description="Cost per copy of all machines together (R3.3).")
    flags: tuple[str, ...] = ()
    printable_notes: str | None = None
    internal_notes: str | None = None


class ContractHeader(HeaderTerms):
    """The whole header, with what the customer's or the company's defaults were when it was drafted."""

    tacit_renewal: bool
    notice: Notice
    is_consumer: bool = Field(default=False, description="Consumer law applies to notices and withdrawal (R1.8).")
    payment_terms: PaymentTerms
    payment_method: PaymentMethod = PaymentMethod.TRANSFER
    supply: Supply = Field(default=Supply(), description="How the law taxes lines that say nothing of their own.")

    @property
    def index_terms(self) -> AdjustmentTerms | None:
        """How its fees follow an index; a share alone is of FOI, last published, year on year (R1.20)."""
        if self.adjustment is None and self.index_share_percent is not None:
            return AdjustmentTerms(share_percent=self.index_share_percent)
        return self.adjustment


class LineTerms(Value):
    """What the parties agree on a line (riga): what is served, what of a call it covers, its annual fee."""

    description: str = Field(min_length=1, max_length=1000)
    article_id: UUID | None = None
    article_code: str | None = None
    serial_item_ids: tuple[UUID, ...] = ()
    serials: tuple[str, ...] = Field(default=(), description="Serial numbers as printed on documents.")
    site_id: UUID | None = None
    quantity: Rate = Field(default=Decimal(1), gt=0)
    annual_fee: Money | None = Field(default=None, description="A year's fee for a quantity of one, before discounts.")
    discount_percent: Rate = Field(default=Decimal(0), ge=-100, le=100)
    asset_value: Money | None = None
    asset_percent: Rate | None = Field(default=None, ge=0, description="With an asset value: annual fee in percent.")
    supply: Supply | None = Field(default=None, description="How the law taxes it; otherwise as the header says.")
    revenue_account: str | None = None
    job: str | None = None
    cost_centre: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    covered: Covered = Covered()
    service: ServiceTerms | None = None
    adjustment: AdjustmentTerms | None = Field(default=None, description="Other than the header's; share 0 is fixed.")
    counter: str | None = None
    included: int = Field(
        default=0, ge=0, description="Counts of a meter period that the line adds to the contract's pool of `counter`."
    )
    meters: MeterTerms | None = Field(default=None, description="Cost per copy of the line's machines alone.")

    @model_validator(mode="after")
    def _asset_fee_is_whole(self) -> Self:
        if (self.asset_value is None) != (self.asset_percent is None):
            raise ValueError("a fee by asset value needs both the value and the percentage")
        return self

    @property
    def net_annual_fee(self) -> Decimal:
        """Euro a year, after quantity and discount; 0 when the line has no fee."""
        if self.annual_fee is not None:
            return line_total(self.annual_fee.amount, self.quantity, (self.discount_percent,))
        if self.asset_value is not None and self.asset_percent is not None:
            return share(self.asset_value.amount, self.asset_percent, 100)
        return Decimal("0.00")


class ContractLine(LineTerms):
    """A line with its id."""

    line_id: UUID


class LineFee(Value):
    """A new annual fee of a line, net, from the start of a term; euro. The header's line is the contract itself."""

    line_id: UUID
    annual_fee: Rate
