"""Reading XML elements by their local name, whatever namespace or prefix the writer chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from lxml import etree


class MissingElement(ValueError):
    """An element that every invoice has is not there."""


def local_name(node: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(node).localname


def children(node: etree._Element, name: str) -> Iterator[etree._Element]:
    """The children of that name, in order."""
    return (child for child in node if isinstance(child.tag, str) and local_name(child) == name)


def find(node: etree._Element, path: str) -> etree._Element | None:
    """The first element down a path of names, or `None`."""
    found: etree._Element | None = node
    for name in path.split("/"):
        found = next(children(found, name), None) if found is not None else None
    return found


def need(node: etree._Element, path: str) -> etree._Element:
    """The first element down a path; raises `MissingElement`."""
    found = find(node, path)
    if found is None:
        raise MissingElement(f"{path} is missing")
    return found


def text_of(node: etree._Element, path: str) -> str | None:
    """The text down a path without spaces around it, or `None` if there is none."""
    found = find(node, path)
    return (found.text or "").strip() or None if found is not None else None


def needed(node: etree._Element, path: str) -> str:
    """The text down a path; raises `MissingElement`."""
    text = text_of(node, path)
    if text is None:
        raise MissingElement(f"{path} is missing")
    return text


def amount_of(node: etree._Element, path: str) -> Decimal:
    """A decimal down a path; raises `MissingElement` or `InvalidOperation`."""
    return Decimal(needed(node, path))


def day_of(text: str) -> date:
    """A date, with or without a time zone behind it."""
    return date.fromisoformat(text[:10])
