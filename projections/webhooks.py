"""Webhooks (richiami): what is registered, what was decided about dead letters, and how sending goes.

The read model holds what follows from facts. Its lists join the sender's bookkeeping (`webhook_cursor`,
`webhook_delivery`), of the stream's present epoch: after a restore sending began anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from aggregates.webhook import Webhook, WebhookState
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

WEBHOOK = Table(
    "webhook",
    {
        "webhook_id": "uuid", "address": "text", "types": "jsonb", "description": "text", "state": "text",
        "failure_days": "integer", "from_sequence": "bigint", "registered_position": "bigint",
        "registered_at": "timestamptz", "secret_number": "integer", "is_secret_shown": "boolean",
        "old_secret_until": "timestamptz", "off_cause": "text", "off_told": "text", "off_at": "timestamptz",
        "fresh_at": "timestamptz",
    },
    ("webhook_id",),
)  # fmt: skip
WISH = Table(
    "webhook_wish",
    {"webhook_id": "uuid", "position": "bigint", "wish": "text", "event_id": "uuid"},
    ("webhook_id", "position"),
)
EPOCH = "(select epoch from company where company_id = (select current_company()))"
RESEND, DISCARD = "resend", "discard"


class Webhooks(ReadModel):
    """What is sent where, and what is to become of dead letters."""

    NAME = "webhooks"
    TABLES = (WEBHOOK, WISH)

    @on(Webhook.Registered)
    def registered(self, fact: Webhook.Registered, rows: Rows) -> None:
        """One more address."""
        rows.put(
            WEBHOOK,
            {
                "webhook_id": fact.stream_id,
                "address": fact.address,
                "types": list(fact.types),
                "description": fact.description,
                "state": WebhookState.ACTIVE.value,
                "failure_days": fact.failure_days,
                "from_sequence": fact.from_sequence,
                "registered_position": rows.now.position,
                "registered_at": fact.act.at,
                "secret_number": 1,
                "is_secret_shown": False,
            },
        )

    @on(Webhook.Changed)
    def changed(self, fact: Webhook.Changed, rows: Rows) -> None:
        """It is reached otherwise; earlier failures are not held against it."""
        told = fact.model_dump(include={"address", "description", "failure_days"})
        rows.patch(WEBHOOK, fact.stream_id, **told, types=list(fact.types), fresh_at=rows.now.recorded_at)

    @on(Webhook.Paused)
    def paused(self, fact: Webhook.Paused, rows: Rows) -> None:
        """It waits."""
        rows.patch(WEBHOOK, fact.stream_id, state=WebhookState.PAUSED.value)

    @on(Webhook.Resumed)
    def resumed(self, fact: Webhook.Resumed, rows: Rows) -> None:
        """It goes on; earlier failures are not held against it."""
        cleared = {"off_cause": None, "off_told": None, "off_at": None}
        state = WebhookState.ACTIVE.value
        rows.patch(WEBHOOK, fact.stream_id, state=state, fresh_at=rows.now.recorded_at, **cleared)

    @on(Webhook.SwitchedOff)
    def switched_off(self, fact: Webhook.SwitchedOff, rows: Rows) -> None:
        """Somebody has to look."""
        told = {"off_cause": fact.cause.value, "off_told": fact.told, "off_at": fact.act.at}
        rows.patch(WEBHOOK, fact.stream_id, state=WebhookState.SWITCHED_OFF.value, **told)

    @on(Webhook.Removed)
    def removed(self, fact: Webhook.Removed, rows: Rows) -> None:
        """It is over."""
        rows.patch(WEBHOOK, fact.stream_id, state=WebhookState.REMOVED.value)

    @on(Webhook.SecretShown)
    def secret_shown(self, fact: Webhook.SecretShown, rows: Rows) -> None:
        """The secret was taken."""
        rows.patch(WEBHOOK, fact.stream_id, is_secret_shown=True)

    @on(Webhook.SecretRotated)
    def secret_rotated(self, fact: Webhook.SecretRotated, rows: Rows) -> None:
        """Another secret signs."""
        told = {"secret_number": fact.number, "old_secret_until": fact.old_valid_until}
        rows.patch(WEBHOOK, fact.stream_id, **told, is_secret_shown=False)

    @on(Webhook.LetterResendAsked, Webhook.LettersResendAsked)
    def resend_asked(self, fact: Webhook.LetterResendAsked | Webhook.LettersResendAsked, rows: Rows) -> None:
        """Dead letters are to be sent again: one, or all."""
        rows.put(WISH, {**_wish(fact, rows), "wish": RESEND, "event_id": getattr(fact, "event_id", None)})

    @on(Webhook.LetterDiscarded)
    def discarded(self, fact: Webhook.LetterDiscarded, rows: Rows) -> None:
        """A dead letter stays unsent."""
        rows.put(WISH, {**_wish(fact, rows), "wish": DISCARD, "event_id": fact.event_id})


def _wish(fact: Any, rows: Rows) -> Row:
    return {"webhook_id": fact.stream_id, "position": rows.now.position}


class FindWebhooks(Page):
    """Where public facts are sent."""

    state: WebhookState | None = None


def find_webhooks(reader: Reader, ask: FindWebhooks) -> dict[str, Any]:
    """Each with how far it was sent, since when it fails, how many facts wait and how many are dead letters."""
    return page(
        reader,
        ask,
        f"""select w.webhook_id, w.address, w.types, w.description, w.state, w.failure_days, w.from_sequence,
                  w.registered_at, w.secret_number, w.is_secret_shown, w.old_secret_until, w.off_cause, w.off_told,
                  w.off_at, c.sequence, c.failing_since, c.rests_until,
                  (select count(*) from webhook_delivery d
                    where d.company_id = (select current_company()) and d.webhook_id = w.webhook_id
                      and d.epoch = {EPOCH} and d.state in ('dead', 'resend')) as dead_letters
             from {{webhook}} w
             left join webhook_cursor c on c.company_id = (select current_company()) and c.webhook_id = w.webhook_id
                                       and c.epoch = {EPOCH}
            where (%(state)s::text is null and w.state <> 'removed' or w.state = %(state)s)""",  # noqa: S608 - own names
        order=("registered_at", "webhook_id"),
    )


class FindWebhookDeliveries(Page):
    """What was sent to a webhook, and what it answered."""

    webhook_id: UUID
    state: Literal["failing", "delivered", "dead", "resend", "discarded"] | None = None


def find_webhook_deliveries(reader: Reader, ask: FindWebhookDeliveries) -> dict[str, Any]:
    """The latest first, each with its last answers. What was delivered is kept for thirty days."""
    return page(
        reader,
        ask,
        f"""select d.sequence, d.event_id, d.type, d.state, d.attempts, d.answers, d.first_at, d.last_at
             from webhook_delivery d
            where d.company_id = (select current_company()) and d.webhook_id = %(webhook_id)s and d.epoch = {EPOCH}
              and (%(state)s::text is null or d.state = %(state)s)""",  # noqa: S608 - own names
        order=("-sequence",),
    )


class FindDeadLetters(Page):
    """Public facts that other programs did not take, of all webhooks or of one."""

    webhook_id: UUID | None = None


def find_dead_letters(reader: Reader, ask: FindDeadLetters) -> dict[str, Any]:
    """Each with the fact itself and the last answers; `resend` those on their way again. The latest first."""
    return page(
        reader,
        ask,
        f"""select d.webhook_id, w.address, d.sequence, d.event_id, d.type, p.subject, p.data, p.occurred_at,
                  d.state, d.attempts, d.answers, d.first_at, d.last_at
             from webhook_delivery d
             join {{webhook}} w on w.webhook_id = d.webhook_id and w.state <> 'removed'
             left join {{public_fact}} p on p.sequence = d.sequence and p.event_id = d.event_id
            where d.company_id = (select current_company()) and d.epoch = {EPOCH} and d.state in ('dead', 'resend')
              and (%(webhook_id)s::uuid is null or d.webhook_id = %(webhook_id)s)""",  # noqa: S608 - own names
        order=("-last_at", "-sequence", "-webhook_id"),
    )


class WebhookAsked(Ask):
    """One webhook."""

    webhook_id: UUID


def webhook_sheet(reader: Reader, ask: WebhookAsked) -> dict[str, Any] | None:
    """A webhook with how far it was sent, and what waits."""
    found = reader.row(
        f"""select w.*, c.sequence, c.failing_since, c.rests_until,
                   (select count(*) from webhook_delivery d
                     where d.company_id = (select current_company()) and d.webhook_id = w.webhook_id
                       and d.epoch = {EPOCH} and d.state in ('dead', 'resend')) as dead_letters
              from {{webhook}} w
              left join webhook_cursor c on c.company_id = (select current_company())
                                        and c.webhook_id = w.webhook_id and c.epoch = {EPOCH}
             where w.webhook_id = %(webhook_id)s""",  # noqa: S608 - own names
        {"webhook_id": ask.webhook_id},
    )
    return None if found is None else {name: value for name, value in found.items() if name != "company_id"}


def webhooks_at_work(reader: Reader, now: datetime) -> list[Row]:
    """Active webhooks; `is_due` those that something is to be sent to at this instant. For the sender."""
    return reader.rows(
        f"""select w.*, c.sequence is null
                   or (c.rests_until is null or c.rests_until <= %(now)s or w.fresh_at > c.moved_at)
                  and (c.sequence < (select coalesce(max(last_sequence), 0) from {{public_counter}})
                       or exists (select from {{webhook_wish}} s
                                   where s.webhook_id = w.webhook_id and s.position > c.obeyed)
                       or exists (select from webhook_delivery d
                                   where d.company_id = c.company_id and d.webhook_id = c.webhook_id
                                     and d.epoch = c.epoch and d.state = 'resend')) as is_due
              from {{webhook}} w
              left join webhook_cursor c on c.company_id = (select current_company())
                                        and c.webhook_id = w.webhook_id and c.epoch = {EPOCH}
             where w.state = 'active' order by w.webhook_id""",  # noqa: S608 - own names
        {"now": now},
    )


def webhook_secrets(reader: Reader) -> list[Row]:
    """Which secrets every webhook ever had, and which of them still sign. For the sender."""
    return reader.rows("select webhook_id, state, secret_number, old_secret_until from {webhook}")


def wishes_after(reader: Reader, webhook_id: UUID, position: int) -> list[Row]:
    """What was decided about dead letters and is not done yet. For the sender."""
    return reader.rows(
        """select position, wish, event_id from {webhook_wish}
            where webhook_id = %(webhook_id)s and position > %(position)s order by position""",
        {"webhook_id": webhook_id, "position": position},
    )


def sequence_at(reader: Reader, position: int) -> int:
    """The last public fact of the log up to a position. For the sender."""
    row = reader.row(
        "select max(sequence) as last from {public_fact} where position <= %(position)s", {"position": position}
    )
    return int(row["last"] or 0) if row else 0


def dead_letter_state(reader: Reader, webhook_id: UUID, event_id: UUID) -> str | None:
    """What is to become of a dead letter, counting decisions not carried out yet; None where there is none."""
    row = reader.row(
        f"""select coalesce(
                  (select case s.wish when 'resend' then 'resend' else 'discarded' end from {{webhook_wish}} s
                    where s.webhook_id = d.webhook_id and s.position > c.obeyed and s.event_id = d.event_id
                    order by s.position desc limit 1),
                  (select 'resend' from {{webhook_wish}} s
                    where s.webhook_id = d.webhook_id and s.position > c.obeyed and s.event_id is null
                      and d.state = 'dead' limit 1),
                  d.state) as state
              from webhook_delivery d
              join webhook_cursor c on c.company_id = d.company_id and c.webhook_id = d.webhook_id and c.epoch = d.epoch
             where d.company_id = (select current_company()) and d.webhook_id = %(webhook_id)s
               and d.event_id = %(event_id)s and d.epoch = {EPOCH} and d.state in ('dead', 'resend', 'discarded')""",  # noqa: S608 - own names
        {"webhook_id": webhook_id, "event_id": event_id},
    )
    return row["state"] if row else None


def count_dead_letters(reader: Reader, webhook_id: UUID) -> int:
    """How many dead letters wait for a decision."""
    row = reader.row(
        f"""select count(*) as letters from webhook_delivery d
              join webhook_cursor c on c.company_id = d.company_id and c.webhook_id = d.webhook_id and c.epoch = d.epoch
             where d.company_id = (select current_company()) and d.webhook_id = %(webhook_id)s and d.state = 'dead'
               and d.epoch = {EPOCH}
               and not exists (select from {{webhook_wish}} s
                                where s.webhook_id = d.webhook_id and s.position > c.obeyed
                                  and (s.event_id = d.event_id or s.event_id is null))""",  # noqa: S608 - own names
        {"webhook_id": webhook_id},
    )
    return int(row["letters"]) if row else 0
