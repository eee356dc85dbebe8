"""Sums as documents print them (riepiloghi)."""

from __future__ import annotations

from aggregates.rules import vat
from projections.documents.content import VatSummary


def vat_summary(each: vat.VatSummary) -> VatSummary:
    """Base and tax of one rate or nature."""
    return VatSummary(
        rate=each.rate,
        nature=each.nature,
        taxable=each.base,
        tax=each.tax,
        chargeability=each.chargeability.value if each.chargeability else None,
        reference=each.reference or None,
    )
