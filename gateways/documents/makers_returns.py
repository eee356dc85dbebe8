"""How papers of returns are made (resi): labels, receipts for goods taken along."""

from __future__ import annotations

from uuid import UUID

from aggregates.rma import Rma
from gateways.documents.barcodes import code128
from gateways.documents.due_source import DueSource
from projections.documents.content_pickup_receipt import PickupReceiptContent
from projections.documents.content_rma_label import RmaLabelContent
from projections.documents.from_rma import pickup_receipt, rma_labels
from projections.documents.records import ContentMissing


def rma_label_content(found: DueSource) -> tuple[RmaLabelContent, UUID | None]:
    rma, fact = found.record, found.last.fact
    if not isinstance(rma, Rma) or not isinstance(fact, Rma.LabelsAsked):
        raise ContentMissing("No labels were asked for here.")
    content = rma_labels(rma, fact, code128, found.records, company_id=found.company_id, source=found.main)
    return content, rma.customer.party_id


def pickup_receipt_content(found: DueSource) -> tuple[PickupReceiptContent, UUID | None]:
    rma, fact = found.record, found.last.fact
    if not isinstance(rma, Rma) or not isinstance(fact, Rma.PickedUp):
        raise ContentMissing("No goods were taken along here.")
    content = pickup_receipt(rma, fact, found.records, company_id=found.company_id, source=found.main)
    return content, rma.customer.party_id
