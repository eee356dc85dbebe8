"""Pictures of a quote (immagini dell'offerta): from the archive onto the page; it waits for those missing (QUO-3)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from gateways.documents.archive import Archive, NotArchived
from gateways.documents.pictures import DRAWABLE, LARGEST
from gateways.files import file_key, read_file
from projections.documents.content import Content, Picture
from projections.documents.content_quote import QuoteContent
from projections.documents.quote_blocks import DrawnBlock
from projections.documents.records import ContentMissing

Blocks = tuple[DrawnBlock, ...]


def with_pictures(content: Content, archive: Archive, company_id: UUID) -> Content:
    """A quote with the bytes of its pictures. Raises `ContentMissing`, which holds it, when one is not there."""
    if not isinstance(content, QuoteContent):
        return content
    return _each(content, lambda sha256: _picture(archive, company_id, sha256))


def _each(content: QuoteContent, picture: Callable[[str], Picture]) -> QuoteContent:
    def drawn(blocks: Blocks) -> Blocks:
        return tuple(
            block.model_copy(update={"image": picture(block.picture_sha256)}) if block.picture_sha256 else block
            for block in blocks
        )

    lines = tuple(line.model_copy(update={"blocks": drawn(line.blocks)}) for line in content.lines)
    told = {"header": drawn(content.header), "footer": drawn(content.footer), "lines": lines}
    return content.model_copy(update=told)


def _picture(archive: Archive, company_id: UUID, sha256: str) -> Picture:
    try:
        card, _ = archive.get(file_key(company_id, sha256))
        data = read_file(archive, company_id, sha256)
    except (NotArchived, ValueError) as error:
        raise ContentMissing(f"The picture {sha256} is not in the archive as it was sent; upload it again.") from error
    if card.media_type not in DRAWABLE or len(data) > LARGEST:
        raise ContentMissing(f"The picture {sha256} cannot be printed: it is {card.media_type}, {len(data)} bytes.")
    return Picture.model_validate({"media_type": card.media_type, "data": data})
