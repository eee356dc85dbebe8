"""Technicians with skills, areas, working hours and cost (tecnici)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from aggregates.values import Money
from gateways.imports.cells import TEXT, WORDS, YES_NO
from gateways.imports.identifiers import EMAIL, PHONE
from gateways.imports.moments import DAY, WEEK, Shift
from gateways.imports.quantities import COORDINATE, MONEY
from gateways.imports.sheets.base import Row, Sheet, column, rule


class TechnicianRow(Row):
    """Someone who does the work, employed or a contractor (terzista); the van is a warehouse of its own (R11.4)."""

    SHEET: ClassVar[Sheet] = Sheet("technicians", ("tecnici", "personale tecnico"), ("engineers",), key=("code",))

    code: Annotated[str, column(TEXT, "Codice tecnico|Codice|Tecnico|Matricola", "Technician code|Code|Technician")]
    name: Annotated[str, column(TEXT, "Nome e cognome|Nome|Nominativo", "Name|Full name")]
    skills: Annotated[tuple[str, ...], column(WORDS, "Competenze|Abilitazioni|Specializzazioni", "Skills")]
    areas: Annotated[tuple[str, ...], column(WORDS, "Zone|Aree|Zona", "Areas|Service areas|Area")] = ()
    weekly_hours: Annotated[
        tuple[Shift, ...], column(WEEK, "Orario settimanale|Orario", "Weekly hours|Working hours|Hours")
    ]
    hourly_cost: Annotated[Money, column(MONEY, "Costo orario|Costo", "Hourly cost|Cost per hour")]
    cost_from_on: Annotated[date | None, column(DAY, "Costo valido dal|Valido dal", "Cost valid from|Valid from")] = (
        None
    )
    van_warehouse: Annotated[str | None, column(TEXT, "Magazzino furgone|Furgone", "Van warehouse|Van")] = None
    contractor: Annotated[bool, column(YES_NO, "Terzista|Esterno", "Contractor")] = False
    email: Annotated[str | None, column(EMAIL, "E-mail|Posta elettronica", "Mail|Email address")] = None
    phone: Annotated[str | None, column(PHONE, "Telefono|Cellulare|Tel.", "Phone|Mobile")] = None
    latitude: Annotated[float | None, column(COORDINATE, "Latitudine partenza|Latitudine", "Latitude")] = None
    longitude: Annotated[float | None, column(COORDINATE, "Longitudine partenza|Longitudine", "Longitude")] = None

    @rule("latitude", "longitude")
    def _coordinates_come_in_pairs(self) -> str | None:
        return "latitude and longitude go together" if (self.latitude is None) != (self.longitude is None) else None
