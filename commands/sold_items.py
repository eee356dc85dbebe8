"""How delivered serials enter the installed base (matricole vendute, INS-4): registered or moved, with warranties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from aggregates.base import Act
from aggregates.natural_key import KeyKind
from aggregates.party import Party, PartyNature
from aggregates.proposal_terms import ProposalRule
from aggregates.rules.proposals import legal_end, warranty_period
from aggregates.rules.sold_goods import Lot
from aggregates.serial_item import Place, SerialItem, Warranty
from commands.base import Service
from commands.natural_key import id_of
from commands.serial_item import RegisterSerialItem, register_serial_item

WORDS = {"order": "Ordine", "delivery-note": "DDT", "invoice": "Fattura"}


def sold_items(service: Service, party: Party, lot: Lot, rule: ProposalRule, act: Act) -> tuple[UUID, ...]:
    """The items of a lot's serials, in their order; while the goods are not delivered there are none."""
    if lot.delivered_on is None or not rule.registers_serials:
        return ()
    return tuple(_item(service, party, lot, serial, lot.delivered_on, rule, act) for serial in lot.serials)


def _item(
    service: Service, party: Party, lot: Lot, serial: str, delivered_on: date, rule: ProposalRule, act: Act
) -> UUID:
    place = Place(owner_id=party.id, site_id=lot.site_id)
    item_id = _known(service, lot, serial)
    if item_id is None:
        asked = RegisterSerialItem(
            manufacturer=lot.manufacturer,
            number=serial,
            product=lot.description,
            type=rule.product_type,
            article_code=lot.article_code,
            installed_on=delivered_on,
            **dict(place),
        )
        item_id = UUID(str((register_serial_item(asked, act, service) or {})["serial_item_id"]))
    item = service.load(SerialItem, item_id)
    if item.place_on(delivered_on).owner_id != party.id:
        item.move(place, delivered_on, act)
    for warranty in warranties(item.id, lot, delivered_on, rule, is_consumer=party.nature is PartyNature.CONSUMER):
        item.give_warranty(warranty, act)
    service.save(item)
    return item.id


def _known(service: Service, lot: Lot, serial: str) -> UUID | None:
    """By maker and number; without a maker, the only item with this number, if it is of the article or of none."""
    found = id_of(service, KeyKind.SERIAL_ITEM, lot.manufacturer or "", serial)
    if found is not None or lot.manufacturer is not None:
        return found
    listed = [service.load(SerialItem, item_id) for item_id in service.lookups.serial_items_by_number(serial)]
    alike = [item for item in listed if item.details.article_code in (None, lot.article_code)]
    return alike[0].id if len(alike) == 1 else None


def warranties(
    item_id: UUID, lot: Lot, delivered_on: date, rule: ProposalRule, *, is_consumer: bool
) -> Sequence[Warranty]:
    """What the rule gives an item of a sale (R5.1, R5.3); told again with another proof, the same warranties change."""
    until = legal_end(delivered_on, rule.warranties, is_consumer=is_consumer)
    proof = next((told for told in lot.told if told.kind == "delivery-note"), lot.told[-1])
    given = []
    for number, offered in enumerate(rule.warranties):
        period = warranty_period(offered, delivered_on, until, is_consumer=is_consumer)
        if period is not None:
            warranty_id = uuid5(item_id, f"sale/{lot.told[0].key}/{number}")
            source = f"{WORDS[proof.kind]} {proof.number} del {proof.dated_on:%d/%m/%Y}"
            given.append(
                Warranty(
                    warranty_id=warranty_id, kind=offered.kind, period=period, covers=offered.covers, source=source
                )
            )
    return given
