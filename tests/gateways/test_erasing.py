"""After an erasure the plaintext is nowhere: log, views, documents, files, dump; what the law keeps stays (R10.4)."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from aggregates.base import Act
from aggregates.checklist import Checklist
from aggregates.protocol import protocol_id
from aggregates.values import ERASED, ROME
from commands.attachment import STORE, StoreFile
from gateways.codec import KeyDestroyed
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer, verify_documents
from gateways.duty_round import do_duties
from gateways.erasing import Eraser
from gateways.files import check_file, keep_file
from gateways.postgres.dumping import dump
from gateways.postgres.programs import embedded_programs
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.verification import Verification
from gateways.wiring import Installation
from schedulers.catalog import BY_NAME as DUTIES
from tests.databases import migrated_database
from tests.document_steps import founded
from tests.dsl import Company, do
from tests.printing import printed, text_of

ANNA, CONTACT, SITE, CALL, VISIT, REPORT, QUOTE, FILE, GINO, REQUEST, CONTRACT = (UUID(int=9100 + n) for n in range(11))
GOES = ("Serventi", "Gelsi 31", "333 7654321", "anna.serventi@", "Casa al mare", "chiave sotto il vaso", "Nevio Orsini",
        "gatto Romeo", "foto della cucina", "0543 998877", "cantina con la zia", "cane del vicino",
        "vaso dei gerani")  # fmt: skip
"""Words that nothing keeps: name, street, phone, mail, place, notes, caller, names of files, answers."""
OPERATIONS = [
    {"key": "leak", "text": "Perdite", "kind": "yes_no"},
    {"key": "flue", "text": "Canna fumaria", "kind": "yes_no"},
    {"key": "door", "text": "Come si entra", "kind": "text"},
]
SHEET, LIST = UUID(int=9150), Checklist.stream_of(CALL, None, protocol_id("annual"))
STREET = {"street": "Via dei Gelsi 31", "postcode": "47121", "town": "Forlì", "province": "FC", "latitude": 44.22}
PICTURE = b"\xff\xd8\xff" + b"gatto Romeo sul divano" * 3


def life(company: Company) -> Company:
    """A consumer with everything that may be known of her, none of it kept by law but a signed report."""
    company.given(
        founded(company),
        do("register-technician", technician_id=GINO, code="T1", name="Gino Valli"),
        do("register-party", party_id=ANNA, code="P9", name="Anna Serventi", nature="consumer",
           tax={"tax_code": "RSSMRA80A01D704D"}, address=STREET),
        do("add-site", party_id=ANNA, site_id=SITE, code="MARE", name="Casa al mare", notes="chiave sotto il vaso",
           address={**STREET, "street": "Lungomare dei Gelsi 31"}),
        do("add-contact", party_id=ANNA, contact_id=CONTACT, name="Anna Serventi", mobile="333 7654321",
           email="anna.serventi@example.it"),
        do("open-call", call_id=CALL, party_id=ANNA, site_id=SITE, fault="Non scalda",
           caller={"name": "Nevio Orsini", "phone": "0543 998877"}),
        do("add-call-note", call_id=CALL, text="Attenti al gatto Romeo, telefonare prima a Nevio Orsini"),
        do("define-protocol", code="annual", terms={"name": "Annuale"}),
        do("set-protocol-operations", code="annual", from_on="2026-01-01", operations=OPERATIONS),
        do("open-checklist", call_id=CALL, protocol="annual"),
        do("answer-operation", checklist_id=LIST, key="leak", value=False, note="Solo in cantina con la zia"),
        do("skip-operation", checklist_id=LIST, key="flue", reason="C'era il cane del vicino"),
        do("define-sheet-template", code="access", terms={"name": "Accesso", "questions": OPERATIONS[2:]}),
        do("write-info-sheet", sheet_id=SHEET, template="access", record={"kind": "party", "id": ANNA},
           values={"door": "Chiave nel vaso dei gerani"}),
        do("cancel-call", call_id=CALL, reason="Ha risolto da sé", at="2026-09-09T12:00"),
        do("draft-quote", at="2026-09-09T15:00", quote_id=QUOTE, customer_id=ANNA, site_id=SITE,
           lines=[{"description": "Manodopera", "quantity": "3", "unit_price": "52.00"}], terms={"subject": "Caldaia"}),
        do("send-quote", at="2026-09-09T16:00", quote_id=QUOTE, sent_to={"name": "Anna Serventi"}),
    )  # fmt: skip
    return company


@pytest.fixture
def firm(company: Company) -> Company:
    return life(company)


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(open_archive(tmp_path / "archive"))


def attached(firm: Company, issuer: Issuer) -> None:
    """A photo of the call, as an upload keeps it."""
    file = check_file("foto della cucina.jpg", PICTURE)
    keep_file(issuer.archive, firm.house.company_id, file, PICTURE, datetime(2026, 9, 8, tzinfo=UTC))
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=file.media_type)
    firm.house.desk.execute(STORE, stored, Act(by="user:gino", at=datetime(2026, 9, 8, tzinfo=UTC)))
    record = {"kind": "call", "id": CALL}
    firm.given(do("attach-file", record=record, sha256=file.sha256, name="foto della cucina.jpg", note="gatto Romeo"))


def variants(word: str) -> Iterator[bytes]:
    """A word as it might lie somewhere: other cases and encodings, and as hexadecimal or base64 inside of others."""
    for form in {word, word.lower(), word.upper()}:
        plain = form.encode()
        yield from (plain, form.encode("utf-16-le"), form.encode("utf-16-be"), plain.hex().encode())
        for shift in range(3):
            coded = b64encode(b"\0" * shift + plain)
            yield coded[4 if shift else 0 : len(coded) - 4]


def found(words: tuple[str, ...], texts: dict[str, bytes]) -> set[tuple[str, str]]:
    """Which words stand where."""
    return {(word, place) for word in words for one in variants(word) for place, text in texts.items() if one in text}


def everything(firm: Company, folder: Path) -> dict[str, bytes]:
    """All rows of the company, its files below the folders and the words in their PDFs."""
    texts = {"database": b"\n".join(rows_of(firm))}
    for root in (folder / "archive", firm.installation.settings.data_dir):
        own = root / "documents" / str(firm.house.company_id)  # other tests' companies lie beside it
        for top in (own, *(one for one in root.glob("*") if one.name != "documents")):
            for file in (one for one in (top, *top.rglob("*")) if one.is_file()):
                texts |= texts_of(file, root)
    return texts


def texts_of(file: Path, root: Path) -> dict[str, bytes]:
    """A file's bytes, and the words of a PDF."""
    found = {str(file.relative_to(root)): file.read_bytes()}
    return found | {f"{file.name} words": words_of(file)} if file.suffix == ".pdf" else found


