"""Content of the printed history of an item (storia della matricola, INS-6): what befell it, day by day."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from aggregates.values import Value
from projections.documents.content import Content, Item, Site, Text


class HistoryWarranty(Value):
    """A warranty of the item, with its last day and the document that proves it."""

    kind: Text
    starts_on: date
    ends_on: date
    source: Text | None = None


class HistoryEntry(Value):
    """One line of the history."""

    happened_on: date
    kind: Text
    title: Text
    detail: Text | None = None
    number: Text | None = None


class SerialHistoryContent(Content):
    """An item, where it stands, its warranties, and its history from the first day to the last."""

    KIND: ClassVar[str] = "serial_history"

    issued_on: date
    item: Item
    manufacturer: Text | None = None
    installed_on: date | None = None
    site: Site | None = None
    status: Text
    from_on: date | None = None
    until_on: date | None = None
    warranties: tuple[HistoryWarranty, ...] = ()
    entries: tuple[HistoryEntry, ...] = ()
