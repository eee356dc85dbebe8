"""A decimal of a document that is no euro (quantità): shown with as many decimals as it has."""

from __future__ import annotations

from decimal import Decimal


class Quantity(Decimal):
    """A decimal that is no euro."""
