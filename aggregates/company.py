"""Company (azienda): who we are before the law, and the parameters that every other rule starts from, by date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.collection_terms import CollectionTerms
from aggregates.coverage import PriorityTargets
from aggregates.letterhead import LetterheadLook, check_look
from aggregates.party import PaymentMethod
from aggregates.rules.accruals import AccrualBasis
from aggregates.rules.coverage import CoverageRules
from aggregates.rules.dunning import DunningTerms
from aggregates.rules.expenses import ExpenseTerms
from aggregates.rules.identifiers import is_iban, is_tax_code, is_vat_number
from aggregates.rules.late_interest import LateInterestTerms
from aggregates.rules.payment_terms import PaymentTerms, net_days
from aggregates.rules.periods import Notice
from aggregates.rules.purchasing import PurchasingTerms
from aggregates.rules.quote_approval import QuoteApprovalTerms
from aggregates.rules.ranking import DispatchTerms
from aggregates.rules.retention import RetentionTerms
from aggregates.rules.tolerance import ToleranceTerms
from aggregates.rules.warranties import WarrantyTerms
from aggregates.rules.workshop import WorkshopTerms
from aggregates.values import Address, Rate, Value


class LegalIdentity(Value):
    """The company as its documents name it (cedente/prestatore)."""

    name: str = Field(min_length=1, max_length=80, examples=["Assistenza Romagna S.r.l."])
    vat_number: str = Field(description="Country code and number.", examples=["IT12345670017"])
    tax_code: str | None = None
    address: Address
    tax_regime: str = Field(default="RF01", pattern=r"^RF(0[1-9]|1[0-9]|20)$")
    rea_office: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", description="Office of the business register.")
    rea_number: str | None = Field(default=None, max_length=20)
    share_capital: Rate | None = Field(default=None, ge=0, description="Euro.")
    sole_shareholder: bool | None = None
    in_liquidation: bool = False
    iban: str | None = None
    bank: str | None = None
    phone: str | None = None
    email: str | None = None


class Parameters(Value):
    """What holds where a contract, a customer or a document says nothing else."""

    notice: Notice = Field(default=Notice(days=60), description="How long before the end notice is due (R1.7).")
    tacit_renewal: bool = True
    quote_validity_days: int = Field(default=30, ge=1, le=365, description="From sending (R7.3).")
    payment_terms: PaymentTerms = net_days(30, end_of_month=True)
    payment_method: PaymentMethod = PaymentMethod.TRANSFER
    accrual_basis: AccrualBasis = Field(default=AccrualBasis.DAYS, description="Chosen once, never mixed (R1.18).")
    price_list_code: str | None = Field(default=None, description="For customers who have none of their own.")
    calendar_code: str = "CAL-IT"
    block_grace_days: int = Field(default=30, ge=0, description="Days after the due date before arrears block (R1.10).")
    block_threshold: Rate = Field(default=Decimal(0), ge=0, description="Overdue euro above which arrears block.")
    arrears_block: bool = Field(
        default=False, description="Whether reported arrears block the service of calls by themselves (R1.10)."
    )
    service_targets: PriorityTargets | None = Field(
        default=None, description="Targets of calls under no contract of their own; left out, the usual ones (R6.1)."
    )
    charge_stamp_duty: bool = Field(default=False, description="Whether customers are charged the stamp duty (R9.8).")
    require_cig: bool = Field(
        default=False, description="Whether invoices to public bodies wait for their tender code, the CIG (R9.9)."
    )
    coverage_rules: CoverageRules | None = Field(
        default=None, description="What warranties and full contracts cover of a call's cost; left out, R4.1's table."
    )
    collection: CollectionTerms | None = Field(default=None, description="For direct debits and RiBa.")
    dunning: DunningTerms | None = Field(default=None, description="How customers are reminded; left out, as usual.")
    late_interest: LateInterestTerms | None = Field(default=None, description="Left out, the law's (R1.11).")
    warranties: WarrantyTerms | None = Field(default=None, description="Months of each kind; left out, the usual (§5).")
    absences_need_approval: bool = Field(
        default=True, description="Whether an absence that a technician asks for waits for a planner's approval."
    )
    dispatch: DispatchTerms | None = Field(
        default=None, description="What counts when technicians are proposed, and how ways are reckoned (AGE-2)."
    )
    positions_kept_hours: int = Field(
        default=24, ge=1, le=72, description="How long technicians' positions are kept at most (R10.3)."
    )
    retention: RetentionTerms | None = Field(
        default=None, description="For how long personal data are kept; left out, the usual (R10.4)."
    )
    expenses: ExpenseTerms | None = Field(
        default=None, description="What technicians are paid back; left out, everything, for kilometres as claimed."
    )
    workshop: WorkshopTerms | None = Field(
        default=None, description="When the workshop warns, and what its receipt says; left out, the usual."
    )
    quote_approval: QuoteApprovalTerms | None = Field(
        default=None, description="Above what a quote needs somebody else's approval; left out, none does (QUO-1)."
    )
    quote_tolerance: ToleranceTerms | None = Field(
        default=None, description="For work beyond a quote; left out, 10 % and the quote's price is fixed (R7.5)."
    )
    purchasing: PurchasingTerms | None = Field(
        default=None, description="When orders to suppliers need another person's approval; left out, never."
    )
    diagnosis_fee: Rate | None = Field(
        default=None, ge=0, description="Of goods that go back unmended, where no price list says it; euro."
    )
    item_statuses: tuple[str, ...] = Field(
        default=(),
        description="The statuses a serial item may have; empty means any.",
        examples=[["active", "in_repair"]],
    )


DEFAULT_PARAMETERS = Parameters()


class ParameterChange(Value):
    """Parameters that change on a day; what is left out stays as it was."""

    notice: Notice | None = None
    tacit_renewal: bool | None = None
    quote_validity_days: int | None = Field(default=None, ge=1, le=365)
    payment_terms: PaymentTerms | None = None
    payment_method: PaymentMethod | None = None
    accrual_basis: AccrualBasis | None = None
    price_list_code: str | None = None
    calendar_code: str | None = None
    block_grace_days: int | None = Field(default=None, ge=0)
    block_threshold: Rate | None = Field(default=None, ge=0)
    arrears_block: bool | None = None
    service_targets: PriorityTargets | None = None
    coverage_rules: CoverageRules | None = None
    charge_stamp_duty: bool | None = None
    require_cig: bool | None = None
    collection: CollectionTerms | None = None
    dunning: DunningTerms | None = None
    late_interest: LateInterestTerms | None = None
    warranties: WarrantyTerms | None = None
    absences_need_approval: bool | None = None
    expenses: ExpenseTerms | None = None
    workshop: WorkshopTerms | None = None
    purchasing: PurchasingTerms | None = None
    dispatch: DispatchTerms | None = None
    positions_kept_hours: int | None = Field(default=None, ge=1, le=72)
    retention: RetentionTerms | None = None
    quote_approval: QuoteApprovalTerms | None = None
    quote_tolerance: ToleranceTerms | None = None
    diagnosis_fee: Rate | None = Field(default=None, ge=0)
    item_statuses: tuple[str, ...] | None = None

    def given(self) -> dict[str, Any]:
        """Only what changes."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


