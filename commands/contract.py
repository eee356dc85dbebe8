"""What people may ask to make a contract (contratti di assistenza): header, lines, signature, opening balance."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.contract import Contract
from aggregates.contract_refusals import MainContractOther
from aggregates.contract_state import HoursPolicy
from aggregates.contract_terms import ContractHeader, ContractLine, HeaderTerms, LineTerms
from aggregates.natural_key import CodeTaken, KeyKind, NaturalKey
from aggregates.number_register import NumberRegister, register_id
from aggregates.party import Party, PartyNature, PaymentMethod
from aggregates.rules.numbering import Document
from aggregates.rules.payment_terms import PaymentTerms
from aggregates.rules.periods import Notice
from aggregates.rules.vat import Supply
from aggregates.serial_item import SerialItem
from aggregates.values import rome_date
from commands.base import Answer, Command, Service
from commands.company import parameters
from commands.contract_serials import keep
from commands.contract_succession import ChangeOverReading, take_over
from commands.natural_key import id_of
from commands.number_register import take_number


class HeaderFields(Command, HeaderTerms):
    """The header; what is left out of the last ones is taken from the customer, then from the company.

    An addendum takes prices and service levels of its main contract where it has none, and with `bills_with_main`
    payment and order as well.
    """

    term_years: int | None = Field(default=None, ge=1, le=50, description="Length of each term in years (durata).")
    term_periods: int | None = Field(default=None, ge=1, description="Or in fee periods; both instead of months.")
    tacit_renewal: bool | None = None
    notice: Notice | None = Field(default=None, examples=[{"days": 60}])
    payment_terms: PaymentTerms | None = Field(default=None, examples=[{"parts": [{"days": 30, "end_of_month": True}]}])
    payment_method: PaymentMethod | None = None
    supply: Supply | None = Field(default=None, description="How the law taxes its lines.")

    @property
    def length_months(self) -> int:
        """The length of each term in months, however it was given."""
        if self.term_years is not None:
            return self.term_years * 12
        return self.term_periods * self.step_months if self.term_periods is not None else self.term_months


class DraftContract(HeaderFields):
    """Prepare a contract: who, from when, how its fee is computed and billed, how it renews. Lines are added next."""

    contract_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")


class ChangeContractHeader(HeaderFields):
    """Replace the header of a draft; a signed contract keeps its terms."""

    contract_id: UUID


class AddContractLine(Command, LineTerms):
    """Serve one more serial item, product or site for an annual fee; after signing, in proportion from its first day.

    Left out, that is today, or the first day of a contract still to start.

    Giving a draft's line again by its id changes it.
    """

    contract_id: UUID
    line_id: UUID | None = None


class RemoveContractLine(Command):
    """Stop serving a line; the fee is due in proportion up to the last day. A draft's line is taken away."""

    contract_id: UUID
    line_id: UUID
    last_on: date | None = Field(default=None, description="Last day served; left out, today.", examples=["2026-05-31"])


class SignContract(Command):
    """Sign a draft: it takes its number and first term, and is in force from its effective date.

    With `supersedes` another contract gives way to it, on the day before, with its cover and its metered machines.
    """

    contract_id: UUID
    signed_on: date | None = Field(default=None, description="Left out, today.", examples=["2026-09-10"])
    ends_on: date | None = Field(default=None, description="End of the first term, when it isn't the usual length.")
    number: str | None = Field(default=None, max_length=20, description="Only for a contract numbered elsewhere.")
    supersedes: UUID | None = Field(default=None, description="The contract whose place it takes (R1.12).")
    readings: tuple[ChangeOverReading, ...] = Field(default=(), description="Of the superseded contract's machines.")
    hours: HoursPolicy = Field(default=HoursPolicy.MOVE, description="What becomes of its hours left.")


class SetBilledThrough(Command):
    """Opening balance: say through which day a contract was billed before the company came to Libretto."""

    contract_id: UUID
    through_on: date = Field(examples=["2026-08-31"])


def draft_contract(cmd: DraftContract, act: Act, service: Service) -> Answer:
    """Handles `DraftContract`."""
    contract_id = cmd.contract_id or service.new_id()
    service.save(Contract.draft(contract_id, _header(cmd, act, service), act))
    return {"contract_id": contract_id}


def change_contract_header(cmd: ChangeContractHeader, act: Act, service: Service) -> None:
    """Handles `ChangeContractHeader`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.change_header(_header(cmd, act, service), act)
    service.save(contract)


def add_contract_line(cmd: AddContractLine, act: Act, service: Service) -> Answer:
    """Handles `AddContractLine`; serial numbers left out are those of the serial items."""
    contract = service.load(Contract, cmd.contract_id)
    fields = {name: getattr(cmd, name) for name in LineTerms.model_fields}
    if not cmd.serials:
        items = (service.load(SerialItem, serial_item_id) for serial_item_id in cmd.serial_item_ids)
        fields["serials"] = tuple(item.number for item in items if item.number is not None)
    line_id = cmd.line_id or service.new_id("line")
    contract.add_line(ContractLine(line_id=line_id, **fields), act)
    keep(service, contract)
    return {"line_id": line_id}


def remove_contract_line(cmd: RemoveContractLine, act: Act, service: Service) -> None:
    """Handles `RemoveContractLine`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.remove_line(cmd.line_id, cmd.last_on or rome_date(act.at), act)
    service.save(contract)


