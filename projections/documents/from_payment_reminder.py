"""A payment reminder's content (sollecito) from the fact that confirmed it: all that it says is frozen there."""

from __future__ import annotations

from aggregates.dunning import Letter, total_of
from projections.documents.content import Letterhead, Source
from projections.documents.content_payment_reminder import LateDueDate, PaymentReminderContent
from projections.documents.identities import billed


def payment_reminder(letter: Letter, issuer: Letterhead, source: tuple[Source, ...]) -> PaymentReminderContent:
    """What the letter says."""
    return PaymentReminderContent(
        issuer=issuer,
        customer=billed(letter.customer),
        source=source,
        number=letter.number,
        issued_on=letter.dated_on,
        level=letter.level,
        subject=letter.subject,
        text=letter.text,
        parts=tuple(
            LateDueDate(
                document=part.number,
                issued_on=part.issued_on,
                part=part.part,
                due_on=part.due_on,
                days_late=(letter.dated_on - part.due_on).days,
                amount=part.open,
                level=part.level,
                is_new=part.is_new,
            )
            for part in letter.parts
        ),
        late=total_of(letter.parts),
        on_account=letter.on_account,
        total=letter.total,
    )
