"""The reminder's content (avviso di scadenza al consumatore): what the fact says, on the company's paper (R1.8)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from aggregates.contract import Contract
from aggregates.contract_state import ReminderChannel
from aggregates.party import Party
from projections.documents.content import Source
from projections.documents.content_consumer_reminder import ConsumerReminderContent
from projections.documents.identities import customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records


def is_letter(fact: Contract.ConsumerReminded) -> bool:
    """Whether it is told on paper; the other channels carry the text themselves."""
    return fact.reminder.channel in (ReminderChannel.LETTER, ReminderChannel.HAND)


def consumer_reminder(
    contract: Contract, fact: Contract.ConsumerReminded, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> ConsumerReminderContent:
    """The letter of one reminder. Raises `ContentMissing` for a customer that is not known."""
    state, reminder = contract.state, fact.reminder
    party = records.find(Party, state.header.customer_id)
    if party is None:
        raise ContentMissing("The contract's customer is not known.")
    following = next(term for term in state.following() if term.ends_on > reminder.expiry_on)
    return ConsumerReminderContent(
        issuer=own_letterhead(records, company_id),
        customer=customer_of(party),
        source=tuple(source),
        number=state.number,
        issued_on=reminder.sent_on,
        contract_signed_on=state.signed_on,
        subject=f"Scadenza e tacito rinnovo del contratto n. {state.number}",
        text=fact.text,
        expiry_on=reminder.expiry_on,
        last_notice_on=reminder.last_notice_on,
        renews_until_on=following.ends_on,
    )