def sign_contract(cmd: SignContract, act: Act, service: Service) -> Answer:
    """Handles `SignContract`; signing twice answers the same number. Raises `CodeTaken` for a number in use."""
    contract = service.load(Contract, cmd.contract_id)
    if contract.state.number is None:
        signed_on = cmd.signed_on or rome_date(act.at)
        number = _number(service, contract, cmd.number, signed_on, act)
        contract.sign(number, signed_on, cmd.ends_on, act)
        if cmd.supersedes is not None:
            old = service.load(Contract, cmd.supersedes)
            take_over(service, old, contract, contract.state.terms[0].starts_on, cmd.readings, cmd.hours, act)
        keep(service, contract)
    starts_on, signed = contract.state.terms[0].starts_on, contract.state.signed_on
    is_late = signed is not None and signed > starts_on
    return {
        "number": contract.state.number,
        "starts_on": starts_on,
        "ends_on": contract.state.ends_on,
        "warnings": ["signed after its effective date"] if is_late else [],
    }


def set_billed_through(cmd: SetBilledThrough, act: Act, service: Service) -> None:
    """Handles `SetBilledThrough`."""
    contract = service.load(Contract, cmd.contract_id)
    contract.set_billed_through(cmd.through_on, act)
    service.save(contract)


def _header(cmd: HeaderFields, act: Act, service: Service) -> ContractHeader:
    party = service.load(Party, cmd.customer_id)
    ours, theirs = parameters(service, rome_date(act.at)), party.terms
    main = _main(cmd, act, service)
    shared = main if main is not None and cmd.bills_with_main else None
    agreed = {name: getattr(cmd, name) for name in HeaderTerms.model_fields} | _order(cmd, shared)
    agreed |= {"term_months": cmd.length_months}
    if main is not None:
        agreed |= {"price_list": cmd.price_list or main.price_list, "service": cmd.service or main.service}
    return ContractHeader(
        **agreed,
        tacit_renewal=ours.tacit_renewal if cmd.tacit_renewal is None else cmd.tacit_renewal,
        notice=cmd.notice or ours.notice,
        is_consumer=party.nature is PartyNature.CONSUMER,
        payment_terms=cmd.payment_terms or (shared or theirs).payment_terms or ours.payment_terms,
        payment_method=cmd.payment_method or (shared or theirs).payment_method or ours.payment_method,
        supply=cmd.supply or Supply(plant_in_building=theirs.plant_in_building),
    )


def _main(cmd: HeaderFields, act: Act, service: Service) -> ContractHeader | None:
    """The header of the main contract as it stands today. Raises `MainContractOther`."""
    if cmd.main_contract_id is None:
        return None
    main = service.load(Contract, cmd.main_contract_id)
    header = main.state.on(rome_date(act.at)).header
    require(header.customer_id == cmd.customer_id, MainContractOther, number=main.state.number or "")
    return header


def _order(cmd: HeaderFields, shared: ContractHeader | None) -> dict[str, Any]:
    """The customer's order, whole: its own or the main contract's."""
    names = ("order_number", "order_on", "cig", "cup")
    own = {name: getattr(cmd, name) for name in names}
    return {name: getattr(shared, name) for name in names} if shared and not any(own.values()) else own


def _number(service: Service, contract: Contract, given: str | None, signed_on: date, act: Act) -> str:
    """A number brought from elsewhere, bound to its contract, or the next one of ours; neither is ever used twice."""
    if given is None:
        number = _take_number(service, contract, signed_on, act)
        require(id_of(service, KeyKind.CONTRACT, number) is None, CodeTaken, code=number)
        return number
    ours = service.find(NumberRegister, register_id(Document.CONTRACT, contract.state.header.series, signed_on.year))
    is_free = ours is None or given not in ours.numbers.values()
    require(is_free and id_of(service, KeyKind.CONTRACT, given) is None, CodeTaken, code=given)
    service.save(NaturalKey.take(KeyKind.CONTRACT, (given,), contract.id, act))
    return given


def _take_number(service: Service, contract: Contract, signed_on: date, act: Act) -> str:
    """The next number of the signing year; unlike invoices, contracts may be recorded out of the order of dates."""
    series = contract.state.header.series
    register = service.find(NumberRegister, register_id(Document.CONTRACT, series, signed_on.year))
    dated_on = max(signed_on, register.last_on) if register and register.last_on else signed_on
    return take_number(service, Document.CONTRACT, contract.id, dated_on, act, series)
