"""Evidence in a company's life (prove documentali): taken once about a call, by somebody who doubts a delay."""

from __future__ import annotations

from collections.abc import Callable

from commands.evidence import RECORD, RecordEvidence
from tests.replay.living import Life, named


def disputed(life: Life) -> None:
    """The hash of what was handed out is recorded; the same file again is nothing new."""
    told = {"about": "call", "record_id": named("call"), "number": "CH-2026-0001", "facts": 41, "withheld": 1}
    file = {"known_at": "2026-10-05T18:00:00Z", "erased": 2, "documents": 3, "manifest_sha256": "3e" * 32}
    life.duty(RECORD, RecordEvidence.model_validate({**told, **file}), "2026-10-06T09:00")


CHAPTERS: tuple[Callable[[Life], None], ...] = (disputed,)
