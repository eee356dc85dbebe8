"""The drawing that a customer signed with (firma): from the archive onto the printed report, where it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from gateways.documents.archive import Archive, Deposit, NotArchived, deposit
from gateways.documents.renderer import Attachment, RenderingFailed, Typeset, render
from gateways.documents.typesetter import typeset
from gateways.files import file_key, read_file
from gateways.logs import log
from projections.documents.content import Content, Picture
from projections.documents.content_work_report import WorkReportContent

DRAWABLE = frozenset({"image/png", "image/jpeg"})
LARGEST = 1_000_000


def with_signature(content: Content, archive: Archive, company_id: UUID) -> Content:
    """A report with the picture of its signature, where the file lies in the archive as it was hashed."""
    signature = content.signature if isinstance(content, WorkReportContent) else None
    if signature is None or signature.image_sha256 is None:
        return content
    image = _picture(archive, company_id, signature.image_sha256)
    return content.model_copy(update={"signature": signature.model_copy(update={"image": image})})


def printed(
    kind: str, content: Content, rendered_at: datetime, carried: Sequence[Attachment], by: Typeset = typeset
) -> Deposit:
    """A document printed; a picture that cannot be drawn is left out: the hash beside it still tells which it was."""
    try:
        return deposit(render(kind, content, rendered_at=rendered_at, attachments=carried, by=by), content)
    except RenderingFailed:
        signature = content.signature if isinstance(content, WorkReportContent) else None
        if signature is None or signature.image is None:
            raise
        log.warning("signature cannot be drawn", sha256=signature.image_sha256)
        plain = content.model_copy(update={"signature": signature.model_copy(update={"image": None})})
        return deposit(render(kind, plain, rendered_at=rendered_at, attachments=carried, by=by), plain)


def _picture(archive: Archive, company_id: UUID, sha256: str) -> Picture | None:
    try:
        card, _ = archive.get(file_key(company_id, sha256))
        data = read_file(archive, company_id, sha256)
    except (NotArchived, ValueError):
        return None
    if card.media_type not in DRAWABLE or len(data) > LARGEST:
        return None
    return Picture.model_validate({"media_type": card.media_type, "data": data})
