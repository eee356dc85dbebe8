"""Notices as people and the duty see them (avvisi): lists, rules, and what is to be written to whom (CAL-7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from pydantic import Field

from aggregates.contract import Contract
from aggregates.escalation_terms import Recipients
from aggregates.notice import NoticeState
from aggregates.notice_terms import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    MOST_RECIPIENTS,
    UNKNOWN,
    Addressee,
    Happening,
    NoticeChannel,
    NoticeRule,
    Whom,
)
from aggregates.values import Instant
from projections.base import Ask, Page, Reader, Row, page
from projections.notice_deadlines import COMING

USER = "user:"
EQUAL = ("call_id", "customer_id", "cause_id", "state", "happening", "rule")
DUE_COLUMNS = """rule, occasion, happening, happened_at, call_id, cause_id, activity_id, technician_id, told, whom,
                         attached, party_id, record_id"""


class FindNotices(Page):
    """Notices, the latest first; those of a call, a customer or another record, in a state, or by a rule."""

    call_id: UUID | None = None
    customer_id: UUID | None = Field(default=None, description="The customer, or supplier, whom they are about.")
    cause_id: UUID | None = Field(default=None, description="The record that caused them, such as an order.")
    to_customer: bool | None = Field(default=None, description="Only those to the customer's people, or to others.")
    state: NoticeState | None = None
    happening: Happening | None = None
    rule: str | None = Field(default=None, max_length=30)


def find_notices(reader: Reader, ask: FindNotices) -> dict[str, Any]:
    """Each with its words, to whom, and how far it got; `mail` and `texts` say whether e-mail and SMS go out."""
    conditions = [f"n.{name} = %({name})s" for name in EQUAL if getattr(ask, name) is not None]
    if ask.to_customer is not None:
        conditions.append("coalesce(n.whom in ('caller', 'contact'), false) = %(to_customer)s")
    found = page(
        reader,
        ask,
        f"""select n.*, c.number from {{notice}} n left join {{call}} c on c.call_id = n.call_id
             where {" and ".join(conditions) or "true"}""",  # noqa: S608 - own words only, values are parameters
        order=("-written_at", "-notice_id"),
    )
    return {**found, "mail": _setting(reader, "mail"), "texts": _setting(reader, "texts")}


class FindNoticeRules(Ask):
    """The rules of notices."""


def notice_rules(reader: Reader, _ask: FindNoticeRules) -> dict[str, Any]:
    """Every rule in force with the moment since which it is so; customers' hours and exceptions."""
    rows = reader.rows("select since, terms from {notice_rule} order by code")
    exceptions = reader.rows(
        """select e.*, p.name as party_name from {notice_exception} e
             left join {party} p on p.party_id = e.customer_id order by e.customer_id"""
    )
    items = [{**row["terms"], "since": row["since"]} for row in rows]
    return {"items": items, "customer_hours": _setting(reader, "customer_hours"), "exceptions": exceptions}


def _setting(reader: Reader, name: str) -> str | None:
    row = reader.row("select value from {notice_setting} where name = %(name)s", {"name": name})
    return row["value"] if row else None


class NoticesDue(Page):
    """What happened until an instant and has no notice yet."""

    at: Instant


def notices_due(reader: Reader, ask: NoticesDue) -> dict[str, Any]:
    """What the duty that writes notices has to do: each occasion with the people to tell and the fields' values."""
    found = page(
        reader,
        ask,
        f"""select d.rule, d.occasion, d.happening, d.happened_at, d.call_id, d.cause_id, d.activity_id,
                  d.technician_id, d.told, d.whom, d.attached, d.use_by_at, r.terms, c.number, c.fault, w.party_id,
                  w.site_id, c.customer_reference, coalesce(d.owner, c.owner) as owner, c.contract_id,
                  c.technician_id as call_technician_id, p.name as party_name, s.name as site_name,
                  coalesce(s.town, p.town) as town, t.name as technician_name, b.number as purchase_number
             from (select g.*, null::uuid as site_id, null::text as owner, null::timestamptz as use_by_at
                     from (select {DUE_COLUMNS} from {{notice_due}}) g
                   union all {COMING}) d
             join {{notice_rule}} r on r.code = d.rule
             left join {{call}} c on c.call_id = d.call_id
             left join {{sales_order}} o on o.order_id = d.record_id
             cross join lateral (select coalesce(d.party_id, c.party_id, o.customer_id) as party_id,
                                        coalesce(d.site_id, c.site_id) as site_id) w
             left join {{party}} p on p.party_id = w.party_id
             left join {{party_site}} s on s.site_id = w.site_id
             left join {{technician}} t on t.technician_id = coalesce(d.technician_id, c.technician_id)
             left join {{purchase_order}} b on b.order_id = d.cause_id
            where d.happened_at <= %(at)s""",  # noqa: S608 - own constants only
        order=("happened_at", "rule", "occasion"),
    )
    company = (reader.row("select name from {company_profile}") or {}).get("name") or UNKNOWN
    return {**found, "items": [_due(reader, row, company) for row in found["items"]]}


