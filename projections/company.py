"""The company's own data and parameters, its calendars and its law table (azienda, calendari, tabelle di legge)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from aggregates.business_calendar import STANDARD, BusinessCalendar
from aggregates.company import DEFAULT_PARAMETERS, Company, Parameters
from aggregates.law_table import DEFAULT_LAW, LawTable, law_table_id
from aggregates.rules.business_calendar import CalendarTerms
from projections.base import Ask, Reader, ReadModel, Row, Rows, Table, on

COMPANY = Table(
    "company_profile",
    {"own_id": "uuid", "name": "text", "vat_number": "text", "parameters": "jsonb", "changes": "jsonb"},
    ("own_id",),
)
CALENDAR = Table(
    "business_calendar",
    {"calendar_id": "uuid", "code": "text", "name": "text", "versions": "jsonb", "feasts": "jsonb"},
    ("calendar_id",),
    ("code",),
)


class CompanyProfile(ReadModel):
    """Who the company is, and its calendars."""

    NAME = "company"
    TABLES = (COMPANY, CALENDAR)

    @on(Company.Founded)
    def founded(self, fact: Company.Founded, rows: Rows) -> None:
        """The company appears with the parameters it starts with."""
        parameters = fact.parameters.model_dump(mode="json")
        rows.put(COMPANY, {"own_id": fact.stream_id, **_named(fact), "parameters": parameters, "changes": []})

    @on(Company.IdentityChanged)
    def identity_changed(self, fact: Company.IdentityChanged, rows: Rows) -> None:
        """The company has other legal data."""
        rows.patch(COMPANY, fact.stream_id, **_named(fact))

    @on(Company.ParametersSet)
    def parameters_set(self, fact: Company.ParametersSet, rows: Rows) -> None:
        """Parameters change on a day; of one day the last told counts."""
        row = rows.get(COMPANY, fact.stream_id)
        if row is not None:
            change = {"from_on": fact.from_on.isoformat(), "change": fact.change.model_dump(mode="json")}
            changes = sorted([*row["changes"], change], key=lambda each: each["from_on"])
            rows.patch(COMPANY, fact.stream_id, changes=changes)

    @on(BusinessCalendar.Defined)
    def calendar_defined(self, fact: BusinessCalendar.Defined, rows: Rows) -> None:
        """A calendar appears."""
        row = {"calendar_id": fact.stream_id, "code": fact.code, "name": fact.name, "feasts": {}}
        rows.put(CALENDAR, {**row, "versions": [{"from_on": None, "terms": fact.terms.model_dump(mode="json")}]})

    @on(BusinessCalendar.TermsSet)
    def calendar_changed(self, fact: BusinessCalendar.TermsSet, rows: Rows) -> None:
        """A calendar has other terms from a day on."""
        row = rows.get(CALENDAR, fact.stream_id)
        if row is not None:
            day = fact.from_on.isoformat()
            others = [version for version in row["versions"] if version["from_on"] != day]
            versions = [*others, {"from_on": day, "terms": fact.terms.model_dump(mode="json")}]
            versions.sort(key=lambda version: version["from_on"] or "")
            rows.patch(CALENDAR, fact.stream_id, versions=versions)

    @on(BusinessCalendar.FeastSet)
    def feast_set(self, fact: BusinessCalendar.FeastSet, rows: Rows) -> None:
        """A town has its feast."""
        row = rows.get(CALENDAR, fact.stream_id)
        if row is not None:
            rows.patch(CALENDAR, fact.stream_id, feasts={**row["feasts"], fact.town: fact.day})


def _named(fact: Company.Founded | Company.IdentityChanged) -> Row:
    return {"name": fact.identity.name, "vat_number": fact.identity.vat_number}


def company_id(reader: Reader) -> UUID | None:
    """See `Lookups.company_id`."""
    row = reader.row("select own_id from {company_profile}")
    return row["own_id"] if row else None


def parameters_on(reader: Reader, on: date) -> Parameters:
    """The company's parameters on a day; the defaults before it was founded."""
    own_id = company_id(reader)
    company = reader.record(own_id) if own_id else None
    return company.parameters_on(on) if isinstance(company, Company) else DEFAULT_PARAMETERS


class AskCompany(Ask):
    """The company; with a day, the parameters in force then."""

    on: date | None = None


def show_company(reader: Reader, ask: AskCompany) -> dict[str, Any] | None:
    """Legal data, the parameters in force (without a day, after all changes) and when they change."""
    own_id = company_id(reader)
    company = reader.record(own_id) if own_id else None
    if not isinstance(company, Company):
        return None
    return {
        "company_id": company.id,
        "identity": company.identity.model_dump(mode="json"),
        "parameters": company.parameters_on(ask.on or date.max).model_dump(mode="json"),
        "changes": [
            {"from_on": from_on, "change": change.model_dump(mode="json", exclude_none=True)}
            for from_on, change in company.changes
        ],
    }


class AskCalendars(Ask):
    """The calendars, or one by its code."""

    code: str | None = None


def show_calendars(reader: Reader, ask: AskCalendars) -> list[dict[str, Any]]:
    """The calendars by code, each version with its first day; the standard one is there before it is defined."""
    found = reader.rows("select calendar_id, code, name, versions, feasts from {business_calendar} order by code")
    if not any(row["code"] == STANDARD for row in found):
        versions = [{"from_on": None, "terms": CalendarTerms().model_dump(mode="json")}]
        found.append({"calendar_id": None, "code": STANDARD, "name": "Italia", "versions": versions, "feasts": {}})
    return [row for row in found if ask.code in (None, row["code"])]


class AskLawTable(Ask):
    """The law table."""


def show_law_table(reader: Reader, _: AskLawTable) -> dict[str, Any]:
    """The rows in use: the company's own, or the ones we ship."""
    table = reader.record(law_table_id())
    terms = table.terms if isinstance(table, LawTable) else DEFAULT_LAW
    return {"own": isinstance(table, LawTable), "terms": terms.model_dump(mode="json")}
