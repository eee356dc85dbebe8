"""Carrying out a device's commands (coda del dispositivo): each by itself, with what the device is to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import PersistenceError
from psycopg_pool import PoolTimeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from aggregates.base import Act, Refusal, require
from aggregates.call_refusals import ActivityUnknown, NothingToReport, PartUnknown, ReportUnknown, RevisionPassed
from aggregates.device_conflict import Advice, DeviceCommand, device_conflict_id
from aggregates.values import Instant
from commands.base import CommandIdReused, Entry, NotFound
from commands.catalog import BY_NAME as COMMANDS
from commands.device_conflict import RAISE, RaiseDeviceConflict
from gateways.http.auth import Caller, check_role
from gateways.http.limits import ValuesUnusable, check_values
from gateways.http.own_only import own_command
from gateways.http.problems import DatabaseAway, InternalError, InvalidRequest, RoleMissing
from gateways.http.requests import EARLY
from gateways.labels import sentence
from gateways.logs import correlation_id, log
from gateways.wiring import House

MOST_COMMANDS = 200
POSITION = "share-position"
SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=366)
LONGEST_WAIT = timedelta(days=7)
"""So long after it happened a command waits for what it builds on; then it is a conflict."""
OF_TECHNICIANS = frozenset({"record-arrival", "perform-activity", "use-part", "report-work"})
"""Commands that are told whose device sends them."""
MISSING: tuple[type[Refusal], ...] = (ActivityUnknown, NothingToReport, PartUnknown, ReportUnknown, NotFound)
"""What something says whose predecessor has not arrived."""
AWAY = (psycopg.Error, PersistenceError, PoolTimeout)


class CommandUnknown(Refusal):
    """There is no command {name}; the device's program is too old or too new."""

    status = 404


class DeviceClockAhead(Refusal):
    """The device's clock is ahead; set it and send the command again."""

    status = 422


class DeviceClockBehind(Refusal):
    """By the device's clock this happened more than a year ago; record it by hand if that is true."""

    status = 422


class SentCommand(BaseModel):
    """One command from a device's queue."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: UUID
    name: str = Field(max_length=60, pattern=r"^[a-z][a-z0-9-]*$", examples=["perform-activity"])
    at: Instant = Field(description="When it happened, by the device's clock.")
    why: str | None = Field(default=None, max_length=1000)
    after: tuple[UUID, ...] = Field(default=(), max_length=50, description="Commands of the device it builds on.")
    fields: dict[str, Any] = Field(description="As the command takes them, those of its address included.")


class DeviceBatch(BaseModel):
    """What a device has in its queue, or a part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    device_id: str = Field(max_length=60, pattern=r"^[A-Za-z0-9._:-]+$", examples=["tablet-07"])
    sent_at: Instant | None = Field(default=None, description="By the device's clock: how wrong it is, is noted.")
    commands: tuple[SentCommand, ...] = Field(min_length=1, max_length=MOST_COMMANDS)


