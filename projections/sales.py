"""Sales (vendite): the documents recorded for each customer, their goods, and what was offered for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from aggregates.rules.sold_goods import Lot
from aggregates.sold_goods import SoldGoods
from projections.base import Ask, Page, Reader, ReadModel, Row, Rows, Table, on, page

SALE = Table(
    "sale",
    {
        "sale_id": "uuid", "customer_id": "uuid", "stream_id": "uuid", "key": "text", "kind": "text", "number": "text",
        "dated_on": "date", "delivered_on": "date", "site_id": "uuid", "earlier": "jsonb", "lines": "jsonb",
        "amount": "numeric", "corrected_at": "timestamptz", "recorded_at": "timestamptz",
    },
    ("sale_id",),
    ("customer_id, dated_on", "number", "dated_on"),
)  # fmt: skip
LOT = Table(
    "sold_lot",
    {
        "lot_id": "uuid", "customer_id": "uuid", "stream_id": "uuid", "split_from": "uuid", "article_code": "text",
        "description": "text", "quantity": "numeric", "unit": "text", "amount": "numeric", "serials": "jsonb",
        "delivered_on": "date", "site_id": "uuid", "told": "jsonb", "proposal_id": "uuid",
    },
    ("lot_id",),
    ("customer_id", "stream_id", "proposal_id"),
)  # fmt: skip
CUSTOMER = Table("sale_customer", {"stream_id": "uuid", "customer_id": "uuid"}, ("stream_id",))


def sale_id(stream_id: UUID, key: str) -> UUID:
    """The id of a recorded document."""
    return uuid5(stream_id, key)


class Sales(ReadModel):
    """Every recorded document and every lot of goods."""

    NAME = "sales"
    TABLES = (SALE, LOT, CUSTOMER)

    @on(SoldGoods.Begun)
    def begun(self, fact: SoldGoods.Begun, rows: Rows) -> None:
        """Whose goods they are."""
        rows.put(CUSTOMER, {"stream_id": fact.stream_id, "customer_id": fact.customer_id})

    @on(SoldGoods.SaleRecorded)
    def recorded(self, fact: SoldGoods.SaleRecorded, rows: Rows) -> None:
        """A document appears; its goods are new, or known by another document."""
        customer = rows.get(CUSTOMER, fact.stream_id)
        customer_id = customer["customer_id"] if customer else None
        rows.put(SALE, {**_document(fact), "customer_id": customer_id, "recorded_at": fact.act.at})
        _put_lots(fact.stream_id, customer_id, fact.lots, rows)

    @on(SoldGoods.SaleCorrected)
    def corrected(self, fact: SoldGoods.SaleCorrected, rows: Rows) -> None:
        """It says otherwise now."""
        known = rows.get(SALE, sale_id(fact.stream_id, fact.document.key))
        if known is not None:
            rows.put(SALE, {**known, **_document(fact), "corrected_at": fact.act.at})

    @on(SoldGoods.Offered)
    def offered(self, fact: SoldGoods.Offered, rows: Rows) -> None:
        """A proposal speaks of the goods."""
        for lot_id in fact.lot_ids:
            rows.patch(LOT, lot_id, proposal_id=fact.proposal_id)


def _document(fact: SoldGoods.SaleRecorded | SoldGoods.SaleCorrected) -> Row:
    document = fact.document
    plain = document.model_dump(mode="json", include={"kind", "references"})
    plain["earlier"] = plain.pop("references")
    amounts = [line.amount for line in fact.lines if line.amount is not None]
    return {
        **plain,
        "sale_id": sale_id(fact.stream_id, document.key),
        "stream_id": fact.stream_id,
        "key": document.key,
        **{name: getattr(document, name) for name in ("number", "dated_on", "delivered_on", "site_id")},
        "lines": [line.model_dump(mode="json") for line in fact.lines],
        "amount": sum(amounts) if amounts else None,
    }


def _put_lots(stream_id: UUID, customer_id: UUID | None, lots: Iterable[Lot], rows: Rows) -> None:
    for lot in lots:
        known = rows.get(LOT, lot.lot_id) or (rows.get(LOT, lot.split_from) if lot.split_from else None)
        columns = {"lot_id", "split_from", "article_code", "description", "quantity", "unit", "amount"}
        rows.put(
            LOT,
            {
                **lot.model_dump(include={*columns, "delivered_on", "site_id"}),
                **lot.model_dump(mode="json", include={"serials", "told"}),
                "stream_id": stream_id,
                "customer_id": customer_id,
                "proposal_id": known["proposal_id"] if known else None,
            },
        )


class FindSales(Page):
    """Recorded sales by customer, number, kind or days."""

    customer_id: UUID | None = None
    kind: str | None = None
    text: str | None = None
    """Words of the number or of the customer's name."""
    from_on: date | None = None
    until_on: date | None = None


def find_sales(reader: Reader, ask: FindSales) -> dict[str, Any]:
    """The sales that match, the latest first."""
    return page(
        reader,
        ask,
        """select s.sale_id, s.kind, s.number, s.dated_on, s.customer_id, p.name as customer, s.delivered_on, s.amount,
                  jsonb_array_length(s.lines) as lines, s.corrected_at
             from {sale} s left join {party} p on p.party_id = s.customer_id
            where (%(customer_id)s::uuid is null or s.customer_id = %(customer_id)s)
              and (%(kind)s::text is null or s.kind = %(kind)s)
              and (%(text)s::text is null or concat_ws(' ', s.number, p.name) ilike '%%' || %(text)s || '%%')
              and (%(from_on)s::date is null or s.dated_on >= %(from_on)s)
              and (%(until_on)s::date is null or s.dated_on <= %(until_on)s)""",
        order=("-dated_on", "-sale_id"),
    )


class SaleSheet(Ask):
    """One recorded sale."""

    sale_id: UUID


def sale_sheet(reader: Reader, ask: SaleSheet) -> dict[str, Any] | None:
    """The document with its lines, the goods it speaks of, the other documents of them, and what was offered."""
    row = reader.row(
        """select s.*, p.name as customer from {sale} s left join {party} p on p.party_id = s.customer_id
            where s.sale_id = %(sale_id)s""",
        ask.model_dump(),
    )
    if row is None:
        return None
    row["goods"] = reader.rows(
        """select l.lot_id, l.article_code, l.description, l.quantity, l.unit, l.amount, l.serials, l.delivered_on,
                  l.told, l.proposal_id
             from {sold_lot} l
            where l.stream_id = %(stream_id)s and l.told @> jsonb_build_array(jsonb_build_object('key', %(key)s::text))
            order by l.lot_id""",
        {"stream_id": row.pop("stream_id"), "key": row["key"]},
    )
    return row
