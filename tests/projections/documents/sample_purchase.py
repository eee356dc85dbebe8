"""An order to a supplier, as tests print it: a piece, a box of twelve at a price per hundred, metres for a van."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from projections.documents.content import Customer, Letterhead, Site, Source
from projections.documents.content_purchase_order import OrderedGoods, PurchaseOrderContent


def purchase_order(issuer: Letterhead, supplier: Customer, source: tuple[Source, ...]) -> PurchaseOrderContent:
    """The order OA-2026-0012 at revision 1."""
    return PurchaseOrderContent(
        issuer=issuer,
        customer=supplier.model_copy(update={"code": None}),
        source=source,
        number="OA-2026-0012",
        issued_on=date(2026, 3, 9),
        revision=1,
        subject="ricambi per lavastoviglie",
        supplier_reference="Offerta 118/26 del 27/02/2026",
        destination=Site(name=f"{issuer.name} – Magazzino centrale", address=issuer.address),
        payment_terms="Bonifico 60 giorni fine mese",
        delivery_terms="Franco nostro magazzino, imballo compreso",
        lines=(
            OrderedGoods(
                description="Gruppo termico completo",
                code="X",
                supplier_code="RA-7781",
                quantity=Decimal(4),
                unit="PZ",
                unit_price=Decimal("51.20"),
                price_unit="PZ",
                amount=Decimal("204.80"),
                due_on=date(2026, 3, 20),
            ),
            OrderedGoods(
                description="Fascette in nylon 200×4,8 mm nere",
                code="FAS-200",
                supplier_code="CT200-48N-BLACK-00012345",
                quantity=Decimal(3),
                unit="CT",
                note="1 CT = 12 PZ, in tutto 36 PZ",
                unit_price=Decimal("4.35"),
                price_unit="100 PZ",
                discounts=(Decimal(10), Decimal(5)),
                amount=Decimal("1.34"),
                due_on=date(2026, 3, 23),
            ),
            OrderedGoods(
                description="Tubo silicone alimentare Ø 8, rotolo",
                code="TUB-8",
                quantity=Decimal("12.5"),
                unit="M",
                unit_price=Decimal("2.1875"),
                price_unit="M",
                amount=Decimal("27.34"),
                deliver_to="Furgone 02",
            ),
        ),
        total=Decimal("233.48"),
        notes=("Consegne dal lunedì al venerdì, ore 8–12 e 14–17.",),
    )
