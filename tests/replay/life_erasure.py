"""People who ask to be forgotten in a company's life (cancellazioni): one wholly, one refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.erasure import MendedTable
from aggregates.issued_document import IssuedKind
from aggregates.values import Keep
from commands.attachment import STORE, StoreFile
from commands.erasure import CONFIRM, ConfirmErasure
from commands.issued_document import RECORD, RecordIssuedDocument
from tests.replay.living import FORLI, SHA, Life, named

PORTRAIT = "7a" * 32


def forgotten(life: Life) -> None:
    """A prospect with a photo and a quote that nobody accepted goes wholly; another request is refused."""
    one = {"party_id": named("Serventi")}
    tax = {"tax_code": "RSSMRA80A01D704D"}
    life.do("register-party", "2026-10-01T09:00", **one, code="C95", name="Anna Serventi", nature="consumer", tax=tax,
            role="prospect", address=FORLI)  # fmt: skip
    life.do("add-contact", "2026-10-01T09:01", **one, contact_id=named("Serventi's son"), name="Ugo Serventi")
    life.duty(STORE, StoreFile(sha256=PORTRAIT, bytes=77, media_type="image/jpeg"), "2026-10-01T09:02")
    record = {"kind": "party", "id": named("Serventi")}
    life.do("attach-file", "2026-10-01T09:03", record=record, sha256=PORTRAIT, name="casa.jpg")
    life.duty(RECORD, RecordIssuedDocument.model_validate(paper()), "2026-10-01T09:04")
    life.company.fold()
    for name, reason in (("Serventi", None), ("Serventi's son", "Identità non provata")):
        subject = {"kind": "person" if reason else "party", "id": named(name)}
        asked = {"erasure_id": named(f"{name} asks"), "subject": subject, "identity": "in_person"}
        life.do("ask-erasure", "2026-10-02T09:00", **asked)
    life.do(
        "refuse-erasure", "2026-10-02T09:05", erasure_id=named("Serventi's son asks"), reason="Identità non provata"
    )
    request = {"erasure_id": named("Serventi asks")}
    life.do("decide-erasure", "2026-10-02T09:10", **request)
    life.do("carry-out-erasure", "2026-10-02T09:15", **request)
    mended = (MendedTable(table="party", rows=1),)
    confirmed = ConfirmErasure(erasure_id=named("Serventi asks"), keep=Keep.OPERATIONAL, mended=mended)
    life.duty(CONFIRM, confirmed, "2026-10-02T09:20")


def paper() -> dict[str, Any]:
    """A history of a machine, printed for her."""
    return {
        "kind": IssuedKind.SERIAL_HISTORY,
        "record_id": named("Serventi's boiler"),
        "version": 3,
        "number": "SB-1",
        "title": "Storia della matricola SB-1",
        "dated_on": "2026-10-01",
        "party_id": named("Serventi"),
        "sources": [{"stream_id": named("Serventi's boiler"), "version": 3, "topic": "serial-item"}],
        "template_version": "1-abcdefabcdef",
        "renderer": "typst",
        "content_sha256": SHA,
        "file": {
            "name": "storia.pdf",
            "media_type": "application/pdf",
            "sha256": SHA,
            "archive_kind": "serial_history",
        },
    }


CHAPTERS: tuple[Callable[[Life], None], ...] = (forgotten,)
