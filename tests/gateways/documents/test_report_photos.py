"""Photos on the printed work report: small, upright and without their place; what cannot be drawn is named (R10.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no types
import pytest
from PIL import Image

from aggregates.base import Act
from commands.attachment import STORE, StoreFile
from gateways.documents.issuer import Issuer, archive_key
from gateways.documents.thumbnails import LONGEST, NotDrawable, thumbnail
from gateways.files import check_file, keep_file
from tests.document_steps import CALL, OPENED, PART, REPORT, REPORTED, VISIT, WORKED, in_business
from tests.dsl import Company, Do, do
from tests.printing import pages, printed

NOW = datetime(2026, 9, 9, 12, 0, tzinfo=UTC)
TAKEN = "2026-09-09T09:40:00+02:00"
ORIENTATION, GPS, DESCRIPTION = 0x0112, 0x8825, 0x010E


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (1600, 900), colour: str = "navy", *, turned: bool = False
) -> bytes:
    """A picture of one colour with a red left half; `turned` as a camera held upright writes it, with its place."""
    drawn = Image.new("RGB", size, colour)
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if turned:
        exif[ORIENTATION] = 6
        exif[DESCRIPTION] = "SECRET PLACE"
        exif.get_ifd(GPS)[2] = (44.0, 13.0, 21.0)
    out = BytesIO()
    drawn.save(out, kind, exif=exif)
    return out.getvalue()


def kept(company: Company, issuer: Issuer, name: str, data: bytes, kind: str) -> str:
    """A file of any type, in the archive and in the log."""
    keep_file(issuer.archive, company.house.company_id, check_file(name, data), data, NOW)
    digest = sha256(data).hexdigest()
    asked = StoreFile(sha256=digest, bytes=len(data), media_type=kind)
    company.house.desk.execute(STORE, asked, Act(by="user:test", at=NOW))
    return digest


def attached(digest: str, name: str, **more: Any) -> Do:
    return do("attach-file-to-call", at="2026-09-09T12:02", call_id=CALL, sha256=digest, name=name, **more)


def paper(company: Company, issuer: Issuer) -> tuple[dict[str, Any], bytes]:
    """The report's content as it is kept, and its PDF."""
    (row,) = printed(company, issuer, "work_report")
    issued = company.record(row["document_id"]).document
    card, pdf = issuer.archive.get(archive_key(company.house, issued.kind, issued.record_id, issued.version))
    return card.content, pdf


def drawn(pdf: bytes) -> list[Image.Image]:
    of_image = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    found = (one for page in pypdfium2.PdfDocument(pdf) for one in page.get_objects(filter=[of_image]))
    return [one.get_bitmap().to_pil() for one in found]


