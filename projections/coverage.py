"""Who pays for a call, answered from what is known (copertura): warranties first, then contracts, else it is charged.

The call freezes the answer with its reason (R1.3, R4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from aggregates.coverage import Coverage, CoverageKind, ItemCoverage, ServiceTerms
from aggregates.serial_item import SerialItem
from projections.base import Reader

CHARGED = "No contract or warranty covers this item: it is charged."


def coverage_for(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> Coverage:
    """Coverage of a call opened on a date; `party_id` counts for contracts that name no serial item."""
    del party_id  # contracts without serial items are not among the read models asked here
    items = tuple(_item(reader, item_id, on) for item_id in serial_item_ids)
    service = ServiceTerms().at_town(_town(reader, site_id))
    covered = next((item for item in items if item.kind is not CoverageKind.CHARGEABLE), None)
    if covered is None:
        return Coverage(items=items, service=service)
    return Coverage(
        kind=covered.kind,
        contract_id=covered.contract_id,
        contract_line_id=covered.contract_line_id,
        reason=covered.reason,
        items=items,
        service=service,
    )


def _item(reader: Reader, item_id: UUID, on: date) -> ItemCoverage:
    record = reader.record(item_id)
    warranties = record.warranties_on(on) if isinstance(record, SerialItem) else ()
    if not warranties:
        return ItemCoverage(serial_item_id=item_id, kind=CoverageKind.CHARGEABLE, reason=CHARGED)
    warranty = warranties[-1]
    source = f", {warranty.source}" if warranty.source else ""
    reason = f"Under {warranty.kind.value} warranty until {warranty.period.ends_on}{source}."
    return ItemCoverage(serial_item_id=item_id, kind=CoverageKind.WARRANTY, reason=reason)


def _town(reader: Reader, site_id: UUID | None) -> str | None:
    if site_id is None:
        return None
    row = reader.row("select town from {party_site} where site_id = %(site_id)s", {"site_id": site_id})
    return row["town"] if row else None
