"""Receipts of the exchange system (ricevute SdI) read from their XML files, one by one or from a folder (R9.11).

RC delivered, NS refused with its errors, MC not delivered, NE and DT what a public body answered, AT could not be
delivered to one. The names of elements follow the exchange system's messages; namespaces and prefixes differ between
its channels and are passed over, and so is a receipt's signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from lxml import etree
from pydantic import ValidationError

from aggregates.base import Act, Refusal
from aggregates.exchange_receipt import ExchangeError, ExchangeOutcome, OutcomeKind
from commands.catalog import BY_NAME
from commands.exchange_receipt import RecordExchangeReceipt
from gateways.einvoice_nodes import MissingElement, children, day_of, find, local_name, needed, text_of
from gateways.einvoice_schema import UnsafeXml, parse

if TYPE_CHECKING:
    from gateways.wiring import House

RECEIPTS = UUID("6a0c3f0e-43f7-5c0a-8f0d-2b1f9f7d5a11")
KINDS = {
    "RicevutaConsegna": OutcomeKind.RC,
    "NotificaScarto": OutcomeKind.NS,
    "RicevutaScarto": OutcomeKind.NS,
    "NotificaMancataConsegna": OutcomeKind.MC,
    "RicevutaImpossibilitaRecapito": OutcomeKind.MC,
    "NotificaEsito": OutcomeKind.NE,
    "NotificaDecorrenzaTermini": OutcomeKind.DT,
    "AttestazioneTrasmissioneFattura": OutcomeKind.AT,
}
DATES = ("DataOraRicezione", "DataOraConsegna", "DataMessaADisposizione")


class NotAReceipt(ValueError):
    """The file is no receipt of the exchange system, or lacks what every receipt has."""


@dataclass(frozen=True)
class Taken:
    """What became of one file: `taken`, `known`, `unknown-invoice`, `refused` or `unreadable`, and why."""

    name: str
    status: str
    kind: str | None = None
    number: str | None = None
    detail: str | None = None


def read(xml: bytes, received_on: str | None = None) -> ExchangeOutcome:
    """The receipt in a file; `received_on` stands in where it bears no date. Raises `NotAReceipt`."""
    try:
        return _outcome(_message(parse(xml, forgive_namespaces=True)), received_on)
    except (UnsafeXml, MissingElement, ValidationError, ValueError) as error:
        raise NotAReceipt(str(error).splitlines()[0]) from error


def take_in(house: House, files: Iterable[tuple[str, bytes]], act: Act, *, dry_run: bool = False) -> list[Taken]:
    """Record receipts; the same file twice counts once, and one that cannot be taken leaves the others alone."""
    return [_take(house, name, xml, act, dry_run) for name, xml in files]


def in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The XML files of a folder, or the one file, by name."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.xml"))
    return ((path.name, path.read_bytes()) for path in found)


def _take(house: House, name: str, xml: bytes, act: Act, dry_run: bool) -> Taken:
    try:
        outcome = read(xml, act.at.date().isoformat())
    except NotAReceipt as error:
        return Taken(name, "unreadable", detail=str(error))
    kind = outcome.kind.value
    if dry_run:
        known = house.desk.lookups.invoice_of_exchange_file(outcome.file_name)
        return Taken(name, "would-be-taken" if known else "unknown-invoice", kind, detail=outcome.file_name)
    command_id = uuid5(RECEIPTS, f"{house.company_id}/{hashlib.sha256(xml).hexdigest()}")
    command = RecordExchangeReceipt(**outcome.model_dump())
    try:
        done = house.desk.execute(BY_NAME["record-exchange-receipt"], command, act, command_id)
    except Refusal as refusal:
        status = "unknown-invoice" if refusal.code() == "exchange-file-unknown" else "refused"
        return Taken(name, status, kind, detail=str(refusal))
    return Taken(name, "known" if done.repeated else "taken", kind, number=done.result["number"])


def _message(root: etree._Element) -> etree._Element:
    """The receipt itself, also inside an envelope."""
    if local_name(root) in KINDS:
        return root
    for node in root.iter():
        if isinstance(node.tag, str) and local_name(node) in KINDS:
            return node
    raise MissingElement(f"{local_name(root)} is no receipt of the exchange system")


def _outcome(node: etree._Element, received_on: str | None) -> ExchangeOutcome:
    kind = KINDS[local_name(node)]
    day = next((text for name in DATES if (text := text_of(node, name))), None) or received_on
    if day is None:
        raise MissingElement("the receipt bears no date")
    answer = text_of(node, "EsitoCommittente/Esito") or text_of(node, "Esito")
    return ExchangeOutcome(
        kind=kind,
        file_name=needed(node, "NomeFile"),
        exchange_id=needed(node, "IdentificativoSdI"),
        received_on=day_of(day),
        message_id=text_of(node, "MessageId"),
        is_accepted=(answer == "EC01") if kind is OutcomeKind.NE and answer else None,
        errors=tuple(_errors(node)),
        note=_short(text_of(node, "Descrizione") or text_of(node, "EsitoCommittente/Descrizione")),
    )


def _errors(node: etree._Element) -> Iterator[ExchangeError]:
    listed = find(node, "ListaErrori")
    for each in children(listed, "Errore") if listed is not None else ():
        text = text_of(each, "Descrizione") or ""
        yield ExchangeError(code=text_of(each, "Codice") or "", text=text[:1000])


def _short(text: str | None) -> str | None:
    return text[:1000] if text else None
