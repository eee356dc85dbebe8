"""What people may ask about statements of customers' accounts (estratti conto)."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from aggregates.account_statement import AccountStatement, account_statement_id
from aggregates.base import Act
from aggregates.party import Party
from commands.base import Answer, Command, Service


class IssueAccountStatement(Command):
    """Send a customer the statement of their account over a period; the same figures again are the same paper.

    Its figures are frozen and printed. Where something changed since, the statement of the same period is a new
    revision.
    """

    customer_id: UUID
    from_on: date = Field(examples=["2026-01-01"])
    to_on: date = Field(examples=["2026-09-30"], description="The last day; today at the latest.")
    currency: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on < self.from_on:
            raise ValueError("the statement must end after it begins")
        return self


def issue_account_statement(cmd: IssueAccountStatement, act: Act, service: Service) -> Answer:
    """Handles `IssueAccountStatement`. Raises `AccountPeriodAhead`."""
    customer = service.load(Party, cmd.customer_id)
    account = service.lookups.account_of(cmd.customer_id, cmd.from_on, cmd.to_on, cmd.currency)
    statement_id = account_statement_id(cmd.customer_id, cmd.from_on, cmd.to_on, cmd.currency)
    statement = service.find(AccountStatement, statement_id)
    if statement is None:
        statement = AccountStatement.issue(cmd.customer_id, customer.code, cmd.currency, account, act)
    else:
        statement.issue_again(account, act)
    service.save(statement)
    return {"statement_id": statement_id, "revision": statement.revision, "closing": str(account.closing)}
