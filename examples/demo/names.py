"""Names of invented people, trades and bodies (nomi)."""

from __future__ import annotations

from random import Random

SURNAMES = """
Rossi|Bianchi|Fabbri|Casadei|Zoli|Valbonesi|Montanari|Ricci|Gardini|Bandini|Turci|Fiorini|Lombardi|Severi
Ravaioli|Guidi|Zattini|Bertozzi|Maltoni|Amadori|Pasini|Gentilini|Baldassarri|Nanni|Monti|Savini|Orioli|Drudi
Magnani|D'Angelo|Dall'Agata|Lo Presti|Nicolò|Camporesi|Fantini|Bassi|Foschi|Zanetti|Mambelli|Versari
"""
FAMILIES = tuple(SURNAMES.strip().replace("\n", "|").split("|"))
WOMEN = ("Giulia", "Chiara", "Sara", "Elena", "Francesca", "Laura", "Silvia", "Paola", "Martina", "Irene", "Noemi")
MEN = ("Marco", "Luca", "Andrea", "Matteo", "Davide", "Gilberto", "Paolo", "Nicolò", "Simone", "Fabio", "Giosuè")
CONDOMINIUMS = ("Le Rose", "Il Girasole", "Europa", "San Mercuriale", "Aurora")
TRADES = (
    ("Officine", "S.r.l."),
    ("Ceramiche", "S.p.A."),
    ("Studio Legale", ""),
    ("Studio Tecnico", ""),
    ("Cantina", "Soc. Agr."),
    ("Panificio", "S.n.c."),
    ("Trasporti", "S.r.l."),
    ("Mobili", "S.r.l."),
    ("Tipografia", "S.a.s."),
    ("Farmacia", ""),
    ("Hotel", "S.r.l."),
    ("Ristorante", "S.n.c."),
    ("Calzaturificio", "S.p.A."),
    ("Ortofrutta", "Soc. Coop."),
    ("Autofficina", "S.n.c."),
    ("Agenzia Viaggi", "S.r.l."),
)
BODIES = (
    "Comune di {town}",
    "Istituto Comprensivo n. {n} di {town}",
    "Azienda Servizi alla Persona di {town}",
    "Biblioteca Comunale di {town}",
    "Liceo Statale di {town}",
)
FOREIGNERS = (
    ("DE", "Hausmann Maschinenbau GmbH", "Industriestraße 12", "80331", "München"),
    ("DE", "Grünwald Hotels GmbH", "Bahnhofstraße 4", "50667", "Köln"),
    ("AT", "Tiroler Kaffeehaus GmbH", "Maria-Theresien-Straße 8", "6020", "Innsbruck"),
    ("FR", "Imprimerie Lefèvre SARL", "12 rue des Écoles", "69002", "Lyon"),
    ("FR", "Côte Bleue Immobilier SAS", "5 avenue Félix Faure", "06000", "Nice"),
    ("CH", "Seeblick Immobilien AG", "Seestrasse 101", "8002", "Zürich"),
    ("SM", "Titano Servizi S.r.l.", "Via Tre Settembre 99", "47891", "Dogana"),
    ("SM", "Grafiche del Monte S.r.l.", "Strada Cardio 22", "47899", "Serravalle"),
)
TERMS = ("30 gg DF FM", "60 gg DF FM", "30 gg DF", "Rimessa diretta", "30/60 gg DF FM")


def surname(random: Random) -> str:
    """A family name."""
    return random.choice(FAMILIES)
