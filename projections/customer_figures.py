"""Figures of one customer (cifre del cliente): sales by year, credit notes, blocked contracts; euro before VAT."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from projections.base import Reader, Row

PARAM = "customer_id"


def past_sales(reader: Reader, customer_id: UUID) -> dict[str, Any]:
    """What was invoiced to a customer by year, credit notes taken off, and the newest credit notes."""
    params = {PARAM: customer_id}
    return {
        "sales_by_year": reader.rows(
            """select extract(year from issued_on)::integer as year,
                      coalesce(sum(taxable) filter (where kind = 'invoice'), 0) as invoiced,
                      coalesce(sum(taxable) filter (where kind <> 'invoice'), 0) as credited,
                      sum(case when kind = 'invoice' then taxable else -taxable end) as net,
                      count(*) filter (where kind = 'invoice') as invoices
                 from {invoice} where customer_id = %(customer_id)s and state = 'issued'
                group by 1 order by 1 desc""",
            params,
        ),
        "credit_notes": reader.rows(
            """select invoice_id, number, issued_on, taxable, total, open, corrects_id from {invoice}
                where customer_id = %(customer_id)s and state = 'issued' and kind <> 'invoice'
                order by issued_on desc, number desc limit 10""",
            params,
        ),
    }


def blocked_contracts(reader: Reader, customer_id: UUID) -> list[Row]:
    """The customer's contracts under a block that stands now, with its reason."""
    return reader.rows(
        """select c.contract_id, c.number, b ->> 'reason' as reason, (b ->> 'from_on')::date as from_on
             from {contract} c, jsonb_array_elements(c.state -> 'blocks') b
            where c.customer_id = %(customer_id)s and c.status not in ('terminated', 'superseded', 'cancelled')
              and (now() at time zone 'Europe/Rome')::date
                  between (b ->> 'from_on')::date and coalesce((b ->> 'until_on')::date, 'infinity')
            order by c.number, from_on""",
        {PARAM: customer_id},
    )
