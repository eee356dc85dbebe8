"""The line that bills a sale of hours (riga del monte ore): a purchase, or the overage of a draw (R2.7)."""

from __future__ import annotations

from aggregates.call_pricing import Bill
from aggregates.hour_pool_sale import PoolSale
from aggregates.invoice_values import InvoiceLine, LineSource
from aggregates.party import Party
from aggregates.record_ref import RecordRef
from aggregates.rules.vat import Supply

KIND = "hour-pool"


def bill_of_sale(sale: PoolSale, party: Party) -> Bill:
    """One line, as it was sold."""
    sold = sale.sold
    source = LineSource(
        kind=KIND,
        contract_id=sold.contract_id,
        contract_number=sold.contract_number,
        record=RecordRef(kind=KIND, id=sale.id, number=None),
        why=sold.why or None,
        because=sold.because,
    )
    line = InvoiceLine(
        number=1,
        description=sold.description,
        quantity=sold.quantity,
        unit=sold.unit,
        unit_price=sold.unit_price,
        price_per=sold.price_per,
        amount=sold.amount.amount,
        supply=sold.supply or Supply(plant_in_building=party.terms.plant_in_building),
        source=source,
    )
    return Bill((line,))
