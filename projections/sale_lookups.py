"""What recording a sale asks the read models (vendite): whose it is, and which contract of the customer runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from projections.base import Reader
from projections.contracts import STATUS


def parties_by_tax(reader: Reader, vat_number: str | None, tax_code: str | None) -> Sequence[UUID]:
    """See `Lookups.parties_by_tax`."""
    for column, value in (("vat_number", vat_number), ("tax_code", tax_code)):
        found = reader.rows(
            f"select party_id from {{party}} where upper({column}) = upper(%(value)s) order by party_id",  # noqa: S608 - own names only
            {"value": value},
        )
        if found:
            return [row["party_id"] for row in found]
    return ()


def running_contract(
    reader: Reader, customer_id: UUID, kind: str, determination: str, site_id: UUID | None, on: date
) -> UUID | None:
    """See `Lookups.running_contract`."""
    row = reader.row(
        f"""select contract_id from {{contract}}
             where customer_id = %(customer_id)s and kind = %(kind)s and {STATUS} = 'active'
               and state #>> '{{{{header,determination}}}}' = %(determination)s
             order by (site_id is not distinct from %(site_id)s::uuid) desc, starts_on desc, contract_id limit 1""",  # noqa: S608 - own names only
        {
            "customer_id": customer_id, "kind": kind, "determination": determination, "site_id": site_id, "on": on,
        },
    )  # fmt: skip
    return row["contract_id"] if row else None
