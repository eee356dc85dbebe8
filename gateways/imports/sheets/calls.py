"""Calls still open on the first day (chiamate aperte), with their age."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from gateways.imports.cells import MULTILINE, TEXT, choice
from gateways.imports.identifiers import PHONE
from gateways.imports.moments import INSTANT
from gateways.imports.sheets.base import Reference, Row, Sheet, column, rule


class Priority(StrEnum):
    """How soon a call must be served (R6.2)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PRIORITY = choice(
    {
        Priority.HIGH: ("alta", "urgent", "urgente", "1"),
        Priority.MEDIUM: ("media", "normal", "normale", "2"),
        Priority.LOW: ("bassa", "minor", "3"),
    }
)


class OpenCallRow(Row):
    """A request for help that the old system leaves open; its service clocks run from `opened_at`."""

    SHEET: ClassVar[Sheet] = Sheet(
        "open_calls",
        ("chiamate aperte", "chiamate"),
        ("calls", "open tickets"),
        key=("number",),
        references=(
            Reference("customers", ("customer_code",)),
            Reference("sites", ("customer_code", "site_code")),
            Reference("serial_items", ("serial_number",)),
            Reference("contracts", ("contract_number",)),
            Reference("technicians", ("technician_code",)),
        ),
    )

    number: Annotated[str, column(TEXT, "Numero chiamata|Numero|Chiamata", "Call number|Number|Call")]
    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")]
    site_code: Annotated[str | None, column(TEXT, "Codice destinazione|Destinazione", "Site code|Site")] = None
    serial_number: Annotated[str | None, column(TEXT, "Matricola|Numero di serie", "Serial number|Serial|S/N")] = None
    opened_at: Annotated[datetime, column(INSTANT, "Data e ora apertura|Aperta il|Apertura", "Opened at|Opened")]
    fault: Annotated[str, column(MULTILINE, "Guasto segnalato|Guasto|Descrizione|Segnalazione", "Fault|Description")]
    priority: Annotated[Priority, column(PRIORITY, "Priorità|Urgenza", "Priority|Severity")] = Priority.MEDIUM
    caller: Annotated[str | None, column(TEXT, "Richiedente|Segnalata da|Referente", "Caller|Reported by")] = None
    caller_phone: Annotated[str | None, column(PHONE, "Telefono richiedente|Telefono", "Caller phone|Phone")] = None
    contract_number: Annotated[str | None, column(TEXT, "Numero contratto|Contratto", "Contract number|Contract")] = (
        None
    )
    technician_code: Annotated[
        str | None, column(TEXT, "Codice tecnico|Tecnico|Assegnata a", "Technician code|Technician|Assigned to")
    ] = None
    planned_start_at: Annotated[
        datetime | None, column(INSTANT, "Appuntamento dalle|Inizio appuntamento", "Planned start|Appointment start")
    ] = None
    planned_end_at: Annotated[
        datetime | None, column(INSTANT, "Appuntamento alle|Fine appuntamento", "Planned end|Appointment end")
    ] = None

    @rule("planned_end_at", "planned_start_at", "technician_code")
    def _an_appointment_is_whole(self) -> str | None:
        if (self.planned_start_at is None) != (self.planned_end_at is None):
            return "an appointment needs its start and its end"
        if self.planned_start_at is None or self.planned_end_at is None:
            return None
        if self.technician_code is None:
            return "an appointment needs its technician"
        return "the appointment ends before it starts" if self.planned_end_at <= self.planned_start_at else None