def words_of(file: Path) -> bytes:
    """The words of a PDF; none of a file that only looks like one."""
    try:
        pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file))
        return " ".join(" ".join(pages).split()).encode()
    except pypdfium2.PdfiumError:
        return b""


def rows_of(firm: Company) -> Iterator[bytes]:
    """Every row of every table that is the company's, as the server copies it out."""
    owned = "select table_name from information_schema.columns where column_name = 'company_id'"
    with firm.installation.database.owner() as connection:
        kinds = "table_schema = 'public' and table_name in (select relname from pg_class where relkind in ('r', 'p'))"
        for (table,) in connection.execute(f"{owned} and {kinds}").fetchall():
            wanted = f"copy (select * from {table} where company_id = '{firm.house.company_id}') to stdout"
            with connection.cursor().copy(wanted) as copy:
                yield from map(bytes, copy)


def dumped(firm: Company, folder: Path) -> dict[str, bytes]:
    """The whole database as `pg_dump` writes it."""
    dump(firm.installation.database.owner_dsn, folder / "all.dump")
    subprocess.run([embedded_programs() / "pg_restore", "-f", folder / "all.sql", folder / "all.dump"], check=True)
    return {"dump": (folder / "all.sql").read_bytes()}


def forgotten(firm: Company, issuer: Issuer, at: str = "2026-12-01T10:00") -> Eraser:
    """The request, decided and carried out."""
    subject = {"kind": "party", "id": ANNA}
    firm.fold()
    firm.given(do("ask-erasure", at=at, erasure_id=REQUEST, subject=subject, identity="in_person"))
    firm.given(do("decide-erasure", at=at, erasure_id=REQUEST))
    firm.given(do("carry-out-erasure", at=at, erasure_id=REQUEST))
    firm.fold()
    return Eraser(firm.installation, issuer.archive, settled_s=0)


