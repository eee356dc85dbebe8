"""How far each topic has got with each company's public stream, and setting that back (ripetizione del flusso).

A cursor belongs to one topic and one epoch. It is moved only from where it was read, so that a relay that was overtaken
neither takes it back nor undoes what an administrator has set.
"""

from __future__ import annotations

from gateways.postgres.database import Database
from gateways.public_feed import PublicFeed


class AheadOfStream(Exception):
    """The topic would skip events: its place can be set back, not forward."""


class RelayCursors:
    """The cursors of one topic."""

    def __init__(self, database: Database, topic: str) -> None:
        self._database = database
        self._topic = topic

    def of(self, feed: PublicFeed) -> int:
        """The last sequence that was sent; 0 when nothing was."""
        with self._database.company(feed.company_id) as connection:
            row = connection.execute(
                "select sequence from relay_cursor where company_id = %s and relay = %s",
                (feed.company_id, self._name(feed)),
            ).fetchone()
        return row[0] if row else 0

    def move(self, feed: PublicFeed, before: int, after: int) -> None:
        """Note that everything up to `after` is sent; nothing where the cursor no longer stands at `before`."""
        with self._database.company(feed.company_id) as connection:
            connection.execute(
                """insert into relay_cursor as c (company_id, relay, sequence) values (%s, %s, %s)
                   on conflict (company_id, relay) do update
                   set sequence = excluded.sequence, moved_at = clock_timestamp() where c.sequence = %s""",
                (feed.company_id, self._name(feed), after, before),
            )

    def set_back(self, feed: PublicFeed, replay_from: int) -> int:
        """Let everything from a sequence on be sent again; how many that are now. Raises `AheadOfStream`.

        A topic that has sent nothing yet begins there: whoever reads it must have dealt with what came before.
        """
        head, wanted = feed.head(), replay_from - 1
        with self._database.company(feed.company_id) as connection:
            row = connection.execute(
                "select sequence from relay_cursor where company_id = %s and relay = %s for update",
                (feed.company_id, self._name(feed)),
            ).fetchone()
            if wanted < 0 or wanted > (row[0] if row else head):
                raise AheadOfStream
            connection.execute(
                """insert into relay_cursor (company_id, relay, sequence) values (%s, %s, %s)
                   on conflict (company_id, relay) do update
                   set sequence = excluded.sequence, moved_at = clock_timestamp()""",
                (feed.company_id, self._name(feed), wanted),
            )
        return head - wanted

    def _name(self, feed: PublicFeed) -> str:
        return f"kafka:{self._topic}:{feed.epoch}"
