"""The receipt of a job taken in at the workshop (ricevuta di presa in carico): as it was told at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from aggregates.company import Company
from aggregates.party import Party
from aggregates.rules.workshop import WorkshopTerms
from aggregates.values import rome_date
from aggregates.workshop_job import WorkshopJob
from aggregates.workshop_values import ContactChannel
from projections.documents.content import Customer, Item, Source
from projections.documents.content_workshop_receipt import WorkshopReceiptContent
from projections.documents.identities import UNKNOWN, customer_of, own_letterhead
from projections.documents.records import ContentMissing, Records

CONTACTS: Final = {
    ContactChannel.PHONE: "per telefono",
    ContactChannel.SMS: "con un messaggio",
    ContactChannel.EMAIL: "per e-mail",
}
CONDITIONS: Final = (
    "L’apparecchio è preso in carico per diagnosi e riparazione nello stato descritto, con i soli accessori elencati. "
    "Difetti o danni non visibili al momento della consegna restano a verifica in laboratorio.",
    "Se la spesa prevista supera l’importo indicato come limite, i lavori proseguono solo dopo l’accettazione del "
    "preventivo. Senza limite indicato il preventivo è chiesto prima di ogni lavoro a pagamento.",
    "Il cliente provvede prima della consegna al salvataggio dei propri dati: la riparazione può farli perdere. "
    "Codici e password affidati al laboratorio servono alle sole prove e sono trattati come dati personali.",
    "La data promessa è indicativa e può cambiare con la disponibilità dei ricambi; il cliente ne è avvisato.",
    "L’apparecchio si ritira presentando questa ricevuta, o da persona delegata per iscritto. Trascorsi {days} giorni "
    "dall’avviso di pronto senza che sia ritirato, si procede secondo legge, con addebito delle spese di custodia.",
)


def workshop_receipt(
    fact: WorkshopJob.TakenIn,
    records: Records,
    *,
    company_id: UUID,
    number: str,
    call_number: str | None,
    source: Sequence[Source],
) -> WorkshopReceiptContent:
    """What the receipt says. Raises `ContentMissing` for a customer who is not known."""
    thing, on_day = fact.handed_in, rome_date(fact.act.at)
    company = records.find(Company, company_id)
    terms = (company.parameters_on(on_day).workshop if company else None) or WorkshopTerms()
    usual = tuple(text.format(days=terms.abandoned_days) for text in CONDITIONS)
    return WorkshopReceiptContent(
        issuer=own_letterhead(records, company_id),
        customer=_customer(fact, records),
        source=tuple(source),
        number=number,
        issued_on=on_day,
        taken_in_at=fact.act.at,
        call_number=call_number,
        rma_number=thing.rma.number if thing.rma else None,
        bringer=fact.bringer.name if fact.bringer and fact.party_id else None,
        bringer_phone=(fact.bringer.phone or None) if fact.bringer else None,
        item=Item(product=thing.description, serial=thing.serial or None),
        fault=thing.fault,
        accessories=tuple(one.strip() for one in thing.accessories if one.strip()),
        damage=(thing.damage or "").strip() or None,
        access_given=thing.access is not None,
        estimate_limit=thing.estimate_limit.amount if thing.estimate_limit else None,
        promised_on=fact.promise.promised_on,
        contact=CONTACTS.get(thing.contact),
        place=fact.place or None,
        conditions=terms.conditions or usual,
    )


def _customer(fact: WorkshopJob.TakenIn, records: Records) -> Customer:
    party = records.find(Party, fact.party_id) if fact.party_id else None
    if party is not None:
        return customer_of(party)
    if fact.bringer is None:
        raise ContentMissing("The customer of the job is not known: register the party.")
    return Customer(name=fact.bringer.name, address=UNKNOWN)