@dataclass(frozen=True)
class Taking:
    """One batch at work."""

    house: House
    caller: Caller
    batch: DeviceBatch
    now: datetime
    language: str
    technician_id: UUID | None

    @property
    def skew_seconds(self) -> int | None:
        """How far the device's clock is ahead, where that is known."""
        return round((self.batch.sent_at - self.now).total_seconds()) if self.batch.sent_at else None

    def answers(self) -> list[dict[str, Any]]:
        """What becomes of each command. Those that wait are looked at again as long as others get through."""
        told: dict[int, dict[str, Any]] = {}
        waiting = dict(enumerate(self.batch.commands))
        while waiting:
            told |= {n: self._answer(sent) for n, sent in waiting.items()}
            still = {n: sent for n, sent in waiting.items() if told[n]["outcome"] == "wait"}
            if len(still) == len(waiting):
                break
            waiting = still
        return [told[n] for n in sorted(told)]

    def _answer(self, sent: SentCommand) -> dict[str, Any]:
        try:
            return {"command_id": sent.command_id, **self._taken(sent)}
        except AWAY as error:
            log.error("database error", error=str(error), command=sent.name)
            return self._again(sent, DatabaseAway())
        except Exception:
            log.exception("unexpected error", command=sent.name, device=self.batch.device_id)
            return self._again(sent, InternalError(correlation_id=correlation_id.get()))

    def _taken(self, sent: SentCommand) -> dict[str, Any]:
        awaited = [str(one) for one in sent.after if not is_settled(self.house, one)]
        if awaited:
            return {"outcome": "wait", "awaited": awaited}
        try:
            return self._carried_out(sent)
        except ValidationError as error:
            findings = [".".join(map(str, one["loc"])) for one in error.errors(include_url=False, include_input=False)]
            return self._refused(sent, InvalidRequest(fields=findings), Advice.DISCARD)
        except (ValuesUnusable, ValueError, ArithmeticError):
            return self._refused(sent, InvalidRequest(), Advice.DISCARD)
        except Refusal as refusal:
            if refusal.status == 503 or isinstance(refusal, DeviceClockAhead):
                return self._again(sent, refusal)
            if self._may_come(sent, refusal):
                return {"outcome": "wait", "awaited": [], "code": refusal.code()}
            return self._refused(sent, refusal, advice_on(refusal))

    def _carried_out(self, sent: SentCommand) -> dict[str, Any]:
        require(sent.at <= self.now + EARLY, DeviceClockAhead)
        require(sent.at >= self.now - OLDEST, DeviceClockBehind)
        check_values(sent.model_copy(update={"fields": {}}))
        entry = entry_of(sent.name)
        check_role(self.caller, entry.roles)
        metadata = {"actor": self.caller.user_id, "correlation": correlation_id.get(), "device": self.batch.device_id}
        if self.skew_seconds is not None and abs(self.skew_seconds) > SKEW.total_seconds():
            metadata["clock_skew_seconds"] = str(self.skew_seconds)
        cmd = entry.command.model_validate(self._told(sent))
        check_values(cmd)
        cmd = own_command(entry, cmd, sent.command_id, self.caller, self.house)
        act = Act(by=f"user:{self.caller.user_id}", at=sent.at, why=sent.why)
        done = self.house.desk.execute(entry, cmd, act, sent.command_id, metadata=metadata)
        outcome = "repeated" if done.repeated else "accepted"
        return {"outcome": outcome, "result": done.result, "position": done.position}

    def _told(self, sent: SentCommand) -> dict[str, Any]:
        whose = {"as_technician_id": self.technician_id} if sent.name in OF_TECHNICIANS and self.technician_id else {}
        return {**sent.fields, **whose}

    def _may_come(self, sent: SentCommand, refusal: Refusal) -> bool:
        """Whether what is missing may still be in the device's queue."""
        ahead = isinstance(refusal, RevisionPassed) and _int(sent.fields.get("revision")) > refusal.values["current"]
        is_recent = self.now - sent.at <= LONGEST_WAIT
        return (ahead or isinstance(refusal, MISSING)) and not sent.after and is_recent

    def _again(self, sent: SentCommand, refusal: Refusal) -> dict[str, Any]:
        return {"command_id": sent.command_id, "outcome": "retry", **self._said(refusal)}

    def _refused(self, sent: SentCommand, refusal: Refusal, advice: Advice) -> dict[str, Any]:
        if sent.name == POSITION:  # a conflict would keep the coordinates for longer than may be (R10.3)
            told = {"what_to_do": Advice.DISCARD.value, "conflict_id": None}
            return {"outcome": "refused", **told, **self._said(refusal)}
        command = DeviceCommand(
            device_id=self.batch.device_id,
            command_id=sent.command_id,
            name=sent.name,
            happened_at=sent.at,
            user_id=self.caller.user_id,
            record_id=uuid_of(sent.fields.get("call_id")),
            fields=to_json(self._told(sent)).decode(),
        )
        asked = RaiseDeviceConflict(
            command=command, code=refusal.code(), sentence=sentence(refusal, "it"), advice=advice
        )
        act = Act(by=f"user:{self.caller.user_id}", at=self.now)
        kept = self.house.desk.execute(RAISE, asked, act).result
        what_to_do = Advice.DISCARD if kept["settled"] else advice
        return {
            "outcome": "refused",
            "what_to_do": what_to_do.value,
            "conflict_id": kept["conflict_id"],
            **self._said(refusal),
        }

    def _said(self, refusal: Refusal) -> dict[str, Any]:
        return {"code": refusal.code(), "detail": sentence(refusal, self.language)}


def entry_of(name: str) -> Entry:
    """The command of this name. Raises `CommandUnknown`."""
    require(name in COMMANDS, CommandUnknown, name=name)
    return COMMANDS[name]


def is_settled(house: House, command_id: UUID) -> bool:
    """Whether a command was carried out, or refused and kept as a conflict."""
    earlier, conflict = house.log.begin(command_id, device_conflict_id(command_id))
    return earlier is not None or bool(conflict)


def advice_on(refusal: Refusal) -> Advice:
    """What a device does with a refused command: what its user may not do, or no program can read, is given up."""
    given_up = (RoleMissing, CommandUnknown, CommandIdReused)
    return Advice.DISCARD if isinstance(refusal, given_up) else Advice.ASK_DISPATCHER


def uuid_of(value: Any) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def _int(value: Any) -> int:
    return value if isinstance(value, int) else 0
