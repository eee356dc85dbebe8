"""Secret links (collegamenti segreti): a secret address for somebody without an account, and a one-time code.

The log keeps only hashes of both. The address tells which record; the code, sent by another way, tells that the right
person is reading it. A code holds ten minutes and five tries; after the fifth wrong one the link is locked for good.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hmac import compare_digest
from typing import ClassVar, Final
from uuid import UUID

from aggregates.base import Act, Aggregate, Refusal, require
from aggregates.values import Instant

CODE_HOLDS: Final = timedelta(minutes=10)
CONFIRMED_HOLDS: Final = timedelta(minutes=30)
MOST_TRIES: Final = 5


class LinkOver(Refusal):
    """This link can no longer be used ({state}); ask for a new one."""

    status = 410


class CodeMissing(Refusal):
    """No code was sent, or it has expired; ask for a new one."""


class NotConfirmed(Refusal):
    """Enter the code that was sent to you first."""

    status = 403


class SecretLink:
    """The decisions of a link; its facts are `CodeMade`, `CodeWrong`, `Confirmed`, `Used`, `Revoked`."""

    OVER: ClassVar[Mapping[str, type[Refusal]]] = {}
    """How a link that is no longer open says no, by its state, where it says more than `LinkOver`."""

    id: UUID
    secret_sha256: str
    expires_at: Instant
    code_sha256: str | None
    code_until: Instant | None
    confirmed_until: Instant | None
    tries: int
    used: bool
    revoked: bool

    def state(self, at: Instant) -> str:
        """Where the link stands: open, used, revoked, locked, expired."""
        if self.used:
            return "used"
        if self.revoked:
            return "revoked"
        if self.tries >= MOST_TRIES:
            return "locked"
        return "open" if at < self.expires_at else "expired"

    def check_open(self, at: Instant) -> None:
        """Raises the refusal of its state."""
        state = self.state(at)
        if state != "open":
            raise self.OVER.get(state, LinkOver)(state=state)

    def make_code(self, code_sha256: str, act: Act) -> None:
        """Give the link a code that holds ten minutes. Wrong tries of codes before it count on."""
        self.check_open(act.at)
        self._note("CodeMade", act, code_sha256=code_sha256, expires_at=act.at + CODE_HOLDS)

    def try_code(self, code_sha256: str, act: Act) -> bool:
        """Whether it is the code; a wrong one is counted. A code counts once. Raises `CodeMissing`, `LinkOver`."""
        self.check_open(act.at)
        if self.code_sha256 is None or self.code_until is None or act.at >= self.code_until:
            raise CodeMissing
        if not compare_digest(self.code_sha256, code_sha256):
            self._note("CodeWrong", act, tries=self.tries + 1)
            return False
        self._note("Confirmed", act, until=act.at + CONFIRMED_HOLDS)
        return True

    def revoke(self, reason: str, act: Act) -> None:
        """Take it back; once is enough. Raises the refusal of a used link."""
        if self.used:
            raise self.OVER.get("used", LinkOver)(state="used")
        if not self.revoked:
            self._note("Revoked", act, reason=reason)

    def _check_confirmed(self, at: Instant) -> None:
        self.check_open(at)
        require(self.confirmed_until is not None and at < self.confirmed_until, NotConfirmed)

    def _begin_link(self, secret_sha256: str, expires_at: Instant) -> None:
        self.secret_sha256, self.expires_at = secret_sha256, expires_at
        self.code_sha256 = self.code_until = self.confirmed_until = None
        self.tries = 0
        self.used = self.revoked = False

    def _note(self, fact: str, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), fact), act=act, **values)
