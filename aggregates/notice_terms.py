"""What a rule of notices says (regola di avviso): which happening, whom to tell, how, in which words.

A text names fields in braces, as in `{number}`; each happening knows its own. `{{` is a brace.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from string import Formatter
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.base import Refusal, require
from aggregates.values import Value

LONGEST_NAME, LONGEST_ADDRESS, MOST_RECIPIENTS = 200, 320, 200
UNKNOWN = "–"
"""What a field reads that nothing is known of."""


class Happening(StrEnum):
    """What somebody may be told of."""

    CALL_RECEIVED = "call_received"
    MAINTENANCE_ANNOUNCED = "maintenance_announced"
    TECHNICIAN_ASSIGNED = "technician_assigned"
    APPOINTMENT_PROPOSED = "appointment_proposed"
    APPOINTMENT_CONFIRMED = "appointment_confirmed"
    APPOINTMENT_MOVED = "appointment_moved"
    TECHNICIAN_DELAYED = "technician_delayed"
    VISIT_MISSED = "visit_missed"
    REPORT_READY = "report_ready"
    CALL_CLOSED = "call_closed"
    ESCALATION = "escalation"
    WORKSHOP_READY = "workshop_ready"
    VISIT_LOST = "visit_lost"
    QUOTE_EXPIRING = "quote_expiring"
    GOODS_DUE_BACK = "goods_due_back"
    GOODS_OVERDUE = "goods_overdue"
    PARTS_ARRIVED = "parts_arrived"
    PURCHASE_ORDER = "purchase_order"
    """An order sent by e-mail, once it is printed; by a rule, or by whoever mails it."""
    ACCOUNT_STATEMENT = "account_statement"
    """A statement of account sent by e-mail, by whoever mails it."""
    PAYMENT_REMINDER = "payment_reminder"
    """A reminder of payment sent by e-mail, by whoever mails it."""
    QUOTE_LINK = "quote_link"
    """Written as the link is made, by no rule."""
    QUOTE_CODE = "quote_code"
    """Written as the code is made, by no rule."""


class Whom(StrEnum):
    """Who is told, as seen from the call or other record; a contact is the customer's or, of an order, the supplier's.

    The owner answers for the call, or prepared the quote.
    """

    CALLER = "caller"
    CONTACT = "contact"
    TECHNICIAN = "technician"
    USUAL_TECHNICIAN = "usual_technician"
    OWNER = "owner"
    ROLE = "role"
    NAMED = "named"


CUSTOMERS = frozenset({Whom.CALLER, Whom.CONTACT})
"""Those of the customer's side: their hours and their wish not to be written to count."""


class NoticeChannel(StrEnum):
    """How a notice goes out; text messages wait where no provider is set."""

    EMAIL = "email"
    SMS = "sms"


class MailState(StrEnum):
    """Whether this installation can send e-mail, or text messages."""

    READY = "ready"
    NOT_CONFIGURED = "not_configured"
    UNREACHABLE = "unreachable"


COMMON = frozenset({"company", "recipient", "number", "fault", "customer", "site", "town", "technician", "reference"})
VISIT = frozenset({"starts", "ends"})
RECORD = frozenset({"company", "recipient", "number", "customer", "site", "town"})
MAILED = frozenset({"company", "recipient", "number", "customer"})
FIELDS: Mapping[Happening, frozenset[str]] = {
    Happening.CALL_RECEIVED: COMMON,
    Happening.MAINTENANCE_ANNOUNCED: COMMON | {"by"},
    Happening.TECHNICIAN_ASSIGNED: COMMON | VISIT,
    Happening.APPOINTMENT_PROPOSED: COMMON | {"times"},
    Happening.APPOINTMENT_CONFIRMED: COMMON | VISIT,
    Happening.APPOINTMENT_MOVED: COMMON | VISIT | {"previous_starts"},
    Happening.TECHNICIAN_DELAYED: COMMON | VISIT | {"previous_starts"},
    Happening.VISIT_MISSED: COMMON | VISIT | {"reason"},
    Happening.REPORT_READY: COMMON,
    Happening.CALL_CLOSED: COMMON | {"solution"},
    Happening.WORKSHOP_READY: COMMON | {"place"},
    Happening.ESCALATION: COMMON | {"clock", "level", "due", "note"},
    Happening.VISIT_LOST: COMMON | VISIT | {"reason"},
    Happening.QUOTE_EXPIRING: RECORD | {"subject", "until"},
    Happening.GOODS_DUE_BACK: RECORD | {"subject", "until"},
    Happening.GOODS_OVERDUE: RECORD | {"subject", "until"},
    Happening.PARTS_ARRIVED: COMMON | {"order"},
    Happening.PURCHASE_ORDER: RECORD,
    Happening.ACCOUNT_STATEMENT: MAILED,
    Happening.PAYMENT_REMINDER: MAILED,
    Happening.QUOTE_LINK: COMMON,
    Happening.QUOTE_CODE: COMMON,
}
"""The fields that a text about a happening may name."""


