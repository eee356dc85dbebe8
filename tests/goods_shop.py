"""A shop for random histories of goods: its people ask what they like, and what they made is remembered by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar
from uuid import UUID, uuid4, uuid5

from aggregates.article import ArticleKind, article_id
from aggregates.base import Act, Refusal
from aggregates.call import Call
from aggregates.delivery_note import DeliveryNote
from aggregates.publication import EDITION
from aggregates.purchase_order import PurchaseOrder
from aggregates.sales_order import SalesOrder
from aggregates.warehouse import warehouse_id
from commands.catalog import BY_NAME
from gateways.wiring import Installation
from tests.commands.goods import FAULTY, LOAN, MAIN, OWNED, VAN, article, opened, registered, stocked
from tests.commands.returns import SUPPLIER
from tests.contract_steps import founded
from tests.dsl import Company, do

PLAIN, LOTTY, PIECES = article_id("X"), article_id("LOTTY"), article_id("PIECES")
ARTICLES = (PLAIN, LOTTY, PIECES)
SUPPLIERS_PLACE = warehouse_id("SUPP")
PLACES = (MAIN, VAN, FAULTY)
KNOWN = {MAIN, VAN, FAULTY, OWNED, LOAN, SUPPLIERS_PLACE}
SERIALS = tuple(f"S-{n}" for n in range(6))
LOTS = (("L-1", "2026-09-20"), ("L-2", None), ("L-3", "2027-01-31"))
BEGINS = datetime.fromisoformat("2026-09-01T09:00:00+02:00")
T = TypeVar("T")


class Shop:
    """A company with goods of each kind, one customer, one supplier, and all that was made so far."""

    def __init__(self, installation: Installation) -> None:
        company_id = uuid4()
        house = installation.open_house(f"c-{company_id.hex[:12]}", company_id)
        self.company = Company(installation, house)
        self.now = BEGINS
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.calls: list[UUID] = []
        self.used: list[tuple[UUID, UUID, UUID]] = []
        self.quotes: list[UUID] = []
        self.orders: list[UUID] = []
        self.purchases: list[UUID] = []
        self.notes: list[UUID] = []
        self.returns: list[UUID] = []
        self.counts: list[UUID] = []
        self.proposals: list[UUID] = []
        self.removed: list[UUID] = []
        self.movements: list[tuple[UUID, UUID, UUID]] = []
        self._numbers = count()
        self._furnish()

    def _furnish(self) -> None:
        self.company.given(founded(self.company))
        self.company.do("adopt-public-edition", edition=EDITION)
        opened(self.company)
        registered(self.company)
        article(self.company, "LOTTY", ArticleKind.PRODUCT, lot_tracked=True)
        article(self.company, "PIECES", ArticleKind.PRODUCT, serial_tracked=True)
        lots = [{"code": code, "quantity": "3", "expires_on": day} for code, day in LOTS[:2]]
        self.company.given(
            do("open-warehouse", code="SUPP", name="Presso fornitori", kind="supplier"),
            do("register-party", party_id=SUPPLIER, code="F1", name="Silanos S.p.A.", role="supplier", address=HOME),
            stocked(8),
            stocked(6, of=LOTTY, lots=lots),
            stocked(3, of=PIECES, serials=list(SERIALS[:3])),
        )

    @classmethod
    def found(cls, company: Company) -> Shop:
        """The shop as its facts tell it, after whoever kept it is gone."""
        shop = cls.__new__(cls)
        shop.company = company
        kinds: dict[type[Any], str] = {
            Call.Opened: "calls",
            SalesOrder.Placed: "orders",
            PurchaseOrder.Drafted: "purchases",
            DeliveryNote.Issued: "notes",
        }
        for name in kinds.values():
            setattr(shop, name, [])
        for one in company.house.recorded_after(0, 100_000):
            if type(one.fact) in kinds:
                getattr(shop, kinds[type(one.fact)]).append(one.fact.stream_id)
        return shop

    def new_id(self) -> UUID:
        """An id of this shop's own, the same in a repeated example."""
        return uuid5(MAIN, f"{self.company.house.slug}/{next(self._numbers)}")

    def later(self, days: int) -> None:
        """Time goes on."""
        self.now += timedelta(days=days, minutes=1)

    def may(self, name: str, /, **fields: Any) -> dict[str, Any] | None:
        """Ask for something; None when a rule says no. The refusal must say what to do."""
        entry = BY_NAME[name]
        told = {key: value for key, value in fields.items() if value is not None}
        act = Act(by=told.pop("by", "user:test"), at=self.now, why=None)
        try:
            outcome = self.company.house.desk.execute(entry, entry.command.model_validate(told), act, uuid4())
        except Refusal as refusal:
            check_explained(refusal)
            self.refused[refusal.code()] += 1
            return None
        self.done[name] += 1
        return outcome.result

    def record(self, stream_id: UUID) -> Any:
        """An aggregate as its facts make it."""
        return self.company.record(stream_id)


def check_explained(refusal: Refusal) -> None:
    """Each refusal has a code, and a sentence that ends, without holes."""
    sentence = str(refusal)
    assert refusal.code()
    assert sentence.strip().endswith((".", "?")), sentence
    assert "{" not in sentence, sentence


def nth(some: Sequence[T], n: int) -> T | None:
    """One of those there are, if there are any."""
    return some[n % len(some)] if some else None


HOME = {"street": "Via Roma 1", "postcode": "47121", "town": "Forlì", "province": "FC"}
