"""What people may ask about webhooks (richiami): register, change, pause, remove, rotate, settle dead letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.base import Act, require
from aggregates.values import Instant
from aggregates.webhook import EVERYTHING, DeadLetterUnknown, OffCause, Webhook
from commands.base import Answer, Command, Entry, Service

NOBODY: frozenset[str] = frozenset()
Pattern = Annotated[str, Field(pattern=r"^(\*|[a-z0-9-]+(\.[a-z0-9-]+)*(\.\*)?)$", max_length=100)]
PATTERNS = "Types of public facts; `libretto.invoice.*` stands for all that begin so, `*` for every one."
FAILURE_DAYS = "Days without any success after which it is switched off."


class RegisterWebhook(Command):
    """Send public facts to an address of another program, signed, from a sequence on or from now on.

    Fetch the secret next (show-webhook-secret): it is shown once.
    """

    webhook_id: UUID | None = Field(default=None, description="Left out, one is made.")
    address: str = Field(min_length=8, max_length=500, examples=["https://hooks.example.it/libretto"])
    types: tuple[Pattern, ...] = Field(
        default=(EVERYTHING,), min_length=1, max_length=50, description=PATTERNS, examples=[["libretto.invoice.*"]]
    )
    description: str = Field(default="", max_length=200, examples=["Il gestionale della contabilità"])
    from_sequence: int | None = Field(
        default=None, ge=1, description="The first public fact to send; left out, what is published from now on."
    )
    failure_days: int = Field(default=5, ge=1, le=30, description=FAILURE_DAYS)


class ChangeWebhook(Command):
    """Send to another address, or other facts from now on; where sending stands is kept."""

    webhook_id: UUID
    address: str = Field(min_length=8, max_length=500, examples=["https://hooks.example.it/libretto"])
    types: tuple[Pattern, ...] = Field(
        default=(EVERYTHING,), min_length=1, max_length=50, description=PATTERNS, examples=[["libretto.*"]]
    )
    description: str = Field(default="", max_length=200, examples=["Il gestionale della contabilità"])
    failure_days: int = Field(default=5, ge=1, le=30, description=FAILURE_DAYS)


class PauseWebhook(Command):
    """Send nothing until it is resumed; what is published meanwhile waits."""

    webhook_id: UUID


class ResumeWebhook(Command):
    """Go on sending where it stood, also after the webhook was switched off."""

    webhook_id: UUID


class RemoveWebhook(Command):
    """Send nothing any more, for good; the secrets are destroyed."""

    webhook_id: UUID


class RotateWebhookSecret(Command):
    """Sign with a new secret; the present one signs beside it until the overlap is over.

    Only two hold at a time: rotating again ends the older one at once. While the newest was not shown, nothing changes.
    """

    webhook_id: UUID
    overlap_hours: int = Field(default=24, ge=0, le=168, description="How long the present secret still signs.")


class ResendDeadLetter(Command):
    """Send a public fact that the other program did not take once more, also one that was discarded."""

    webhook_id: UUID
    event_id: UUID = Field(description="The id of the public fact: what `webhook-id` says.")


class ResendDeadLetters(Command):
    """Send everything that the other program did not take once more."""

    webhook_id: UUID


class DiscardDeadLetter(Command):
    """Leave a public fact unsent that the other program did not take, with the reason in `why`."""

    webhook_id: UUID
    event_id: UUID = Field(description="The id of the public fact: what `webhook-id` says.")


class NoteWebhookSecretShown(Command):
    """Record that somebody took the secret."""

    webhook_id: UUID


class SwitchOffWebhook(Command):
    """Record that a webhook took nothing for too long, or is gone."""

    webhook_id: UUID
    cause: OffCause
    failing_since: Instant
    told: str | None = Field(default=None, max_length=300)


def register_webhook(cmd: RegisterWebhook, act: Act, service: Service) -> Answer:
    """Handles `RegisterWebhook`."""
    webhook = Webhook.register(
        cmd.webhook_id or service.new_id(),
        cmd.address,
        cmd.types,
        cmd.description,
        cmd.from_sequence,
        cmd.failure_days,
        act,
    )
    service.save(webhook)
    return {"webhook_id": webhook.id}


def change_webhook(cmd: ChangeWebhook, act: Act, service: Service) -> None:
    """Handles `ChangeWebhook`; the same again records nothing."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.change(cmd.address, cmd.types, cmd.description, cmd.failure_days, act)
    service.save(webhook)


