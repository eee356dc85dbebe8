"""The demo company's installed base and meter readings (matricole, letture)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from examples.demo.catalogue import Catalogue
from examples.demo.customers import Customers
from gateways.imports.sheets.customers import CustomerKind, CustomerRow
from gateways.imports.sheets.serial_items import Counter, MeterReadingRow, ReadingSource, SerialItemRow, WarrantyKind

FIRST_DAY = date(2026, 9, 1)
"""The day on which the company starts with Libretto."""


class Family(NamedTuple):
    """A family of machines: its makers, models, the skill its calls need, its counters and its clicks a day."""

    type: str
    skill: str
    size: int
    makes: tuple[str, ...]
    models: tuple[str, ...]
    counters: tuple[Counter, ...]
    daily: int


FAMILIES = (
    Family(
        "fotocopiatrice",
        "fotocopiatori",
        420,
        ("Kopyra", "Nordprint"),
        ("C250", "C360", "M420", "A3 Pro"),
        (Counter.BW,),
        140,
    ),
    Family("caldaia", "caldaie", 180, ("Thermea", "Climaluce"), ("Domus 24", "Condensa 35", "Centrale 90"), (), 0),
    Family("ascensore", "ascensori", 60, ("Ascensus",), ("Verta 4", "Verta 6", "Montascale S"), (), 0),
    Family(
        "macchina da caffè",
        "macchine caffè",
        140,
        ("Moka Prima", "Barista+"),
        ("Duo", "Office 3"),
        (Counter.CYCLES,),
        60,
    ),
    Family("licenza software", "informatica", 100, ("Romagna Software",), ("Gestionale Studio", "Presenze"), (), 0),
)
LOCATIONS = ("Piano terra, reception", "Primo piano, corridoio", "Sala riunioni", "Locale tecnico", "Seminterrato", "")


@dataclass
class Machines:
    """The installed base, the skill each machine's calls need, and what its meters showed."""

    items: list[SerialItemRow] = field(default_factory=list)
    readings: list[MeterReadingRow] = field(default_factory=list)
    family: dict[str, Family] = field(default_factory=dict)

    def of(self, customer_code: str, type_: str) -> list[SerialItemRow]:
        """A customer's machines of one type."""
        return [item for item in self.items if item.customer_code == customer_code and item.type == type_]


def reference(item: SerialItemRow) -> str:
    """How other files name a machine: two makers happen to share one serial number."""
    return f"{item.manufacturer}:{item.serial_number}" if item.serial_number == "100200" else item.serial_number


def make_machines(random: Random, customers: Customers, catalogue: Catalogue) -> Machines:
    """900 machines: copiers, boilers, lifts, coffee machines, software licences."""
    made = Machines()
    owners = _owners(customers)
    products = {article.description.split()[0]: article.code for article in catalogue.articles if article.serialised}
    for family in FAMILIES:
        pool = owners[family.type]
        for number in range(family.size):
            owner = pool[number] if number < len(pool) else random.choice(pool)
            _machine(made, random, customers, owner, family, number, products)
    return made


def _owners(customers: Customers) -> dict[str, list[CustomerRow]]:
    businesses = customers.of_kind(CustomerKind.BUSINESS)
    offices = [row for row in businesses if not row.name.startswith("Immobiliare")]
    consumers = customers.of_kind(CustomerKind.CONSUMER)
    bodies = customers.of_kind(CustomerKind.PUBLIC_BODY)
    landlords = [row for row in businesses if "Immobili" in row.name]
    condominiums = [row for row in consumers if row.name.startswith("Condominio")]
    hotels = [row for row in businesses if "Hotel" in row.name]
    return {
        "fotocopiatrice": offices + bodies,
        "caldaia": consumers + landlords + bodies + hotels,
        "ascensore": landlords + condominiums + bodies[:5] + hotels,
        "macchina da caffè": offices,
        "licenza software": offices[:60],
    }


def _machine(
    made: Machines,
    random: Random,
    customers: Customers,
    owner: CustomerRow,
    family: Family,
    number: int,
    products: dict[str, str],
) -> None:
    make = family.makes[number % len(family.makes)]
    installed_on = FIRST_DAY - timedelta(days=random.randrange(20, 3000))
    colour = family.type == "fotocopiatrice" and number % 3 != 0
    model = family.models[number % len(family.models)]
    licence = family.type == "licenza software"
    warranty = _warranty(installed_on, owner)
    item = SerialItemRow(
        manufacturer=make,
        serial_number="100200" if number == 0 and make in ("Kopyra", "Moka Prima") else _serial(make, number),
        product=f"{model} {'colore' if colour else ''}".strip(),
        type=family.type,
        article_code=products.get(make.split()[0]) if number % 4 == 0 else None,
        customer_code=owner.code,
        site_code=random.choice(customers.sites_of(owner.code)).code,
        location=random.choice(LOCATIONS) or None,
        installed_on=installed_on,
        warranty_kind=warranty[0] if warranty else None,
        warranty_until_on=warranty[1] if warranty else None,
        status="da ritirare" if random.random() < 0.02 else "attiva",
        counters=(*family.counters, Counter.COLOUR) if colour else family.counters,
        building_plant=family.type in ("caldaia", "ascensore"),
        release=f"{2 + number % 4}.{number % 7}" if licence else None,
        licence_expires_on=FIRST_DAY + timedelta(days=random.randrange(-20, 400)) if licence else None,
    )
    made.items.append(item)
    made.family[reference(item)] = family
    for counter in item.counters:
        _readings(made, random, item, counter, family.daily // (3 if counter is Counter.COLOUR else 1))


def _serial(make: str, number: int) -> str:
    prefix = "".join(letter for letter in make.upper() if letter.isalpha())[:2]
    return f"{prefix}{26_000_000 + number * 7919 % 900_000:08d}"


def _warranty(installed_on: date, owner: CustomerRow) -> tuple[WarrantyKind, date] | None:
    months = 24 if owner.kind is CustomerKind.CONSUMER else 12
    end = installed_on + timedelta(days=months * 365 // 12)
    if end < FIRST_DAY:
        return None
    return (WarrantyKind.LEGAL if owner.kind is CustomerKind.CONSUMER else WarrantyKind.MANUFACTURER), end


def _readings(made: Machines, random: Random, item: SerialItemRow, counter: Counter, daily: int) -> None:
    """The two latest readings; which of them was billed is said later by the contracts."""
    assert item.installed_on is not None
    first = FIRST_DAY - timedelta(days=random.randrange(40, 90))
    rate = random.randrange(daily // 3, daily * 2)
    for read_on in (first, FIRST_DAY - timedelta(days=random.randrange(1, 12))):
        if read_on > item.installed_on:
            made.readings.append(
                MeterReadingRow(
                    serial_number=reference(item),
                    counter=counter,
                    read_on=read_on,
                    value=(read_on - item.installed_on).days * rate,
                    source=random.choice((ReadingSource.TECHNICIAN, ReadingSource.AGENT, ReadingSource.CUSTOMER)),
                )
            )
