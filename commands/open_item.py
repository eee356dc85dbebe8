"""What people may ask about open items that were issued elsewhere (partite aperte)."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from aggregates.base import Act
from aggregates.open_item import OpenItem, OpenItemTerms
from aggregates.party import Party
from commands.base import Answer, Command, Service
from commands.natural_key import part


class ImportOpenItem(Command, OpenItemTerms):
    """Take over a due date of a document that another system issued and that is still unpaid, in whole or in part.

    Given again under its id it is corrected, until a payment is recorded.
    """

    open_item_id: UUID | None = Field(default=None, description="Made by the client, or by the server if left out.")


def import_open_item(cmd: ImportOpenItem, act: Act, service: Service) -> Answer:
    """Handles `ImportOpenItem`."""
    service.load(Party, cmd.customer_id)
    open_item_id = cmd.open_item_id or service.new_id()
    known, terms = service.find(OpenItem, open_item_id), part(OpenItemTerms, cmd)
    if known is None:
        known = OpenItem.take_over(open_item_id, terms, act)
    known.correct(terms, act)
    service.save(known)
    return {"open_item_id": open_item_id, "open": str(known.open_amount)}
