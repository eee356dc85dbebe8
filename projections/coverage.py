"""Who pays for a call, answered from what is known (copertura): block, warranties, contract lines (R4.1).

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

from aggregates.because import because
from aggregates.business_calendar import STANDARD, at_town
from aggregates.call_values import ChargeItem
from aggregates.company import DEFAULT_PARAMETERS, ParameterChange, Parameters, in_force_on
from aggregates.contract_terms import BlockPolicy, ContractKind, Covered
from aggregates.coverage import NO_COVER, CallAbout, Cover, Coverage, CoverageKind, ItemCoverage, ServiceTerms, whole
from aggregates.party import PartyNature
from aggregates.rules.arrears import blocks_from
from aggregates.rules.business_calendar import CalendarTerms
from aggregates.rules.coverage import ORDER, CoverageRules
from aggregates.serial_item import CoverageItem
from projections.arrears import owed
from projections.base import Reader, Row
from projections.contract_coverage import IN_FORCE, covering_all, targets
from projections.hour_pool_coverage import POOLS, pool_covers
from projections.warranty_claims import claimable, why_in_warranty, why_too_late

USUAL = CoverageRules()
ITEMS = {
    item: (ChargeItem.PER_DIEM, ChargeItem.BOARD_AND_LODGING)
    if item is CoverageItem.PER_DIEM
    else (ChargeItem(item.value.replace("-", "_")),)
    for item in CoverageItem
}
"""What an item of a warranty is on a call: per-diem stands for board and lodging too (R4.1)."""

CUSTOMER = "coalesce(%(party_id)s::uuid, (select party_id from site))"
OWED = owed("%(on)s::date", CUSTOMER)
KNOWN = f"""
with site as (select town, calendar_code, party_id from {{party_site}} where site_id = %(site_id)s),
     own as (select parameters, changes from {{company_profile}} limit 1)
select (select coalesce(jsonb_agg(to_jsonb(c)), '[]') from ({IN_FORCE}) c) as in_force,
       (select coalesce(jsonb_agg(to_jsonb(w)), '[]') from (
            select warranty_id, serial_item_id, kind, starts_on, ends_on, action_until, source, covers, article_code
              from {{warranty}}
             where serial_item_id = any(%(items)s::uuid[]) and starts_on <= %(on)s
               and (ends_on >= coalesce(%(appeared)s::date, %(on)s) or action_until >= %(on)s)
             order by array_position(%(kinds)s::text[], kind), ends_on desc, warranty_id) w) as warranties,
       (select to_jsonb(p) from (
            select p.nature, o.overdue::text as overdue, o.oldest_due_on from {{party}} p
              left join ({OWED}) o on o.customer_id = p.party_id
             where p.party_id = {CUSTOMER}) p) as customer,
       (select coalesce(jsonb_agg(to_jsonb(h)), '[]') from ({POOLS}) h) as pools,
       (select town from site) as town, (select calendar_code from site) as site_calendar,
       (select parameters from own) as parameters, (select changes from own) as changes,
       (select jsonb_object_agg(code, to_jsonb(k)) from (
            select code, versions, feasts from {{business_calendar}}
             where code = %(standard)s or code = (select calendar_code from site)
                or code = (select parameters ->> 'calendar_code' from own)
                or code in (select e -> 'change' ->> 'calendar_code' from own, jsonb_array_elements(changes) e)
       ) k) as calendars"""  # noqa: S608 - put together from constants
"""All that decides a coverage, in one row."""


def known_of(party: str, site: str, targets: str, items: str = "%(items)s::uuid[]") -> str:
    """`KNOWN` inside a statement that finds out itself who, where and what is asked about: by these expressions."""
    return (
        KNOWN.replace(CUSTOMER, party)
        .replace("%(site_id)s", site)
        .replace("%(targets)s::uuid[]", targets)
        .replace("%(items)s::uuid[]", items)
    )


@dataclass(frozen=True)
class _Known:
    """What is known of a call's customer, site and machines on its day."""

    about: CallAbout
    in_force: Sequence[Row]
    warranties: Sequence[Row]
    parameters: Parameters
    is_consumer: bool
    arrears_from: date | None
    overdue: str | None
    oldest_due_on: str | None
    town: str | None
    site_calendar: str | None
    calendars: Mapping[str, Row]
    pools: Sequence[Row]

    @property
    def rules(self) -> CoverageRules:
        return self.parameters.coverage_rules or USUAL

    @property
    def is_in_arrears(self) -> bool:
        return self.arrears_from is not None and self.arrears_from <= self.about.on


