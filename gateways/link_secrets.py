"""Secrets of links for people without an account: made from the installation's own secret, so that none is stored.

The log keeps hashes. A code's hash needs the installation's secret too: a code has six digits, and a bare hash of it
would be no secret at all. What is sent by e-mail is made again as it goes out.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from uuid import UUID


def link_secret(pepper: bytes, link_id: UUID) -> str:
    """The secret in a link's address."""
    return urlsafe_b64encode(_mac(pepper, f"quote-link {link_id}")).rstrip(b"=").decode()


def one_time_code(pepper: bytes, link_id: UUID, nonce: str) -> str:
    """Six digits, other ones for every nonce."""
    return f"{int.from_bytes(_mac(pepper, f'one-time-code {link_id} {nonce}')) % 1_000_000:06}"


def code_hash(pepper: bytes, purpose: str, link_id: UUID, code: str) -> str:
    """What the log keeps of a code."""
    return _mac(pepper, f"{purpose} {link_id} {code}").hex()


def secret_hash(secret: str) -> str:
    """What the log keeps of a secret; any text may be asked about."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def quote_path(slug: str, secret: str) -> str:
    """The address of an offer, without the server's name."""
    return f"/v1/{slug}/quote-answers/{secret}"


def _mac(pepper: bytes, text: str) -> bytes:
    return hmac.new(pepper, text.encode(errors="replace"), "sha256").digest()
