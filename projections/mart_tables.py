"""Dimension tables of the datamart (dimensioni), and how a row's job and cost centre are found (R12.1).

Names of people are not in them: codes stand for them, views inside the house add the name. `position` is that of the
last fact that changed the row, so that exports can take what is new.
"""

from __future__ import annotations

from projections.base import Table

CUSTOMER = Table(
    "dim_customer",
    {
        "customer_id": "uuid", "code": "text", "role": "text", "nature": "text", "town": "text", "province": "text",
        "is_active": "boolean", "position": "bigint",
    },
    ("customer_id",),
)  # fmt: skip
SITE = Table(
    "dim_site",
    {
        "site_id": "uuid", "customer_id": "uuid", "code": "text", "area": "text", "town": "text", "province": "text",
        "position": "bigint",
    },
    ("site_id",),
    ("customer_id",),
)  # fmt: skip
AREA = Table("dim_area", {"area": "text", "position": "bigint"}, ("area",))
CONTRACT = Table(
    "dim_contract",
    {
        "contract_id": "uuid", "number": "text", "title": "text", "customer_id": "uuid", "site_id": "uuid",
        "kind": "text", "nature": "text", "agent_id": "uuid", "technician_id": "uuid", "job": "text",
        "cost_centre": "text", "revenue_account": "text", "starts_on": "date", "ends_on": "date", "position": "bigint",
    },
    ("contract_id",),
    ("customer_id",),
)  # fmt: skip
CONTRACT_LINE = Table(
    "dim_contract_line",
    {
        "contract_id": "uuid", "line_id": "uuid", "description": "text", "article_code": "text", "job": "text",
        "cost_centre": "text", "serial_item_ids": "jsonb", "starts_on": "date", "ends_on": "date", "position": "bigint",
    },
    ("contract_id", "line_id"),
)  # fmt: skip
SERIAL = Table(
    "dim_serial",
    {
        "serial_item_id": "uuid", "number": "text", "manufacturer": "text", "product": "text", "type": "text",
        "article_code": "text", "customer_id": "uuid", "site_id": "uuid", "installed_on": "date", "parent_id": "uuid",
        "moves": "jsonb", "position": "bigint",
    },
    ("serial_item_id",),
    ("customer_id",),
)  # fmt: skip
PRODUCT = Table(
    "dim_product",
    {
        "article_id": "uuid", "code": "text", "description": "text", "kind": "text", "unit": "text",
        "is_active": "boolean", "position": "bigint",
    },
    ("article_id",),
    ("code",),
)  # fmt: skip
TECHNICIAN = Table(
    "dim_technician",
    {
        "technician_id": "uuid", "code": "text", "is_external": "boolean", "is_active": "boolean", "areas": "jsonb",
        "position": "bigint",
    },
    ("technician_id",),
)  # fmt: skip
JOB = Table(
    "dim_job",
    {
        "job": "text", "job_id": "uuid", "name": "text", "kind": "text", "status": "text", "customer_id": "uuid",
        "contract_id": "uuid", "record_kind": "text", "record_id": "uuid", "record_number": "text", "opened_on": "date",
        "closed_on": "date", "closed_reason": "text", "planned_revenue": "numeric", "planned_cost": "numeric",
        "note": "text", "matters": "jsonb", "position": "bigint",
    },
    ("job",),
    ("customer_id", "job_id"),
)  # fmt: skip
PLACE = Table(
    "job_place",
    {
        "record_id": "uuid", "record_kind": "text", "record_number": "text", "job": "text", "cost_centre": "text",
        "position": "bigint",
    },
    ("record_id",),
    ("job", "record_kind"),
)  # fmt: skip
DIMENSIONS = (CUSTOMER, SITE, AREA, CONTRACT, CONTRACT_LINE, SERIAL, PRODUCT, TECHNICIAN, JOB, PLACE)


def job_of(alias: str, *records: str) -> str:
    """SQL of the job on which a row of the mart stands: of its records, its own, contract, customer, company (R12.1).

    `records` are the row's columns whose own place goes before all else, as `call_id`. The row has columns `job`,
    `contract_id`, `contract_line_id` and `customer_id`.
    """
    return _found("job", alias, records)


def centre_of(alias: str, *records: str) -> str:
    """SQL of a row's cost centre, found as its job is; its column is `cost_centre` (R12.1)."""
    return _found("cost_centre", alias, records)


def _found(column: str, alias: str, records: tuple[str, ...]) -> str:
    def place(key: str) -> str:
        return f"(select p.{column} from {{job_place}} p where p.record_id = {alias}.{key})"  # noqa: S608 - own names

    line = f"""(select l.{column} from {{dim_contract_line}} l
                 where l.contract_id = {alias}.contract_id and l.line_id = {alias}.contract_line_id)"""  # noqa: S608 - own names
    contract = f"(select c.{column} from {{dim_contract}} c where c.contract_id = {alias}.contract_id)"  # noqa: S608 - own names
    company = f"(select p.{column} from {{job_place}} p where p.record_kind = 'company')"  # noqa: S608 - own names
    found = (*map(place, records), f"{alias}.{column}", line, place("contract_id"), contract, place("customer_id"))
    return f"coalesce({', '.join((*found, company))})"
