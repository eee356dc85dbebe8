"""The file of a batch for the bank (file di presentazione): written from the batch alone, the same bytes every time."""

from __future__ import annotations

from aggregates.collection import Collection, CollectionCancelled
from aggregates.collection_values import CollectionMethod
from aggregates.values import Value, rome_date
from gateways.collections.riba import receipts
from gateways.collections.sepa import direct_debits


class BankFile(Value):
    """A file for the bank."""

    name: str
    media_type: str
    data: bytes


def bank_file(collection: Collection) -> BankFile:
    """The file of a batch. Raises `CollectionCancelled`, and `ValueError` for data that does not fit its format."""
    if collection.is_cancelled:
        raise CollectionCancelled(number=collection.number)
    made_at = collection.created_on
    if collection.method is CollectionMethod.DIRECT_DEBIT:
        data = direct_debits(collection.number, collection.creditor, collection.lines, made_at)
        return BankFile(name=f"{collection.number}.xml", media_type="application/xml", data=data)
    data = receipts(collection.number, collection.creditor, collection.lines, rome_date(made_at))
    return BankFile(name=f"{collection.number}.txt", media_type="text/plain", data=data)
