"""AccountStatement (estratto conto): a customer's account over a period, frozen as it was sent.

There is one for each customer, period and currency. Issued again with the same figures it is the same paper; with
others it is a new revision, and the earlier one stays as it was sent.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.rules.account import Account, total
from aggregates.values import rome_date

STATEMENTS = UUID("b0b9d2a4-6f0c-5f3e-8a41-5d0a4c1e7f02")


class AccountPeriodAhead(Refusal):
    """The period ends on {to_on}, which is still to come; end it today at the latest."""

    status = 422


class AccountDoesNotAdd(Refusal):
    """The movements do not lead from the opening to the closing balance; ask for the statement again in a moment."""


def account_statement_id(customer_id: UUID, from_on: date, to_on: date, currency: str) -> UUID:
    """The stream of the statement of a customer's account over a period."""
    return uuid5(STATEMENTS, f"{customer_id}/{from_on}/{to_on}/{currency}")


class AccountStatement(Aggregate):
    """A customer's account over a period, and what of it was sent."""

    TOPIC = "account-statement"

    class Issued(FirstEvent):
        """The statement goes to the customer; its figures are frozen."""

        TOPIC = "account-statement.issued.v1"
        customer_id: UUID
        customer_code: str
        currency: str
        account: Account
        dated_on: date

    class IssuedAgain(Aggregate.Event):
        """The figures changed since: a new revision goes to the customer."""

        TOPIC = "account-statement.issued-again.v1"
        revision: int
        account: Account
        dated_on: date

    # Decide

    @classmethod
    def issue(
        cls, customer_id: UUID, customer_code: str, currency: str, account: Account, act: Act
    ) -> AccountStatement:
        """Freeze an account over its period. Raises `AccountPeriodAhead`, `AccountDoesNotAdd`."""
        _require_sound(account, act)
        return cls.begin(
            cls.Issued,
            id=account_statement_id(customer_id, account.from_on, account.to_on, currency),
            act=act,
            customer_id=customer_id,
            customer_code=customer_code,
            currency=currency,
            account=account,
            dated_on=rome_date(act.at),
        )

    def issue_again(self, account: Account, act: Act) -> None:
        """Freeze it anew where figures changed; the same ones record nothing. Raises as `issue`."""
        if account == self.account:
            return
        _require_sound(account, act)
        fields = {"revision": self.revision + 1, "account": account, "dated_on": rome_date(act.at)}
        self.trigger_event(self.IssuedAgain, act=act, **fields)

    # Evolve

    @event(Issued)
    def __init__(self, customer_id: UUID, customer_code: str, currency: str, account: Account, dated_on: date) -> None:
        self.customer_id, self.customer_code, self.currency = customer_id, customer_code, currency
        self.account, self.dated_on, self.revision = account, dated_on, 0

    @event(IssuedAgain)
    def _issued_again(self, revision: int, account: Account, dated_on: date) -> None:
        self.revision, self.account, self.dated_on = revision, account, dated_on


def _require_sound(account: Account, act: Act) -> None:
    require(account.to_on <= rome_date(act.at), AccountPeriodAhead, to_on=account.to_on.isoformat())
    moved = account.opening + total(line.amount for line in account.lines)
    is_sound = account.closing == moved == total(part.open for part in account.parts)
    require(is_sound, AccountDoesNotAdd)
