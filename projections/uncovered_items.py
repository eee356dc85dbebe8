"""Serial items that no contract covers (matricole scoperte): what can be picked for a contract (CON-3)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Page, Reader, page
from projections.contracts import TODAY


class UncoveredItems(Page):
    """Items of a customer or of all, perhaps only those delivered between two days."""

    customer_id: UUID | None = None
    site_id: UUID | None = None
    on: date | None = None
    """The day of the cover; left out, today."""
    delivered_from: date | None = None
    delivered_to: date | None = None


def uncovered_items(reader: Reader, ask: UncoveredItems) -> dict[str, Any]:
    """Items in use under no contract on a day, with the customer's running contracts that could take them in.

    A contract covers an item by its serial number, by its site or, naming neither, by its customer.
    """
    return page(
        reader,
        ask,
        f"""select i.serial_item_id, i.number, i.manufacturer, i.product, i.type, i.article_code,
                   i.owner_id as customer_id, p.name as customer, i.site_id, i.status,
                   coalesce(i.installed_on, i.placed_on) as delivered_on,
                   (select coalesce(jsonb_agg(jsonb_build_object('contract_id', c.contract_id, 'number', c.number,
                                                                 'kind', c.kind, 'title', c.title, 'ends_on', c.ends_on)
                                              order by c.site_id is distinct from i.site_id, c.number), '[]')
                      from {{contract}} c
                     where c.customer_id = i.owner_id and c.status in ('in_force', 'under_notice')
                       and c.starts_on <= {TODAY} and c.ends_on >= {TODAY}
                       and (c.site_id is null or i.site_id is null or c.site_id = i.site_id)) as running_contracts
              from {{serial_item}} i join {{party}} p on p.party_id = i.owner_id
             where i.replaced_on is null and p.role in ('customer', 'end_user')
               and (%(customer_id)s::uuid is null or i.owner_id = %(customer_id)s)
               and (%(site_id)s::uuid is null or i.site_id = %(site_id)s)
               and (%(delivered_from)s::date is null or coalesce(i.installed_on, i.placed_on) >= %(delivered_from)s)
               and (%(delivered_to)s::date is null or coalesce(i.installed_on, i.placed_on) <= %(delivered_to)s)
               and not exists (select 1 from {{contract_coverage}} v
                                where v.target_id in (i.serial_item_id, i.site_id, i.owner_id)
                                  and v.from_on <= {TODAY} and v.to_on >= {TODAY})""",  # noqa: S608 - own constants only
        order=("delivered_on", "serial_item_id"),
    )
