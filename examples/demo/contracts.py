"""The demo company's contracts (contratti): every type and period, the awkward dates, and what was billed before."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

from aggregates.rules.periods import Alignment, Timing, fee_periods, first_term, next_term
from aggregates.values import Money, Period, euro
from examples.demo.contract_lines import Contracts, add_lines, add_pool
from examples.demo.customers import Customers
from examples.demo.machines import FIRST_DAY, Machines, reference
from gateways.imports.sheets.contract_words import (
    ContractKind,
    ContractStatus,
    FeeBasis,
    FeePeriod,
    FirstPeriod,
)
from gateways.imports.sheets.contracts import ContractRow
from gateways.imports.sheets.customers import CustomerKind, CustomerRow
from gateways.imports.sheets.serial_items import SerialItemRow

COPIER, BOILER, LIFT, COFFEE, LICENCE = (
    "fotocopiatrice",
    "caldaia",
    "ascensore",
    "macchina da caffè",
    "licenza software",
)


class Terms(NamedTuple):
    """When a contract starts and how its periods run."""

    starts_on: date
    fee_period: FeePeriod
    timing: Timing = Timing.ADVANCE
    alignment: Alignment = Alignment.NONE
    first_period: FirstPeriod = FirstPeriod.PRORATA


AWKWARD = (
    Terms(date(2026, 1, 31), FeePeriod.MONTHLY),
    Terms(date(2025, 8, 31), FeePeriod.QUARTERLY),
    Terms(date(2025, 11, 30), FeePeriod.QUARTERLY, Timing.ARREARS),
    Terms(date(2024, 2, 29), FeePeriod.YEARLY),
    Terms(date(2024, 2, 29), FeePeriod.HALF_YEARLY, Timing.ARREARS),
    Terms(date(2026, 9, 16), FeePeriod.YEARLY, Timing.ADVANCE, Alignment.CALENDAR),
    Terms(date(2026, 9, 16), FeePeriod.QUARTERLY, Timing.ADVANCE, Alignment.CALENDAR, FirstPeriod.FREE),
    Terms(date(2026, 9, 16), FeePeriod.YEARLY, Timing.ADVANCE, Alignment.CALENDAR, FirstPeriod.FULL),
    Terms(date(2025, 9, 16), FeePeriod.YEARLY, Timing.ADVANCE, Alignment.CALENDAR),
    Terms(date(2025, 10, 31), FeePeriod.FOUR_MONTHLY),
    Terms(date(2026, 5, 31), FeePeriod.BIMONTHLY, Timing.ARREARS),
    Terms(date(2025, 9, 16), FeePeriod.YEARLY),
)
"""Starts on the 31st, on 29 February, in the middle of a month with a stub to the year's end."""

SHARES = (
    (ContractKind.FLAT_FEE, 45, (COFFEE, LICENCE, COPIER)),
    (ContractKind.COST_PER_COPY, 50, (COPIER,)),
    (ContractKind.MAINTENANCE, 55, (BOILER, LIFT)),
    (ContractKind.HOUR_POOL, 16, ()),
    (ContractKind.ACTUALS, 12, ()),
    (ContractKind.WARRANTY, 12, (COPIER, COFFEE)),
    (ContractKind.HOURLY_RATES, 10, ()),
)
TITLES = {
    ContractKind.FLAT_FEE: "Assistenza forfait",
    ContractKind.COST_PER_COPY: "Costo copia tutto incluso",
    ContractKind.MAINTENANCE: "Manutenzione programmata impianti",
    ContractKind.HOUR_POOL: "Monte ore prepagato",
    ContractKind.ACTUALS: "Assistenza a consuntivo",
    ContractKind.WARRANTY: "Estensione di garanzia",
    ContractKind.HOURLY_RATES: "Assistenza a tariffa concordata",
}


def make_contracts(random: Random, customers: Customers, machines: Machines) -> Contracts:
    """200 contracts."""
    made = Contracts()
    for kind, count, types in SHARES:
        for number in range(count):
            terms = AWKWARD[number] if kind is ContractKind.FLAT_FEE and number < len(AWKWARD) else _terms(random, kind)
            _contract(made, random, customers, machines, kind, types, terms)
    return made


def _terms(random: Random, kind: ContractKind) -> Terms:
    year, month = random.choice((2023, 2024, 2024, 2025, 2025, 2026)), random.randrange(1, 13)
    month = min(month, 8) if year == 2026 else month
    starts_on = date(year, month, random.choice((1, 1, 1, 15, 28)))
    grain = random.choice(list(FeePeriod))
    if kind in (ContractKind.HOUR_POOL, ContractKind.WARRANTY):
        return Terms(date(2026, month, 1) if month < 9 else date(2025, month, 1), FeePeriod.YEARLY)
    if kind is ContractKind.COST_PER_COPY:
        grain = random.choice((FeePeriod.MONTHLY, FeePeriod.BIMONTHLY, FeePeriod.QUARTERLY, FeePeriod.QUARTERLY))
        return Terms(starts_on.replace(day=1), grain, Timing.ARREARS)
    return Terms(starts_on, grain, random.choice((Timing.ADVANCE, Timing.ADVANCE, Timing.ARREARS)))