def in_force_on(first: Parameters, changes: Iterable[tuple[date, ParameterChange]], day: date) -> Parameters:
    """The parameters on a day: the first ones with every change begun by then, in the order given."""
    for from_on, change in changes:
        if from_on <= day:
            first = first.model_copy(update=change.given())
    return first


class AlreadyFounded(Refusal):
    """This company already exists with other data; change its legal identity instead."""


class CompanyVatNumberWrong(Refusal):
    """{vat_number} is not a valid VAT number of the company; check its digits."""

    status = 422


class CompanyTaxCodeWrong(Refusal):
    """{tax_code} is not a valid tax code of the company; check its characters."""

    status = 422


class CompanyIbanWrong(Refusal):
    """{iban} is not a valid IBAN of the company; check its digits."""

    status = 422


class AccrualBasisMixed(Refusal):
    """Accruals have been counted in {basis} since {since}; the basis can only change from the first day of a year."""

    status = 422


class Company(Aggregate):
    """The company itself; its stream has the company's own id."""

    TOPIC = "company"

    class Founded(FirstEvent):
        """The company works with Libretto from now on."""

        TOPIC = "company.founded.v1"
        identity: LegalIdentity
        parameters: Parameters

    class IdentityChanged(Aggregate.Event):
        """Name, address or other legal data are different from now on; issued documents keep the old ones."""

        TOPIC = "company.identity-changed.v1"
        identity: LegalIdentity

    class ParametersSet(Aggregate.Event):
        """Parameters that hold from a day on."""

        TOPIC = "company.parameters-set.v1"
        from_on: date
        change: ParameterChange

    class LetterheadSet(Aggregate.Event):
        """Documents look like this from now on; issued ones keep their looks."""

        TOPIC = "company.letterhead-set.v1"
        look: LetterheadLook

    # Decide

    @classmethod
    def found(cls, company_id: UUID, identity: LegalIdentity, parameters: Parameters, act: Act) -> Company:
        """Begin. Raises `CompanyVatNumberWrong`, `CompanyTaxCodeWrong`, `CompanyIbanWrong`."""
        _check(identity)
        return cls.begin(cls.Founded, id=company_id, act=act, identity=identity, parameters=parameters)

    def change_identity(self, identity: LegalIdentity, act: Act) -> None:
        """Change the legal data from now on; the same again records nothing."""
        _check(identity)
        if self.identity != identity:
            self.trigger_event(self.IdentityChanged, act=act, identity=identity)

    def set_parameters(self, change: ParameterChange, from_on: date, act: Act) -> None:
        """Set parameters from a day on. Raises `AccrualBasisMixed`."""
        now = self.parameters_on(from_on)
        after = now.model_copy(update=change.given())
        if after == now:
            return
        new_year = (from_on.month, from_on.day) == (1, 1)
        require(
            after.accrual_basis is now.accrual_basis or new_year,
            AccrualBasisMixed,
            basis=now.accrual_basis.value,
            since=str(max((day for day, _ in self.changes if day <= from_on), default="the beginning")),
        )
        self.trigger_event(self.ParametersSet, act=act, from_on=from_on, change=change)

    def set_letterhead(self, look: LetterheadLook, act: Act) -> None:
        """Give documents other looks; the same again records nothing. Raises `ColourUnreadable`."""
        check_look(look)
        if self.look != look:
            self.trigger_event(self.LetterheadSet, act=act, look=look)

    # Answers

    def parameters_on(self, day: date) -> Parameters:
        """The parameters in force on a day."""
        return in_force_on(self.first_parameters, self.changes, day)

    # Evolve

    @event(Founded)
    def __init__(self, identity: LegalIdentity, parameters: Parameters) -> None:
        self.identity, self.first_parameters = identity, parameters
        self.changes: list[tuple[date, ParameterChange]] = []
        self.look = LetterheadLook()

    @event(IdentityChanged)
    def _identity_changed(self, identity: LegalIdentity) -> None:
        self.identity = identity

    @event(ParametersSet)
    def _parameters_set(self, from_on: date, change: ParameterChange) -> None:
        self.changes = sorted([*self.changes, (from_on, change)], key=lambda dated: dated[0])

    @event(LetterheadSet)
    def _letterhead_set(self, look: LetterheadLook) -> None:
        self.look = look


def _check(identity: LegalIdentity) -> None:
    require(is_vat_number(identity.vat_number), CompanyVatNumberWrong, vat_number=identity.vat_number)
    if identity.tax_code is not None:
        require(is_tax_code(identity.tax_code), CompanyTaxCodeWrong, tax_code=identity.tax_code)
    if identity.iban is not None:
        require(is_iban(identity.iban), CompanyIbanWrong, iban=identity.iban)
