"""The printed work report: the drawing of the signature where its file was sent, checklists as they stood."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest

from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.documents.issuer import Issuer, archive_key
from gateways.files import check_file, keep_file
from tests.document_steps import CALL, MACHINE, OPENED, PART, REPORTED, SIGNED, WORKED, in_business
from tests.dsl import Company, Do, do
from tests.printing import printed, words

NOW = datetime(2026, 9, 9, 12, 0, tzinfo=UTC)
OPERATIONS = (
    {"key": "p", "text": "Pressione", "kind": "number", "unit": "bar", "lowest": "1.2", "highest": "1.8"},
    {"key": "l", "text": "Perdite", "kind": "yes_no"},
    {"key": "f", "text": "Foto della targhetta", "kind": "photo"},
    {"key": "s", "text": "Sfiato", "kind": "yes_no"},
)
SIGN_OF_PHOTO = "b" * 64


def png(wide: int = 120, high: int = 40) -> bytes:
    """A drawing: one thick diagonal stroke on white."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(0 if abs(x - 3 * y) < 5 else 255 for x in range(wide)) for y in range(high))
    header = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def checked() -> tuple[Do, ...]:
    """A checklist on the call's machine: out of limits, answered, a photo, and one operation left undone."""
    opened: dict[str, Any] = {"call_id": CALL, "protocol": "ann", "serial_item_id": MACHINE}
    return (
        do("define-protocol", code="ann", terms={"name": "Controllo annuale"}),
        do("set-protocol-operations", code="ann", from_on="2026-01-01", operations=OPERATIONS),
        do("open-checklist", at="2026-09-09T09:00", **opened),
    )


def answers(company: Company) -> tuple[Do, ...]:
    (row,) = company.ask("checklists", call_id=CALL)["items"]
    said = {"checklist_id": row["checklist_id"], "at": "2026-09-09T10:00"}
    return (
        do("answer-operation", key="p", value="2.1", note="Regolata", **said),
        do("answer-operation", key="l", value="no", **said),
        do("answer-operation", key="f", value=SIGN_OF_PHOTO, **said),
        do("skip-operation", key="s", reason="Coperchio bloccato", **said),
    )


def signed(image: bytes) -> Do:
    return do("sign-report", at=SIGNED.at, **{**SIGNED.fields, "image_sha256": sha256(image).hexdigest()})


def sent(company: Company, issuer: Issuer, data: bytes) -> None:
    """The drawing as a device uploads it."""
    keep_file(issuer.archive, company.house.company_id, check_file("firma.png", data), data, NOW)


def paper(company: Company, issuer: Issuer) -> bytes:
    """The signed report's PDF."""
    row = next(one for one in printed(company, issuer, "work_report") if "firmato" in one["title"])
    issued = company.record(row["document_id"]).document
    _, pdf = issuer.archive.get(archive_key(company.house, issued.kind, issued.record_id, issued.version))
    return pdf


def pictures(pdf: bytes) -> list[Any]:
    """The images on its pages."""
    of_image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return [one for page in pypdfium2.PdfDocument(pdf) for one in page.get_objects(filter=[of_image])]


@pytest.fixture
def firm(company: Company) -> Company:
    in_business(company).given(OPENED, *checked(), WORKED, PART)
    photo = StoreFile(sha256=SIGN_OF_PHOTO, bytes=100, media_type="image/jpeg")
    company.house.desk.execute(STORE, photo, Act(by="user:test", at=NOW))
    company.given(*answers(company), REPORTED)
    return company


def test_the_drawing_stands_on_the_paper(firm: Company, issuer: Issuer) -> None:
    sent(firm, issuer, png())
    firm.given(signed(png()))
    pdf = paper(firm, issuer)
    assert len(pictures(pdf)) == 1
    assert sha256(png()).hexdigest()[:16] in words(pdf)


def test_without_the_file_the_hash_stands_alone(firm: Company, issuer: Issuer) -> None:
    firm.given(signed(png()))
    pdf = paper(firm, issuer)
    assert pictures(pdf) == []
    assert sha256(png()).hexdigest()[:16] in words(pdf)


@pytest.mark.parametrize("broken", [b"\x89PNG\r\n\x1a\nnothing", png()[:60]], ids=["no picture", "cut off"])
def test_a_drawing_that_cannot_be_drawn_holds_nothing_up(firm: Company, issuer: Issuer, broken: bytes) -> None:
    sent(firm, issuer, broken)
    firm.given(signed(broken))
    assert pictures(paper(firm, issuer)) == []


def test_an_altered_drawing_is_not_shown(firm: Company, issuer: Issuer, tmp_path: Path) -> None:
    sent(firm, issuer, png())
    (file,) = [one for one in (tmp_path / "archive").rglob("*") if one.is_file() and one.read_bytes() == png()]
    file.chmod(0o600)
    file.write_bytes(png(60, 20))
    firm.given(signed(png()))
    assert pictures(paper(firm, issuer)) == []


def test_checklists_are_printed_as_they_stood(firm: Company, issuer: Issuer) -> None:
    told = words(printed_report(firm, issuer))
    for word in (
        "Controllo annuale", "SN-10442", "2,1 bar (fuori limiti)", "Regolata", "Perdite no",
        f"foto, SHA-256 {SIGN_OF_PHOTO[:16]}", "non eseguita: Coperchio bloccato",
    ):  # fmt: skip
        assert word in told, word


def printed_report(company: Company, issuer: Issuer) -> bytes:
    """The report as declared."""
    (row,) = printed(company, issuer, "work_report")
    issued = company.record(row["document_id"]).document
    _, pdf = issuer.archive.get(archive_key(company.house, issued.kind, issued.record_id, issued.version))
    return pdf
