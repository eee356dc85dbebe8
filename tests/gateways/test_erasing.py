"""After an erasure the plaintext is nowhere: log, views, documents, files, dump; what the law keeps stays (R10.4)."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from aggregates.base import Act
from aggregates.values import ERASED
from commands.attachment import STORE, StoreFile
from gateways.documents.archive import open_archive
from gateways.documents.issuer import Issuer, verify_documents
from gateways.erasing import Eraser
from gateways.files import check_file, keep_file
from gateways.postgres.dumping import dump
from gateways.postgres.programs import embedded_programs
from gateways.verification import Verification
from tests.document_steps import founded
from tests.dsl import Company, do

ANNA, CONTACT, SITE, CALL, VISIT, REPORT, QUOTE, FILE, GINO, REQUEST = (UUID(int=9100 + n) for n in range(10))
GOES = ("Serventi", "Gelsi 31", "333 7654321", "anna.serventi@", "Casa al mare", "chiave sotto il vaso", "Nevio Orsini",
        "gatto Romeo", "foto della cucina", "0543 998877")  # fmt: skip
"""Words that nothing keeps: name, street, phone, mail, place, notes, caller, names of files."""
STAYS = ("Ditta Serventi",)
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
    """The dump of the database, the files below a folder and the words in their PDFs."""
    dump(firm.installation.database.owner_dsn, folder / "all.dump")
    subprocess.run([embedded_programs() / "pg_restore", "-f", folder / "all.sql", folder / "all.dump"], check=True)
    texts = {"dump": (folder / "all.sql").read_bytes()}
    for root in (folder / "archive", firm.installation.settings.data_dir):
        for file in (one for one in root.rglob("*") if one.is_file()):
            texts[str(file.relative_to(root))] = file.read_bytes()
            if file.suffix == ".pdf":
                pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(file))
                texts[f"{file.name} words"] = " ".join(" ".join(pages).split()).encode()
    (folder / "all.sql").unlink()
    (folder / "all.dump").unlink()
    return texts


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
    found = Verification(firm.installation, str(firm.installation.settings.data_dir / "none")).run()
    mine = [f"{one.what}: {one.detail}" for one in found if one.company == firm.house.slug and one.what != "document"]
    return mine + [one.detail for one in verify_documents(firm.house, issuer.archive)]


def test_what_is_forgotten_is_nowhere(firm: Company, issuer: Issuer, tmp_path: Path) -> None:
    attached(firm, issuer)
    firm.fold()
    assert issuer.tick(firm.house) == 1
    firm.fold()
    before = everything(firm, tmp_path)
    assert {word for word, _ in found(GOES, before)} == set(GOES), "or this test would find nothing ever"
    assert {place for word, place in found(("Serventi",), before)} > {"dump"}
    eraser = forgotten(firm, issuer)
    at = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert eraser.tick(firm.house, at) == 1
    firm.fold()
    assert found(GOES, everything(firm, tmp_path)) == set()
    assert unverified(firm, issuer) == []
    assert firm.parked() == []
    assert eraser.tick(firm.house, at) == 0
    party = firm.record(ANNA)
    assert (party.name, party.active) == (ERASED, False)
