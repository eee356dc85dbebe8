"""What people may ask about hour pools (monte ore): open one, buy hours, change terms, let hours lapse, refund them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.because import because
from aggregates.contract import Contract
from aggregates.hour_pool import HourPool
from aggregates.hour_pool_refusals import HoursEndTooEarly, HoursNotInvoiced
from aggregates.hour_pool_sale import PoolSale, SaleKind, Sold, purchase_id
from aggregates.hour_pool_values import Admission, Lot, PoolAlert, PoolSubject, PoolTerms
from aggregates.party import Party
from aggregates.rules.hour_pools import Minutes
from aggregates.rules.periods import months_after
from aggregates.rules.vat import Supply
from aggregates.values import Money, Value, rome_date
from commands.base import Answer, Command, Service
from commands.words import Words

HOUR, YEAR_MONTHS = 60, 12
ONE_DAY = timedelta(days=1)


class Hours(Value):
    """Minutes to buy, with their price before VAT."""

    lot_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")
    minutes: int = Field(ge=1, examples=[600])
    price: Money
    valid_from: date | None = Field(default=None, description="Left out, the day of the purchase.")
    valid_to: date | None = Field(default=None, description="Last day; left out, twelve months later (R2.5).")
    bought_on: date | None = Field(default=None, description="Left out, today.")
    used_minutes: Minutes = Field(
        default=Decimal(0), description="Opening balance: minutes consumed in another system.", examples=["0"]
    )
    is_invoiced: bool = Field(default=False, description="Already invoiced elsewhere: nothing is billed for them.")


class OpenHourPool(Command):
    """Open a pool of prepaid hours for a customer, perhaps with the first hours bought.

    Without an admission everything of the customer's may draw. The price of hours is due to be billed at once (R2.7).
    """

    pool_id: UUID | None = None
    customer_id: UUID
    name: Words = Field(min_length=1, max_length=100, examples=["Monte ore assistenza 2026"])
    contract_id: UUID | None = None
    admission: Admission = Admission()
    supply: Supply | None = None
    terms: PoolTerms = PoolTerms()
    hours: Hours | None = None


class TopUpHourPool(Command):
    """Buy more hours for a pool; by its terms they expire by themselves or take the others with them (R2.5)."""

    pool_id: UUID
    hours: Hours


class SetHourPoolTerms(Command):
    """Change a pool's tariff table for work from a day on; what was drawn stays as it was."""

    pool_id: UUID
    terms: PoolTerms
    from_on: date | None = Field(default=None, description="Left out, today.")


class ChangeHourPool(Command):
    """Change a pool's name, who may draw from it, or the contract it belongs to; what is left out stays."""

    pool_id: UUID
    name: Words | None = Field(default=None, min_length=1, max_length=100, examples=["Monte ore assistenza 2026"])
    contract_id: UUID | None = None
    admission: Admission | None = None
    supply: Supply | None = None


class ExpireHours(Command):
    """Let hours lapse whose last day has passed; given by the duty that watches hour pools.

    Hours of a superseded contract whose successor does not get them end with it.
    """

    pool_id: UUID
    on: date | None = Field(default=None, description="Left out, today: lots that ended before it lapse.")


class RefundHours(Command):
    """Give back the hours left when the customer leaves early: what they cost, less what was earned (R2.5).

    Answers the amount of each lot with the invoice to credit it on; `credit-invoice` issues the credit note.
    """

    pool_id: UUID
    on: date | None = Field(default=None, description="Left out, today.")


class NotePoolAlert(Command):
    """Record that few hours are left or that some expire soon (R2.8); given by the duty that watches hour pools."""

    pool_id: UUID
    alert: PoolAlert
    lot_id: UUID


def open_hour_pool(cmd: OpenHourPool, act: Act, service: Service) -> Answer:
    """Handles `OpenHourPool`; the same pool under the same id again records nothing."""
    pool_id = cmd.pool_id or service.new_id()
    party = service.load(Party, cmd.customer_id)
    if cmd.contract_id is not None:
        service.load(Contract, cmd.contract_id)
    subject = PoolSubject(
        customer_id=party.id,
        name=cmd.name,
        contract_id=cmd.contract_id,
        admission=cmd.admission,
        supply=cmd.supply,
    )
    pool = service.find(HourPool, pool_id)
    if pool is None:
        pool = HourPool.open(pool_id, subject, cmd.terms, act)
    pool.check_same(subject, cmd.terms)
    service.save(pool)
    bought = _buy(service, pool, cmd.hours, act) if cmd.hours else None
    return {"pool_id": pool_id, "lot_id": bought, "balance": str(pool.balance)}


def top_up_hour_pool(cmd: TopUpHourPool, act: Act, service: Service) -> Answer:
    """Handles `TopUpHourPool`."""
    pool = service.load(HourPool, cmd.pool_id)
    lot_id = _buy(service, pool, cmd.hours, act)
    return {"pool_id": pool.id, "lot_id": lot_id, "balance": str(pool.balance)}


