"""Opening balances (saldi iniziali): billed readings, open items, last numbers, reservations, open calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from aggregates.values import ROME, cents, euro
from examples.demo.catalogue import MAIN, Catalogue
from examples.demo.contract_lines import Contracts
from examples.demo.customers import Customers
from examples.demo.faults import fault_of
from examples.demo.machines import FIRST_DAY, Machines, reference
from gateways.imports.sheets.accounting import Document, LastNumberRow, OpenItemKind, OpenItemRow
from gateways.imports.sheets.articles import ArticleKind, ReservationRow
from gateways.imports.sheets.calls import OpenCallRow, Priority
from gateways.imports.sheets.customers import CustomerKind
from gateways.imports.sheets.serial_items import MeterReadingRow, ReadingSource

LAST_NUMBERS = (
    (Document.INVOICE, "", 812, date(2026, 8, 31)),
    (Document.CREDIT_NOTE, "NC", 14, date(2026, 8, 6)),
    (Document.DELIVERY_NOTE, "A", 431, date(2026, 8, 28)),
    (Document.DELIVERY_NOTE, "R", 77, date(2026, 8, 27)),
    (Document.QUOTE, "", 158, date(2026, 8, 29)),
    (Document.ORDER, "", 96, date(2026, 8, 21)),
    (Document.RMA, "", 41, date(2026, 8, 27)),
    (Document.WORK_REPORT, "", 1377, date(2026, 8, 31)),
    (Document.PURCHASE_ORDER, "", 63, date(2026, 8, 20)),
)
LAST_CALL = 2204


@dataclass
class Balances:
    """What the old program leaves open on the first day."""

    open_items: list[OpenItemRow] = field(default_factory=list)
    last_numbers: list[LastNumberRow] = field(default_factory=list)
    open_calls: list[OpenCallRow] = field(default_factory=list)
    reservations: list[ReservationRow] = field(default_factory=list)


def make_balances(
    random: Random, customers: Customers, catalogue: Catalogue, machines: Machines, contracts: Contracts
) -> Balances:
    """70 open items, the last numbers, 14 open calls, 6 reservations; marks the readings already billed."""
    made = Balances()
    _mark_billed_readings(machines, contracts)
    for index in range(70):
        _open_item(made, random, customers, index)
    made.last_numbers = [
        LastNumberRow(document=document, series=series, year=2026, last_number=number, last_on=last_on)
        for document, series, number, last_on in LAST_NUMBERS
    ]
    made.last_numbers.append(LastNumberRow(document=Document.CALL, year=2026, last_number=LAST_CALL))
    made.last_numbers.append(LastNumberRow(document=Document.CONTRACT, year=2026, last_number=len(contracts.rows)))
    for index in range(14):
        _open_call(made, random, customers, machines, contracts, index)
    _reserve(made, random, customers, catalogue)
    return made


def _mark_billed_readings(machines: Machines, contracts: Contracts) -> None:
    """The reading of a metered machine on the day its contract was billed through is the last billed one."""
    billed_on = {
        serial: row.billed_through_on
        for row in contracts.rows
        for line in contracts.lines_of(row.number)
        if line.counter is not None and row.billed_through_on is not None
        for serial in line.serial_numbers
    }
    installed_on = {reference(item): item.installed_on for item in machines.items}
    kept: list[MeterReadingRow] = []
    for reading in machines.readings:
        billed, installed = billed_on.get(reading.serial_number), installed_on[reading.serial_number]
        if billed is None or installed is None or billed <= installed:
            kept.append(reading)
            continue
        if reading.read_on < FIRST_DAY - timedelta(days=20):
            continue
        daily = Decimal(reading.value) / (reading.read_on - installed).days
        value = int(daily * (billed - installed).days)
        update = {"read_on": billed, "value": value, "billed": True, "source": ReadingSource.TECHNICIAN}
        kept.append(reading.model_copy(update=update))
        if reading.read_on > billed:
            kept.append(reading)
    machines.readings = kept


def _open_item(made: Balances, random: Random, customers: Customers, index: int) -> None:
    payers = customers.of_kind(CustomerKind.BUSINESS, CustomerKind.PUBLIC_BODY)
    customer = payers[index % 40] if index % 10 else payers[index]
    document_on = FIRST_DAY - timedelta(days=random.randrange(5, 170))
    amount = euro(Decimal(random.randrange(4_000, 260_000)) / 100)
    part_paid = index % 9 == 4
    made.open_items.append(
        OpenItemRow(
            customer_code=customer.code,
            kind=OpenItemKind.CREDIT_NOTE if index == 50 else OpenItemKind.INVOICE,
            document_number=f"2026/{800 - index * 9}" if index != 50 else "NC/2026/11",
            document_on=document_on,
            due_on=document_on + timedelta(days=random.choice((30, 60))),
            amount=amount,
            residual=euro(cents(amount.amount / 2)) if part_paid else amount,
            payment_method=customer.payment_method,
        )
    )


def _open_call(
    made: Balances, random: Random, customers: Customers, machines: Machines, contracts: Contracts, index: int
) -> None:
    item = machines.items[(index * 67) % len(machines.items)]
    family = machines.family[reference(item)]
    opened_on = FIRST_DAY - timedelta(days=random.randrange(1, 25))
    local = datetime.combine(opened_on, time(random.randrange(8, 18), random.choice((5, 20, 45))), tzinfo=ROME)
    planned = index % 4 == 0
    start = datetime.combine(FIRST_DAY + timedelta(days=index // 4), time(9), tzinfo=ROME).astimezone(UTC)
    contact = next((c for c in customers.contacts if c.customer_code == item.customer_code), None)
    made.open_calls.append(
        OpenCallRow(
            number=f"CH-2026-{LAST_CALL - 13 + index:04d}",
            customer_code=item.customer_code,
            site_code=item.site_code,
            serial_number=reference(item),
            opened_at=local.astimezone(UTC),
            fault=fault_of(random, family.skill),
            priority=list(Priority)[index % 3],
            caller=contact.name if contact else None,
            caller_phone=contact.phone if contact else None,
            contract_number=contracts.covered.get(reference(item)),
            technician_code={"fotocopiatori": "T01", "caldaie": "T04", "ascensori": "T06"}.get(family.skill, "T08")
            if planned
            else None,
            planned_start_at=start if planned else None,
            planned_end_at=start + timedelta(minutes=90) if planned else None,
        )
    )


def _reserve(made: Balances, random: Random, customers: Customers, catalogue: Catalogue) -> None:
    goods = {article.code for article in catalogue.articles if article.kind is ArticleKind.PART}
    stocked = [
        row for row in catalogue.stock if row.warehouse == MAIN and row.article_code in goods and row.on_hand > 4
    ]
    buyers = customers.of_kind(CustomerKind.BUSINESS)
    for index, row in enumerate(random.sample(stocked, 6)):
        for_call = index % 3 == 0
        made.reservations.append(
            ReservationRow(
                reference=f"IC-2026-{91 + index:04d}",
                article_code=row.article_code,
                warehouse=MAIN,
                quantity=Decimal(1 + index % 3),
                customer_code=None if for_call else random.choice(buyers).code,
                call_number=made.open_calls[index].number if for_call else None,
                due_on=FIRST_DAY + timedelta(days=3 + index),
                firm=index != 2,
            )
        )
