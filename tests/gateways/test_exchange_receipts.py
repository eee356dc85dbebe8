"""Receipts of the exchange system: read from files, matched by name, recorded once; what is refused is sent again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from aggregates.base import Act
from aggregates.exchange_receipt import ExchangeState, OutcomeKind
from aggregates.invoice import Invoice
from aggregates.invoice_receipts import NothingToDeliver, NotRefusedByExchange, ResendReasonMissing, ResendTooLate
from commands.exchange_receipt import ExchangeFileUnknown
from gateways.documents.archive import Archive, open_archive
from gateways.documents.issuer import Issuer
from gateways.exchange_receipts import NotAReceipt, in_folder, read, take_in
from tests.document_steps import PARTY, in_business, invoiced
from tests.dsl import Company, do

ACT = Act(by="user:maria", at=datetime(2026, 9, 20, 8, 0, tzinfo=UTC))
NAMESPACES = (
    "http://www.fatturapa.gov.it/sdi/messaggi/v1.0",
    "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fattura/messaggi/v1.0",
)
ERRORS = (
    "<ListaErrori><Errore><Codice>00311</Codice><Descrizione>CodiceDestinatario non valido</Descrizione></Errore>"
    "<Errore><Codice>00305</Codice><Descrizione>IdFiscaleIVA non valido</Descrizione></Errore></ListaErrori>"
)


def receipt(root: str, name: str, *, body: str = "", on: str = "2026-09-18", namespace: str = NAMESPACES[0]) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><ns3:{root} xmlns:ns3="{namespace}" versione="1.0">'
        f"<IdentificativoSdI>7712345</IdentificativoSdI><NomeFile>{name}</NomeFile>"
        f"<DataOraRicezione>{on}T10:15:00.000+02:00</DataOraRicezione>{body}"
        f"<MessageId>998877</MessageId></ns3:{root}>"
    ).encode()


def esito(code: str) -> str:
    return f"<EsitoCommittente><IdentificativoSdI>7712345</IdentificativoSdI><Esito>{code}</Esito></EsitoCommittente>"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path / "archive")


@pytest.fixture
def sent(company: Company, archive: Archive) -> tuple[UUID, str]:
    """An issued invoice and the name of its file."""
    in_business(company)
    invoice_id = invoiced(company)
    return invoice_id, issue_file(company, archive, invoice_id)


def issue_file(company: Company, archive: Archive, invoice_id: UUID) -> str:
    company.fold()
    Issuer(archive).tick(company.house, datetime(2026, 9, 17, 8, 0, tzinfo=UTC))
    (row,) = outcomes(company)
    return str(row["file_name"])


def outcomes(company: Company, **where: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = company.ask("exchange-outcomes", on="2026-09-20", **where)["items"]
    return rows


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize(
    ("root", "body", "kind", "state"),
    [
        ("RicevutaConsegna", "", OutcomeKind.RC, ExchangeState.DELIVERED),
        ("NotificaScarto", ERRORS, OutcomeKind.NS, ExchangeState.REFUSED),
        ("RicevutaScarto", ERRORS, OutcomeKind.NS, ExchangeState.REFUSED),
        ("NotificaMancataConsegna", "", OutcomeKind.MC, ExchangeState.NOT_DELIVERED),
        ("RicevutaImpossibilitaRecapito", "", OutcomeKind.MC, ExchangeState.NOT_DELIVERED),
        ("NotificaEsito", esito("EC01"), OutcomeKind.NE, ExchangeState.ACCEPTED),
        ("NotificaEsito", esito("EC02"), OutcomeKind.NE, ExchangeState.REJECTED),
        ("NotificaDecorrenzaTermini", "", OutcomeKind.DT, ExchangeState.ACCEPTED),
        ("AttestazioneTrasmissioneFattura", "", OutcomeKind.AT, ExchangeState.NOT_DELIVERED),
    ],
)
def test_every_kind_is_read_from_every_channel(
    root: str, body: str, kind: OutcomeKind, state: ExchangeState, namespace: str
) -> None:
    outcome = read(receipt(root, "IT12345670017_00001.xml.p7m", body=body, namespace=namespace))
    assert (outcome.kind, outcome.state, outcome.exchange_id) == (kind, state, "7712345")
    assert (outcome.file_name, str(outcome.received_on)) == ("IT12345670017_00001.xml.p7m", "2026-09-18")
    assert [each.code for each in outcome.errors] == (["00311", "00305"] if body == ERRORS else [])


@pytest.mark.parametrize(
    "xml",
    [
        b"<a/>",
        b"no xml",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><RicevutaConsegna>&x;</RicevutaConsegna>',
        receipt("RicevutaConsegna", ""),
    ],
)
def test_what_is_no_receipt_is_told(xml: bytes) -> None:
    with pytest.raises(NotAReceipt):
        read(xml)


def test_a_receipt_finds_its_invoice_by_the_file_and_counts_once(company: Company, sent: tuple[UUID, str]) -> None:
    invoice_id, name = sent
    xml = receipt("RicevutaConsegna", name)
    assert [(t.status, t.number) for t in take_in(company.house, [("rc.xml", xml)], ACT)] == [("taken", "2026/1")]
    assert [t.status for t in take_in(company.house, [("rc.xml", xml)], ACT)] == ["known"]
    (row,) = outcomes(company)
    assert (row["state"], row["alarm"], len(row["outcomes"])) == ("delivered", None, 1)
    assert [type(each.fact) for each in company.facts(invoice_id)][-1] is Invoice.ExchangeOutcomeRecorded


def test_a_folder_with_good_and_bad_files(company: Company, sent: tuple[UUID, str], tmp_path: Path) -> None:
    _, name = sent
    folder = tmp_path / "ricevute"
    folder.mkdir()
    (folder / "1.xml").write_bytes(receipt("NotificaMancataConsegna", name))
    (folder / "2.xml").write_bytes(receipt("RicevutaConsegna", "IT99999999999_00001.xml"))
    (folder / "3.xml").write_bytes(b"<a/>")
    told = take_in(company.house, in_folder(folder), ACT, dry_run=True)
    assert [each.status for each in told] == ["would-be-taken", "unknown-invoice", "unreadable"]
    assert outcomes(company)[0]["state"] == "none", "a dry run records nothing"
    told = take_in(company.house, in_folder(folder), ACT)
    assert [each.status for each in told] == ["taken", "unknown-invoice", "unreadable"]


def test_a_refused_invoice_goes_out_again_with_corrected_data_and_a_new_file(
    company: Company, sent: tuple[UUID, str], archive: Archive
) -> None:
    invoice_id, name = sent
    take_in(company.house, [("ns.xml", receipt("NotificaScarto", name, body=ERRORS))], ACT)
    (row,) = outcomes(company, alarms=True)
    assert (row["alarm"], str(row["resend_by"]), row["days_left"]) == ("refused", "2026-09-23", 3)
    assert [each["code"] for each in row["errors"]] == ["00311", "00305"]
    (due,) = company.ask("due-ledger")["items"]
    assert due["state"] == "refused", "it counts as not issued"
    tax = {"vat_number": "IT12345670017", "recipient_code": "ABCDEF1"}
    address = {"street": "Via Nuova 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
    company.do("change-party-identity", party_id=PARTY, name="Rossi Gilbo S.n.c.", role="customer",
               nature="business", tax=tax, address=address)  # fmt: skip
    resend = do("resend-invoice", at="2026-09-21T09:00", invoice_id=invoice_id)
    company.given().when(resend).then(Invoice.Resent)
    company.given().when(resend).then_refused(NotRefusedByExchange, number="2026/1")
    document = company.record(invoice_id).document
    assert (document.number, str(document.issued_on)) == ("2026/1", "2026-09-16")
    assert (document.customer.recipient_code, document.customer.address.street) == ("ABCDEF1", "Via Nuova 1")
    second = issue_file(company, archive, invoice_id)
    assert second.startswith("IT12345670017_")
    assert second != name, "a file's name is never used again"
    take_in(company.house, [("rc.xml", receipt("RicevutaConsegna", second, on="2026-09-22"))], ACT)
    (row,) = outcomes(company)
    assert (row["state"], row["alarm"]) == ("delivered", None)
    assert company.ask("due-ledger")["items"][0]["state"] != "refused"
    take_in(company.house, [("ns2.xml", receipt("NotificaScarto", name, on="2026-09-18"))], ACT)
    assert company.record(invoice_id).exchange_state is ExchangeState.DELIVERED, "the old file's refusal is history"


def test_after_five_days_it_is_sent_only_with_a_reason(company: Company, sent: tuple[UUID, str]) -> None:
    invoice_id, name = sent
    take_in(company.house, [("ns.xml", receipt("NotificaScarto", name, body=ERRORS))], ACT)
    late: dict[str, Any] = {"invoice_id": invoice_id, "resent_on": "2026-09-24"}
    company.given().when(do("resend-invoice", **late)).then_refused(ResendTooLate, last_on="2026-09-23")
    company.given().when(do("resend-invoice", late=True, **late)).then_refused(ResendReasonMissing)
    company.given().when(do("resend-invoice", late=True, why="Cliente irreperibile", **late)).then(Invoice.Resent)


def test_what_could_not_be_delivered_waits_for_a_copy(company: Company, sent: tuple[UUID, str]) -> None:
    invoice_id, name = sent
    given = do("note-invoice-copy-delivered", invoice_id=invoice_id, channel="e-mail", delivered_on="2026-09-19")
    company.given().when(given).then_refused(NothingToDeliver)
    take_in(company.house, [("mc.xml", receipt("RicevutaImpossibilitaRecapito", name))], ACT)
    assert [row["alarm"] for row in outcomes(company)] == ["not_delivered"]
    assert company.ask("due-ledger", on="2026-09-20")["items"][0]["state"] == "open", "it is issued all the same"
    company.given().when(given).then(Invoice.CopyDelivered)
    company.given().when(given).then_nothing()
    assert outcomes(company, alarms=True) == []


def test_a_public_body_that_refuses_is_an_alarm_until_credited(company: Company, sent: tuple[UUID, str]) -> None:
    invoice_id, name = sent
    files = [receipt("NotificaEsito", name, body=esito("EC02"), on="2026-09-19"), receipt("RicevutaConsegna", name)]
    take_in(company.house, [(f"{n}.xml", xml) for n, xml in enumerate(files)], ACT)
    assert [(row["state"], row["alarm"]) for row in outcomes(company)] == [("rejected", "rejected")]
    company.do(
        "credit-invoice", at="2026-09-20T09:00", invoice_id=invoice_id, reason="Rifiutata", dated_on="2026-09-20"
    )
    assert outcomes(company, alarms=True) == []


def test_a_file_that_nobody_answered_is_an_alarm(company: Company, sent: tuple[UUID, str]) -> None:
    assert sent
    assert outcomes(company, alarms=True) == []
    (row,) = company.ask("exchange-outcomes", on="2026-09-23", alarm="silent")["items"]
    assert row["number"] == "2026/1"


def test_a_receipt_by_hand_names_the_invoice(company: Company, sent: tuple[UUID, str]) -> None:
    invoice_id, _ = sent
    outcome = {"kind": "RC", "file_name": "IT1_1.xml", "exchange_id": "1", "received_on": "2026-09-18"}
    company.given().when(do("record-exchange-receipt", **outcome)).then_refused(ExchangeFileUnknown)
    named = do("record-exchange-receipt", invoice_id=invoice_id, **outcome)
    company.given().when(named).then(Invoice.ExchangeOutcomeRecorded)
    company.given().when(named).then_nothing()
