"""The chapter of buying (acquisti): terms of suppliers, orders of every course, receipts, goods that go back."""

from __future__ import annotations

from collections.abc import Callable

from aggregates.article import article_id
from aggregates.warehouse import warehouse_id
from tests.replay.living import FORLI, Life, named


def buying(life: Life) -> None:
    """An order of proposals with all that befalls one; one revised, its rest given up; one cancelled."""
    at, supplier, part = "2027-03-01T09:0", {"supplier_id": named("Ricambi Adriatici")}, article_id("GRP-7")
    main = {"article_id": part, "warehouse_id": warehouse_id("MAIN")}
    life.do("register-party", f"{at}0", party_id=supplier["supplier_id"], code="F0007", name="Ricambi Adriatici",
            role="supplier", address=FORLI)  # fmt: skip
    life.do("register-article", f"{at}0", code="GRP-7", description="Gruppo termico", kind="part")
    terms = {"article_id": part, **supplier, "unit_price": "6.00", "price_per": "12", "units_per": "12"}
    life.do("set-article-supplier", f"{at}1", **terms)
    life.do("set-article-supplier", f"{at}2", **terms, order_unit="CT", lead_days=3, supplier_code="RA-7")
    life.do("set-minimum-stock", f"{at}3", **main, minimum="20")
    order = {"order_id": named("purchase order")}
    life.do("order-proposals", f"{at}4", **order, **supplier)
    line = {"line_id": named("purchase line"), "article_id": part, "quantity": "3"}
    life.do("set-purchase-order-lines", f"{at}5", **order, lines=[line])
    life.do("approve-purchase-order", f"{at}6", **order, by="user:carlo")
    life.do("send-purchase-order", f"{at}7", **order)
    told = {"line_id": line["line_id"], "due_on": "2027-03-09", "unit_price": "6.60"}
    life.do("confirm-purchase-order", f"{at}8", **order, supplier_number="OC 7", lines=[told])
    came = {"line_id": line["line_id"], "units": "30", "rejected": "1", "rejected_because": "Graffiato"}
    note = {"supplier_note": {"number": "1188", "dated_on": "2027-03-08"}}
    life.do("receive-purchase-order", "2027-03-09T09:00", **order, lines=[came], **note)
    back = [{"line_id": line["line_id"], "quantity": "2"}]
    life.do("return-purchased-goods", "2027-03-10T09:00", **order, note_id=named("goods back"), lines=back,
            awaits_replacement=True, reason="Difettosi")  # fmt: skip
    life.do("cancel-purchase-remainder", "2027-03-11T09:00", **order, reason="Fuori produzione")
    other = {"order_id": named("revised purchase order")}
    alone = {"line_id": named("other purchase line"), "article_id": part, "quantity": "2"}
    life.do("draft-purchase-order", "2027-03-12T09:00", **other, **supplier, lines=[alone])
    life.do("send-purchase-order", "2027-03-12T09:01", **other)
    fewer = [{**alone, "quantity": "1"}]
    life.do("revise-purchase-order", "2027-03-12T09:02", **other, lines=fewer, reason="Ne basta una")
    life.do("cancel-purchase-order", "2027-03-12T09:03", **other, reason="Ordinato per errore")
    life.do("drop-article-supplier", "2027-03-12T09:04", article_id=part, **supplier)


CHAPTERS: tuple[Callable[[Life], None], ...] = (buying,)
