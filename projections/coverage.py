"""Who pays for a call, answered from what is known (copertura): block, warranty, contract, else it is charged (R4.1).

The call freezes the answer with its reason and the terms of service (R1.3). All that is needed comes in one statement,
because it stands between a caller on the phone and the open call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from aggregates.business_calendar import STANDARD, at_town
from aggregates.company import DEFAULT_PARAMETERS, ParameterChange, Parameters, in_force_on
from aggregates.contract_terms import BlockPolicy
from aggregates.coverage import Coverage, CoverageKind, ItemCoverage, ServiceTerms
from aggregates.rules.arrears import blocks_from
from aggregates.rules.business_calendar import CalendarTerms
from projections.base import Reader, Row
from projections.contract_coverage import IN_FORCE, covering, covering_each, targets

CHARGED = "No contract or warranty covers this item: it is charged."
WARRANTIES = ("legal", "repair", "manufacturer", "extended")
"""In the order in which they count (R4.1); a part's warranty covers the part alone, never a call."""
KNOWN = f"""
with site as (select town, calendar_code, party_id from {{party_site}} where site_id = %(site_id)s),
     own as (select parameters, changes from {{company_profile}} limit 1)
select (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from ({IN_FORCE}) c) as in_force,
       (select coalesce(jsonb_agg(to_jsonb(w)), '[]') from (
            select distinct on (serial_item_id) serial_item_id, kind, ends_on, source from {{warranty}}
             where serial_item_id = any(%(items)s::uuid[]) and %(on)s between starts_on and ends_on
               and kind = any(%(kinds)s::text[])
             order by serial_item_id, array_position(%(kinds)s::text[], kind), ends_on desc) w) as warranties,
       (select to_jsonb(p) from (
            select overdue::text as overdue, oldest_due_on from {{party}}
             where party_id = coalesce(%(party_id)s::uuid, (select party_id from site))) p) as arrears,
       (select town from site) as town, (select calendar_code from site) as site_calendar,
       (select parameters from own) as parameters, (select changes from own) as changes,
       (select jsonb_object_agg(code, to_jsonb(k)) from (
            select code, versions, feasts from {{business_calendar}}
             where code = %(standard)s or code = (select calendar_code from site)
                or code = (select parameters ->> 'calendar_code' from own)
                or code in (select e -> 'change' ->> 'calendar_code' from own, jsonb_array_elements(changes) e)
       ) k) as calendars"""  # noqa: S608 - put together from constants
"""All that decides a coverage, in one row."""


@dataclass(frozen=True)
class _Known:
    """What is known of a call's customer, site and machines on its day."""

    on: date
    in_force: Sequence[Row]
    warranties: Mapping[str, Row]
    parameters: Parameters
    arrears_from: date | None
    owed: str
    town: str | None
    site_calendar: str | None
    calendars: Mapping[str, Row]

    @property
    def is_in_arrears(self) -> bool:
        return self.arrears_from is not None and self.arrears_from <= self.on


def coverage_for(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> Coverage:
    """Coverage of a call opened on a date: by its serial items, else by its site or customer."""
    known = _known(reader, serial_item_ids, party_id, site_id, on)
    wanted = targets(serial_item_ids, site_id, party_id)
    contract = covering(known.in_force, wanted, on, known.arrears_from)
    service = _service(known, contract)
    items = _items(known, serial_item_ids, targets((), site_id, party_id))
    if contract is not None and contract["is_blocked"]:
        refused = contract["block_policy"] == BlockPolicy.REFUSE.value
        return Coverage(**_blocked(contract), items=items, service=service, opening_refused=refused)
    covered = next((item for item in items if item.kind is not CoverageKind.CHARGEABLE), None)
    if covered is not None:
        return Coverage(**covered.model_dump(exclude={"serial_item_id"}), items=items, service=service)
    if contract is not None and not items:
        return Coverage(**_contract(contract), service=service)
    if known.is_in_arrears:
        reason = f"The customer owes {known.owed}: the call is charged and needs approval."
        return Coverage(kind=CoverageKind.BLOCKED, reason=reason, items=items, service=service)
    return Coverage(items=items, service=service)


def _known(
    reader: Reader, serial_item_ids: Sequence[UUID], party_id: UUID | None, site_id: UUID | None, on: date
) -> _Known:
    row = reader.row(
        KNOWN,
        {
            "targets": targets(serial_item_ids, site_id, party_id),
            "items": list(serial_item_ids),
            "kinds": list(WARRANTIES),
            "party_id": party_id,
            "site_id": site_id,
            "standard": STANDARD,
            "on": on,
        },
    )
    assert row is not None
    changes = [
        (date.fromisoformat(each["from_on"]), ParameterChange.model_validate(each["change"]))
        for each in row["changes"] or ()
    ]
    first = Parameters.model_validate(row["parameters"]) if row["parameters"] else DEFAULT_PARAMETERS
    parameters = in_force_on(first, changes, on)
    owed = row["arrears"] or {}
    return _Known(
        on=on,
        in_force=row["in_force"],
        warranties={each["serial_item_id"]: each for each in row["warranties"]},
        parameters=parameters,
        arrears_from=_arrears_from(owed, parameters),
        owed=f"{owed.get('overdue')} euro, due since {owed.get('oldest_due_on')}",
        town=row["town"],
        site_calendar=row["site_calendar"],
        calendars=row["calendars"] or {},
    )


def _arrears_from(owed: Row, parameters: Parameters) -> date | None:
    """The day from which the customer's arrears block, where the company wants them to (R1.10)."""
    if not parameters.arrears_block or owed.get("oldest_due_on") is None:
        return None
    overdue, since = Decimal(owed["overdue"]), date.fromisoformat(owed["oldest_due_on"])
    return blocks_from(overdue, since, parameters.block_grace_days, parameters.block_threshold)


def _items(known: _Known, serial_item_ids: Sequence[UUID], others: Sequence[UUID]) -> tuple[ItemCoverage, ...]:
    contracts = covering_each(known.in_force, serial_item_ids, others, known.on, known.arrears_from)
    return tuple(_item(key, known.warranties.get(str(key)), contracts.get(key)) for key in serial_item_ids)


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
        "contract_id": UUID(row["contract_id"]),
        "contract_line_id": UUID(row["line_id"]),
        "reason": f"Covered by contract {row['number']} until {row['to_on']}.",
    }


def _blocked(row: Row) -> dict[str, Any]:
    reason = f"Contract {row['number']} is blocked ({row['block_reason']}): the call is charged and needs approval."
    return {**_contract(row), "kind": CoverageKind.BLOCKED, "reason": reason}


def _service(known: _Known, contract: Row | None) -> ServiceTerms:
    """The contract's terms, or the company's targets on the site's or the company's calendar (R6.1).

    The feast of the site's town is a holiday (R6.5).
    """
    code = known.site_calendar or known.parameters.calendar_code
    calendar = known.calendars.get(code)
    if contract is not None and contract["service"]:
        service = ServiceTerms.model_validate(contract["service"])
    else:
        begun = [
            version
            for version in (calendar or {}).get("versions", ())
            if version["from_on"] is None or version["from_on"] <= known.on.isoformat()
        ]
        terms = CalendarTerms.model_validate(begun[-1]["terms"]) if begun else CalendarTerms()
        targets_of = known.parameters.service_targets
        service = ServiceTerms(calendar=terms, **(dict(targets_of) if targets_of else {}))
    feasts = (calendar or known.calendars.get(STANDARD) or {}).get("feasts") or {}
    return service.model_copy(update={"calendar": at_town(service.calendar, known.town, feasts)})
