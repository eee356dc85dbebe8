"""Files that people upload (allegati): which types are taken, and how they lie in the archive of documents.

A file is kept once for each company, named by its SHA-256, through the same port as issued documents. Nothing is ever
taken out of it: no place data is stripped from photos, because the hash is the proof of what was sent.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from uuid import UUID

from aggregates.attachment import stored_file_id
from aggregates.base import Refusal, require
from aggregates.values import Instant, Value
from gateways.documents.archive import Archive, ArchiveKey, Deposit
from gateways.documents.renderer import canonical_sha256

KIND = "file"
Sniff = Callable[[bytes], bool]


class FileEmpty(Refusal):
    """The file is empty; choose another one."""

    status = 422


class FileNameMissing(Refusal):
    """Send the file's name in the header X-File-Name, with its ending."""

    status = 422


class FileTypeRefused(Refusal):
    """Files ending in "{ending}" are not taken; these are: {taken}."""

    status = 422


class FileTypeMismatch(Refusal):
    """The file is called {name}, but what is in it is something else; save it anew in the right type."""

    status = 422


def _starts(*beginnings: bytes) -> Sniff:
    return lambda data: data.startswith(beginnings)


def _webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")


def _zipped(*inside: str) -> Sniff:
    """A package that holds a part with one of these beginnings; a plain zip archive does not."""

    def holds(data: bytes) -> bool:
        if not data.startswith(b"PK\x03\x04"):
            return False
        try:
            with zipfile.ZipFile(BytesIO(data)) as package:
                names = package.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return not macros and any(name.startswith(inside) for name in names)

    return holds


def _open_document(media_type: str) -> Sniff:
    """OpenDocument packages begin with their type, stored without compression."""
    wanted = b"mimetype" + media_type.encode()
    return lambda data: data.startswith(b"PK\x03\x04") and wanted in data[:200]


def _text(data: bytes) -> bool:
    """Text for people: no binary bytes, no page or script that a browser would run."""
    if b"\0" in data or any(byte < 9 for byte in data[:4096]):
        return False
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1024].lower()
    marks = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"#!", b"<head", b"<body", b"<iframe")
    return not start.startswith(marks) and b"<script" not in start


def _mail(data: bytes) -> bool:
    """Headers first, as a letter has them."""
    head = data[:8192].split(b"\n\n")[0].split(b"\r\n\r\n")[0].lower()
    return _text(data) and any(head.startswith(n) or b"\n" + n in head for n in (b"from:", b"received:", b"subject:"))


OLE = _starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
OFFICE = "application/vnd.openxmlformats-officedocument"
ODF = "application/vnd.oasis.opendocument"
TYPES: Mapping[str, tuple[str, Sniff]] = {
    "pdf": ("application/pdf", _starts(b"%PDF-")),
    "jpg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", _starts(b"\xff\xd8\xff")),
    "png": ("image/png", _starts(b"\x89PNG\r\n\x1a\n")),
    "gif": ("image/gif", _starts(b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", _webp),
    "heic": ("image/heic", _heic),
    "txt": ("text/plain", _text),
    "csv": ("text/csv", _text),
    "eml": ("message/rfc822", _mail),
    "msg": ("application/vnd.ms-outlook", OLE),
    "doc": ("application/msword", OLE),
    "xls": ("application/vnd.ms-excel", OLE),
    "docx": (f"{OFFICE}.wordprocessingml.document", _zipped("word/")),
    "xlsx": (f"{OFFICE}.spreadsheetml.sheet", _zipped("xl/")),
    "odt": (f"{ODF}.text", _open_document(f"{ODF}.text")),
    "ods": (f"{ODF}.spreadsheet", _open_document(f"{ODF}.spreadsheet")),
}
"""What is taken, by the ending of its name: its type, and how its bytes are known; no programs, pages or zips."""


class CheckedFile(Value):
    """An upload that may be kept."""

    sha256: str
    size: int
    media_type: str


def check_file(name: str, data: bytes) -> CheckedFile:
    """What was uploaded. Raises `FileEmpty`, `FileNameMissing`, `FileTypeRefused`, `FileTypeMismatch`.

    The type follows from ending and bytes; what the sender calls it is not believed.
    """
    require("." in name.strip("."), FileNameMissing)
    require(bool(data), FileEmpty)
    ending = name.rsplit(".", 1)[1].strip().lower()
    require(ending in TYPES, FileTypeRefused, ending=ending[:20], taken=", ".join(sorted(TYPES)))
    media_type, is_it = TYPES[ending]
    require(is_it(data), FileTypeMismatch, name=name[:200])
    return CheckedFile(sha256=hashlib.sha256(data).hexdigest(), size=len(data), media_type=media_type)


def file_key(company_id: UUID, sha256: str) -> ArchiveKey:
    """Where a file lies: its place follows from its hash."""
    return ArchiveKey(company=str(company_id), kind=KIND, stream_id=stored_file_id(sha256), version=0)


def keep_file(archive: Archive, company_id: UUID, file: CheckedFile, data: bytes, at: Instant) -> str:
    """Put the bytes into the archive, once; answers the type under which they lie there.

    The same bytes under another ending keep the type that they were given first.
    """
    deposit = Deposit(
        data=data,
        media_type=file.media_type,
        number=None,
        content_sha256=canonical_sha256({}),
        template_version="",
        renderer="upload",
        content={},
    )
    return archive.put(file_key(company_id, file.sha256), deposit, archived_at=at).media_type


def read_file(archive: Archive, company_id: UUID, sha256: str) -> bytes:
    """The bytes as they lie there. Raises `NotArchived`, and `ValueError` when they were altered."""
    _, data = archive.get(file_key(company_id, sha256))
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"the file {sha256} was altered")
    return data