def _due(reader: Reader, row: Row, company: str) -> dict[str, Any]:
    rule = NoticeRule.model_validate(row["terms"])
    values = {
        "company": company,
        "number": row["number"],
        "fault": row["fault"],
        "customer": row["party_name"],
        "site": row["site_name"] or row["party_name"],
        "town": row["town"],
        "technician": row["technician_name"],
        "reference": row["customer_reference"],
        "order": row["purchase_number"],
    }
    return {
        "rule": row["rule"],
        "key": row["occasion"],
        "happening": row["happening"],
        "happened_at": row["happened_at"],
        "call_id": row["call_id"],
        "cause_id": row["cause_id"],
        "customer_id": row["party_id"],
        "use_by_at": row["use_by_at"],
        "values": {name: value or UNKNOWN for name, value in {**values, **row["told"]}.items()},
        "attached": row["attached"] or (),
        "recipients": _recipients(reader, rule, row),
    }


def _recipients(reader: Reader, rule: NoticeRule, row: Row) -> list[dict[str, Any]]:
    """The people that a rule names and that can be reached on its channel, as commands take them."""
    told = [(to.whom, person) for to in rule.to for person in _people(reader, to, row)]
    return [
        {
            "whom": whom.value,
            "person_id": person["person_id"],
            "name": person["name"][:LONGEST_NAME],
            "address": address,
            "language": (person.get("locale") or "it")[:2],
        }
        for whom, person in told
        if (address := _address(rule.channel, person)) is not None
    ][:MOST_RECIPIENTS]


def _address(channel: NoticeChannel, person: Row) -> str | None:
    """Where a person is reached; None where nothing usable is known, as of one whose data were erased."""
    if channel is NoticeChannel.EMAIL:
        email = (person.get("email") or "").strip()
        return email if "@" in email and len(email) <= LONGEST_ADDRESS else None
    phone = (person.get("mobile") or person.get("phone") or "").strip()
    return phone[:LONGEST_ADDRESS] if any(sign.isdigit() for sign in phone) else None


def _people(reader: Reader, to: Addressee, row: Row) -> list[Row]:
    match to.whom:
        case Whom.CALLER:
            return reader.rows("select * from {notice_caller} where call_id = %(call_id)s", _columns(row, "call_id"))
        case Whom.CONTACT:
            return _contacts(reader, to.role, row)
        case Whom.TECHNICIAN:
            return _technicians(reader, row["technician_id"] or row["call_technician_id"])
        case Whom.USUAL_TECHNICIAN:
            return _technicians(reader, _usual(reader, row["contract_id"]))
        case Whom.OWNER:
            owner = row["owner"] or ""
            return _users(reader, "user_id::text = %(user)s", user=owner.removeprefix(USER))
        case Whom.ROLE:
            return _users(reader, "roles ? %(role)s", role=to.role)
        case Whom.NAMED:
            return list(_named(reader, row)) if row["whom"] else []


def _columns(row: Row, *names: str) -> dict[str, Any]:
    """Some columns of a row, as a statement's parameters."""
    return {name: row[name] for name in names}


def _contacts(reader: Reader, role: str | None, row: Row) -> list[Row]:
    """The customer's contacts, of a role where one is said; those of other sites are left out."""
    return reader.rows(
        """select contact_id as person_id, name, phone, mobile, email from {party_contact}
            where party_id = %(party_id)s and (%(role)s::text is null or lower(role) = lower(%(role)s))
              and (site_id is null or site_id = %(site_id)s)
            order by contact_id""",
        {**_columns(row, "party_id", "site_id"), "role": role},
    )


def _technicians(reader: Reader, technician_id: UUID | None) -> list[Row]:
    return reader.rows(
        """select technician_id as person_id, name, phone, email from {technician}
            where technician_id = %(technician_id)s and active""",
        {"technician_id": technician_id},
    )


def _users(reader: Reader, condition: str, **params: Any) -> list[Row]:
    return reader.rows(
        f"""select user_id as person_id, name, email, locale from {{app_user}}
             where active and {condition} order by user_id""",  # noqa: S608 - own words only, values are parameters
        params,
    )


def _usual(reader: Reader, contract_id: UUID | None) -> UUID | None:
    contract = reader.record(contract_id) if contract_id else None
    return contract.state.header.usual_technician_id if isinstance(contract, Contract) else None


def _named(reader: Reader, row: Row) -> Iterator[Row]:
    """Whom a rule of escalation names."""
    whom = Recipients.model_validate(row["whom"])
    for role in whom.roles:
        yield from _users(reader, "roles ? %(role)s", role=role)
    for user_id in whom.user_ids:
        yield from _users(reader, "user_id = %(user_id)s", user_id=user_id)
    if whom.technician:
        yield from _technicians(reader, row["call_technician_id"])
    if whom.usual_technician:
        yield from _technicians(reader, _usual(reader, row["contract_id"]))