def unverified(firm: Company, issuer: Issuer) -> list[str]:
    firm.fold()
    nowhere = str(firm.installation.settings.data_dir / "none")
    found = Verification(firm.installation, nowhere, houses=[firm.house]).run()
    logs_and_views = [f"{one.what}: {one.detail}" for one in found if one.what != "document"]
    return logs_and_views + [one.detail for one in verify_documents(firm.house, issuer.archive)]


def test_what_is_forgotten_is_nowhere(postgres: PostgresServer, issuer: Issuer, tmp_path: Path) -> None:
    """In a database of its own, so that nothing in the dump is of another test."""
    with (
        migrated_database(postgres) as dsn,
        Installation(Settings(database_url=dsn, data_dir=tmp_path / "data")) as running,
    ):
        firm = life(Company(running, running.open_house("anna", uuid4())))
        attached(firm, issuer)
        firm.fold()
        assert issuer.tick(firm.house) == 1
        firm.fold()
        before = everything(firm, tmp_path) | dumped(firm, tmp_path)
        assert {word for word, _ in found(GOES, before)} == set(GOES), "or this test would find nothing ever"
        assert {place for _, place in found(("Serventi",), before)} > {"dump", "database"}
        eraser = forgotten(firm, issuer)
        at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
        assert eraser.tick(firm.house, at) == 1
        firm.fold()
        assert found(GOES, everything(firm, tmp_path) | dumped(firm, tmp_path)) == set()
        assert unverified(firm, issuer) == []
        assert firm.parked() == []
        assert eraser.tick(firm.house, at) == 0
        assert (firm.record(ANNA).name, firm.record(ANNA).active) == (ERASED, False)
        assert {one["note"] or one["skipped_because"] for one in checked(firm) if one["key"] != "door"} == {ERASED}
        assert [one["values"] for one in firm.ask("info-sheets", record_id=ANNA)["items"]] == [[]]


def checked(firm: Company) -> list[dict[str, Any]]:
    """The operations of the call's checklist with their answers, as people see them."""
    results: list[dict[str, Any]] = firm.ask("checklist", checklist_id=LIST)["results"]
    return results


def test_a_person_is_told_what_checklists_and_sheets_say(firm: Company) -> None:
    """And who asks for what is held of her reads it in words (art. 15 GDPR)."""
    firm.fold()
    held = firm.ask("person-data", kind="party", subject_id=ANNA)
    told = {one["value"] for one in held["words"] if one["fact"].startswith(("checklist.", "info-sheet."))}
    assert told == {"Solo in cantina con la zia", "C'era il cane del vicino", "door: Chiave nel vaso dei gerani"}


def billed(firm: Company) -> None:
    """An invoice over an annual fee, paid, under a contract that has ended."""
    fee: dict[str, Any] = {
        "line_id": uuid5(CONTRACT, "line"),
        "description": "Assistenza",
        "annual_fee": {"amount": "1200.00"},
    }
    terms: dict[str, Any] = {"starts_on": "2026-01-01", "step_months": 12, "alignment": "calendar"}
    firm.given(
        do("draft-contract", contract_id=CONTRACT, customer_id=ANNA, at="2026-01-02T09:00", **terms),
        do("add-contract-line", contract_id=CONTRACT, at="2026-01-02T09:01", **fee),
        do("sign-contract", contract_id=CONTRACT, at="2026-01-02T09:02"),
        do("propose-invoices", at="2026-01-02T10:00", until="2026-01-02"),
    )
    (proposal,) = firm.ask("invoices", state="proposed")["items"]
    invoice_id = proposal["invoice_id"]
    firm.do("issue-invoice", at="2026-01-02T11:00", invoice_id=invoice_id, dated_on="2026-01-02")
    paid: dict[str, Any] = {"amount": {"amount": "1464.00"}, "paid_on": "2026-01-20", "reference": "CRO 1"}
    firm.do("record-payment", at="2026-01-20T09:00", invoice_id=invoice_id, payment_id=uuid5(CONTRACT, "p"), **paid)


def duty(firm: Company, at: str) -> int:
    """The duty of an instant; how many commands it gave."""
    now = datetime.fromisoformat(at).replace(tzinfo=ROME)
    (done,) = do_duties(firm.house, now, [DUTIES["erase-when-due"]], lambda *_: firm.fold())
    return done.commands