def coverage_for(reader: Reader, about: CallAbout) -> Coverage:
    """Coverage of a call: by its serial items, else by its site or customer.

    A warranty covers a defect that appeared in its period; left out, it appeared on the day of the call. A consumer may
    claim it until 26 months after the delivery (§5).

    The call as a whole has what any of its machines has: what is done once for all of them, as the way there, is
    covered when one machine covers it.
    """
    row = reader.row(KNOWN, asked(about))
    assert row is not None
    return coverage_known(row, about)


def asked(about: CallAbout) -> Row:
    """The parameters of `KNOWN`."""
    return {
        "targets": targets(about.serial_item_ids, about.site_id, about.party_id),
        "items": list(about.serial_item_ids),
        "kinds": list(ORDER),
        "party_id": about.party_id,
        "site_id": about.site_id,
        "standard": STANDARD,
        "on": about.on,
        "appeared": about.appeared_on,
    }


def coverage_known(row: Row, about: CallAbout) -> Coverage:
    """The same from a row of `KNOWN` that was read together with others."""
    known = _known(row, about)
    others = targets((), about.site_id, about.party_id)
    contract = next(iter(_contracts(known, [*about.serial_item_ids, *others])), None)
    service = _service(known, contract)
    items = tuple(_item(known, key, others) for key in about.serial_item_ids)
    if contract is not None and contract["is_blocked"]:
        refused = contract["block_policy"] == BlockPolicy.REFUSE.value
        return Coverage(
            **_blocked(contract), items=items, service=service, appeared_on=about.appeared_on, opening_refused=refused
        )
    decided = whole(items) if items else _decided(_contracts(known, others), pools=_pools(known, None))
    if decided["kind"] is CoverageKind.CHARGEABLE and known.is_in_arrears:
        why = because("customer-arrears", overdue=known.overdue, oldest_due_on=known.oldest_due_on)
        decided = {"kind": CoverageKind.BLOCKED, "because": why}
    return Coverage(**decided, reason="", items=items, service=service, appeared_on=about.appeared_on)


def _known(row: Row, about: CallAbout) -> _Known:
    changes = [
        (date.fromisoformat(each["from_on"]), ParameterChange.model_validate(each["change"]))
        for each in row["changes"] or ()
    ]
    first = Parameters.model_validate(row["parameters"]) if row["parameters"] else DEFAULT_PARAMETERS
    parameters = in_force_on(first, changes, about.on)
    customer = row["customer"] or {}
    return _Known(
        about=about,
        in_force=row["in_force"],
        warranties=row["warranties"],
        parameters=parameters,
        is_consumer=customer.get("nature") == PartyNature.CONSUMER.value,
        arrears_from=_arrears_from(customer, parameters),
        overdue=customer.get("overdue"),
        oldest_due_on=customer.get("oldest_due_on"),
        town=row["town"],
        site_calendar=row["site_calendar"],
        calendars=row["calendars"] or {},
        pools=row["pools"],
    )


def _arrears_from(owed: Row, parameters: Parameters) -> date | None:
    """The day from which the customer's arrears block, where the company wants them to (R1.10)."""
    if not parameters.arrears_block or owed.get("oldest_due_on") is None:
        return None
    overdue, since = Decimal(owed["overdue"]), date.fromisoformat(owed["oldest_due_on"])
    return blocks_from(overdue, since, parameters.block_grace_days, parameters.block_threshold)


