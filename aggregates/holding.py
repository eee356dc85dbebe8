"""Holding (in attesa): something could not be made; it waits with its reason until somebody lets it be tried again."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from aggregates.base import Act, Aggregate, Refusal, require


class Hold:
    """The decisions of a hold; its facts are `HeldAgain` and `Released`."""

    NOT_HELD: ClassVar[type[Refusal]]
    """What says that nothing is waiting."""

    document_id: UUID
    reason: str
    is_held: bool

    def hold(self, reason: str, act: Act) -> None:
        """Hold it once more after it was released; while it is held this changes nothing."""
        if not self.is_held:
            self._note("HeldAgain", act, reason=reason)

    def release(self, act: Act) -> None:
        """Let it be tried again. Raises what says that it is not held."""
        require(self.is_held, self.NOT_HELD)
        self._note("Released", act)

    def _note(self, fact: str, act: Act, **values: object) -> None:
        assert isinstance(self, Aggregate)
        self.trigger_event(getattr(type(self), fact), act=act, document_id=self.document_id, **values)
