"""Webhook (richiamo): an address of another program to which the company's public facts are sent, signed.

What is sent when, and what came of it, is bookkeeping beside the log; that somebody registered, paused or removed an
address, that it was switched off, and what was decided about dead letters, are facts. No fact holds a secret: secrets
have numbers, and their bytes lie sealed beside the log until they are over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.inventory_values import usable_address
from aggregates.values import Instant

OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYTHING = "*"


class WebhookState(StrEnum):
    """Whether a webhook is sent anything."""

    ACTIVE = "active"
    PAUSED = "paused"
    SWITCHED_OFF = "switched_off"
    REMOVED = "removed"


class OffCause(StrEnum):
    """Why a webhook was switched off."""

    GONE = "gone"
    FAILING = "failing"


class WebhookAddressOpen(Refusal):
    """The address {address} is not protected: give one that begins with https (plain http is for localhost alone)."""

    status = 422


class WebhookIsRemoved(Refusal):
    """This webhook was removed; register a new one."""


class WebhookSecretShown(Refusal):
    """The secret was shown already and is shown once only; rotate it (rotate-webhook-secret) to get another."""


class DeadLetterUnknown(Refusal):
    """The webhook has no dead letter {event_id}; the view webhook-dead-letters lists those it has."""

    status = 404


class Webhook(Aggregate):
    """Another program that is told public facts, as long as it takes them."""

    TOPIC = "webhook"

    class Registered(FirstEvent):
        """Public facts of these types go to this address."""

        TOPIC = "webhook.registered.v1"
        address: str
        types: tuple[str, ...]
        description: str
        from_sequence: int | None
        failure_days: int

    class Changed(Aggregate.Event):
        """It is reached otherwise, or wants other facts."""

        TOPIC = "webhook.changed.v1"
        address: str
        types: tuple[str, ...]
        description: str
        failure_days: int

    class Paused(Aggregate.Event):
        """Nothing is sent until it is resumed; what is published meanwhile waits."""

        TOPIC = "webhook.paused.v1"

    class Resumed(Aggregate.Event):
        """Sending goes on where it stood."""

        TOPIC = "webhook.resumed.v1"

    class SecretShown(Aggregate.Event):
        """Somebody took the secret of this number; it is not shown again."""

        TOPIC = "webhook.secret-shown.v1"
        number: int

    class SecretRotated(Aggregate.Event):
        """A new secret signs; the one before signs beside it for a while."""

        TOPIC = "webhook.secret-rotated.v1"
        number: int
        old_valid_until: Instant

    class SwitchedOff(Aggregate.Event):
        """It took nothing for too long, or said that it is gone; somebody has to look, then resume or remove it."""

        TOPIC = "webhook.switched-off.v1"
        cause: OffCause
        failing_since: Instant
        told: str | None

    class Removed(Aggregate.Event):
        """Nothing is sent any more; its secrets are destroyed."""

        TOPIC = "webhook.removed.v1"

    class LetterResendAsked(Aggregate.Event):
        """A dead letter is to be sent once more."""

        TOPIC = "webhook.letter-resend-asked.v1"
        event_id: UUID

    class LettersResendAsked(Aggregate.Event):
        """Every dead letter there is is to be sent once more."""

        TOPIC = "webhook.letters-resend-asked.v1"

    class LetterDiscarded(Aggregate.Event):
        """A dead letter will not be sent: the other program got by without it."""

        TOPIC = "webhook.letter-discarded.v1"
        event_id: UUID

    # Decide

    @classmethod
    def register(
        cls,
        webhook_id: UUID,
        address: str,
        types: Sequence[str],
        description: str,
        from_sequence: int | None,
        failure_days: int,
        act: Act,
    ) -> Webhook:
        """Begin sending: from a sequence on, or what is published from now on.

        Raises `AddressNotUsable`, `WebhookAddressOpen`.
        """
        return cls.begin(
            cls.Registered,
            id=webhook_id,
            act=act,
            address=protected_address(address),
            types=wanted_types(types),
            description=description,
            from_sequence=from_sequence,
            failure_days=failure_days,
        )

    def change(self, address: str, types: Sequence[str], description: str, failure_days: int, act: Act) -> None:
        """Reach it otherwise, or send other facts from now on.

        Raises `WebhookIsRemoved`, `AddressNotUsable`, `WebhookAddressOpen`.
        """
        self._check_there()
        told = (protected_address(address), wanted_types(types), description, failure_days)
        if told != (self.address, self.types, self.description, self.failure_days):
            self.trigger_event(
                self.Changed, act=act, address=told[0], types=told[1], description=told[2], failure_days=told[3]
            )

    def pause(self, act: Act) -> None:
        """Send nothing for now. Raises `WebhookIsRemoved`."""
        self._check_there()
        if self.state is WebhookState.ACTIVE:
            self.trigger_event(self.Paused, act=act)

    def resume(self, act: Act) -> None:
        """Go on, also after it was switched off. Raises `WebhookIsRemoved`."""
        self._check_there()
        if self.state is not WebhookState.ACTIVE:
            self.trigger_event(self.Resumed, act=act)

    def show_secret(self, act: Act) -> None:
        """Let somebody take the secret, once. Raises `WebhookIsRemoved`, `WebhookSecretShown`."""
        self._check_there()
        require(not self.is_secret_shown, WebhookSecretShown)
        self.trigger_event(self.SecretShown, act=act, number=self.secret_number)

    def rotate_secret(self, overlap: timedelta, act: Act) -> None:
        """Sign with a new secret; the present one holds as long as `overlap` says, an older one ends.

        A secret that nobody has taken yet needs no successor. Raises `WebhookIsRemoved`.
        """
        self._check_there()
        if self.is_secret_shown:
            self.trigger_event(
                self.SecretRotated, act=act, number=self.secret_number + 1, old_valid_until=act.at + overlap
            )

    def switch_off(self, cause: OffCause, failing_since: datetime, told: str | None, act: Act) -> None:
        """Send nothing until somebody has looked."""
        if self.state is WebhookState.ACTIVE:
            self.trigger_event(self.SwitchedOff, act=act, cause=cause, failing_since=failing_since, told=told)

    def remove(self, act: Act) -> None:
        """End it for good."""
        if self.state is not WebhookState.REMOVED:
            self.trigger_event(self.Removed, act=act)

    def resend_letter(self, event_id: UUID, act: Act) -> None:
        """Send a dead letter once more. Raises `WebhookIsRemoved`."""
        self._check_there()
        self.trigger_event(self.LetterResendAsked, act=act, event_id=event_id)

    def resend_letters(self, act: Act) -> None:
        """Send every dead letter once more. Raises `WebhookIsRemoved`."""
        self._check_there()
        self.trigger_event(self.LettersResendAsked, act=act)

    def discard_letter(self, event_id: UUID, act: Act) -> None:
        """Leave a dead letter unsent. Raises `WebhookIsRemoved`."""
        self._check_there()
        self.trigger_event(self.LetterDiscarded, act=act, event_id=event_id)

    def _check_there(self) -> None:
        require(self.state is not WebhookState.REMOVED, WebhookIsRemoved)

    # Evolve

    @event(Registered)
    def __init__(
        self, address: str, types: tuple[str, ...], description: str, from_sequence: int | None, failure_days: int
    ) -> None:
        self.address, self.types, self.description, self.failure_days = address, types, description, failure_days
        self.from_sequence = from_sequence
        self.state = WebhookState.ACTIVE
        self.secret_number = 1
        self.is_secret_shown = False
        self.old_valid_until: datetime | None = None

    @event(Changed)
    def _changed(self, address: str, types: tuple[str, ...], description: str, failure_days: int) -> None:
        self.address, self.types, self.description, self.failure_days = address, types, description, failure_days

    @event(Paused)
    def _paused(self) -> None:
        self.state = WebhookState.PAUSED

    @event(Resumed)
    def _resumed(self) -> None:
        self.state = WebhookState.ACTIVE

    @event(SecretShown)
    def _secret_shown(self) -> None:
        self.is_secret_shown = True

    @event(SecretRotated)
    def _secret_rotated(self, number: int, old_valid_until: datetime) -> None:
        self.secret_number, self.old_valid_until, self.is_secret_shown = number, old_valid_until, False

    @event(SwitchedOff)
    def _switched_off(self) -> None:
        self.state = WebhookState.SWITCHED_OFF

    @event(Removed)
    def _removed(self) -> None:
        self.state = WebhookState.REMOVED

    @event(LetterResendAsked)
    def _letter_resend_asked(self) -> None:
        """What is sent is bookkeeping beside the log."""

    @event(LettersResendAsked)
    def _letters_resend_asked(self) -> None:
        """What is sent is bookkeeping beside the log."""

    @event(LetterDiscarded)
    def _letter_discarded(self) -> None:
        """What is sent is bookkeeping beside the log."""


def secret_id(webhook_id: UUID, number: int) -> UUID:
    """The name under which the bytes of a webhook's secret lie sealed."""
    return uuid5(webhook_id, f"webhook-secret/{number}")


def protected_address(address: str) -> str:
    """An https address, or one of this machine. Raises `AddressNotUsable`, `WebhookAddressOpen`."""
    usable = usable_address(address)
    parts = urlsplit(usable)
    require(parts.scheme == "https" or parts.hostname in OWN_MACHINE, WebhookAddressOpen, address=usable)
    return usable


def wanted_types(types: Sequence[str]) -> tuple[str, ...]:
    """Patterns in their order, each once; everything swallows the others."""
    return (EVERYTHING,) if EVERYTHING in types else tuple(sorted(set(types)))


def wants(types: Sequence[str], kind: str) -> bool:
    """Whether a type of public fact is among those wanted: named itself, or its beginning before `*`."""
    return any(kind.startswith(one[:-1]) if one.endswith("*") else kind == one for one in types)
