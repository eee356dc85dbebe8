"""Content of the letter that tells a consumer until when notice may be given (avviso di scadenza): R1.8."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from projections.documents.content import Content, Text


class ConsumerReminderContent(Content):
    """One expiry of a contract that renews itself, with the last day for notice; `text` is what the fact keeps."""

    KIND: ClassVar[str] = "consumer_reminder"

    issued_on: date
    contract_signed_on: date | None = None
    subject: Text
    text: Text
    expiry_on: date
    last_notice_on: date
    renews_until_on: date
