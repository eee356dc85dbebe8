"""A content with all its pictures (contenuto illustrato): from the archive, for as long as the making takes."""

from __future__ import annotations

from uuid import UUID

from gateways.documents.archive import Archive
from gateways.documents.logo import with_logo
from gateways.documents.photos import with_photos
from gateways.documents.pictures import with_signature
from gateways.documents.quote_pictures import with_pictures
from projections.base import Reader
from projections.documents.content import Content


def illustrated(content: Content, archive: Archive, reader: Reader, company_id: UUID) -> Content:
    """The content with its logo, signature, photos and a quote's pictures, without which `ContentMissing` is raised."""
    drawn = with_pictures(content, archive, company_id)
    signed = with_signature(drawn, archive, company_id)
    shown = with_photos(signed, archive, reader, company_id)
    return with_logo(shown, archive, company_id)
