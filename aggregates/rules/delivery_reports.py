"""Reports of mail servers (rapporti di mancata consegna): what became of a message after it was taken (RFC 3464).

A report names the message that it is about by the headers it sends back; our messages carry the notice's id there.
Whatever else stands in it is somebody else's text: what cannot be read says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_string
from email.message import Message
from email.utils import parsedate_to_datetime
from uuid import UUID

from aggregates.values import Value

OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>", re.IGNORECASE)
"""A Message-ID whose first part is a notice's id."""
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
LONGEST_REASON = 500


class DeliveryReport(Value):
    """What a mail server says of a message: given up for good or not, and why."""

    notice_id: UUID
    has_failed: bool
    status: str | None
    """Class, subject and detail (RFC 3463), such as 5.1.1."""
    reason: str
    reported_at: datetime | None


def read_report(text: str) -> DeliveryReport | None:
    """The report in a whole message; None where there is none, or none about a message with a notice's id."""
    message = message_from_string(text)
    blocks = [block for block in _blocks(message) if _header(block, "Action")]
    notice_id = _notice_id(message)
    if not blocks or notice_id is None:
        return None
    failed = [block for block in blocks if _header(block, "Action").lower() == "failed"]
    status = STATUS.search(_header((failed or blocks)[0], "Status"))
    told = _header((failed or blocks)[0], "Diagnostic-Code")
    reason = told.partition(";")[2].strip() or told or (status.group() if status else "failed")
    return DeliveryReport(
        notice_id=notice_id,
        has_failed=bool(failed),
        status=status.group() if status else None,
        reason=reason[:LONGEST_REASON],
        reported_at=_moment(_header(message, "Date")),
    )


def _blocks(message: Message) -> Iterator[Message]:
    """The parts of reports in a message, one for each recipient and one for the message as a whole."""
    for part in message.walk():
        payload = part.get_payload() if part.get_content_type() == "message/delivery-status" else None
        if isinstance(payload, list):
            yield from (block for block in payload if isinstance(block, Message))


def _notice_id(message: Message) -> UUID | None:
    """Whose message it was: as it was sent back, else as the report answers it."""
    for headers in (*_sent_back(message), message):
        for name in ("Message-ID", "In-Reply-To", "References"):
            found = OURS.search(_header(headers, name))
            if found:
                return UUID(found.group(1))
    return None


def _sent_back(message: Message) -> Iterator[Message]:
    for part in message.walk():
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list):
            yield from (one for one in payload if isinstance(one, Message))
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            yield message_from_string(payload)


def _header(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
