"""Content of labels of a return (etichette del reso): one a piece, with the code that a scanner reads."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Content, Text


class PieceLabel(Value):
    """One label; `bars` are the modules of its Code 128, 1 for a bar and 0 for a gap."""

    code: Text
    bars: Annotated[str, Field(pattern=r"^[01]+$")]
    line: Annotated[int, Field(ge=1)]
    piece: Annotated[int, Field(ge=1)] = 1
    pieces: Annotated[int, Field(ge=1)] = 1
    description: Text
    serial: Text | None = None
    fault: Text | None = None


class RmaLabelContent(Content):
    """Labels of one return, each on a page of 100 by 50 mm."""

    KIND: ClassVar[str] = "rma_label"

    issued_on: date
    received_on: date | None = None
    labels: Annotated[tuple[PieceLabel, ...], Field(min_length=1)]
