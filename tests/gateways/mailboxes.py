"""A mail server of our own on a real socket, that keeps what it is given and refuses what it is told to."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

SPEAKS: dict[str, Any] = {"server_hostname": "mail.example.it"}


@dataclass
class Mailbox:
    """What a mail server took, and what it answers to some addresses."""

    port: int
    taken: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - the server calls it so
        """The answer to an address."""
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - the server calls it so
        """Every message is kept."""
        self.taken.append(envelope)
        return "250 Taken"

    @property
    def messages(self) -> list[EmailMessage]:
        """The messages taken, in their order."""
        return [_message(each) for each in self.taken]

    @contextmanager
    def open(self, **fields: Any) -> Iterator[Mailbox]:
        """The server answers inside; before and after, nobody listens at its port."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **SPEAKS, **fields)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def _message(envelope: Envelope) -> EmailMessage:
    content = envelope.original_content or b""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
