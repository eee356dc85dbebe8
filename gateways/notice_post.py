"""What every way of sending notices shares (invio): which are due now, and recording what became of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.notice import Notice, NoticeState
from aggregates.notice_terms import MailState, NoticeChannel
from commands.base import Command, Entry
from commands.notice import FAILED, LAPSE, LapseNotice, RecordNoticeFailed

if TYPE_CHECKING:
    from gateways.wiring import House

AT_ONCE = 100
LONGEST_REASON = 2000


class NotSent(Exception):
    """The message did not go out."""

    def __init__(self, reason: str, *, for_good: bool, lost_line: bool = False) -> None:
        super().__init__(reason)
        self.for_good, self.lost_line = for_good, lost_line


def waiting(
    house: House, channel: NoticeChannel, at: datetime, by: str, but: Collection[UUID] = ()
) -> Iterator[Notice]:
    """Notices of a channel due as the log has them now, for a view may lag behind; those too late lapse here."""
    rows = house.reader.rows(
        """select notice_id from {notice} where state = 'due' and channel = %(channel)s and due_at <= %(at)s
            order by due_at, notice_id limit %(limit)s""",
        {"at": at, "limit": AT_ONCE, "channel": channel.value},
    )
    for row in rows:
        if row["notice_id"] in but:
            continue
        notice = house.reader.record(row["notice_id"])
        if not isinstance(notice, Notice) or notice.state is not NoticeState.DUE or notice.due_at > at:
            continue
        if notice.use_by_at < at:
            record(house, LAPSE, LapseNotice(notice_id=notice.id), notice, at, by)
        else:
            yield notice


def tell_state(house: House, of: str, entry: Entry, state: MailState, at: datetime, by: str) -> None:
    """Tell people whether messages of a kind (`mail`, `texts`) go out, when that has changed."""
    row = house.reader.row("select value from {notice_setting} where name = %(of)s", {"of": of})
    if row is None or row["value"] != state:
        command_id = uuid5(house.company_id, f"{of}/{state}/{at.isoformat()}")
        house.desk.execute(entry, entry.command.model_validate({"state": state}), Act(by=by, at=at), command_id)


def record(house: House, entry: Entry, cmd: Command, notice: Notice, at: datetime, by: str) -> None:
    """Record what became of a notice; what is decided of one version of it is one command."""
    command_id = uuid5(notice.id, f"{entry.name}/{notice.version}")
    house.desk.execute(entry, cmd, Act(by=by, at=at), command_id)


def record_failure(house: House, notice: Notice, failure: NotSent, at: datetime, by: str) -> None:
    """Record that a message did not go out, and why."""
    reason = str(failure)[:LONGEST_REASON] or type(failure).__name__
    told = RecordNoticeFailed(notice_id=notice.id, reason=reason, for_good=failure.for_good)
    record(house, FAILED, told, notice, at, by)
