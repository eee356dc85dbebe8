"""Time-stamps of an authority (marca temporale, RFC 3161): asked for over HTTP, verified with its CA's certificate.

What is stamped is the hash of a seal, which vouches for all seals and facts before it. The authority learns nothing but
the hash of that hash. The whole answer is kept: `openssl ts -verify` reads it as it is.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder
from rfc3161_client import decode_timestamp_response as decoded

TIMEOUT_S = 10.0
MOST_BYTES = 1_000_000
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class NoStamp(Exception):
    """The authority did not answer with a time-stamp that can be verified."""


@dataclass(frozen=True)
class Token:
    """An authority's answer and the instant in it."""

    data: bytes
    stamped_at: datetime


class Authority(Protocol):
    """The port: somebody who says that a hash existed at an instant."""

    name: str

    def stamp(self, seal_hash: bytes) -> Token:
        """A time-stamp over a seal's hash. Raises `NoStamp`."""


class HttpAuthority:
    """An authority that answers by HTTP; what it answers is verified before it is kept."""

    def __init__(self, url: str, roots: Sequence[x509.Certificate]) -> None:
        self.name = url
        self._roots = roots

    def stamp(self, seal_hash: bytes) -> Token:
        """See `Authority.stamp`."""
        request = TimestampRequestBuilder().data(seal_hash).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = self._asked(request.as_bytes())
        return verified(answer, seal_hash, self._roots, request.nonce)

    def _asked(self, body: bytes) -> bytes:
        asked = urllib.request.Request(self.name, body, {"Content-Type": QUERY, "Accept": REPLY})  # noqa: S310 - the address stands in the settings
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - see above
                return bytes(answer.read(MOST_BYTES))
        except (OSError, urllib.error.HTTPError) as error:
            raise NoStamp(f"{self.name}: {error}") from error


def verified(answer: bytes, seal_hash: bytes, roots: Sequence[x509.Certificate], nonce: int | None = None) -> Token:
    """The token in an answer: signature, certificates and the hash stamped are right. Raises `NoStamp`."""
    try:
        response = decoded(answer)
        verifier = VerifierBuilder(roots=list(roots), nonce=nonce).build()
        verifier.verify_message(response, seal_hash)
        return Token(answer, response.tst_info.gen_time)
    except (ValueError, VerificationError) as error:
        raise NoStamp(str(error) or repr(error)) from error


def certificates(file: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises `OSError` and `ValueError`."""
    return x509.load_pem_x509_certificates(file.read_bytes())
