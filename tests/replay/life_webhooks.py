"""Webhooks in a company's life (richiami): registered, failing, switched off, told again, removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from aggregates.webhook import OffCause
from commands.webhook import SHOW, SWITCH_OFF, NoteWebhookSecretShown, SwitchOffWebhook
from gateways.webhooks.courier import Courier, Manner, Patience
from projections.webhooks import webhooks_at_work
from tests.dsl import do
from tests.replay.living import Life, named

AT = "2026-11-24T09:00"
HOOK, OLD_HOOK = named("webhook of accounting"), named("old webhook")
ADDRESS = "https://hooks.example.it/libretto"


def told(life: Life) -> None:
    """Its secret is taken and rotated; it is changed, paused, and goes on; what it does not take is decided about."""
    kinds = ["libretto.party.registered.v1"]
    life.do("register-webhook", AT, webhook_id=HOOK, address=ADDRESS, types=kinds, from_sequence=1)
    life.duty(SHOW, NoteWebhookSecretShown(webhook_id=HOOK), AT)
    life.do("rotate-webhook-secret", AT, webhook_id=HOOK, overlap_hours=48)
    letters = _not_taken(life, 3)
    life.do("discard-dead-letter", AT, why="Registrato a mano", webhook_id=HOOK, event_id=letters[0])
    life.do("resend-dead-letter", AT, webhook_id=HOOK, event_id=letters[1])
    life.do("resend-dead-letters", AT, webhook_id=HOOK)
    life.do("change-webhook", AT, webhook_id=HOOK, address=ADDRESS + "/v2", types=["libretto.*"], failure_days=7)
    life.do("pause-webhook", AT, webhook_id=HOOK)
    life.do("resume-webhook", AT, webhook_id=HOOK)


def switched_off(life: Life) -> None:
    """Another is gone, and removed."""
    life.do("register-webhook", AT, webhook_id=OLD_HOOK, address=ADDRESS + "/old", description="Il vecchio gestionale")
    since = do("none", at=AT).at - timedelta(days=1)
    gone = SwitchOffWebhook(webhook_id=OLD_HOOK, cause=OffCause.GONE, failing_since=since, told="410 Gone")
    life.duty(SWITCH_OFF, gone, AT)
    life.do("remove-webhook", AT, webhook_id=OLD_HOOK)


def _not_taken(life: Life, letters: int) -> list[UUID]:
    """The first facts that it wants become dead letters: its name leads to where nothing is sent."""
    life.company.fold()
    at = do("none", at=AT).at
    manner = Manner(patience=Patience(tries=1), resolve=lambda *_: ["10.0.0.1"], clock=lambda: at)
    house = life.company.house
    for _ in range(letters):
        (hook,) = (one for one in webhooks_at_work(house.reader, at) if one["webhook_id"] == HOOK)
        Courier(house, hook, manner, lambda: False).turn()
    rows = house.reader.rows("select event_id from webhook_delivery where state = 'dead' order by sequence")
    assert len(rows) == letters
    return [row["event_id"] for row in rows]


CHAPTERS: tuple[Callable[[Life], None], ...] = (told, switched_off)