def test_photos_of_report_and_visit_are_printed_and_the_others_named(company: Company, issuer: Issuer) -> None:
    in_business(company).given(OPENED, WORKED, PART)
    plate = kept(company, issuer, "targhetta.jpg", photo(turned=True), "image/jpeg")
    valve = kept(company, issuer, "valvola.webp", photo("WEBP", colour="green"), "image/webp")
    old = kept(company, issuer, "animata.gif", photo("GIF", (40, 40)), "image/gif")
    phone = kept(company, issuer, "telefono.heic", b"\x00\x00\x00\x18ftypheic" + bytes(60), "image/heic")
    broken = kept(company, issuer, "rotta.png", photo("PNG")[:900], "image/png")
    other = kept(company, issuer, "altra.jpg", photo(colour="black"), "image/jpeg")
    taken_off = kept(company, issuer, "sbagliata.jpg", photo(colour="white"), "image/jpeg")
    missing = "c" * 64
    company.given(
        attached(plate, "targhetta.jpg", activity_id=VISIT, taken_at=TAKEN),
        attached(valve, "valvola.webp", activity_id=VISIT, note="La valvola nuova"),
        attached(other, "altra.jpg"),
        attached(taken_off, "sbagliata.jpg", activity_id=VISIT),
    )
    wrong = next(one for one in company.ask("attachments", call_id=CALL)["items"] if one["sha256"] == taken_off)
    company.given(do("detach-file", attachment_id=wrong["attachment_id"], reason="Altra macchina"))
    named = [
        {"name": "targhetta.jpg", "sha256": plate, "caption": "Targhetta della macchina"},
        {"name": "animata.gif", "sha256": old},
        {"name": "telefono.heic", "sha256": phone},
        {"name": "rotta.png", "sha256": broken},
        {"name": "mai-arrivata.jpg", "sha256": missing},
    ]
    company.given(do("report-work", at=REPORTED.at, **{**REPORTED.fields, "photos": named}))
    content, pdf = paper(company, issuer)
    told = {each["name"]: (each["not_printed"], each["is_declared"], each["image"]) for each in content["photos"]}
    assert told == {
        "targhetta.jpg": (None, True, None),
        "animata.gif": (None, True, None),
        "telefono.heic": ("il formato HEIC non si stampa", True, None),
        "rotta.png": ("il file è danneggiato", True, None),
        "mai-arrivata.jpg": ("il file non è stato inviato", True, None),
        "valvola.webp": (None, False, None),
    }
    text = pages(pdf)
    for word in ("1. targhetta.jpg – Targhetta della macchina, 09/09/2026 ore 09:40", "allegata all’intervento",
                 "non stampata: il file è danneggiato", plate[:16], missing[:16]):  # fmt: skip
        assert word in text[0], word
    assert "Fotografie" in text[-1]
    assert "La valvola nuova" in text[-1]
    assert [picture.height > picture.width for picture in drawn(pdf)] == [True, False, False]
    assert b"SECRET" not in pdf
    assert b"GPS" not in pdf


def test_a_photo_is_small_upright_and_says_nothing_else() -> None:
    made = thumbnail(photo(turned=True))
    shown = Image.open(BytesIO(made.data))
    assert (shown.format, shown.size) == ("JPEG", (405, LONGEST))
    red = shown.getpixel((200, 10))
    assert isinstance(red, tuple)
    assert red[0] > 200 > red[2], "what was on the left is on top"
    assert not shown.getexif()
    assert thumbnail(photo(turned=True)) == made


def test_glass_is_seen_on_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(BytesIO(thumbnail(out.getvalue()).data)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (photo()[:3000], "danneggiato"),
        (b"\x89PNG\r\n\x1a\nnothing", "non si stampa"),
        (b"%PDF-1.7", "non si stampa"),
        (b"\xff" * 25_000_001, "troppo grande"),
    ],
    ids=["cut", "no picture", "pdf", "huge file"],
)
def test_what_cannot_be_drawn_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(NotDrawable, match=reason):
        thumbnail(data)


@pytest.mark.parametrize("side", [10_000, 60_000], ids=["many dots", "a bomb"])
def test_a_picture_of_too_many_dots_is_not_unpacked(side: int) -> None:
    flat = bytearray(photo("PNG", (8, 8)))
    flat[16:24] = side.to_bytes(4, "big") * 2
    with pytest.raises(NotDrawable):
        thumbnail(bytes(flat))


def test_many_photos_are_printed_without_a_stop(company: Company, issuer: Issuer) -> None:
    in_business(company).given(OPENED, WORKED)
    taken = [kept(company, issuer, "foto.jpg", photo(size=(400 + n, 300)), "image/jpeg") for n in range(12)]
    named = [{"name": f"{n}.jpg", "sha256": digest, "caption": f"Foto {n}"} for n, digest in enumerate(taken)]
    company.given(do("report-work", at=REPORTED.at, **{**REPORTED.fields, "report_id": REPORT, "photos": named}))
    _, pdf = paper(company, issuer)
    assert len(drawn(pdf)) == 12
    assert "Foto 11" in pages(pdf)[-1]
