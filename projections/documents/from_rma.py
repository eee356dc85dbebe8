"""Papers of a return (reso): labels of its pieces, and the receipt for goods that a technician took along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from aggregates.rma import Rma
from aggregates.rma_items import PickUpPurpose
from aggregates.technician import Technician
from projections.documents.content import Source
from projections.documents.content_pickup_receipt import PickedUpThing, PickupReceiptContent
from projections.documents.content_rma_label import PieceLabel, RmaLabelContent
from projections.documents.identities import counterparty, own_letterhead, site_of
from projections.documents.records import Records

CONDITIONS: Final = {
    PickUpPurpose.REPAIR: (
        "I beni elencati sono ritirati per essere verificati e riparati: restano di proprietà del cliente e viaggiano "
        "sul nostro automezzo con questo buono.",
        "I beni sono riconsegnati con documento di trasporto, con il numero di reso qui indicato.",
    ),
    PickUpPurpose.SCRAP: (
        "I beni elencati sono ritirati come rifiuti di apparecchiature elettriche ed elettroniche (D.M. 65/2010) e "
        "annotati nello schedario di carico e scarico: non sono accompagnati da documento di trasporto.",
        "Il cliente dichiara di averne la disponibilità e di averne tolto i dati e i supporti che li contengono.",
    ),
}


def rma_labels(
    rma: Rma,
    fact: Rma.LabelsAsked,
    bars: Callable[[str], str],
    records: Records,
    *,
    company_id: UUID,
    source: Sequence[Source],
) -> RmaLabelContent:
    """The labels that were asked for; `bars` draws a code."""
    counts = {label.item_id: sum(1 for one in fact.labels if one.item_id == label.item_id) for label in fact.labels}
    labels = []
    for label in fact.labels:
        item = rma.item(label.item_id)
        labels.append(
            PieceLabel(
                code=label.code,
                bars=bars(label.code),
                line=rma.line_of(item.item_id),
                piece=label.piece,
                pieces=counts[item.item_id],
                description=item.description,
                serial=item.serial or None,
                fault=(item.fault or "").strip() or None,
            )
        )
    return RmaLabelContent(
        issuer=own_letterhead(records, company_id),
        customer=counterparty(rma.customer),
        source=tuple(source),
        number=rma.number,
        issued_on=fact.dated_on,
        labels=tuple(labels),
    )


def pickup_receipt(
    rma: Rma, fact: Rma.PickedUp, records: Records, *, company_id: UUID, source: Sequence[Source]
) -> PickupReceiptContent:
    """What the receipt says."""
    technician = records.find(Technician, fact.technician_id) if fact.technician_id else None
    destination = rma.customer.destination
    things = []
    for one in fact.items:
        item = rma.item(one.item_id)
        things.append(
            PickedUpThing(
                description=item.description,
                quantity=one.quantity,
                serial=item.serial or None,
                fault=(item.fault or "").strip() or None,
                condition=(one.condition or "").strip() or None,
            )
        )
    return PickupReceiptContent(
        issuer=own_letterhead(records, company_id),
        customer=counterparty(rma.customer),
        source=tuple(source),
        number=fact.number,
        issued_on=fact.picked_up_on,
        picked_up_at=fact.act.at,
        rma_number=rma.number or "",
        call_number=(rma.call.number or None) if rma.call else None,
        purpose=fact.purpose.value,
        technician=technician.details.name if technician else None,
        handed_by=(fact.handed_by or "").strip() or None,
        is_signed=fact.signature_sha256 is not None,
        site=site_of(destination) if destination else None,
        things=tuple(things),
        conditions=CONDITIONS[fact.purpose],
    )
