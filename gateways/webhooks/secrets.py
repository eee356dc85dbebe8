"""Where the secrets of webhooks lie: with the company's other keys, wrapped by the installation's master key.

A secret is made when it is first needed, and destroyed when a later one has taken its place or the webhook is removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from aggregates.webhook import WebhookState, secret_id
from projections.base import Row
from projections.webhooks import webhook_secrets

if TYPE_CHECKING:
    from gateways.wiring import House


def secrets_in_force(house: House, hook: Row, now: datetime) -> list[bytes]:
    """The secrets that sign at an instant, the newest first."""
    return [house.keys.key(secret_id(hook["webhook_id"], number)) for number in _in_force(hook, now)]


def destroy_secrets(house: House, now: datetime) -> int:
    """Destroy every secret that is over in a company; how many it were."""
    over = [one for hook in webhook_secrets(house.reader) for one in _over(hook, now)]
    if not over:
        return 0
    with house.database.company(house.company_id) as connection:
        found = connection.execute(
            """select subject_id from subject_key
                where company_id = %s and subject_id = any(%s) and wrapped is not null""",
            (house.company_id, over),
        ).fetchall()
    for (key_id,) in found:
        house.keys.destroy(key_id)
    return len(found)


def _in_force(hook: Row, now: datetime) -> Iterator[int]:
    yield hook["secret_number"]
    if hook["old_secret_until"] is not None and now < hook["old_secret_until"]:
        yield hook["secret_number"] - 1


def _over(hook: Row, now: datetime) -> Iterator[UUID]:
    kept = set() if hook["state"] == WebhookState.REMOVED.value else set(_in_force(hook, now))
    for number in range(1, hook["secret_number"] + 1):
        if number not in kept:
            yield secret_id(hook["webhook_id"], number)
