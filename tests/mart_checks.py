"""What must hold of the datamart whatever happened: to the cent what the documents say."""

from __future__ import annotations

from decimal import Decimal

from tests.dsl import Company

NOTHING = Decimal(0)


def agrees(company: Company) -> None:
    """Documents, their lines in the datamart and what is earned of them say the same to the cent."""
    company.fold()
    rows = company.house.reader.rows
    wanted = {
        row["invoice_id"]: (row["sign"] * row["taxable"], row["sign"] * row["tax"])
        for row in rows(
            """select invoice_id, taxable, tax, case when kind = 'invoice' then 1 else -1 end as sign
                 from {invoice} where state = 'issued'"""
        )
    }
    found = rows("select invoice_id, sum(amount) as a, sum(vat) as v from {mart_invoice_line} group by 1")
    assert {row["invoice_id"]: (row["a"], row["v"]) for row in found} == wanted
    earned = rows("select document_id, sum(amount) as amount from {mart_fee} group by 1")
    amounts = {row["document_id"]: row["amount"] for row in earned}
    assert {key: amounts.pop(key, NOTHING) for key in wanted} == {key: net for key, (net, _) in wanted.items()}
    assert set(amounts.values()) <= {NOTHING}, "hours of pools are earned and no longer to be earned"
