"""Blocks of a quote (blocchi di testo e immagini): texts and pictures before, within and after its lines (QUO-3)."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from aggregates.attachment import SHA256
from aggregates.values import Value


class PictureBlock(Value):
    """A stored picture by the hash of its bytes: what is printed is what was seen."""

    sha256: str = Field(pattern=SHA256)
    caption: str | None = Field(default=None, max_length=300, examples=["La scheda bruciata"])
    width_percent: int = Field(default=60, ge=10, le=100, description="Of the width of the text.")


class Block(Value):
    """Either a text or a picture.

    In a text an empty line begins a paragraph, `- ` a point of a list, and `**words**` are bold; all else is printed as
    it stands.
    """

    text: str | None = Field(default=None, min_length=1, max_length=10_000, examples=["Lavori **inclusi**:\n- prova"])
    picture: PictureBlock | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.text is None) == (self.picture is None):
            raise ValueError("a block is either a text or a picture")
        return self


class QuoteTexts(Value):
    """What a revision says before its lines and after its sums."""

    header: tuple[Block, ...] = ()
    footer: tuple[Block, ...] = ()
