"""Papers of others in a company's life (documenti ricevuti)."""

from __future__ import annotations

from collections.abc import Callable

from commands.attachment import STORE, StoreFile
from commands.filed_document import READ, NoteDocumentText
from tests.replay.living import FORLI, Life, named

NOTE = "7d" * 32


def filed(life: Life) -> None:
    """A supplier's note that was read, one filed by mistake, and one that waits to be read."""
    tax = {"vat_number": "IT12345670017"}
    supplier = {"party_id": named("Adriatica"), "code": "F71", "name": "Ricambi Adriatica", "role": "supplier"}
    life.do("register-party", "2026-07-02T08:00", **supplier, tax=tax, address=FORLI)
    life.duty(STORE, StoreFile(sha256=NOTE, bytes=5432, media_type="application/pdf"), "2026-07-02T08:05")
    paper: dict[str, object] = {
        "kind": "supplier_delivery_note",
        "title": "Bolla Adriatica 77",
        "number": "77/A",
        "sha256": NOTE,
    }
    paper |= {"dated_on": "2026-07-01", "name": "bolla-77.pdf", "party_id": named("Adriatica"), "note": "Due colli"}
    about: list[dict[str, object]] = [{"kind": "party", "id": named("Adriatica")}]
    life.do("file-document", "2026-07-02T08:10", document_id=named("note 77"), records=about, **paper)
    words = NoteDocumentText(document_id=named("note 77"), words="bolla 77 elettrovalvola guarnizione")
    life.duty(READ, words, "2026-07-02T08:11")
    wrong = {**paper, "kind": "letter", "title": "Lettera di un altro", "number": None, "note": None}
    life.do("file-document", "2026-07-02T08:20", document_id=named("wrong paper"), **wrong)
    life.do("withdraw-document", "2026-07-02T08:25", document_id=named("wrong paper"), reason="Di un altro cliente")
    life.do("file-document", "2026-07-02T08:30", document_id=named("unread paper"), **paper)


CHAPTERS: tuple[Callable[[Life], None], ...] = (filed,)
