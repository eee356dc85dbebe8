"""Kinds of customers (clienti): businesses, private persons, condominiums, public bodies, foreigners."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from examples.demo.codes import body_tax_code, foreign_vat_number, italian_iban, person_tax_code, vat_number
from examples.demo.customers import Customers, add_contacts, add_sites, landline, slug, some_street, some_town
from examples.demo.names import BODIES, CONDOMINIUMS, FOREIGNERS, MEN, TERMS, TRADES, WOMEN, surname
from examples.demo.places import TOWNS
from gateways.imports.sheets.customers import (
    FOREIGN_RECIPIENT,
    CustomerKind,
    CustomerRow,
    PartyRole,
    PaymentMethod,
)


def make_customers(random: Random) -> Customers:
    """171 parties: 92 businesses, 10 landlords, 18 condominiums, 25 persons, 14 bodies, 8 foreigners, 4 others."""
    made = Customers()
    for number in range(92):
        _business(made, random, number)
    for number in range(10):
        _landlord(made, random, number)
    for number in range(18):
        _condominium(made, random, number)
    for _ in range(25):
        _person(made, random)
    for number in range(14):
        _public_body(made, random, number)
    for number, foreigner in enumerate(FOREIGNERS):
        _foreigner(made, random, number, *foreigner)
    for number in range(4):
        _business(made, random, 200 + number, (PartyRole.PROSPECT, PartyRole.END_USER)[number % 2])
    return made


def _code(made: Customers) -> str:
    return f"C{len(made.rows) + 1:04d}"


def _business(made: Customers, random: Random, number: int, role: PartyRole = PartyRole.CUSTOMER) -> None:
    trade, form = TRADES[number % len(TRADES)]
    name = f"{trade} {surname(random)} {form}".strip()
    if number == 0:
        name = "Rossi Gilbo S.r.l."
    elif number % 23 == 7:
        name = f'{trade} "La Rotonda {number}"; {surname(random)} & Figli {form}'.strip()
    town, vat = some_town(random), vat_number(number)
    method = random.choice(list(PaymentMethod)[:3])
    customer = CustomerRow(
        code=_code(made),
        name=name,
        kind=CustomerKind.BUSINESS,
        role=role,
        vat_number=f"IT{vat}",
        tax_code=vat,
        recipient_code=random.choice(("M5UXCR1", "USAL8PV", "KRRH6B9", "0000000")),
        pec=f"{slug(name)}@pec.example" if number % 3 == 0 else None,
        street=some_street(random),
        postcode=town.postcode,
        town=town.name,
        province=town.province,
        email=f"info@{slug(name)}.example",
        phone=landline(random),
        iban=italian_iban(random) if method is not PaymentMethod.TRANSFER else None,
        payment_terms=random.choice(TERMS[:3]),
        payment_method=method,
        price_list="BASE",
        notes="Chiamare prima di passare.\nIngresso dal retro, citofono 2." if number % 11 == 3 else None,
    )
    made.rows.append(customer)
    if role is PartyRole.CUSTOMER:
        add_sites(made, random, customer, town, 1 + (number % 4 == 1) + (number % 9 == 2))
        add_contacts(made, random, customer, 1 + number % 3)


def _landlord(made: Customers, random: Random, number: int) -> None:
    town, vat = some_town(random), vat_number(300 + number)
    customer = CustomerRow(
        code=_code(made),
        name=f"Immobiliare {surname(random)} S.r.l.",
        kind=CustomerKind.BUSINESS,
        vat_number=f"IT{vat}",
        tax_code=vat,
        recipient_code="W7YVJK9",
        street=some_street(random),
        postcode=town.postcode,
        town=town.name,
        province=town.province,
        email=f"amministrazione@immobiliare{number}.example",
        payment_terms="60 gg DF FM",
        payment_method=PaymentMethod.RIBA,
        iban=italian_iban(random),
        price_list="BASE",
        notes="Impianti in edificio: inversione contabile (N6.7)",
    )
    made.rows.append(customer)
    add_sites(made, random, customer, town, 3, "Palazzina")
    add_contacts(made, random, customer, 2)


def _condominium(made: Customers, random: Random, number: int) -> None:
    town = some_town(random)
    customer = CustomerRow(
        code=_code(made),
        name=f"Condominio {random.choice(CONDOMINIUMS)} {number + 1}",
        kind=CustomerKind.CONSUMER,
        tax_code=body_tax_code(number),
        recipient_code="0000000",
        street=some_street(random),
        postcode=town.postcode,
        town=town.name,
        province=town.province,
        payment_terms="30 gg DF",
        payment_method=PaymentMethod.TRANSFER,
        price_list="BASE",
        notes=f"Amministratore: {surname(random)}",
    )
    made.rows.append(customer)
    add_sites(made, random, customer, town, 1, "Scala")
    add_contacts(made, random, customer, 1)


def _person(made: Customers, random: Random) -> None:
    female = random.random() < 0.5
    family, given = surname(random), random.choice(WOMEN if female else MEN)
    town, birthplace = some_town(random), random.choice(TOWNS)
    born_on = date(1948, 1, 1) + timedelta(days=random.randrange(20_000))
    customer = CustomerRow(
        code=_code(made),
        name=f"{family} {given}",
        kind=CustomerKind.CONSUMER,
        tax_code=person_tax_code(family, given, born_on, female, birthplace.registry),
        street=some_street(random),
        postcode=town.postcode,
        town=town.name,
        province=town.province,
        email=f"{slug(given)}.{slug(family)}@posta.example",
        phone=f"+39 3{random.randrange(20, 99)} {random.randrange(1_000_000, 9_999_999)}",
        payment_terms="Rimessa diretta",
        payment_method=PaymentMethod.CARD,
        price_list="PRIVATI",
    )
    made.rows.append(customer)
    add_sites(made, random, customer, town, 1, "Abitazione")


def _public_body(made: Customers, random: Random, number: int) -> None:
    town = TOWNS[number]
    code = body_tax_code(500 + number)
    customer = CustomerRow(
        code=_code(made),
        name=BODIES[number % len(BODIES)].format(town=town.name, n=number),
        kind=CustomerKind.PUBLIC_BODY,
        vat_number=f"IT{vat_number(600 + number)}" if number % 2 == 0 else None,
        tax_code=code,
        recipient_code=f"UF{1234 + number * 37:04d}",
        pec=f"protocollo{number}@pec.comune.example",
        street=f"Piazza della Libertà {number + 1}",
        postcode=town.postcode,
        town=town.name,
        province=town.province,
        phone=landline(random),
        payment_terms="30 gg DF",
        payment_method=PaymentMethod.TRANSFER,
        split_payment=True,
        price_list="BASE",
    )
    made.rows.append(customer)
    add_sites(made, random, customer, town, 1 + number % 3, "Sede")
    add_contacts(made, random, customer, 2)


def _foreigner(
    made: Customers, random: Random, number: int, country: str, name: str, street: str, postcode: str, town: str
) -> None:
    customer = CustomerRow(
        code=_code(made),
        name=name,
        kind=CustomerKind.BUSINESS,
        vat_number=foreign_vat_number(country, number),
        recipient_code=FOREIGN_RECIPIENT,
        street=street,
        postcode=postcode,
        town=town,
        country=country,
        email=f"office@{slug(name)}.example",
        payment_terms="30 gg DF",
        payment_method=PaymentMethod.TRANSFER,
        price_list="BASE",
    )
    made.rows.append(customer)
    add_sites(made, random, customer, TOWNS[(14, 15, 17)[number % 3]], 1, "Filiale italiana")
    add_contacts(made, random, customer, 1)
