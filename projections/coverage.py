"""Who pays for a call, answered from what is known (copertura): block, warranty, contract, else it is charged (R4.1).

The call freezes the answer with its reason and the terms of service (R1.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from aggregates.business_calendar import STANDARD, at_town
from aggregates.contract_terms import BlockPolicy
from aggregates.coverage import Coverage, CoverageKind, ItemCoverage, ServiceTerms
from aggregates.rules.business_calendar import CalendarTerms
from projections.base import Reader, Row
from projections.contract_coverage import covering, covering_each

CHARGED = "No contract or warranty covers this item: it is charged."
WARRANTIES = ("legal", "repair", "manufacturer", "extended")
"""In the order in which they count (R4.1); a part's warranty covers the part alone, never a call."""


def coverage_for(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> Coverage:
    """Coverage of a call opened on a date: by its serial items, else by its site or customer."""
    contract = covering(reader, serial_item_ids, party_id, site_id, on)
    service = _service(reader, contract, site_id, on)
    items = _items(reader, serial_item_ids, contract, party_id, site_id, on)
    if contract is not None and contract["is_blocked"]:
        refused = contract["block_policy"] == BlockPolicy.REFUSE.value
        return Coverage(**_blocked(contract), items=items, service=service, opening_refused=refused)
    covered = next((item for item in items if item.kind is not CoverageKind.CHARGEABLE), None)
    if covered is not None:
        return Coverage(**covered.model_dump(exclude={"serial_item_id"}), items=items, service=service)
    if contract is not None and not items:
        return Coverage(**_contract(contract), service=service)
    return Coverage(items=items, service=service)


def _items(
    reader: Reader,
    serial_item_ids: Sequence[UUID],
    contract: Row | None,
    party_id: UUID | None,
    site_id: UUID | None,
    on: date,
) -> tuple[ItemCoverage, ...]:
    if not serial_item_ids:
        return ()
    warranties = _warranties(reader, serial_item_ids, on)
    contracts = (
        {serial_item_ids[0]: contract}
        if len(serial_item_ids) == 1
        else covering_each(reader, serial_item_ids, party_id, site_id, on)
    )
    return tuple(_item(key, warranties.get(key), contracts.get(key)) for key in serial_item_ids)


def _item(serial_item_id: UUID, warranty: Row | None, contract: Row | None) -> ItemCoverage:
    if contract is not None and contract["is_blocked"]:
        return ItemCoverage(serial_item_id=serial_item_id, **_blocked(contract))
    if warranty is not None:
        source = f", {warranty['source']}" if warranty["source"] else ""
        reason = f"Under {warranty['kind']} warranty until {warranty['ends_on']}{source}."
        return ItemCoverage(serial_item_id=serial_item_id, kind=CoverageKind.WARRANTY, reason=reason)
    if contract is not None:
        return ItemCoverage(serial_item_id=serial_item_id, **_contract(contract))
    return ItemCoverage(serial_item_id=serial_item_id, kind=CoverageKind.CHARGEABLE, reason=CHARGED)


def _contract(row: Row) -> dict[str, Any]:
    return {
        "kind": CoverageKind.CONTRACT,
        "contract_id": row["contract_id"],
        "contract_line_id": row["line_id"],
        "reason": f"Covered by contract {row['number']} until {row['to_on']}.",
    }


def _blocked(row: Row) -> dict[str, Any]:
    reason = f"Contract {row['number']} is blocked ({row['block_reason']}): the call is charged and needs approval."
    return {**_contract(row), "kind": CoverageKind.BLOCKED, "reason": reason}


def _warranties(reader: Reader, serial_item_ids: Sequence[UUID], on: date) -> dict[UUID, Row]:
    found = reader.rows(
        """select distinct on (serial_item_id) serial_item_id, kind, ends_on, source from {warranty}
            where serial_item_id = any(%(items)s::uuid[]) and %(on)s between starts_on and ends_on
              and kind = any(%(kinds)s::text[])
            order by serial_item_id, array_position(%(kinds)s::text[], kind), ends_on desc""",
        {"items": list(serial_item_ids), "on": on, "kinds": list(WARRANTIES)},
    )
    return {row["serial_item_id"]: row for row in found}


def _service(reader: Reader, contract: Row | None, site_id: UUID | None, on: date) -> ServiceTerms:
    """The contract's terms, or the standard ones on the company's calendar; the site's feast is a holiday (R6.5)."""
    known = reader.row(
        """select (select town from {party_site} where site_id = %(site_id)s) as town, c.versions, c.feasts
             from (select 1) one left join {business_calendar} c on c.code = %(code)s limit 1""",
        {"site_id": site_id, "code": STANDARD},
    ) or {"town": None, "versions": None, "feasts": None}
    if contract is not None and contract["service"]:
        service = ServiceTerms.model_validate(contract["service"])
    else:
        begun = [v for v in known["versions"] or () if v["from_on"] is None or v["from_on"] <= on.isoformat()]
        service = ServiceTerms(calendar=CalendarTerms.model_validate(begun[-1]["terms"]) if begun else CalendarTerms())
    calendar = at_town(service.calendar, known["town"], known["feasts"] or {})
    return service.model_copy(update={"calendar": calendar})
