"""The demo company's technicians, articles, stock and prices (tecnici, articoli, giacenze, listini)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from random import Random

from aggregates.values import euro
from examples.demo.places import AREAS, FORLI
from gateways.imports.moments import Shift
from gateways.imports.sheets.articles import ArticleKind, ArticleRow, PriceRow, StockRow
from gateways.imports.sheets.technicians import TechnicianRow

MAIN = "MAG"
"""The main warehouse in Forlì."""

OFFICE_HOURS = ((time(8, 30), time(12, 30)), (time(14), time(18)))
EARLY_HOURS = ((time(7, 30), time(12)), (time(13), time(16, 30)))

TECHNICIANS = (
    ("T01", "Gino Casadei", "fotocopiatori|informatica", "Forlì|Cesena|Faenza", "24.50"),
    ("T02", "Sara Montanari", "fotocopiatori|informatica", "Ravenna|Rimini|Cesena", "25.00"),
    ("T03", "Paolo Zoli", "fotocopiatori", "Imola|Bologna|Faenza", "23.80"),
    ("T04", "Luca Bandini", "caldaie", "Forlì|Faenza|Imola|Bologna", "26.00"),
    ("T05", "Davide Turci", "caldaie|ascensori", "Cesena|Ravenna|Rimini|Forlì", "28.50"),
    ("T06", "Nicolò Savini", "ascensori", "|".join(AREAS), "29.00"),
    ("T07", "Elena Fabbri", "macchine caffè|fotocopiatori", "|".join(AREAS), "22.90"),
    ("T08", "Andrea Versari", "macchine caffè|informatica", "|".join(AREAS), "31.00"),
)

SPARES = {
    "fotocopiatori": ("Fusore", "Tamburo", "Rullo presa carta", "Cinghia di trasferimento", "Lama pulizia", "Sensore"),
    "caldaie": ("Scheda elettronica", "Valvola gas", "Circolatore", "Scambiatore", "Elettrodo", "Vaso espansione"),
    "ascensori": ("Contattore", "Scheda porte", "Fune di trazione", "Pulsantiera", "Pattino di guida", "Fotocellula"),
    "macchine caffè": (
        "Pompa",
        "Gruppo infusore",
        "Elettrovalvola",
        "Macinino",
        "Guarnizione coppa",
        "Resistenza",
    ),
}
CONSUMABLES = {
    "fotocopiatori": (
        "Toner nero",
        "Toner ciano",
        "Toner magenta",
        "Toner giallo",
        "Vaschetta",
        "Kit pulizia",
    ),
    "caldaie": ("Sali addolcitore", "Kit guarnizioni", "Liquido protettivo"),
    "ascensori": ("Olio guide", "Grasso speciale"),
    "macchine caffè": ("Decalcificante", "Filtro acqua", "Bicchieri carta", "Palette legno"),
}
SERVICES = (
    ("DIRCH", "Diritto di chiamata", "NR", "35.00"),
    ("KM", "Rimborso chilometrico", "KM", "0.65"),
    ("VIAGGIO", "Ora di viaggio", "ORE", "40.00"),
    ("ORA", "Ora di lavoro", "ORE", "52.00"),
    ("STRAORD", "Maggiorazione straordinario (all'ora)", "ORE", "15.60"),
    ("FESTIVO", "Ora di lavoro festiva", "ORE", "92.00"),
    ("DIARIA", "Diaria di trasferta", "GG", "150.00"),
    ("REMOTO", "Assistenza telefonica o remota", "ORE", "48.00"),
    ("DIAGNOSI", "Diagnosi in laboratorio", "NR", "45.00"),
    ("CANONE", "Canone di assistenza", "NR", "0.00"),
    ("COPIABN", "Copia eccedente bianco e nero", "NR", "0.0085"),
    ("COPIACOL", "Copia eccedente colore", "NR", "0.0650"),
    ("SMALT", "Ritiro per smaltimento", "NR", "60.00"),
    ("COLLAUDO", "Collaudo e messa in servizio", "NR", "120.00"),
)
MAKES = ("Kopyra", "Nordprint", "Thermea", "Ascensus", "Moka Prima")


@dataclass
class Catalogue:
    """What the company has to work with."""

    technicians: list[TechnicianRow] = field(default_factory=list)
    articles: list[ArticleRow] = field(default_factory=list)
    stock: list[StockRow] = field(default_factory=list)
    prices: list[PriceRow] = field(default_factory=list)
    skill_of: dict[str, str] = field(default_factory=dict)
    """The skill that each part and consumable belongs to."""


def make_catalogue(random: Random) -> Catalogue:
    """8 technicians with a van each; 120 articles; stock in the main warehouse and the vans; two price lists."""
    made = Catalogue(technicians=[_technician(index, *entry) for index, entry in enumerate(TECHNICIANS)])
    for code, description, unit, price in SERVICES:
        article = ArticleRow(code=code, description=description, kind=ArticleKind.SERVICE, unit=unit, vat_code="22")
        made.articles.append(article)
        _prices(made, article, Decimal(price))
    for kind, table, per_name in ((ArticleKind.PART, SPARES, 3), (ArticleKind.CONSUMABLE, CONSUMABLES, 1)):
        for skill, names in table.items():
            for name in names:
                for variant in range(per_name):
                    _goods(made, random, kind, skill, name, variant)
    number = 0
    while len(made.articles) < 120:
        _product(made, random, number)
        number += 1
    return made


def _technician(index: int, code: str, name: str, skills: str, areas: str, cost: str) -> TechnicianRow:
    hours = EARLY_HOURS if index in (3, 4) else OFFICE_HOURS
    days = range(6) if index == 5 else range(5)
    shifts = tuple(Shift(day, *span) for day in days for span in (hours if day < 5 else hours[:1]))
    first, *_, last = name.lower().replace("ò", "o").split()
    return TechnicianRow(
        code=code,
        name=name,
        skills=tuple(skills.split("|")),
        areas=tuple(areas.split("|")),
        weekly_hours=shifts,
        hourly_cost=euro(cost),
        cost_from_on=date(2026, 1, 1),
        van_warehouse=f"FUR{index + 1}",
        contractor=index == 7,
        email=f"{first}.{last}@service.example",
        phone=f"+39 335 70010{index + 1:02d}",
        latitude=FORLI.latitude,
        longitude=FORLI.longitude,
    )


def _prices(made: Catalogue, article: ArticleRow, price: Decimal) -> None:
    for name, factor in (("BASE", Decimal(1)), ("PRIVATI", Decimal("1.15"))):
        made.prices.append(
            PriceRow(
                price_list=name,
                article_code=article.code,
                unit_price=round(price * factor, 4),
                valid_from_on=date(2026, 1, 1),
            )
        )


def _goods(made: Catalogue, random: Random, kind: ArticleKind, skill: str, name: str, variant: int) -> None:
    cost = Decimal(random.randrange(350, 14_000)) / 100
    by_hundred = name in ("Bicchieri carta", "Palette legno")
    article = ArticleRow(
        code=f"{'RC' if kind is ArticleKind.PART else 'CO'}{len(made.articles):04d}",
        description=f"{name} {('mod. A', 'mod. B', 'mod. C')[variant]}" if kind is ArticleKind.PART else name,
        kind=kind,
        unit="PZ",
        vat_code="22",
        price_multiplier=Decimal(100) if by_hundred else Decimal(1),
        cost=cost,
        supplier=random.choice(("Ricambi Adriatica", "Nord Componenti", "Forniture Emilia")),
        order_lot=Decimal(random.choice((1, 1, 5, 12))),
    )
    made.articles.append(article)
    made.skill_of[article.code] = skill
    _prices(made, article, round(cost * Decimal("1.65"), 2))
    if by_hundred:
        made.prices.append(
            made.prices[-2].model_copy(
                update={"unit_price": round(cost * Decimal("1.40"), 2), "from_quantity": Decimal(1000)}
            )
        )
    minimum = Decimal(random.choice((2, 3, 4, 6)))
    on_hand = Decimal(random.randrange(0, 24)) + (Decimal(400) if by_hundred else 0)
    made.stock.append(
        StockRow(article_code=article.code, warehouse=MAIN, on_hand=on_hand, minimum=minimum, average_cost=cost)
    )
    for technician in made.technicians:
        if skill in technician.skills and technician.van_warehouse is not None and random.random() < 0.6:
            made.stock.append(
                StockRow(
                    article_code=article.code,
                    warehouse=technician.van_warehouse,
                    on_hand=Decimal(random.randrange(1, 5)),
                    minimum=Decimal(1),
                    average_cost=cost,
                )
            )


def _product(made: Catalogue, random: Random, number: int) -> None:
    make = MAKES[number % len(MAKES)]
    cost = Decimal(random.randrange(30_000, 420_000)) / 100
    article = ArticleRow(
        code=f"PR{number + 1:04d}",
        description=f"{make} serie {100 * (number // len(MAKES) + 1)}",
        kind=ArticleKind.PRODUCT,
        vat_code="22",
        cost=cost,
        serialised=True,
        supplier=make,
    )
    made.articles.append(article)
    _prices(made, article, round(cost * Decimal("1.35"), 2))
    made.stock.append(
        StockRow(article_code=article.code, warehouse=MAIN, on_hand=Decimal(random.randrange(3)), average_cost=cost)
    )