def _contract(
    made: Contracts,
    random: Random,
    customers: Customers,
    machines: Machines,
    kind: ContractKind,
    types: tuple[str, ...],
    terms: Terms,
) -> None:
    customer, items = _choose(made, random, customers, machines, types)
    index = len(made.rows)
    row = ContractRow(
        number=f"CTR-{terms.starts_on.year}-{index + 1:04d}",
        customer_code=customer.code,
        site_code=items[0].site_code if items else None,
        kind=kind,
        title=TITLES[kind],
        status=ContractStatus.SIGNED if terms.starts_on >= FIRST_DAY else ContractStatus.ACTIVE,
        signed_on=terms.starts_on - timedelta(days=random.randrange(3, 30)),
        starts_on=terms.starts_on,
        ends_on=current_end(terms),
        term_months=12,
        fee_period=terms.fee_period,
        timing=terms.timing,
        alignment=terms.alignment,
        first_period=terms.first_period,
        fee=_header_fee(random, kind, index, items),
        fee_basis=FeeBasis.PERIOD if kind is ContractKind.COST_PER_COPY else FeeBasis.YEAR,
        billed_through_on=billed_through(terms, kind),
        tacit_renewal=index % 5 != 4,
        clause_approved=index % 5 != 4,
        notice_days=(60, 90, 30)[index % 3] if index % 5 != 4 else None,
        index_share_percent=(Decimal(75), Decimal(100), None)[index % 3],
        usual_technician=f"T{random.randrange(1, 9):02d}" if index % 6 == 0 else None,
        service_level=("STANDARD", "RAPIDO", "STANDARD")[index % 3],
        price_list=customer.price_list,
        payment_terms=customer.payment_terms,
        payment_method=customer.payment_method,
        vat_code=_vat_code(customer, items),
        cig=f"Z{1234567 + index}AB" if customer.kind is CustomerKind.PUBLIC_BODY else None,
        notes="Accordo quadro: prezzi bloccati per tre anni" if index == 1 else None,
    )
    made.rows.append(_with_history(row, index))
    add_lines(made, random, row, items)
    if kind is ContractKind.HOUR_POOL:
        add_pool(made, random, row)


def _choose(
    made: Contracts, random: Random, customers: Customers, machines: Machines, types: tuple[str, ...]
) -> tuple[CustomerRow, list[SerialItemRow]]:
    """A customer with machines that no contract covers, and those machines; or, without types, any office."""
    if not types:
        return random.choice(customers.of_kind(CustomerKind.BUSINESS, CustomerKind.PUBLIC_BODY)), []
    wanted = types[len(made.rows) % len(types)]
    free = [item for item in machines.items if item.type == wanted and reference(item) not in made.covered]
    first = random.choice(free)
    items = [item for item in free if item.customer_code == first.customer_code][: random.randrange(1, 7)]
    customer = next(row for row in customers.rows if row.code == first.customer_code)
    return customer, items


def current_end(terms: Terms) -> date:
    """The last day of the term that runs on the first day, or of the first term of a contract yet to start."""
    term = first_term(terms.starts_on, 12, terms.alignment)
    while term.ends_on < FIRST_DAY:
        term = next_term(terms.starts_on, term, 12)
    return term.ends_on


def billed_through(terms: Terms, kind: ContractKind) -> date | None:
    """The last day the old program has billed: fees in advance up to the period that runs on the first day, fees in
    arrears up to the last period that is over. Copies of August are still to be read and billed."""
    run = Period(starts_on=terms.starts_on, ends_on=current_end(terms))
    over = FIRST_DAY - timedelta(days=1) if kind is ContractKind.COST_PER_COPY else FIRST_DAY
    billed = None
    for fee in fee_periods(terms.starts_on, run, terms.fee_period.months, terms.alignment):
        day = fee.period.starts_on if terms.timing is Timing.ADVANCE else fee.period.ends_on
        if day < (FIRST_DAY if terms.timing is Timing.ADVANCE else over):
            billed = fee.period.ends_on
    return billed


def _header_fee(random: Random, kind: ContractKind, index: int, items: list[SerialItemRow]) -> Money | None:
    if kind is ContractKind.HOUR_POOL:
        return None
    if kind in (ContractKind.ACTUALS, ContractKind.HOURLY_RATES):
        return euro(0)
    if kind is ContractKind.FLAT_FEE and index == 5:
        return euro("1200.00")
    if kind is ContractKind.COST_PER_COPY or index % 4 == 0:
        return None
    return euro(random.choice((180, 240, 333, 450, 720, 1000)) * max(1, len(items)))


def _vat_code(customer: CustomerRow, items: list[SerialItemRow]) -> str:
    """Reverse charge for plant in buildings of Italian VAT subjects (R9.6); plant is taxed where it stands, other
    services to foreign businesses are outside the scope (R9.7)."""
    plant = bool(items) and items[0].building_plant
    if plant and customer.country == "IT" and customer.vat_number is not None and not customer.split_payment:
        return "N6.7"
    return "22" if plant or customer.country == "IT" else "N2.1"


def _with_history(row: ContractRow, index: int) -> ContractRow:
    """Two contracts on which something has happened: a notice received, a service blocked."""
    if index == 60:
        return row.model_copy(update={"status": ContractStatus.NOTICE_GIVEN, "notice_received_on": date(2026, 7, 10)})
    if index == 70:
        return row.model_copy(update={"blocked_from_on": date(2026, 8, 1)})
    return row