def pause_webhook(cmd: PauseWebhook, act: Act, service: Service) -> None:
    """Handles `PauseWebhook`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.pause(act)
    service.save(webhook)


def resume_webhook(cmd: ResumeWebhook, act: Act, service: Service) -> None:
    """Handles `ResumeWebhook`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.resume(act)
    service.save(webhook)


def remove_webhook(cmd: RemoveWebhook, act: Act, service: Service) -> None:
    """Handles `RemoveWebhook`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.remove(act)
    service.save(webhook)


def rotate_webhook_secret(cmd: RotateWebhookSecret, act: Act, service: Service) -> Answer:
    """Handles `RotateWebhookSecret`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.rotate_secret(timedelta(hours=cmd.overlap_hours), act)
    service.save(webhook)
    return {"secret_number": webhook.secret_number, "old_valid_until": webhook.old_valid_until}


def resend_dead_letter(cmd: ResendDeadLetter, act: Act, service: Service) -> None:
    """Handles `ResendDeadLetter`; one that is on its way again stays so."""
    webhook = service.load(Webhook, cmd.webhook_id)
    if _letter(service, webhook, cmd.event_id) != "resend":
        webhook.resend_letter(cmd.event_id, act)
        service.save(webhook)


def resend_dead_letters(cmd: ResendDeadLetters, act: Act, service: Service) -> Answer:
    """Handles `ResendDeadLetters`; where there is none nothing is recorded."""
    webhook = service.load(Webhook, cmd.webhook_id)
    count = service.lookups.count_dead_letters(webhook.id)
    if count:
        webhook.resend_letters(act)
        service.save(webhook)
    return {"letters": count}


def discard_dead_letter(cmd: DiscardDeadLetter, act: Act, service: Service) -> None:
    """Handles `DiscardDeadLetter`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    if _letter(service, webhook, cmd.event_id) != "discarded":
        webhook.discard_letter(cmd.event_id, act)
        service.save(webhook)


def note_webhook_secret_shown(cmd: NoteWebhookSecretShown, act: Act, service: Service) -> Answer:
    """Handles `NoteWebhookSecretShown`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.show_secret(act)
    service.save(webhook)
    return {"webhook_id": webhook.id, "number": webhook.secret_number}


def switch_off_webhook(cmd: SwitchOffWebhook, act: Act, service: Service) -> None:
    """Handles `SwitchOffWebhook`."""
    webhook = service.load(Webhook, cmd.webhook_id)
    webhook.switch_off(cmd.cause, cmd.failing_since, cmd.told, act)
    service.save(webhook)


def _letter(service: Service, webhook: Webhook, event_id: UUID) -> str:
    state = service.lookups.dead_letter_state(webhook.id, event_id)
    require(state is not None, DeadLetterUnknown, event_id=event_id)
    return state or ""


SHOW = Entry(
    "note-webhook-secret-shown",
    "/webhooks/{webhook_id}/note-secret-shown",
    NoteWebhookSecretShown,
    note_webhook_secret_shown,
    NOBODY,
    "webhook_id",
)
SWITCH_OFF = Entry(
    "switch-off-webhook",
    "/webhooks/{webhook_id}/switch-off",
    SwitchOffWebhook,
    switch_off_webhook,
    NOBODY,
    "webhook_id",
)
