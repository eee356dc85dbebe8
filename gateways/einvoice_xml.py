"""Elements of the electronic invoice, written and refused as the schema asks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from aggregates.rules.exchange_checks import fits


def add(parent: etree._Element, tag: str, text: str | None) -> None:
    """A child with a text; an empty one is left out, as the schema refuses empty elements."""
    if text:
        etree.SubElement(parent, tag).text = text


def tax_id_node(parent: etree._Element, tag: str, parts: tuple[str, str]) -> None:
    """A tax id as country and code."""
    node = etree.SubElement(parent, tag)
    add(node, "IdPaese", parts[0])
    add(node, "IdCodice", parts[1])


def exact(text: str | None, most: int) -> str | None:
    """An identifier as it is; raises `ValueError` if the format cannot hold it: half a number is another number."""
    if text is not None and not fits(text, most):
        raise ValueError(f"{text!r} is not one to {most} plain characters")
    return text


def decimal(value: Decimal | None, most: int = 8) -> str | None:
    """Two to `most` decimals, half up: `10.00`, `0.0085`."""
    if value is None:
        return None
    rounded = value.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    whole, _, fraction = format(rounded, "f").partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
