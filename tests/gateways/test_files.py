"""Which uploads are taken: ending and bytes must agree, and nothing that runs is taken."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from gateways.files import TYPES, FileEmpty, FileNameMissing, FileTypeMismatch, FileTypeRefused, check_file


def package(*names: str, mimetype: str | None = None) -> bytes:
    """A zip file with these parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        if mimetype:
            out.writestr("mimetype", mimetype)
        for name in names:
            out.writestr(name, "x")
    return buffer.getvalue()


JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20
GOOD = {
    "pdf": b"%PDF-1.7\n...",
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": b"\x89PNG\r\n\x1a\n....",
    "gif": b"GIF89a....",
    "webp": b"RIFF\0\0\0\0WEBPVP8 ",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0",
    "txt": "Perché no".encode(),
    "csv": b"a;b\n1;2\n",
    "eml": b"From: a@example.it\r\nSubject: Guasto\r\n\r\nCiao",
    "msg": OLE,
    "doc": OLE,
    "xls": OLE,
    "docx": package("[Content_Types].xml", "word/document.xml"),
    "xlsx": package("[Content_Types].xml", "xl/workbook.xml"),
    "odt": package("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
    "ods": package("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"),
}


def test_every_type_has_an_example() -> None:
    assert GOOD.keys() == TYPES.keys()


@pytest.mark.parametrize("ending", sorted(TYPES))
def test_each_type_is_taken(ending: str) -> None:
    checked = check_file(f"Foto 1.{ending.upper()}", GOOD[ending])
    assert (checked.media_type, checked.size) == (TYPES[ending][0], len(GOOD[ending]))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("photo.jpg", GOOD["png"]),
        ("photo.png", b"MZ\x90\0program"),
        ("list.csv", b"MZ\x90\0program"),
        ("page.txt", b"<!DOCTYPE html><html>"),
        ("page.txt", b"hello <script>alert(1)</script>"),
        ("run.txt", b"#!/bin/sh\nrm -rf ."),
        ("letter.docx", package("a.txt")),
        ("macro.docx", package("word/document.xml", "word/vbaProject.bin")),
        ("letter.docx", b"PK\x03\x04 broken"),
        ("letter.odt", GOOD["ods"]),
        ("mail.eml", b"just words"),
        ("sheet.pdf", b" "),
    ],
)
def test_a_wrong_pair_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(FileTypeMismatch):
        check_file(name, data)


@pytest.mark.parametrize("ending", ["exe", "html", "svg", "zip", "js", "bat", "docm", "xml", "pdf.exe"])
def test_other_types_are_refused(ending: str) -> None:
    with pytest.raises(FileTypeRefused):
        check_file(f"file.{ending}", GOOD["pdf"])


def test_empty_and_nameless_files_are_refused() -> None:
    with pytest.raises(FileEmpty):
        check_file("a.pdf", b"")
    for name in ("", "pdf", ".", "..."):
        with pytest.raises(FileNameMissing):
            check_file(name, GOOD["pdf"])
