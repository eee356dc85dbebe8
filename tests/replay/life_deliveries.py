"""Goods that leave in a company's life (consegne): orders in part, pick lists, loans kept, parts left on a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aggregates.article import ArticleKind, article_id
from aggregates.warehouse import warehouse_id
from tests.replay.living import LAURA, Life, named

DEAL = warehouse_id("DEAL")


def deliveries(life: Life) -> None:
    """An order delivered, undone and picked; a loan reminded of and kept; a call's parts left with a note."""
    at = "2026-07-20T09:"
    customer = {"code": "CONS", "name": "Consegne S.r.l.", "tax": {"vat_number": "IT12345670017"}}
    place = {"street": "Via Emilia 9", "postcode": "47121", "town": "Forlì", "province": "FC"}
    life.do("register-party", f"{at}00", party_id=named("Consegne"), **customer, address=place)
    life.do("open-warehouse", f"{at}00", code="DEAL", name="Magazzino consegne")
    life.do("open-warehouse", f"{at}00", code="DLOAN", name="Presso clienti", kind="loan")
    life.do("open-warehouse", f"{at}00", code="DVAN", name="Furgone", kind="van", technician_id=named("Pina Neri"))
    life.do("register-article", f"{at}01", code="CON", description="Cono", kind=ArticleKind.PART)
    goods: dict[str, Any] = {"article_id": article_id("CON"), "quantity": "2"}
    life.do("stock-article", f"{at}02", **{**goods, "quantity": "20"}, warehouse_id=DEAL, unit_cost="5.00")
    quote = {"quote_id": named("delivered quote")}
    line = {**goods, "quantity": "6", "unit_price": "9.00"}
    life.do("draft-quote", f"{at}03", **quote, customer_id=named("Consegne"), lines=[line])
    life.do("send-quote", f"{at}04", **quote, sent_to=LAURA)
    life.do("accept-quote", f"{at}05", **quote, revision=0, person=LAURA, channel="email")
    answer = life.do("order-quote", f"{at}06", **quote, warehouse_id=DEAL)
    order = {"order_id": answer["order_id"]}
    gone = life.do("deliver-order", f"{at}07", **order)["note_id"]
    life.do("cancel-delivery-note", f"{at}08", note_id=gone, reason="Corriere non passato")
    for name in ("given up list", "confirmed list"):
        listed = {"pick_list_id": named(name)}
        life.do("make-pick-list-for-orders", f"{at}09", **listed, order_ids=[order["order_id"]])
        if name == "given up list":
            life.do("cancel-pick-list", f"{at}10", **listed, reason="Rimandato")
    life.do("confirm-pick-list", f"{at}11", pick_list_id=named("confirmed list"))
    lent = {"note_id": named("kept loan")}
    out = {**goods, "unit_price": "9.00", "warehouse_id": DEAL}
    life.do("lend-goods", f"{at}12", **lent, recipient_id=named("Consegne"), lines=[out], return_by="2026-07-31")
    life.do("remind-of-lent-goods", f"{at}13", **lent)
    life.do("keep-goods", f"{at}14", **lent, reason="Il cliente la acquista")
    call = {"call_id": named("noted call")}
    life.do("open-call", f"{at}15", **call, party_id=named("Consegne"), fault="Perde")
    life.do("use-part", f"{at}16", **call, description="Cono in gomma", line_id=named("noted part"))
    noted = life.do("issue-note-for-call", f"{at}17", **call)["note_id"]
    life.do("cancel-delivery-note", f"{at}18", note_id=noted, reason="Righe errate")
    life.do("issue-note-for-call", f"{at}19", **call)


CHAPTERS: tuple[Callable[[Life], None], ...] = (deliveries,)
