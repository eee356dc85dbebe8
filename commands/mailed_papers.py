"""What mailing any paper has in common (carte inviate per posta elettronica): whom it goes to, and in whose words."""

from __future__ import annotations

from uuid import UUID

from aggregates.notice import Addressed
from aggregates.notice_rules import NoticeRules, notice_rules_id
from aggregates.notice_terms import Happening, NoticeText, Whom
from aggregates.notice_texts import SHIPPED, SHIPPED_ENGLISH
from aggregates.party import Party
from aggregates.party_values import Contact
from aggregates.values import ERASED
from commands.base import Service
from commands.company import the_company

ENGLISH, ITALIAN = "en", "it"


def contact_to_write_to(party: Party, contact_id: UUID | None, role: str) -> Contact | None:
    """The contact named, else the first with the role, else the first of all; only those who have an address."""
    reachable = [one for one in party.contacts.values() if one.email and one.email != ERASED]
    if contact_id is not None:
        return next((one for one in reachable if one.contact_id == contact_id), None)
    return next((one for one in reachable if (one.role or "").strip().lower() == role), next(iter(reachable), None))


def words_of(service: Service, happening: Happening, language: str = ITALIAN) -> NoticeText:
    """The words of the company's own rule for the happening, else those that we ship."""
    rules = service.find(NoticeRules, notice_rules_id())
    own = (rule for rule in rules.rules.values() if rule.happening is happening) if rules else ()
    shipped = SHIPPED_ENGLISH if language == ENGLISH else SHIPPED
    return next((text for rule in own if (text := rule.text_in(language))), shipped[happening])


def addressed(
    service: Service, words: NoticeText, number: str, party_name: str, person_id: UUID, name: str, address: str
) -> Addressed:
    """A message about a numbered paper of a party, to a person."""
    company = the_company(service).identity.name
    subject, text = words.rendered({"company": company, "recipient": name, "number": number, "customer": party_name})
    return Addressed(
        whom=Whom.CONTACT, person_id=person_id, name=name, address=address.strip(), subject=subject, text=text
    )
