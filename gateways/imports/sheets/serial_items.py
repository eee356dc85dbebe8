"""Serial items and their meter readings (matricole, letture contatori)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from gateways.imports.cells import MULTILINE, TEXT, YES_NO, choice, several
from gateways.imports.moments import DAY
from gateways.imports.quantities import WHOLE
from gateways.imports.sheets.base import Key, Reference, Row, Sheet, column, rule


class Counter(StrEnum):
    """What a meter counts (R3.1)."""

    BW = "bw"
    COLOUR = "colour"
    A3 = "a3"
    SCANS = "scans"
    HOURS = "hours"
    KM = "km"
    CYCLES = "cycles"


class WarrantyKind(StrEnum):
    """The warranty a machine has on the first day (§5)."""

    LEGAL = "legal"
    MANUFACTURER = "manufacturer"
    EXTENDED = "extended"


class ReadingSource(StrEnum):
    """Who read a meter (R3.9)."""

    TECHNICIAN = "technician"
    CUSTOMER = "customer"
    AGENT = "agent"
    ESTIMATE = "estimate"


COUNTER = choice(
    {
        Counter.BW: ("bianco e nero", "black and white", "b/n", "BN", "nero"),
        Counter.COLOUR: ("colore", "color"),
        Counter.A3: ("formato A3",),
        Counter.SCANS: ("scansioni",),
        Counter.HOURS: ("ore",),
        Counter.KM: ("chilometri", "kilometres"),
        Counter.CYCLES: ("cicli", "cups", "erogazioni", "battute"),
    }
)
WARRANTY_KIND = choice(
    {
        WarrantyKind.LEGAL: ("legale", "statutory"),
        WarrantyKind.MANUFACTURER: ("produttore", "convenzionale", "casa madre"),
        WarrantyKind.EXTENDED: ("estensione", "extension", "estesa"),
    }
)
READING_SOURCE = choice(
    {
        ReadingSource.TECHNICIAN: ("tecnico",),
        ReadingSource.CUSTOMER: ("cliente",),
        ReadingSource.AGENT: ("agente software", "SNMP", "automatica"),
        ReadingSource.ESTIMATE: ("stima", "estimated", "stimata"),
    }
)


class SerialItemRow(Row):
    """One machine, plant or licence in the installed base (matricola).

    Other files name it by its serial number, or by `manufacturer:serial` where two manufacturers share a number.
    """

    SHEET: ClassVar[Sheet] = Sheet(
        "serial_items",
        ("matricole", "parco installato", "parco macchine"),
        ("serials", "installed base", "assets"),
        key=("manufacturer", "serial_number"),
        references=(
            Reference("customers", ("customer_code",)),
            Reference("sites", ("customer_code", "site_code")),
            Reference("articles", ("article_code",)),
            Reference("serial_items", ("parent_serial",)),
        ),
    )

    manufacturer: Annotated[str, column(TEXT, "Marca|Produttore|Costruttore", "Manufacturer|Brand|Make")]
    serial_number: Annotated[str, column(TEXT, "Matricola|Numero di serie|Seriale", "Serial number|Serial|S/N")]
    product: Annotated[str, column(TEXT, "Modello|Prodotto|Descrizione", "Product|Model|Description")]
    type: Annotated[str, column(TEXT, "Tipo|Tipologia|Categoria", "Type|Product type|Category")]
    article_code: Annotated[str | None, column(TEXT, "Codice articolo|Articolo", "Article code|Article")] = None
    customer_code: Annotated[str, column(TEXT, "Codice cliente|Cliente", "Customer code|Customer")]
    site_code: Annotated[str | None, column(TEXT, "Codice destinazione|Destinazione", "Site code|Site")] = None
    location: Annotated[str | None, column(TEXT, "Ubicazione|Posizione", "Location|Exact location")] = None
    installed_on: Annotated[
        date | None, column(DAY, "Data installazione|Installata il", "Install date|Installed on")
    ] = None
    warranty_kind: Annotated[
        WarrantyKind | None, column(WARRANTY_KIND, "Tipo garanzia|Garanzia", "Warranty kind|Warranty")
    ] = None
    warranty_until_on: Annotated[
        date | None, column(DAY, "Scadenza garanzia|Garanzia fino al", "Warranty until|Warranty end")
    ] = None
    status: Annotated[str, column(TEXT, "Stato|Stato macchina", "Status")] = "attiva"
    counters: Annotated[tuple[Counter, ...], column(several(COUNTER), "Contatori|Contatore", "Meters|Counters")] = ()
    building_plant: Annotated[
        bool, column(YES_NO, "Impianto in edificio|Impianto edificio", "Building plant|Plant in building")
    ] = False
    release: Annotated[str | None, column(TEXT, "Versione|Release", "Software release|Version")] = None
    licence_expires_on: Annotated[date | None, column(DAY, "Scadenza licenza", "Licence expiry|License expiry")] = None
    parent_serial: Annotated[str | None, column(TEXT, "Matricola padre|Impianto padre", "Parent serial|Parent")] = None
    notes: Annotated[str | None, column(MULTILINE, "Note|Annotazioni", "Notes|Remarks")] = None

    def names(self) -> tuple[Key, ...]:
        """The serial number alone, or with the manufacturer in front."""
        manufacturer, serial = self.key
        return ((serial,), (f"{manufacturer}:{serial}",))

    @rule("warranty_until_on", "installed_on")
    def _the_warranty_ends_after_the_installation(self) -> str | None:
        if self.warranty_until_on and self.installed_on and self.warranty_until_on < self.installed_on:
            return f"the warranty ends on {self.warranty_until_on}, before the installation on {self.installed_on}"
        return None

    @rule("warranty_until_on", "warranty_kind")
    def _a_warranty_has_an_end(self) -> str | None:
        return "a warranty needs its end" if self.warranty_kind and self.warranty_until_on is None else None


class MeterReadingRow(Row):
    """What a meter showed on a day (lettura); the last one billed is an opening balance."""

    SHEET: ClassVar[Sheet] = Sheet(
        "meter_readings",
        ("letture", "letture contatori"),
        ("readings",),
        key=("serial_number", "counter", "read_on"),
        references=(Reference("serial_items", ("serial_number",)),),
    )

    serial_number: Annotated[str, column(TEXT, "Matricola|Numero di serie", "Serial number|Serial|S/N")]
    counter: Annotated[Counter, column(COUNTER, "Contatore|Tipo contatore", "Meter|Counter")]
    read_on: Annotated[date, column(DAY, "Data lettura|Data", "Read on|Reading date|Date")]
    value: Annotated[int, column(WHOLE, "Lettura|Valore|Valore contatore", "Reading|Value")]
    source: Annotated[ReadingSource, column(READING_SOURCE, "Fonte|Origine|Rilevata da", "Source|Read by")] = (
        ReadingSource.TECHNICIAN
    )
    billed: Annotated[bool, column(YES_NO, "Fatturata|Già fatturata", "Billed|Invoiced")] = False
