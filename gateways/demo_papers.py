"""How the demo's documents look (carta intestata, modelli): logo, texts, a Word template, pictures to quote with."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import examples.demo
from aggregates import roles
from aggregates.base import Act
from aggregates.document_template import TemplateUse
from aggregates.issued_document import IssuedKind
from commands.attachment import STORE, StoreFile
from gateways.demo_stage import Stage
from gateways.documents.archive import Archive
from gateways.documents.template_upload import upload
from gateways.documents.word_starter import starter
from gateways.files import check_file, keep_file

PICTURES = Path(examples.demo.__file__).parent / "pictures"
LOGO, BOARD = "logo.png", "burnt_board.png"
ACCENT = "#7a1f2b"
TEXTS = {
    "quote": {"footer": ["Offerta riservata a {{ customer.name }}: vi preghiamo di non diffonderla."]},
    "invoice": {"payment": ["Nella causale del bonifico indicare il numero della fattura: {{ number }}."]},
    "work_report": {"footer": ["Per ogni chiarimento: {{ issuer.phone }}, dal lunedì al venerdì, ore 8:30–18."]},
}
"""What the company adds to its documents."""
WORD = TemplateUse(kind=IssuedKind.QUOTE)


@cache
def picture_sha256(name: str) -> str:
    """By what a record names one of the demo's pictures."""
    return sha256((PICTURES / name).read_bytes()).hexdigest()


def dress(stage: Stage, archive: Archive, at: datetime) -> None:
    """Logo and colour, texts of some kinds, a Word template of quotes; done again, it changes nothing."""
    for name in (LOGO, BOARD):
        _keep(stage, archive, name, at)
    stage.do(
        "set-letterhead", "letterhead", at, roles.MANAGER, logo_sha256=picture_sha256(LOGO), accent=ACCENT,
        website="www.demo.example", certified_email="assistenzaromagna@pec.example",
        footer="Assistenza tecnica a Forlì e in tutta la Romagna dal 1987",
    )  # fmt: skip
    for kind, texts in TEXTS.items():
        stage.do("set-document-texts", f"texts/{kind}", at, roles.MANAGER, kind=kind, texts=texts)
    house, key = stage.house, stage.id("template/quote")
    upload(house, archive, "offerta.docx", starter(WORD.kind), WORD, _act(stage, at), key)
    published = {"template_id": WORD.template_id, "version": 1}
    stage.do("publish-template-version", "template/quote", at, roles.MANAGER, **published)


def _keep(stage: Stage, archive: Archive, name: str, at: datetime) -> None:
    data = (PICTURES / name).read_bytes()
    file, act = check_file(name, data), _act(stage, at)
    media_type = keep_file(archive, stage.house.company_id, file, data, at)
    stored = StoreFile(sha256=file.sha256, bytes=file.size, media_type=media_type)
    stage.house.desk.execute(STORE, stored, act, stage.id(f"file/{name}"))


def _act(stage: Stage, at: datetime) -> Act:
    return Act(by=stage.by(roles.MANAGER), at=at)
