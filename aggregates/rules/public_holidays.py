"""Public holidays (festività): the dated national table of Italy and the patron saints of its towns (R6.5).

Italy's days are our own table, so that a deadline never changes with a library's release; the library adds the day of
national unity (first Sunday of November), which L. 54/1977 left a working day. Other countries come from `holidays`.
"""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import holidays as library
from dateutil.easter import easter


class FixedHoliday(NamedTuple):
    """A national holiday on the same date every year, from the year the law made it one."""

    month: int
    day: int
    name: str
    since_year: int = 1


class PatronSaint(NamedTuple):
    """The feast of a town's patron saint, on the same date every year."""

    month: int
    day: int
    name: str


NATIONAL = (
    FixedHoliday(1, 1, "Capodanno"),
    FixedHoliday(1, 6, "Epifania", 1986),
    FixedHoliday(4, 25, "Anniversario della Liberazione"),
    FixedHoliday(5, 1, "Festa del Lavoro"),
    FixedHoliday(6, 2, "Festa della Repubblica", 2001),
    FixedHoliday(8, 15, "Assunzione della Beata Vergine Maria"),
    FixedHoliday(10, 4, "San Francesco d'Assisi, patrono d'Italia", 2026),
    FixedHoliday(11, 1, "Ognissanti"),
    FixedHoliday(12, 8, "Immacolata Concezione"),
    FixedHoliday(12, 25, "Natale"),
    FixedHoliday(12, 26, "Santo Stefano"),
)
"""Sources: L. 260/1949, L. 54/1977, DPR 792/1985 (6 January), L. 336/2000 (2 June), L. 151/2025 (4 October)."""

_TABLE = """
Agrigento 25/2 San Gerlando; Alessandria 10/11 San Baudolino; Ancona 4/5 San Ciriaco; Aosta 7/9 San Grato;
Arezzo 7/8 San Donato; Ascoli Piceno 5/8 Sant'Emidio; Avellino 14/2 San Modestino; Bari 6/12 San Nicola;
Barletta 30/12 San Ruggero; Belluno 11/11 San Martino; Benevento 24/8 San Bartolomeo; Bergamo 26/8 Sant'Alessandro;
Biella 26/12 Santo Stefano; Bologna 4/10 San Petronio; Brescia 15/2 Santi Faustino e Giovita;
Cagliari 30/10 San Saturnino; Caltanissetta 29/9 San Michele; Campobasso 23/4 San Giorgio;
Caserta 20/1 San Sebastiano; Catania 5/2 Sant'Agata; Catanzaro 16/7 San Vitaliano;
Cesena 24/6 San Giovanni Battista; Chieti 11/5 San Giustino; Como 31/8 Sant'Abbondio;
Cosenza 12/2 Madonna del Pilerio; Cremona 13/11 Sant'Omobono; Crotone 9/10 San Dionigi; Cuneo 29/9 San Michele;
Enna 2/7 Madonna della Visitazione; Ferrara 23/4 San Giorgio; Firenze 24/6 San Giovanni Battista;
Foggia 22/3 Madonna dei Sette Veli; Forlì 4/2 Madonna del Fuoco; Frosinone 20/6 San Silverio;
Genova 24/6 San Giovanni Battista; Gorizia 16/3 Santi Ilario e Taziano; Grosseto 10/8 San Lorenzo;
Imperia 26/11 San Leonardo; Isernia 19/5 San Pietro Celestino; L'Aquila 10/6 San Massimo;
La Spezia 19/3 San Giuseppe; Latina 6/7 Santa Maria Goretti; Lecce 26/8 Sant'Oronzo; Lecco 6/12 San Nicola;
Livorno 22/5 Santa Giulia; Lodi 19/1 San Bassiano; Lucca 12/7 San Paolino; Macerata 31/8 San Giuliano;
Mantova 18/3 Sant'Anselmo; Massa 4/10 San Francesco; Matera 2/7 Madonna della Bruna;
Messina 3/6 Madonna della Lettera; Milano 7/12 Sant'Ambrogio; Modena 31/1 San Geminiano;
Monza 24/6 San Giovanni Battista; Napoli 19/9 San Gennaro; Novara 22/1 San Gaudenzio;
Nuoro 5/8 Nostra Signora della Neve; Oristano 13/2 Sant'Archelao; Padova 13/6 Sant'Antonio;
Palermo 15/7 Santa Rosalia; Parma 13/1 Sant'Ilario; Pavia 9/12 San Siro; Pesaro 24/9 San Terenzio;
Pescara 10/10 San Cetteo; Piacenza 4/7 Sant'Antonino; Pisa 17/6 San Ranieri; Pistoia 25/7 San Jacopo;
Pordenone 8/9 Madonna delle Grazie; Potenza 30/5 San Gerardo; Prato 26/12 Santo Stefano;
Ragusa 29/8 San Giovanni Battista; Ravenna 23/7 Sant'Apollinare; Reggio Calabria 23/4 San Giorgio;
Reggio Emilia 24/11 San Prospero; Rieti 4/12 Santa Barbara; Rimini 14/10 San Gaudenzio;
Roma 29/6 Santi Pietro e Paolo; Rovigo 26/11 San Bellino; Salerno 21/9 San Matteo; Sassari 6/12 San Nicola;
Savona 18/3 Nostra Signora della Misericordia; Siena 1/12 Sant'Ansano; Siracusa 13/12 Santa Lucia;
Sondrio 19/6 Santi Gervasio e Protasio; Taranto 10/5 San Cataldo; Teramo 19/12 San Berardo;
Terni 14/2 San Valentino; Torino 24/6 San Giovanni Battista; Trani 3/5 San Nicola Pellegrino;
Trapani 7/8 Sant'Alberto; Trento 26/6 San Vigilio; Treviso 27/4 San Liberale; Trieste 3/11 San Giusto;
Udine 12/7 Santi Ermacora e Fortunato; Urbino 1/6 San Crescentino; Varese 8/5 San Vittore;
Venezia 25/4 San Marco; Verbania 8/5 San Vittore; Vercelli 1/8 Sant'Eusebio; Verona 21/5 San Zeno;
Vibo Valentia 1/3 San Leoluca; Vicenza 8/9 Madonna di Monte Berico; Viterbo 4/9 Santa Rosa
"""

