"""What people see of returns (resi): lists, one return, what a scanner reads, goods at suppliers, credits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from projections.base import Ask, Page, Reader, page


class FindRmas(Page):
    """Returns by the words in number, customer or serials, by status or customer; `live` leaves out the ended ones."""

    text: str | None = None
    status: str | None = None
    customer_id: UUID | None = None
    live: bool = False


def find_rmas(reader: Reader, ask: FindRmas) -> dict[str, Any]:
    """The returns that match, the oldest first."""
    return page(
        reader,
        ask,
        """select r.*, (select count(*) from {rma_item} i where i.rma_id = r.rma_id and i.received > 0) as items_in,
                  exists (select 1 from {rma_loaner} l where l.rma_id = r.rma_id and not l.back) as loaner_out
             from {rma} r
            where (%(text)s::text is null
                   or concat_ws(' ', number, customer, customer_reference) ilike '%%' || %(text)s || '%%'
                   or exists (select 1 from {rma_item} i where i.rma_id = r.rma_id and i.serial ilike %(text)s::text))
              and (%(status)s::text is null or status = %(status)s)
              and (%(customer_id)s::uuid is null or customer_id = %(customer_id)s)
              and (not %(live)s::boolean or not (closed or cancelled))""",
        order=("requested_at", "rma_id"),
    )


class RmaSheet(Ask):
    """One return."""

    rma_id: UUID


def rma_sheet(reader: Reader, ask: RmaSheet) -> dict[str, Any] | None:
    """The return with its items and loaners."""
    params = {"rma_id": ask.rma_id}
    rma = reader.row("select * from {rma} where rma_id = %(rma_id)s", params)
    if rma is None:
        return None
    rma["items"] = reader.rows(
        """select i.*, case when i.state = 'settled' then i.received else 0 end as settled,
                  greatest(0, i.quantity - i.received - i.missing) as open
             from {rma_item} i where rma_id = %(rma_id)s order by line_no""",
        params,
    )
    rma["supplier_repairs"] = reader.rows(
        "select * from {rma_supplier_repair} where rma_id = %(rma_id)s order by note_number, item_id", params
    )
    rma["loaners"] = reader.rows("select * from {rma_loaner} where rma_id = %(rma_id)s order by note_number", params)
    return rma


def open_rma_of_serial(reader: Reader, serial: str, except_id: UUID) -> str | None:
    """The number of the open return that holds a serial; for commands."""
    row = reader.row(
        """select coalesce(r.number, r.rma_id::text) as number from {rma} r join {rma_item} i using (rma_id)
            where upper(trim(i.serial)) = upper(trim(%(serial)s)) and i.state <> 'settled'
              and not r.closed and not r.cancelled
              and r.rma_id <> %(except_id)s""",
        {"serial": serial, "except_id": except_id},
    )
    return row["number"] if row else None


class FindByCode(Ask):
    """What a scanner read: the code of a label, the number of a return, a serial number."""

    code: str


def find_by_code(reader: Reader, ask: FindByCode) -> dict[str, Any]:
    """The return, item and piece of a label; for a number or a serial, the returns that have it, open ones first."""
    params = {"code": ask.code.strip()}
    labels = reader.rows(
        """select 'label' as kind, l.code, l.piece, r.rma_id, r.number, r.customer, r.status, i.item_id, i.line_no,
                  i.description, i.serial, i.state
             from {rma_label} l join {rma} r using (rma_id) join {rma_item} i using (item_id)
            where upper(l.code) = upper(%(code)s)""",
        params,
    )
    if labels:
        return {"items": labels}
    found = reader.rows(
        """select case when upper(r.number) = upper(%(code)s) then 'number' else 'serial' end as kind,
                  %(code)s as code, null::integer as piece, r.rma_id, r.number, r.customer, r.status, i.item_id,
                  i.line_no, i.description, i.serial, i.state
             from {rma} r join {rma_item} i using (rma_id)
            where upper(r.number) = upper(%(code)s) or upper(i.serial) = upper(%(code)s)
            order by r.closed or r.cancelled, r.requested_at desc, i.line_no""",
        params,
    )
    return {"items": found}


class GoodsAtSuppliers(Page):
    """Items at suppliers for repair on a day; `overdue` keeps those that were expected back before."""

    on: date
    overdue: bool = False
    supplier_id: UUID | None = None


def goods_at_suppliers(reader: Reader, ask: GoodsAtSuppliers) -> dict[str, Any]:
    """The items, the longest overdue first; those without a day come last."""
    return page(
        reader,
        ask,
        """select s.*, r.number, r.customer, i.description, i.serial,
                  greatest(%(on)s - s.expected_on, 0) as days_over
             from {rma_supplier_repair} s join {rma} r using (rma_id) join {rma_item} i using (item_id)
            where s.sent_on <= %(on)s and (s.returned_on is null or s.returned_on > %(on)s)
              and (not %(overdue)s::boolean or s.expected_on < %(on)s)
              and (%(supplier_id)s::uuid is null or s.supplier_id = %(supplier_id)s)""",
        order=("expected_on", "note_number", "item_id"),
    )


class CreditCandidates(Ask):
    """Which lines of invoices may have sold an item of a return."""

    rma_id: UUID
    item_id: UUID


def credit_candidates(reader: Reader, ask: CreditCandidates) -> dict[str, Any]:
    """The customer's lines that named its serial, then those of its article, the newest first; a person chooses.

    `left` is the part of the line's amount, euro before VAT, that no credit note took back; lines with none are left
    out, as are lines of the article that name other serials.
    """
    return {
        "items": reader.rows(
            """with item as (
                 select r.customer_id, trim(i.serial) as serial, a.code
                   from {rma_item} i join {rma} r using (rma_id) left join {article} a on a.article_id = i.article_id
                  where i.rma_id = %(rma_id)s and i.item_id = %(item_id)s),
               found as (
                 select v.invoice_id, v.number, v.issued_on, l.number as line_number, l.description,
                        l.line->>'code' as code, l.line->'serials' as serials,
                        (l.line->>'quantity')::numeric as quantity, l.amount, l.amount - l.credited as "left",
                        coalesce(l.line->'serials' ? item.serial, false) as by_serial,
                        (item.serial is null or coalesce(l.line->'serials', '[]') = '[]'::jsonb)
                        and l.line->>'code' = item.code as by_article
                   from item join {invoice} v on v.customer_id = item.customer_id
                   join {invoice_line} l using (invoice_id)
                  where v.state = 'issued' and v.kind = 'invoice' and not coalesce(l.is_excluded, false)
                    and l.amount > 0 and l.credited < l.amount)
               select invoice_id, number, issued_on, line_number, description, code, serials, quantity, amount, "left",
                      case when by_serial then 'serial' else 'article' end as found_by
                 from found where by_serial or by_article
                order by by_serial desc, issued_on desc, number desc, line_number limit 50""",
            {"rma_id": ask.rma_id, "item_id": ask.item_id},
        )
    }


class ReturnsToCredit(Page):
    """Returned items that are to be credited and have no credit note; and faulty pieces of ours nobody decided on."""

    kind: str | None = None


def returns_to_settle(reader: Reader, ask: ReturnsToCredit) -> dict[str, Any]:
    """By return: `credit` needs a credit note with its invoice, `faulty` a decision; the oldest first."""
    return page(
        reader,
        ask,
        """select t.kind, r.rma_id, r.number, r.customer, r.received_on, i.item_id, i.description, i.serial, i.received
             from {rma_item} i join {rma} r using (rma_id)
             cross join lateral (values
                 ('credit', i.outcome = 'credited' and i.credit_note_id is null),
                 ('faulty', i.received > 0 and i.faulty_decision is null
                            and i.supplier_result is distinct from 'credited'
                            and (i.outcome in ('credited', 'replaced')
                                 or i.outcome is null and i.replacement_note_id is not null))
             ) t (kind, holds)
            where t.holds and (%(kind)s::text is null or t.kind = %(kind)s)""",
        order=("received_on", "number", "item_id", "kind"),
    )
