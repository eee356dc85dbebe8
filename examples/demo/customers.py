"""The demo company's customers with their sites and contacts (clienti, destinazioni, contatti)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from examples.demo.names import MEN, WOMEN, surname
from examples.demo.places import FORLI, STREETS, TOWNS, Town, road_km
from gateways.imports.sheets.customers import (
    ContactRow,
    CustomerKind,
    CustomerRow,
    PartyRole,
    SiteRow,
)


@dataclass
class Customers:
    """Customers with their sites and contacts; the place of each site is kept for the rest of the company."""

    rows: list[CustomerRow] = field(default_factory=list)
    sites: list[SiteRow] = field(default_factory=list)
    contacts: list[ContactRow] = field(default_factory=list)

    def of_kind(self, *kinds: CustomerKind) -> list[CustomerRow]:
        """Real customers (not prospects or end users) of some kinds."""
        return [row for row in self.rows if row.kind in kinds and row.role is PartyRole.CUSTOMER]

    def sites_of(self, customer_code: str) -> list[SiteRow]:
        """The sites of one customer."""
        return [site for site in self.sites if site.customer_code == customer_code]


def some_town(random: Random) -> Town:
    """A town, oftener one of the larger ones near the seat."""
    return random.choice((FORLI, FORLI, FORLI, TOWNS[1], TOWNS[1], TOWNS[9], TOWNS[10], TOWNS[14], *TOWNS))


def some_street(random: Random) -> str:
    """A street with its number."""
    return f"{random.choice(STREETS)} {random.randrange(1, 240)}{random.choice(('', '', '', '/A', ' bis'))}"


def slug(name: str) -> str:
    """A name as it may stand in an e-mail address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalnum())[:24]


def landline(random: Random) -> str:
    """A telephone number of the district of Forlì."""
    return f"0543 {random.randrange(20_000, 99_999)}"


def add_sites(
    made: Customers, random: Random, customer: CustomerRow, seat: Town, count: int, label: str = "Sede"
) -> None:
    """The first site at the customer\'s seat, the others elsewhere."""
    for number in range(1, count + 1):
        town = seat if number == 1 else some_town(random)
        first = number == 1 and customer.country == "IT"
        made.sites.append(
            SiteRow(
                customer_code=customer.code,
                code=f"{number:02d}",
                name=f"{label} {number}" if count > 1 else label,
                street=customer.street if first else some_street(random),
                postcode=town.postcode,
                town=town.name,
                province=town.province,
                latitude=round(town.latitude + random.uniform(-0.012, 0.012), 4),
                longitude=round(town.longitude + random.uniform(-0.016, 0.016), 4),
                distance_km=Decimal(str(round(road_km(town) + random.uniform(0, 3), 1))),
                area=town.area,
                notes="Zona a traffico limitato: permesso da chiedere" if random.random() < 0.06 else None,
            )
        )


def add_contacts(made: Customers, random: Random, customer: CustomerRow, count: int) -> None:
    """Up to three persons with different jobs."""
    names: set[str] = set()
    for number in range(count):
        name = f"{random.choice(WOMEN + MEN)} {surname(random)}"
        if name in names:
            continue
        names.add(name)
        made.contacts.append(
            ContactRow(
                customer_code=customer.code,
                name=name,
                job=("Responsabile", "Segreteria", "Amministrazione")[number],
                site_code="01" if number == 0 else None,
                email=f"{slug(name)}@{slug(customer.name)}.example",
                phone=landline(random),
                mobile=f"+39 3{random.randrange(20, 99)} {random.randrange(1_000_000, 9_999_999)}" if number else None,
            )
        )
