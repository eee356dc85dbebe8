"""Content of a letter about what a customer has not paid in time (sollecito di pagamento)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from aggregates.values import Value
from projections.documents.content import Amount, Content, Text


class LateDueDate(Value):
    """A due date that is late; `is_new` says that this letter takes it to its level."""

    document: Text
    issued_on: date
    part: Annotated[int, Field(ge=1)] = 1
    due_on: date
    days_late: Annotated[int, Field(ge=0)]
    amount: Annotated[Amount, Field(decimal_places=2)]
    level: Annotated[int, Field(ge=1)]
    is_new: bool = True


class PaymentReminderContent(Content):
    """Due dates with their sum, what stands on account, and where to pay; amounts are euro."""

    KIND: ClassVar[str] = "payment_reminder"

    issued_on: date
    level: Annotated[int, Field(ge=1)]
    subject: Text
    text: Text
    parts: Annotated[tuple[LateDueDate, ...], Field(min_length=1)]
    late: Annotated[Amount, Field(decimal_places=2)]
    on_account: Annotated[Amount, Field(decimal_places=2)] = Decimal("0.00")
    total: Annotated[Amount, Field(decimal_places=2)]