def set_hour_pool_terms(cmd: SetHourPoolTerms, act: Act, service: Service) -> None:
    """Handles `SetHourPoolTerms`."""
    pool = service.load(HourPool, cmd.pool_id)
    pool.set_terms(cmd.terms, cmd.from_on or rome_date(act.at), act)
    service.save(pool)


def change_hour_pool(cmd: ChangeHourPool, act: Act, service: Service) -> None:
    """Handles `ChangeHourPool`."""
    pool = service.load(HourPool, cmd.pool_id)
    if cmd.contract_id is not None:
        service.load(Contract, cmd.contract_id)
    given = {name: value for name, value in dict(cmd).items() if name != "pool_id" and value is not None}
    pool.change_subject(pool.subject.model_copy(update=given), act)
    service.save(pool)


def expire_hours(cmd: ExpireHours, act: Act, service: Service) -> None:
    """Handles `ExpireHours`."""
    pool = service.load(HourPool, cmd.pool_id)
    contract_id = pool.subject.contract_id
    contract = service.find(Contract, contract_id) if contract_id is not None else None
    pool.expire(cmd.on or rome_date(act.at), act, contract.hours_end_on if contract is not None else None)
    service.save(pool)


def refund_hours(cmd: RefundHours, act: Act, service: Service) -> Answer:
    """Handles `RefundHours`."""
    pool = service.load(HourPool, cmd.pool_id)
    before = {key: each.refund.amount if each.refund else Decimal(0) for key, each in pool.lots.items()}
    pool.refund(cmd.on or rome_date(act.at), act)
    service.save(pool)
    refunds = []
    for lot_id, state in pool.lots.items():
        amount = (state.refund.amount if state.refund else Decimal(0)) - before[lot_id]
        sale = service.find(PoolSale, purchase_id(pool.id, lot_id))
        if amount:
            require(sale is None or sale.invoice is not None, HoursNotInvoiced, name=pool.subject.name)
            refunds.append({"lot_id": lot_id, "amount": str(amount)} | _invoice_of(sale))
    return {"pool_id": pool.id, "credits": refunds}


def note_pool_alert(cmd: NotePoolAlert, act: Act, service: Service) -> None:
    """Handles `NotePoolAlert`."""
    pool = service.load(HourPool, cmd.pool_id)
    pool.note_alert(cmd.alert, cmd.lot_id, act)
    service.save(pool)


def _buy(service: Service, pool: HourPool, hours: Hours, act: Act) -> UUID:
    """Add a lot, and the sale that bills it. Raises `HoursEndTooEarly`, `LotTaken`."""
    bought_on = hours.bought_on or rome_date(act.at)
    valid_from = hours.valid_from or bought_on
    valid_to = hours.valid_to or months_after(valid_from, YEAR_MONTHS) - ONE_DAY
    require(valid_to >= valid_from, HoursEndTooEarly, valid_from=str(valid_from), valid_to=str(valid_to))
    lot = Lot(
        lot_id=hours.lot_id or service.new_id("lot"),
        minutes=hours.minutes,
        price=hours.price,
        valid_from=valid_from,
        valid_to=valid_to,
        bought_on=bought_on,
        used_before=hours.used_minutes,
    )
    is_new = pool.buy(lot, act)
    service.save(pool)
    if is_new and not hours.is_invoiced and lot.price.amount > 0:
        service.save(PoolSale.agree(purchase_id(pool.id, lot.lot_id), _sold(service, pool, lot), act))
    return lot.lot_id


def _sold(service: Service, pool: HourPool, lot: Lot) -> Sold:
    subject = pool.subject
    contract = service.find(Contract, subject.contract_id) if subject.contract_id else None
    dates = f"{lot.valid_from:%d/%m/%Y} al {lot.valid_to:%d/%m/%Y}"
    return Sold(
        customer_id=subject.customer_id,
        pool_id=pool.id,
        lot_id=lot.lot_id,
        contract_id=subject.contract_id,
        contract_number=contract.state.number if contract else None,
        kind=SaleKind.PURCHASE,
        sold_on=lot.bought_on,
        description=f"{subject.name}: {in_hours(lot.minutes)} prepagate, valide dal {dates}",
        unit_price=lot.price.amount,
        amount=lot.price,
        supply=subject.supply,
        because=(because("pool-bought", minutes=lot.minutes, on=lot.bought_on, price=lot.price.amount),),
    )


def in_hours(minutes: int) -> str:
    """Minutes as people say them: `10 h`, `7 h 30 min`."""
    hours, rest = divmod(minutes, HOUR)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _invoice_of(sale: PoolSale | None) -> dict[str, object]:
    invoice = sale.invoice if sale else None
    return {"invoice_id": invoice.id if invoice else None, "invoice_number": invoice.number if invoice else None}
