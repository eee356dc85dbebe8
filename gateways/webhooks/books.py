"""The sender's books (registro degli invii): how far a webhook was sent, and what became of each fact.

They move by compare and set: of two senders at once the second finds that it was overtaken, and stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from psycopg.types.json import Jsonb

from gateways.postgres.database import Connection
from projections.base import Row
from projections.webhooks import DISCARD, sequence_at, wishes_after

if TYPE_CHECKING:
    from gateways.wiring import House

ANSWERS_KEPT = 5


class Overtaken(Exception):
    """Another sender has moved this webhook on."""


@dataclass
class Standing:
    """How far a webhook was sent; `attempts` at the fact at hand."""

    sequence: int
    obeyed: int
    failing_since: datetime | None
    rests_until: datetime | None
    attempts: int = 0


@dataclass(frozen=True)
class Try:
    """What came of one try, as the books keep it."""

    at: datetime
    status: int | None
    told: str

    def kept(self) -> dict[str, Any]:
        """As it stands in the table."""
        return {"at": self.at.isoformat(), "status": self.status, "told": self.told}


class Books:
    """The books of one webhook in the stream's present epoch."""

    def __init__(self, house: House, webhook_id: UUID) -> None:
        self._house = house
        self._webhook_id = webhook_id
        self._key = {"company": house.company_id, "webhook": webhook_id, "epoch": house.epoch}

    def standing(self, hook: Row) -> Standing:
        """Where it stands; opened at the webhook's first fact, and with a clean slate after somebody has looked."""
        begin = hook["from_sequence"] - 1 if hook["from_sequence"] else None
        if begin is None:
            begin = sequence_at(self._house.reader, hook["registered_position"])
        with self._house.database.company(self._house.company_id) as connection, connection.transaction():
            self._do(
                connection,
                """insert into webhook_cursor (company_id, webhook_id, epoch, sequence)
                   values (%(company)s, %(webhook)s, %(epoch)s, %(begin)s) on conflict do nothing""",
                begin=begin,
            )
            if hook["fresh_at"] is not None:
                self._forgive(connection, hook["fresh_at"])
            row = self._do(
                connection,
                """select c.sequence, c.obeyed, c.failing_since, c.rests_until, coalesce(max(d.attempts), 0)
                     from webhook_cursor c
                     left join webhook_delivery d
                       on (d.company_id, d.webhook_id, d.epoch) = (c.company_id, c.webhook_id, c.epoch)
                      and d.sequence > c.sequence
                    where (c.company_id, c.webhook_id, c.epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                    group by c.sequence, c.obeyed, c.failing_since, c.rests_until""",
            ).fetchone()
        assert row is not None
        return Standing(*row)

    def obey(self, standing: Standing) -> None:
        """Carry out what was decided about dead letters."""
        wishes = wishes_after(self._house.reader, self._webhook_id, standing.obeyed)
        if not wishes:
            return
        with self._house.database.company(self._house.company_id) as connection, connection.transaction():
            for wish in wishes:
                state = "discarded" if wish["wish"] == DISCARD else "resend"
                self._do(
                    connection,
                    """update webhook_delivery set state = %(state)s
                        where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                          and (event_id = %(event)s or %(event)s::uuid is null)
                          and (state in ('dead', 'resend') or state = 'discarded' and %(event)s::uuid is not null)""",
                    state=state,
                    event=wish["event_id"],
                )
            standing.obeyed = wishes[-1]["position"]
            self._do(
                connection,
                """update webhook_cursor set obeyed = greatest(obeyed, %(obeyed)s)
                    where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)""",
                obeyed=standing.obeyed,
            )

    def next_letter(self) -> int | None:
        """The first dead letter that is to be sent again: its sequence."""
        with self._house.database.company(self._house.company_id) as connection:
            row = self._do(
                connection,
                """select min(sequence) from webhook_delivery
                    where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                      and state = 'resend'""",
            ).fetchone()
        return row[0] if row else None

    def note_letter(self, sequence: int, state: str, tried: Try) -> None:
        """What came of a dead letter sent again."""
        with self._house.database.company(self._house.company_id) as connection:
            self._do(
                connection,
                """update webhook_delivery
                      set state = %(state)s, attempts = attempts + 1, last_at = %(at)s,
                          answers = jsonb_path_query_array(answers || %(answer)s, %(kept)s::jsonpath)
                    where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                      and sequence = %(sequence)s and state = 'resend'""",
                sequence=sequence,
                state=state,
                **_told(tried),
            )

    def skip(self, standing: Standing, sequence: int) -> None:
        """Nothing up to here was wanted. Raises `Overtaken`."""
        with self._house.database.company(self._house.company_id) as connection:
            self._move(connection, standing, sequence, standing.failing_since, standing.rests_until)

    def note(
        self,
        standing: Standing,
        event: dict[str, Any],
        state: str,
        tried: Try,
        failing_since: datetime | None = None,
        rests_until: datetime | None = None,
    ) -> None:
        """What came of the next fact; it is behind us unless it is `failing`. Raises `Overtaken`."""
        sequence = standing.sequence if state == "failing" else event["sequence"]
        with self._house.database.company(self._house.company_id) as connection, connection.transaction():
            self._move(connection, standing, sequence, failing_since, rests_until)
            self._do(
                connection,
                """insert into webhook_delivery as d (company_id, webhook_id, epoch, sequence, event_id, type, state,
                                                      attempts, answers, first_at, last_at)
                   values (%(company)s, %(webhook)s, %(epoch)s, %(sequence)s, %(event)s, %(type)s, %(state)s,
                           1, %(answer)s, %(at)s, %(at)s)
                   on conflict (company_id, webhook_id, epoch, sequence) do update
                   set state = excluded.state, attempts = d.attempts + 1, last_at = excluded.last_at,
                       answers = jsonb_path_query_array(d.answers || excluded.answers, %(kept)s::jsonpath)""",
                sequence=event["sequence"],
                event=UUID(event["id"]),
                type=event["type"],
                state=state,
                **_told(tried),
            )
        standing.attempts = standing.attempts + 1 if state == "failing" else 0

    def _move(
        self,
        connection: Connection,
        standing: Standing,
        sequence: int,
        failing_since: datetime | None,
        rests_until: datetime | None,
    ) -> None:
        moved = self._do(
            connection,
            """update webhook_cursor set sequence = %(to)s, failing_since = %(failing)s, rests_until = %(rests)s,
                      moved_at = clock_timestamp()
                where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                  and sequence = %(from)s""",
            **{"to": sequence, "from": standing.sequence, "failing": failing_since, "rests": rests_until},
        )
        if moved.rowcount != 1:
            raise Overtaken(str(self._webhook_id))
        standing.sequence, standing.failing_since, standing.rests_until = sequence, failing_since, rests_until

    def _forgive(self, connection: Connection, fresh_at: datetime) -> None:
        """Somebody has looked at it since it last moved: it is tried at once, and as often as at first."""
        forgiven = self._do(
            connection,
            """update webhook_cursor set failing_since = null, rests_until = null, moved_at = clock_timestamp()
                where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                  and moved_at < %(fresh)s""",
            fresh=fresh_at,
        )
        if forgiven.rowcount:
            self._do(
                connection,
                """update webhook_delivery set attempts = 0
                    where (company_id, webhook_id, epoch) = (%(company)s, %(webhook)s, %(epoch)s)
                      and state = 'failing'""",
            )

    def _do(self, connection: Connection, sql: str, **values: Any) -> Any:
        return connection.execute(sql.encode(), {**self._key, **values})


def forget_delivered(house: House, before: datetime) -> int:
    """Drop what was delivered before an instant from the books; how many rows it were."""
    with house.database.company(house.company_id) as connection:
        return connection.execute(
            """delete from webhook_delivery where company_id = %s and state in ('delivered', 'discarded')
                  and last_at < %s""",
            (house.company_id, before),
        ).rowcount


def _told(tried: Try) -> dict[str, Any]:
    return {"at": tried.at, "answer": Jsonb([tried.kept()]), "kept": f"$[last - {ANSWERS_KEPT - 1} to last]"}
