"""How one item takes another's place (sostituzione): the line of replacements, and what becomes of the warranties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act, require
from aggregates.party import Party, PartyNature
from aggregates.rules.lineage import succeeds
from aggregates.rules.warranties import USUAL, WarrantyTerms, carried, restarted
from aggregates.serial_item import LineageCircle, SerialItem, Warranty
from aggregates.serial_item_values import ReplacementPolicy
from commands.base import Service
from commands.company import parameters


def warranty_terms(service: Service, on: date) -> WarrantyTerms:
    """The company's months of warranty on a day."""
    return parameters(service, on).warranties or USUAL


def is_consumer(service: Service, item: SerialItem, on: date) -> bool:
    """Whether the law of consumers holds for who had the item on a day."""
    owner = service.find(Party, item.place_on(on).owner_id)
    return owner is not None and owner.nature is PartyNature.CONSUMER


def is_behind(service: Service, item: SerialItem, successor: SerialItem) -> bool:
    """Whether the item already took, at first or second hand, the place of the one that is to follow it."""

    def successor_of(item_id: UUID) -> UUID | None:
        known = service.find(SerialItem, item_id)
        return known.successor_id if known else None

    return successor.id != item.id and succeeds(item.id, successor.id, successor_of)


def take_place(
    service: Service,
    item: SerialItem,
    successor: SerialItem,
    on: date,
    act: Act,
    policy: ReplacementPolicy | None = None,
) -> Sequence[UUID]:
    """Record a replacement with its warranties; answers those of the new item. Told again, nothing.

    Neither owner, place nor warranties of the old item change. Raises `LineageCircle` and what `replace_with` raises.
    """
    require(not is_behind(service, item, successor), LineageCircle)
    is_new = item.successor_id != successor.id
    terms = warranty_terms(service, on)
    chosen = policy or terms.replacement
    item.replace_with(successor, on, act, chosen)
    if is_new:
        for warranty in _warranties(service, item, successor, on, terms, chosen):
            successor.give_warranty(warranty, act)
    service.save(item, successor)
    return [each.warranty_id for each in successor.warranties.values() if each.inherited_from == item.id]


def _warranties(
    service: Service, item: SerialItem, successor: SerialItem, on: date, terms: WarrantyTerms, policy: ReplacementPolicy
) -> list[Warranty]:
    known = list(item.warranties.values())
    name = item.number or item.details.product
    ids = {each.warranty_id: uuid5(successor.id, f"replacement/{each.warranty_id}") for each in known}
    if policy is ReplacementPolicy.INHERIT:
        return carried(known, on, item.id, name, ids)
    return restarted(
        known,
        on,
        item.id,
        name,
        ids,
        terms,
        legal_id=uuid5(successor.id, f"replacement/{item.id}"),
        is_consumer=is_consumer(service, item, on),
    )
