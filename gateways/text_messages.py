"""Sends notices as text messages (SMS): hands each to a provider over HTTP, then records what became of it.

Providers differ in their JSON: the settings hold the address, a bearer secret and the body's pattern. A message goes
out at least once; its notice's id goes with it as `Idempotency-Key`, so that a provider that knows it sends it once. A
provider that cannot be reached or does not let us in spends no attempt: what is due waits, and lapses at its use-by.
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aggregates.notice import Notice
from aggregates.notice_terms import MailState, NoticeChannel
from aggregates.values import ERASED
from commands.notice import SENT, RecordNoticeSent
from commands.notice_rules import FIND_TEXTS
from gateways.documents.issuer import AWAY
from gateways.logs import log
from gateways.notice_post import NotSent, record, record_failure, tell_state, waiting
from gateways.outward import NotPublic, Said, destination, post
from gateways.settings import Settings

if TYPE_CHECKING:
    from gateways.wiring import House

SYSTEM = "system:text-messages"
LIMIT_S = 15.0
PAUSE_S = 30.0
"""How long a provider that could not be reached is left alone."""
MOST_BYTES = 4_096
TOLD = 300
OK = range(200, 300)
NOT_LET_IN = (401, 403, 404, 405)
"""The fault of our settings: put right, everything goes."""
LATER = (408, 425, 429)
FIELDS = ("to", "text", "id", "sender")


class TextSettingsWrong(Exception):
    """LIBRETTO_SMS_BODY is no JSON object, or its texts name other fields than {to}, {text}, {id} and {sender}."""


class ProviderAway(Exception):
    """The provider cannot be reached or does not let us in."""


class TextSender:
    """Sends what is due, of any company; remembers only when the provider was last away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pattern = _pattern(settings.sms_body)
        self._away_until = 0.0
        self._left_alone: set[UUID] = set()

    def tick(self, house: House, now: datetime | None = None) -> int:
        """Send what is due, at most a hundred at once; the number of messages that the provider took."""
        at = now or datetime.now(UTC)
        due = list(waiting(house, NoticeChannel.SMS, at, SYSTEM, self._left_alone))
        if not due or time.monotonic() < self._away_until:
            return 0
        if self._settings.sms_url is None:
            return self._found(house, MailState.NOT_CONFIGURED, at)
        try:
            sent = self._send_all(house, due, at)
        except ProviderAway as error:
            log.warning("provider of text messages away", error=str(error))
            self._away_until = time.monotonic() + PAUSE_S
            return self._found(house, MailState.UNREACHABLE, at)
        self._found(house, MailState.READY, at)
        return sent

    def _found(self, house: House, state: MailState, at: datetime) -> int:
        tell_state(house, "texts", FIND_TEXTS, state, at, SYSTEM)
        return 0

    def _send_all(self, house: House, notices: list[Notice], at: datetime) -> int:
        sent = 0
        for notice in notices:
            if notice.address == ERASED:  # they were forgotten before it went out (R10.4)
                continue
            try:
                self._hand_over(notice)
                message_id = f"sms:{notice.id}"
                told = RecordNoticeSent(notice_id=notice.id, message_id=message_id)
                record(house, SENT, told, notice, at, SYSTEM)
                sent += 1
            except NotSent as failure:
                record_failure(house, notice, failure, at, SYSTEM)
            except (ProviderAway, *AWAY):
                raise
            except Exception:
                # It may have gone out: trying again every few seconds would flood somebody's telephone.
                log.exception("text message left alone until the next start", notice=str(notice.id))
                self._left_alone.add(notice.id)
        return sent

    def _hand_over(self, notice: Notice) -> None:
        """Give the provider a message. Raises `NotSent` with what it answered, `ProviderAway`."""
        to = international(notice.address or "", self._settings.sms_prefix)
        if to is None:
            raise NotSent("the number is not one", for_good=True)
        values = {
            "to": to,
            "text": (notice.text or "").strip(),
            "id": str(notice.id),
            "sender": self._settings.sms_sender or "",
        }
        said = self._post(json.dumps(filled(self._pattern, values), ensure_ascii=False).encode(), str(notice.id))
        if said.status in OK:
            return
        if said.status in NOT_LET_IN:
            raise ProviderAway(f"answered {said.status}")
        is_refused = 400 <= said.status < 500 and said.status not in LATER
        raise NotSent(f"{said.status} {_one_line(said.body)}".strip(), for_good=is_refused)

    def _post(self, body: bytes, the_id: str) -> Said:
        settings = self._settings
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": the_id}
        if settings.sms_token is not None:
            headers["Authorization"] = f"Bearer {settings.sms_token.get_secret_value()}"
        trust = str(settings.sms_ca_file) if settings.sms_ca_file else None
        try:
            to = destination(settings.sms_url or "", nearby=settings.sms_nearby)
            return post(to, body, headers, limit_s=LIMIT_S, most_bytes=MOST_BYTES, trust=trust)
        except (OSError, NotPublic, http.client.HTTPException) as error:
            raise ProviderAway(str(error) or repr(error)) from error


def international(number: str, prefix: str) -> str | None:
    """A telephone number as providers take it, `+39…`; None where it is none."""
    number = re.sub(r"\(0\)", "", number.strip())
    digits = re.sub(r"\D", "", number)
    if number.startswith("00"):
        digits, is_whole = digits[2:], True
    else:
        is_whole = number.startswith("+")
    whole = digits if is_whole else prefix.lstrip("+") + digits
    return f"+{whole}" if len(digits) >= 5 and len(whole) <= 15 else None


def filled(pattern: Any, values: Mapping[str, str]) -> Any:
    """A JSON pattern with its fields filled in; a text stays a text whatever the values hold."""
    if isinstance(pattern, dict):
        return {key: filled(value, values) for key, value in pattern.items()}
    if isinstance(pattern, list):
        return [filled(value, values) for value in pattern]
    if isinstance(pattern, str):
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], pattern)
    return pattern


def _pattern(body: str) -> Any:
    """The settings' pattern. Raises `TextSettingsWrong`."""
    try:
        pattern = json.loads(body)
        filled(pattern, dict.fromkeys(FIELDS, ""))
    except (ValueError, KeyError) as error:
        raise TextSettingsWrong(TextSettingsWrong.__doc__) from error
    if not isinstance(pattern, dict):
        raise TextSettingsWrong(TextSettingsWrong.__doc__)
    return pattern


def _one_line(body: bytes) -> str:
    return " ".join(body.decode(errors="replace").split())[:TOLD]
