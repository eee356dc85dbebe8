"""What proves a customer's answer to a quote (prova della risposta): what was shown, by which way it came (R7.3)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.values import Value
from aggregates.work_report import SHA256


class AnswerEvidence(Value):
    """Kept with the answer, in the fact itself; nothing biometric."""

    role: str | None = Field(default=None, max_length=100, examples=["Titolare"])
    document_sha256: str | None = Field(default=None, pattern=SHA256, description="Of the PDF that was shown.")
    image_sha256: str | None = Field(default=None, pattern=SHA256, description="Of a drawn signature.")
    link_id: UUID | None = None
    user_agent: str | None = Field(default=None, max_length=300)