def test_the_books_stay_ten_years_and_then_go(firm: Company, issuer: Issuer, tmp_path: Path) -> None:
    billed(firm)
    firm.fold()
    issuer.tick(firm.house)
    eraser = forgotten(firm, issuer, "2027-02-01T10:00")
    assert eraser.tick(firm.house) == 1
    scopes = {one["keep"]: one for one in firm.ask("erasure", erasure_id=REQUEST)["scopes"]}
    assert (scopes["operational"]["state"], scopes["fiscal"]["state"]) == ("gone", "waiting")
    assert (scopes["fiscal"]["ground"], str(scopes["fiscal"]["erase_on"])) == ("law", "2036-01-21")
    (invoice,) = firm.ask("invoices")["items"]
    assert "Serventi" in str(firm.ask("invoice", invoice_id=invoice["invoice_id"]))
    papers = everything(firm, tmp_path)
    assert found(("Serventi",), {name: text for name, text in papers.items() if name.endswith("words")})
    assert found(GOES[5:], papers) == set()
    assert unverified(firm, issuer) == []
    assert duty(firm, "2036-01-20T10:00") == 0
    assert duty(firm, "2036-01-21T10:00") == 1
    firm.fold()
    assert eraser.tick(firm.house) == 1
    assert found(GOES, everything(firm, tmp_path)) == set()
    assert unverified(firm, issuer) == []
    assert firm.ask("erasure", erasure_id=REQUEST)["state"] == "done"


def test_of_the_forgotten_nothing_new_can_be_told(firm: Company, issuer: Issuer) -> None:
    eraser = forgotten(firm, issuer)
    assert eraser.tick(firm.house) == 1
    renamed = do("change-party-identity", party_id=ANNA, name="Anna", role="prospect", nature="consumer", tax={})
    firm.given().when(renamed).then_refused(KeyDestroyed)
    again = do("register-party", party_id=UUID(int=9199), code="P10", name="Anna Serventi", role="prospect")
    firm.given(again)
    assert firm.record(UUID(int=9199)).name == "Anna Serventi"
    firm.given().when(do("carry-out-erasure", erasure_id=REQUEST, at="2027-01-01T10:00")).then_nothing()


class Dies(Exception):
    """The process is killed."""


@pytest.mark.parametrize("step", ["_remove_files", "_mend", "_confirm"])
def test_killed_anywhere_the_next_run_ends_in_the_same(
    firm: Company, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    attached(firm, issuer)
    firm.fold()
    issuer.tick(firm.house)
    eraser = forgotten(firm, issuer)

    def die(*_: Any) -> Any:
        raise Dies

    with monkeypatch.context() as patched:
        patched.setattr(Eraser, step, die)
        with pytest.raises(Dies):
            eraser.tick(firm.house)
    assert Eraser(firm.installation, issuer.archive, settled_s=0).tick(firm.house) == 1
    assert found(GOES, everything(firm, tmp_path)) == set()
    assert unverified(firm, issuer) == []


def checked_while_erasing(firm: Company) -> list[str]:
    """The companies of which verification says that they are erasing persons."""
    firm.fold()
    verification = Verification(firm.installation, str(firm.installation.settings.data_dir), houses=[firm.house])
    for _ in verification.run():
        pass
    return verification.being_erased


def test_views_are_mended_only_once_nobody_remembers_a_key(firm: Company, issuer: Issuer) -> None:
    forgotten(firm, issuer)
    assert Eraser(firm.installation, issuer.archive).tick(firm.house) == 0
    assert firm.record(ANNA).name == ERASED
    assert firm.ask("erasure", erasure_id=REQUEST)["scopes"][0]["state"] == "released"
    assert checked_while_erasing(firm) == [firm.house.slug], "views differ, and whoever verifies is told why"
    Eraser(firm.installation, issuer.archive, settled_s=0).tick(firm.house)
    assert checked_while_erasing(firm) == []


def test_the_certificate_says_what_is_gone_and_not_of_whom(firm: Company, issuer: Issuer, tmp_path: Path) -> None:
    billed(firm)
    firm.fold()
    issuer.tick(firm.house)
    forgotten(firm, issuer, "2027-02-01T10:00").tick(firm.house, datetime(2027, 2, 1, 9, 30, tzinfo=UTC))
    (paper,) = printed(firm, issuer, "erasure_certificate")
    told = text_of(firm, issuer, paper)
    assert "cancellati il 01/02/2027" in told
    assert "fino al 21/01/2036" in told
    assert "art. 2220 c.c." in told
    assert str(ANNA) in told
    assert not any(word in told for word in (*GOES, "RSSMRA80A01D704D"))
