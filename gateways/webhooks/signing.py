"""How webhooks are signed (firma dei richiami): as the Standard Webhooks specification says, with HMAC-SHA-256."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"


def shown_secret(secret: bytes) -> str:
    """A secret as it is told to whoever runs the other program."""
    return PREFIX + b64encode(secret).decode()


def signature(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature over id, time and body."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}"


def headers(secrets: Sequence[bytes], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message, signed with every secret that holds."""
    timestamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in secrets),
    }
