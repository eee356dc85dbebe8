"""NoticeRules (regole degli avvisi): of what the company tells whom, and which customers want no notices (CAL-7)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.natural_key import KEYS
from aggregates.notice_terms import CUSTOMERS, Addressee, MailState, NoticeRule, NoticeText, Whom
from aggregates.notice_texts import SHIPPED

__all__ = ["Addressee", "NoticeRule", "NoticeRules", "notice_rules_id"]


class NoticeRuleUnknown(Refusal):
    """There is no rule of notices {code}; look at the company's rules."""

    status = 404


def notice_rules_id() -> UUID:
    """The id of the one set of rules of a company."""
    return uuid5(KEYS, "notice-rules")


class NoticeRules(Aggregate):
    """The company's rules by code, the hours in which customers are written to, and customers left in peace."""

    TOPIC = "notice-rules"

    class Begun(FirstEvent):
        """The company begins to tell people by itself."""

        TOPIC = "notice-rules.begun.v1"

    class RuleSet(Aggregate.Event):
        """A rule holds, or holds otherwise, for what happens after `act.at`."""

        TOPIC = "notice-rules.rule-set.v1"
        rule: NoticeRule

    class RuleDropped(Aggregate.Event):
        """The rule holds no longer; notices written stay."""

        TOPIC = "notice-rules.rule-dropped.v1"
        code: str

    class CustomerHoursSet(Aggregate.Event):
        """Customers are written to only while this calendar is open; without one, at any time."""

        TOPIC = "notice-rules.customer-hours-set.v1"
        calendar_code: str | None

    class CustomerExcepted(Aggregate.Event):
        """A customer wants no notices at all, or none of some rules; with neither, all of them again."""

        TOPIC = "notice-rules.customer-excepted.v1"
        customer_id: UUID
        everything: bool
        rules: tuple[str, ...]

    class MailFound(Aggregate.Event):
        """Whether this installation can send e-mail, as the sending part found it when notices were waiting."""

        TOPIC = "notice-rules.mail-found.v1"
        state: MailState

    class TextsFound(Aggregate.Event):
        """Whether this installation can send text messages, found when some were waiting."""

        TOPIC = "notice-rules.texts-found.v1"
        state: MailState

    # Decide

    @classmethod
    def begin_with(cls, act: Act) -> NoticeRules:
        """Begin the company's rules."""
        return cls.begin(cls.Begun, id=notice_rules_id(), act=act)

    def set_rule(self, rule: NoticeRule, act: Act) -> None:
        """Let a rule hold from now on; the same again records nothing.

        Raises `NoticeFieldUnknown` and `NoticeTextBroken` for a text that could not be filled in.
        """
        rule.check()
        if self.rules.get(rule.code) != rule:
            self.trigger_event(self.RuleSet, act=act, rule=rule)

    def drop_rule(self, code: str, act: Act) -> None:
        """Let a rule hold no longer. Raises `NoticeRuleUnknown` for one that never was."""
        if code in self.dropped:
            return
        require(code in self.rules, NoticeRuleUnknown, code=code)
        self.trigger_event(self.RuleDropped, act=act, code=code)

    def set_customer_hours(self, calendar_code: str | None, act: Act) -> None:
        """Write to customers only in the hours of a calendar; the same again records nothing."""
        if self.customer_hours != calendar_code:
            self.trigger_event(self.CustomerHoursSet, act=act, calendar_code=calendar_code)

    def except_customer(self, customer_id: UUID, everything: bool, rules: tuple[str, ...], act: Act) -> None:
        """Leave a customer in peace, wholly or for some rules; the same again records nothing."""
        told = (everything, tuple(sorted(set(rules))))
        if self.exceptions.get(customer_id, (False, ())) != told:
            self.trigger_event(
                self.CustomerExcepted, act=act, customer_id=customer_id, everything=everything, rules=told[1]
            )

    def find_mail(self, state: MailState, act: Act) -> None:
        """Note whether e-mail can be sent; the same again records nothing."""
        if self.mail is not state:
            self.trigger_event(self.MailFound, act=act, state=state)

    def find_texts(self, state: MailState, act: Act) -> None:
        """Note whether text messages can be sent; the same again records nothing."""
        if self.texts is not state:
            self.trigger_event(self.TextsFound, act=act, state=state)

    # Answers

    def rule(self, code: str) -> NoticeRule:
        """The rule with this code. Raises `NoticeRuleUnknown`."""
        require(code in self.rules, NoticeRuleUnknown, code=code)
        return self.rules[code]

    def is_unwanted(self, code: str, whom: Whom, customer_id: UUID | None) -> bool:
        """Whether a customer's people are not to be told by a rule."""
        if whom not in CUSTOMERS or customer_id is None:
            return False
        everything, rules = self.exceptions.get(customer_id, (False, ()))
        return everything or code in rules

    def text(self, code: str, language: str) -> NoticeText:
        """The words of a rule in a language, else in Italian. Raises `NoticeRuleUnknown`."""
        rule = self.rule(code)
        return rule.text_in(language) or SHIPPED[rule.happening]

    # Evolve

    @event(Begun)
    def __init__(self) -> None:
        self.rules: Mapping[str, NoticeRule] = {}
        self.dropped: frozenset[str] = frozenset()
        self.customer_hours: str | None = None
        self.exceptions: Mapping[UUID, tuple[bool, tuple[str, ...]]] = {}
        self.mail: MailState | None = None
        self.texts: MailState | None = None

    @event(RuleSet)
    def _rule_set(self, rule: NoticeRule) -> None:
        self.rules = {**self.rules, rule.code: rule}
        self.dropped = self.dropped - {rule.code}

    @event(RuleDropped)
    def _rule_dropped(self, code: str) -> None:
        self.rules = {key: rule for key, rule in self.rules.items() if key != code}
        self.dropped = self.dropped | {code}

    @event(CustomerHoursSet)
    def _customer_hours_set(self, calendar_code: str | None) -> None:
        self.customer_hours = calendar_code

    @event(CustomerExcepted)
    def _customer_excepted(self, customer_id: UUID, everything: bool, rules: tuple[str, ...]) -> None:
        self.exceptions = {**self.exceptions, customer_id: (everything, rules)}

    @event(MailFound)
    def _mail_found(self, state: MailState) -> None:
        self.mail = state

    @event(TextsFound)
    def _texts_found(self, state: MailState) -> None:
        self.texts = state