WEEK = 7 * 24 * 60
USE_BY: Mapping[Happening, int] = {Happening.TECHNICIAN_DELAYED: 240, Happening.ESCALATION: 1440}
"""Minutes after which telling is of no use, where it is not a week; customers' hours may take a long weekend of it."""


class NoticeFieldUnknown(Refusal):
    """The {part} in {language} names {field} at character {place}; it may name {known}."""

    status = 422


class NoticeTextBroken(Refusal):
    """The {part} in {language} has a brace without its pair; close it, or write it twice where a brace is meant."""

    status = 422


class NoticeText(Value):
    """Subject and text in one language."""

    language: str = Field(default="it", pattern=r"^[a-z]{2}$", examples=["it"])
    subject: str = Field(min_length=1, max_length=200, pattern=r"^[^\r\n]*$", examples=["Chiamata {number}"])
    text: str = Field(min_length=1, max_length=5000, examples=["Abbiamo ricevuto la chiamata {number}: {fault}."])

    def check(self, happening: Happening) -> None:
        """Raises `NoticeFieldUnknown`, `NoticeTextBroken`."""
        for part in ("subject", "text"):
            self._check_part(part, FIELDS[happening])

    def _check_part(self, part: str, known: frozenset[str]) -> None:
        text: str = getattr(self, part)
        try:
            named = list(Formatter().parse(text))
        except ValueError as error:
            raise NoticeTextBroken(part=part, language=self.language) from error
        for _, field, spec, conversion in named:
            if field is None:
                continue
            said = {"part": part, "language": self.language, "field": field, "known": ", ".join(sorted(known))}
            is_known = field in known and not spec and conversion is None
            require(is_known, NoticeFieldUnknown, place=text.replace("{{", "  ").index("{" + field) + 1, **said)

    def rendered(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and text with their values; a subject is one line whatever the values hold."""
        told = _Told(values)
        return " ".join(self.subject.format_map(told).split()), self.text.format_map(told)


class _Told(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


class Addressee(Value):
    """Somebody to tell."""

    whom: Whom
    role: str | None = Field(default=None, description="Of our users, or the customer's contacts; left out, any.")

    @model_validator(mode="after")
    def _role_is_said(self) -> Self:
        if self.whom is Whom.ROLE and self.role is None:
            raise ValueError("say which role")
        return self


class NoticeRule(Value):
    """When this happens, these are told in this way."""

    code: str = Field(min_length=1, max_length=30, examples=["CHIUSURA"])
    happening: Happening
    to: tuple[Addressee, ...] = Field(min_length=1)
    channel: NoticeChannel = NoticeChannel.EMAIL
    texts: tuple[NoticeText, ...] = Field(default=(), description="Left out, the Italian text we ship.")
    use_by_minutes: int | None = Field(
        default=None,
        ge=1,
        le=527_040,
        description="Minutes after the happening, later nothing is sent; left out, four hours for a delay, a day for "
        "an escalation, the day itself for a day to come, a week otherwise.",
    )
    late_after_minutes: int = Field(
        default=30, ge=0, le=1440, description="Of a delay: minutes after the planned start without an arrival."
    )
    days_before: int = Field(
        default=3, ge=0, le=366, description="Of quotes and lent goods: days before their last day, at seven."
    )

    @property
    def useful_minutes(self) -> int:
        """How long after the happening it is still worth telling."""
        return self.use_by_minutes or USE_BY.get(self.happening, WEEK)

    def check(self) -> None:
        """Raises `NoticeFieldUnknown`, `NoticeTextBroken`."""
        for text in self.texts:
            text.check(self.happening)

    def text_in(self, language: str) -> NoticeText | None:
        """The rule's text in a language, else in Italian; None where the shipped one serves."""
        by_language = {text.language: text for text in self.texts}
        return by_language.get(language) or by_language.get("it")


class Recipient(Value):
    """A person with an address, as a duty found them."""

    whom: Whom
    person_id: UUID
    name: str = Field(max_length=LONGEST_NAME)
    address: str = Field(min_length=1, max_length=LONGEST_ADDRESS, examples=["anna@example.it"])
    language: str = Field(default="it", pattern=r"^[a-z]{2}$", examples=["it"])