_OTHER_NAMES = {
    "florence": "firenze",
    "genoa": "genova",
    "mantua": "mantova",
    "milan": "milano",
    "naples": "napoli",
    "padua": "padova",
    "reggio nell emilia": "reggio emilia",
    "reggio di calabria": "reggio calabria",
    "rome": "roma",
    "turin": "torino",
    "venice": "venezia",
}


def town_key(town: str) -> str:
    """The town's name without accents, apostrophes and capitals, so that Forlì, Forli' and FORLI are one town."""
    straight = town.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    plain = unicodedata.normalize("NFKD", straight).encode("ascii", "ignore").decode().casefold()
    key = " ".join(plain.replace("'", " ").split())
    return _OTHER_NAMES.get(key, key)


def _read(table: str) -> dict[str, PatronSaint]:
    saints = {}
    for entry in table.split(";"):
        before, _, rest = entry.partition("/")
        town, _, day = before.strip().rpartition(" ")
        month, _, name = rest.partition(" ")
        saints[town_key(town)] = PatronSaint(int(month), int(day), " ".join(name.split()))
    return saints


_SAINTS = _read(_TABLE)
_FEASTS = frozenset((saint.month, saint.day) for saint in _SAINTS.values())


def patron_saint(town: str) -> PatronSaint | None:
    """The feast of the town's patron saint (R6.5); None for a town the table does not know.

    Movable feasts (Asti, Bolzano, Brindisi, Andria) are not in the table: enter them as closures.
    """
    return _SAINTS.get(town_key(town))


def is_feast_somewhere(day: date) -> bool:
    """Whether some town of the table has its patron saint's day then: on other days nobody needs to ask whose."""
    return (day.month, day.day) in _FEASTS


@lru_cache(maxsize=512)
def national_holidays(country: str, year: int) -> dict[date, str]:
    """The national holidays of a year, by date, in the country's language (R6.5).

    Raises `ValueError` for a country nobody has holidays for.
    """
    if country != "IT":
        return _from_library(country, year)
    days = {date(year, each.month, each.day): each.name for each in NATIONAL if year >= each.since_year}
    sunday = easter(year)
    return {sunday: "Pasqua", sunday + timedelta(days=1): "Lunedì dell'Angelo"} | days


def _from_library(country: str, year: int) -> dict[date, str]:
    try:
        language = library.country_holidays(country).default_language
        return dict(library.country_holidays(country, years=year, language=language).items())
    except NotImplementedError as unknown:
        raise ValueError(f"no holidays are known for country {country}") from unknown
