"""A technician's devices (dispositivi): they keep commands while there is no signal, and send them when there is."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from starlette.testclient import TestClient

from tests.commands.calls import GINO
from tests.dsl import Company
from tests.gateways.http.visitors import Visitor, token_of


def named(name: str) -> UUID:
    """The id of something a device makes: the same whenever the day is played again."""
    return uuid5(NAMESPACE_URL, name)


def technician(client: TestClient, company: Company, technician_id: UUID | None = GINO) -> Visitor:
    """A user who is a technician."""
    email = f"{uuid4().hex[:8]}@example.it"
    who: dict[str, Any] = {
        "email": email,
        "name": "Gino Bianchi",
        "roles": ["technician"],
        "technician_id": technician_id,
    }
    user_id = UUID(company.do("register-user", **who)["user_id"])
    company.fold()
    return Visitor(client, company, user_id, email, token_of(company, user_id, "technician"))


def sent(key: str, name: str, at: str, /, *after: str, **fields: Any) -> dict[str, Any]:
    """One command of a device's queue."""
    built_on = [str(named(one)) for one in after]
    return {"command_id": str(named(key)), "name": name, "at": f"{at}+01:00", "after": built_on, "fields": fields}


def send(who: Visitor, *commands: dict[str, Any], device: str = "tablet-07") -> list[dict[str, Any]]:
    """A batch; the answers."""
    who.company.fold()
    answer = who.post("/device-batches", {"device_id": device, "commands": list(commands)})
    assert answer.status_code == 200, answer.text
    answers: list[dict[str, Any]] = answer.json()["answers"]
    assert [one["command_id"] for one in answers] == [one["command_id"] for one in commands]
    return answers


@dataclass
class Device:
    """A device with a queue and a bad connection."""

    name: str
    who: Visitor
    chance: random.Random
    queue: list[dict[str, Any]] = field(default_factory=list)

    def try_to_send(self) -> None:
        """Send some of the queue in some order, some of it twice; the answer may get lost."""
        some = [one for one in self.queue if self.chance.random() < 0.5] or self.queue[-1:]
        twice = [one for one in some if self.chance.random() < 0.2]
        batch = some + twice
        self.chance.shuffle(batch)
        answers = send(self.who, *batch, device=self.name)
        if self.chance.random() < 0.3:
            return
        done = {one["command_id"] for one in answers if one["outcome"] in ("accepted", "repeated")}
        assert all(one["outcome"] in ("accepted", "repeated", "wait") for one in answers), answers
        self.queue = [one for one in self.queue if one["command_id"] not in done]
