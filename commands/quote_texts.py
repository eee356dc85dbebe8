"""What people may ask about texts and pictures of a quote (testi e immagini): before and after its lines (QUO-3)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from aggregates.attachment import FileUnknown, StoredFile, stored_file_id
from aggregates.base import Act, Refusal, require
from aggregates.quote import Quote
from aggregates.quote_blocks import Block, QuoteTexts
from commands.base import Command, Service
from commands.quote_lines import LETTER

DRAWABLE = ("image/png", "image/jpeg")
LARGEST = 1_000_000
"""Bytes of a picture; more makes documents that nobody can send."""


class PictureNotDrawable(Refusal):
    """The file {sha256} is {media_type}; a quote prints pictures in PNG or JPEG only."""

    status = 422


class PictureTooLarge(Refusal):
    """The picture {sha256} has {size} bytes; make it smaller than {largest}."""

    status = 422


class SetQuoteTexts(Command, QuoteTexts):
    """Say in words and pictures what stands before and after the lines of a draft; it replaces what was said."""

    quote_id: UUID
    alternative: str = LETTER


def set_quote_texts(cmd: SetQuoteTexts, act: Act, service: Service) -> None:
    """Handles `SetQuoteTexts`. Raises `FileUnknown`, `PictureNotDrawable`, `PictureTooLarge`."""
    quote = service.load(Quote, cmd.quote_id)
    texts = QuoteTexts(header=cmd.header, footer=cmd.footer)
    check_pictures(service, (*texts.header, *texts.footer))
    quote.set_texts(cmd.alternative, texts, act)
    service.save(quote)


def check_pictures(service: Service, blocks: Iterable[Block]) -> None:
    """Pictures must have been uploaded. Raises `FileUnknown`, `PictureNotDrawable`, `PictureTooLarge`."""
    for sha256 in dict.fromkeys(block.picture.sha256 for block in blocks if block.picture):
        file = service.find(StoredFile, stored_file_id(sha256))
        if file is None:
            raise FileUnknown(sha256=sha256)
        is_picture = file.media_type in DRAWABLE
        require(is_picture, PictureNotDrawable, sha256=sha256, media_type=file.media_type)
        require(file.bytes <= LARGEST, PictureTooLarge, sha256=sha256, size=file.bytes, largest=LARGEST)
