"""Customers, sites, contacts and technicians as commands (anagrafiche, tecnici)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aggregates.party import Party
from aggregates.rules.law import CustomerKind as VatKind
from aggregates.technician import Technician
from gateways.imports.moments import Shift
from gateways.imports.sheets.customers import ContactRow, CustomerKind, CustomerRow, SiteRow
from gateways.imports.sheets.technicians import TechnicianRow
from gateways.imports.taking.finding import Finder
from gateways.imports.taking.orders import Order, order
from gateways.imports.taking.words import payment_terms

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def customer(row: CustomerRow, finder: Finder) -> Iterator[Order]:
    """A new party with its terms, or what is different of a known one; e-mail and telephone are a contact."""
    party = finder.party(row.code)
    identity = {
        "name": row.name,
        "role": row.role.value,
        "nature": row.kind.value,
        "tax": {
            "vat_number": row.vat_number,
            "tax_code": row.tax_code,
            "recipient_code": row.recipient_code or "0000000",
            "certified_mail": row.pec,
        },
        "address": _address(row),
    }
    terms = {
        "payment_terms": payment_terms(row.payment_terms),
        "payment_method": row.payment_method and row.payment_method.value,
        "iban": row.iban,
        "price_list_code": row.price_list,
        "vat_kind": VatKind.LISTED_BODY if row.split_payment and row.kind is CustomerKind.BUSINESS else None,
    }
    known = finder.record(party)
    if isinstance(known, Party):
        kept = known.terms.model_dump(include={"vat_subject", "declaration_of_intent", "plant_in_building"})
        yield order("change-party-identity", party_id=party, **identity)
        yield order("set-party-terms", party_id=party, **terms, **kept)
    else:
        yield order("register-party", party_id=party, code=row.code, **identity, terms=terms)
    if row.email or row.phone:
        yield order("add-contact", party_id=party, name=row.name, email=row.email, phone=row.phone, role="Recapiti")


def site(row: SiteRow, finder: Finder) -> Iterator[Order]:
    """A place of a customer; kilometres are counted there and back."""
    there_and_back = None if row.distance_km is None else 2 * row.distance_km
    yield order(
        "add-site",
        party_id=finder.party(row.customer_code),
        code=row.code,
        name=row.name,
        address={**_address(row), "latitude": row.latitude, "longitude": row.longitude},
        travel_km=there_and_back,
        area=row.area,
        notes=row.notes,
    )


def contact(row: ContactRow, finder: Finder) -> Iterator[Order]:
    """A person at a customer's."""
    yield order(
        "add-contact",
        party_id=finder.party(row.customer_code),
        role=row.job,
        site_id=finder.site(row.customer_code, row.site_code),
        **row.model_dump(include={"name", "email", "phone", "mobile"}),
    )


def technician(row: TechnicianRow, finder: Finder) -> Iterator[Order]:
    """A technician with skills, hours and cost, and the van as a warehouse (R11.4)."""
    technician_id = finder.technician(row.code)
    assert technician_id is not None
    details = {
        "name": row.name,
        "phone": row.phone,
        "email": row.email,
        "external": row.contractor,
        "areas": row.areas,
        "van": row.van_warehouse,
        "starts_latitude": row.latitude,
        "starts_longitude": row.longitude,
    }
    week, from_on = _week(row.weekly_hours), row.cost_from_on or finder.today
    known = finder.record(technician_id)
    if isinstance(known, Technician):
        yield order("change-technician", technician_id=technician_id, **details)
        for name in row.skills:
            if name not in known.skills:
                yield order("set-skill", technician_id=technician_id, name=name)
        for name in known.skills:
            if name not in row.skills:
                yield order("remove-skill", technician_id=technician_id, name=name)
        yield order("set-technician-hours", technician_id=technician_id, week=week, from_on=from_on)
        cost = {"hourly_cost": row.hourly_cost, "from_on": from_on}
        yield order("set-technician-cost", technician_id=technician_id, **cost)
    else:
        yield order(
            "register-technician",
            technician_id=technician_id,
            code=row.code,
            **details,
            skills=[{"name": name} for name in row.skills],
            week=week,
            hourly_cost=row.hourly_cost,
            from_on=from_on,
        )
    if row.van_warehouse:
        van = {"code": row.van_warehouse, "name": f"Furgone {row.name}", "kind": "van"}
        yield order("open-warehouse", **van, technician_id=technician_id)


def _address(row: CustomerRow | SiteRow) -> dict[str, Any]:
    return row.model_dump(include={"street", "postcode", "town", "province", "country"})


def _week(shifts: tuple[Shift, ...]) -> dict[str, list[tuple[Any, Any]]]:
    week: dict[str, list[tuple[Any, Any]]] = {}
    for shift in sorted(shifts):
        week.setdefault(DAYS[shift.weekday], []).append((shift.starts, shift.ends))
    return week
