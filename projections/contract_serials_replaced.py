"""Contracts behind their machines (matricole sostituite): lines that still name a machine another one replaced."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Page, Reader, page

TODAY = "coalesce(%(on)s::date, (now() at time zone 'Europe/Rome')::date)"


class ContractSerialsReplaced(Page):
    """Lines whose machine was replaced by a day and that go on with the old one, of one customer or of all."""

    on: date | None = None
    customer_id: UUID | None = None
    contract_id: UUID | None = None


def contract_serials_replaced(reader: Reader, ask: ContractSerialsReplaced) -> dict[str, Any]:
    """Each line with the old machine, the one that took its place, and the day from which it should be on the line."""
    return page(
        reader,
        ask,
        f"""select v.contract_id, v.line_id, v.number, v.party_id as customer_id, p.name as customer,
                  o.serial_item_id as old_serial_item_id, o.number as old_serial,
                  n.serial_item_id as new_serial_item_id, n.number as new_serial, n.product,
                  o.replaced_on, greatest(o.replaced_on, min(v.from_on)) as from_on, max(v.to_on) as to_on
             from {{serial_item}} o
             join {{contract_coverage}} v on v.target_id = o.serial_item_id and v.target = 'serial_item'
             join {{serial_item}} n on n.serial_item_id = o.successor_id
             left join {{party}} p on p.party_id = v.party_id
            where o.successor_id is not null and o.replaced_on <= {TODAY} and v.to_on >= {TODAY}
              and v.to_on >= o.replaced_on
              and (%(customer_id)s::uuid is null or v.party_id = %(customer_id)s)
              and (%(contract_id)s::uuid is null or v.contract_id = %(contract_id)s)
            group by v.contract_id, v.line_id, v.number, v.party_id, p.name, o.serial_item_id, o.number, o.replaced_on,
                     n.serial_item_id, n.number, n.product""",  # noqa: S608 - own constants only
        order=("from_on", "contract_id", "line_id", "old_serial_item_id"),
    )
