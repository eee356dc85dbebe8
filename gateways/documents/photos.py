"""Photos of a work report (fotografie): from the archive onto the page, small; one that cannot be drawn is named."""

from __future__ import annotations

from uuid import UUID

from gateways.documents.archive import Archive, Deposit, NotArchived
from gateways.documents.renderer import canonical_sha256
from gateways.documents.thumbnails import NotDrawable, thumbnail
from gateways.files import read_file
from gateways.logs import log
from projections.base import Reader
from projections.documents.content import Content
from projections.documents.content_work_report import Photo, WorkReportContent
from projections.erasures import erased_file

ERASED, NOT_SENT, ALTERED = "cancellata su richiesta", "il file non è stato inviato", "il file non è più quello inviato"


def with_photos(content: Content, archive: Archive, reader: Reader, company_id: UUID) -> Content:
    """A report with small pictures of its photos, and a word for each that has none."""
    if not isinstance(content, WorkReportContent) or not content.photos:
        return content
    photos = tuple(_drawn(each, archive, reader, company_id) for each in content.photos)
    return content.model_copy(update={"photos": photos})


def without_photos(deposit: Deposit) -> Deposit:
    """What is kept of a printed report: its photos by hash alone, because the originals lie in the archive."""
    if not any(each["image"] for each in deposit.content.get("photos", ())):
        return deposit
    photos = [{**each, "image": None} for each in deposit.content["photos"]]
    content = {**deposit.content, "photos": photos}
    return deposit.model_copy(update={"content": content, "content_sha256": canonical_sha256(content)})


def _drawn(photo: Photo, archive: Archive, reader: Reader, company_id: UUID) -> Photo:
    if erased_file(reader, photo.sha256) is not None:
        return photo.model_copy(update={"not_printed": ERASED})
    try:
        return photo.model_copy(update={"image": thumbnail(read_file(archive, company_id, photo.sha256))})
    except NotArchived:
        reason = NOT_SENT
    except NotDrawable as error:
        reason = str(error)
    except ValueError:
        reason = ALTERED
    log.warning("photo is not printed", sha256=photo.sha256, reason=reason)
    return photo.model_copy(update={"not_printed": reason})
