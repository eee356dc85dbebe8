"""Where the demo company works (zone): towns of Romagna and Emilia, distances from Forlì, streets."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple


class Town(NamedTuple):
    """A town with its postcode, coordinates in degrees, service area and land-registry code (for tax codes)."""

    name: str
    province: str
    postcode: str
    latitude: float
    longitude: float
    area: str
    registry: str


FORLI = Town("Forlì", "FC", "47121", 44.2227, 12.0407, "Forlì", "D704")
TOWNS = (
    FORLI,
    Town("Cesena", "FC", "47521", 44.1396, 12.2429, "Cesena", "C573"),
    Town("Forlimpopoli", "FC", "47034", 44.1880, 12.1277, "Forlì", "D705"),
    Town("Bertinoro", "FC", "47032", 44.1495, 12.1347, "Forlì", "A809"),
    Town("Meldola", "FC", "47014", 44.1276, 12.0622, "Forlì", "F097"),
    Town("Castrocaro Terme e Terra del Sole", "FC", "47011", 44.1747, 11.9484, "Forlì", "C339"),
    Town("Cesenatico", "FC", "47042", 44.1996, 12.3956, "Cesena", "C574"),
    Town("Savignano sul Rubicone", "FC", "47039", 44.0900, 12.3966, "Cesena", "I472"),
    Town("Bagno di Romagna", "FC", "47021", 43.8349, 11.9609, "Cesena", "A565"),
    Town("Ravenna", "RA", "48121", 44.4184, 12.2035, "Ravenna", "H199"),
    Town("Faenza", "RA", "48018", 44.2857, 11.8833, "Faenza", "D458"),
    Town("Lugo", "RA", "48022", 44.4213, 11.9107, "Faenza", "E730"),
    Town("Cervia", "RA", "48015", 44.2619, 12.3477, "Ravenna", "C553"),
    Town("Brisighella", "RA", "48013", 44.2222, 11.7756, "Faenza", "B188"),
    Town("Rimini", "RN", "47921", 44.0594, 12.5683, "Rimini", "H294"),
    Town("Riccione", "RN", "47838", 43.9989, 12.6566, "Rimini", "H274"),
    Town("Santarcangelo di Romagna", "RN", "47822", 44.0631, 12.4469, "Rimini", "I304"),
    Town("Cattolica", "RN", "47841", 43.9632, 12.7386, "Rimini", "C357"),
    Town("Imola", "BO", "40026", 44.3533, 11.7144, "Imola", "E289"),
    Town("Castel San Pietro Terme", "BO", "40024", 44.3978, 11.5886, "Imola", "C265"),
    Town("San Lazzaro di Savena", "BO", "40068", 44.4703, 11.4065, "Bologna", "H945"),
    Town("Bologna", "BO", "40121", 44.4949, 11.3426, "Bologna", "A944"),
    Town("Ferrara", "FE", "44121", 44.8381, 11.6198, "Bologna", "D548"),
    Town("Modena", "MO", "41121", 44.6471, 10.9252, "Bologna", "F257"),
)
AREAS = tuple(dict.fromkeys(town.area for town in TOWNS))

STREETS = (
    "Via Emilia",
    "Via Ravegnana",
    "Corso della Repubblica",
    "Via Giuseppe Mazzini",
    "Viale Roma",
    "Via dell'Artigianato",
    "Via del Lavoro",
    "Via dell'Industria",
    "Piazza del Popolo",
    "Via Aurelio Saffi",
    "Viale della Libertà",
    "Via Fratelli Cervi",
    "Via Guglielmo Marconi",
    "Via San Martino",
    "Via Cà Rossa",
    "Largo Unità d'Italia",
    "Via Pascoli",
    "Via Ugo Bassi",
    "Via delle Rose",
    "Via Località Poggio",
)


def road_km(town: Town) -> float:
    """Kilometres by road from the company's seat, one way: the straight line and a quarter, at least 2."""
    lat1, lat2 = radians(FORLI.latitude), radians(town.latitude)
    half = sin((lat2 - lat1) / 2) ** 2
    half += cos(lat1) * cos(lat2) * sin(radians(town.longitude - FORLI.longitude) / 2) ** 2
    return max(2.0, round(1.25 * 2 * 6371 * asin(sqrt(half)), 1))