def _item(known: _Known, serial_item_id: UUID, others: Sequence[UUID]) -> ItemCoverage:
    lines = _contracts(known, [serial_item_id, *others])
    if lines and lines[0]["is_blocked"]:
        return ItemCoverage(serial_item_id=serial_item_id, **_blocked(lines[0]))
    warranties = [row for row in known.warranties if row["serial_item_id"] == str(serial_item_id)]
    covers = [_warranty(known, row) for row in warranties if claimable(row, known.about.on, known.about.appeared_on)]
    decided = _decided(lines, covers, known.rules, _pools(known, serial_item_id))
    if decided["because"] == NO_COVER:
        decided["because"] = why_too_late(warranties, known.about.on, known.about.appeared_on) or NO_COVER
    return ItemCoverage(serial_item_id=serial_item_id, **decided)


def _pools(known: _Known, serial_item_id: UUID | None) -> Sequence[Cover]:
    return pool_covers(known.pools, known.rules, known.about.site_id, serial_item_id)


def _contracts(known: _Known, among: Sequence[UUID]) -> list[Row]:
    by_ledger = known.parameters.arrears_block
    return covering_all(known.in_force, among, known.about.on, known.arrears_from, ledger_decides=by_ledger)


def _decided(
    lines: Sequence[Row],
    warranties: Sequence[Cover] = (),
    rules: CoverageRules = USUAL,
    pools: Sequence[Cover] = (),
) -> dict[str, Any]:
    """Warranties, contract lines that are not blocked, hour pools (R4.1); the first that covers the thing names it."""
    covers = (*warranties, *(_line(row, rules) for row in lines if not row["is_blocked"]), *pools)
    paying = tuple(cover for cover in covers if cover.items or cover.article_code)
    named = next((cover for cover in paying if cover.article_code is None), None)
    if named is not None:
        is_pool = named.kind is CoverageKind.POOL and named.contract_id is None
        terms = next((cover for cover in covers if cover.contract_id), named) if is_pool else named
        return {"kind": named.kind, "because": named.because, "covers": paying, **_contract_of(terms)}
    if covers and covers[-1].contract_id is not None:
        why = because("contract-prices", **covers[-1].because.values)
        return {"kind": CoverageKind.CHARGEABLE, "because": why, "covers": paying, **_contract_of(covers[-1])}
    return {"kind": CoverageKind.CHARGEABLE, "because": NO_COVER, "covers": paying}


def _warranty(known: _Known, row: Row) -> Cover:
    kind = row["kind"]
    covered = tuple(item for name in row["covers"] for item in ITEMS[CoverageItem(name)])
    return Cover(
        kind=CoverageKind.WARRANTY,
        items=known.rules.warranty(kind, covered, known.is_consumer),
        because=why_in_warranty(row, known.about.on, known.about.appeared_on),
        consumables_in_fix=known.is_consumer and kind != "part",
        article_code=row["article_code"] if kind == "part" else None,
        warranty_id=UUID(row["warranty_id"]),
    )


def _line(row: Row, rules: CoverageRules) -> Cover:
    covered = Covered.model_validate(row["covered"])
    return Cover(
        kind=CoverageKind.CONTRACT,
        items=rules.contract(ContractKind(row["kind"]).is_full, covered.items),
        because=because("contract", number=row["number"], ends_on=row["to_on"]),
        contract_id=UUID(row["contract_id"]),
        contract_line_id=UUID(row["line_id"]),
    )


def _contract_of(cover: Cover) -> dict[str, Any]:
    return {"contract_id": cover.contract_id, "contract_line_id": cover.contract_line_id}


def _blocked(row: Row) -> dict[str, Any]:
    return {
        "kind": CoverageKind.BLOCKED,
        "reason": "",
        "because": because(f"blocked-{row['block_reason']}", number=row["number"]),
        "contract_id": UUID(row["contract_id"]),
        "contract_line_id": UUID(row["line_id"]),
    }


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
            if version["from_on"] is None or version["from_on"] <= known.about.on.isoformat()
        ]
        terms = CalendarTerms.model_validate(begun[-1]["terms"]) if begun else CalendarTerms()
        targets_of = known.parameters.service_targets
        told: dict[str, Any] = {"calendar_code": code, "calendar_from": begun[-1]["from_on"] if begun else None}
        service = ServiceTerms(calendar=terms, **told, **(dict(targets_of) if targets_of else {}))
    feasts = (calendar or known.calendars.get(STANDARD) or {}).get("feasts") or {}
    return service.model_copy(update={"calendar": at_town(service.calendar, known.town, feasts)})
