"""The forwarder (inoltro al magazzino): tells another's warehouse what was asked there, once each and in order.

Our stock facts are what was asked; how far each article was told is a cursor beside the log. A message goes out under
a key that follows from its fact, and the cursor moves when it was accepted: killed anywhere, the key is sent again.
What is refused becomes a fact that somebody must settle; later messages about that article wait for it, others go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import structlog
from prometheus_client import Counter

from aggregates.base import Act
from aggregates.inventory_values import AskedKind, RefusalState
from commands.inventory import REFUSE, TAKE, RecordInventoryRefusal, RecordInventoryTaken
from gateways.inventory.link import SYSTEM, Connection
from gateways.inventory.port import ACCEPTED, Answer, Movement, Promise, Status, refused
from gateways.metrics import REGISTRY
from projections.inventory_views import first_untold, last_message, waiting_messages

if TYPE_CHECKING:
    from gateways.postgres.database import Database
    from gateways.wiring import House

AT_ONCE = 100
MOST_S = 5.0
"""How long one company may take before another has its turn."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
EVERYTHING = "inventory"

TOLD = Counter(
    "libretto_inventory_messages", "What other warehouses answered.", ["company", "status"], registry=REGISTRY
)
log = structlog.get_logger("inventory")


class Cursors:
    """How far another's warehouse was told, for each article and in all; positions of a company's log."""

    def __init__(self, database: Database, company_id: UUID) -> None:
        self._database = database
        self._company_id = company_id

    def floor(self) -> int:
        """The position up to which everything was told."""
        with self._database.company(self._company_id) as connection:
            row = connection.execute(
                "select sequence from relay_cursor where company_id = %s and relay = %s",
                (self._company_id, EVERYTHING),
            ).fetchone()
        return row[0] if row else 0

    def raise_floor(self, position: int) -> None:
        """Everything was told up to here."""
        self._move(EVERYTHING, position)

    def told(self, article_id: UUID, position: int) -> None:
        """Everything about an article was told up to here."""
        self._move(f"{EVERYTHING}:{article_id}", position)

    def _move(self, name: str, position: int) -> None:
        with self._database.company(self._company_id) as connection:
            connection.execute(
                """insert into relay_cursor as c (company_id, relay, sequence) values (%s, %s, %s)
                   on conflict (company_id, relay) do update
                   set sequence = greatest(c.sequence, excluded.sequence), moved_at = clock_timestamp()""",
                (self._company_id, name, position),
            )


class Forwarder:
    """Tells what waits; remembers only which articles had no answer, and until when they rest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._resting: dict[tuple[UUID, UUID], tuple[float, float]] = {}

    def send(self, house: House, connection: Connection, at: datetime) -> int:
        """Tell what waits, for some seconds; the number of messages accepted. Raises `InventoryAway`."""
        cursors = Cursors(house.database, house.company_id)
        floor, until = cursors.floor(), self._clock() + MOST_S
        last = last_message(house.reader)
        if last <= floor:
            return 0
        held = {
            article for (company, article), (rest, _) in self._resting.items() if self._is_resting(company, house, rest)
        }
        sent = 0
        while self._clock() < until and (
            waiting := waiting_messages(house.reader, floor, AT_ONCE, sorted(held, key=str))
        ):
            for message in waiting:
                article_id = message["article_id"]
                if article_id in held:
                    continue
                answer = self._send(house, connection, message, at)
                TOLD.labels(str(house.company_id), answer.status.value).inc()
                if answer.status is Status.ACCEPTED:
                    cursors.told(article_id, message["position"])
                    self._resting.pop((house.company_id, article_id), None)
                    sent += 1
                    continue
                held.add(article_id)
                if answer.status is Status.UNKNOWN:
                    self._rest(house, article_id, answer)
                    connection.inventory.check()  # is it this message, or is nothing answered at all?
        self._raise_floor(house, cursors, floor, last)
        return sent

    def _raise_floor(self, house: House, cursors: Cursors, floor: int, last: int) -> None:
        first = first_untold(house.reader, floor)
        cursors.raise_floor(last if first is None else min(last, first - 1))

    def _send(self, house: House, connection: Connection, message: dict[str, Any], at: datetime) -> Answer:
        """Tell one message, and record what must be known of the answer."""
        state = message["refusal_state"]
        if state in (RefusalState.ACCEPTED, RefusalState.TAKEN):
            return ACCEPTED
        answer = self._ask(house, connection, message)
        if answer.status is Status.REFUSED:
            told = RecordInventoryRefusal(
                refusal_id=message["message_id"],
                asked=message["kind"],
                article_id=message["article_id"],
                warehouse_id=message["warehouse_id"],
                quantity=message["quantity"],
                code=answer.code or "refused",
                sentence=answer.sentence or "",
            )
            house.desk.execute(REFUSE, told, Act(by=SYSTEM, at=at))
            log.warning(
                "another's warehouse refused", company=house.slug, message=str(message["message_id"]), code=answer.code
            )
        elif answer.status is Status.ACCEPTED and state == RefusalState.RETRY:
            house.desk.execute(TAKE, RecordInventoryTaken(refusal_id=message["message_id"]), Act(by=SYSTEM, at=at))
        return answer

    def _ask(self, house: House, connection: Connection, message: dict[str, Any]) -> Answer:
        warehouse = connection.warehouse(message["warehouse_id"])
        if warehouse is None:
            return ACCEPTED  # it was taken back from the other program: nothing is asked there any more
        promises = _promises(house, message, connection, warehouse)
        inventory = connection.inventory
        if message["difference"] is not None and message["refusal_state"] == RefusalState.RETRY:
            counted = _sure(
                inventory.move(count := _count(message, connection, warehouse)),
                lambda: inventory.outcome_of_move(count.key),
            )
            if counted.status is not Status.ACCEPTED:
                return counted
        if "key" in message["body"]:
            movement = _movement(message, connection, warehouse, promises)
            if isinstance(movement, Answer):
                return movement
            return _sure(inventory.move(movement), lambda: inventory.outcome_of_move(movement.key))
        for one in promises:
            answer = _sure(inventory.promise(one), lambda: inventory.outcome_of_promise(one))  # noqa: B023 - asked at once
            if answer.status is not Status.ACCEPTED:
                return answer
        return ACCEPTED

    def _is_resting(self, company: UUID, house: House, rest: float) -> bool:
        return company == house.company_id and rest > self._clock()

    def _rest(self, house: House, article_id: UUID, answer: Answer) -> None:
        key = (house.company_id, article_id)
        pause = min(self._resting.get(key, (0.0, FIRST_PAUSE_S / 2))[1] * 2, LONGEST_PAUSE_S)
        self._resting[key] = (self._clock() + pause, pause)
        log.warning("no answer from another's warehouse", company=house.slug, told=answer.sentence, pause_s=pause)


def _sure(answer: Answer, ask_again: Callable[[], Answer]) -> Answer:
    """What became of something that was not answered: accepted, where it was done; else it is told again later."""
    if answer.status is not Status.UNKNOWN:
        return answer
    return ACCEPTED if ask_again().status is Status.ACCEPTED else answer


def _promises(house: House, message: dict[str, Any], connection: Connection, warehouse: str) -> tuple[Promise, ...]:
    article = connection.article(message["article_id"], message["article_code"] or "")
    place = {"article": article, "warehouse": warehouse}
    told = {"stream": str(house.epoch), "revision": message["position"]}
    return tuple(Promise.model_validate({**one, **place, **told}) for one in message["body"]["promises"])


def _movement(
    message: dict[str, Any], connection: Connection, warehouse: str, promises: tuple[Promise, ...]
) -> Movement | Answer:
    body = {name: value for name, value in message["body"].items() if name not in ("promises", "to_warehouse_id")}
    to = message["body"].get("to_warehouse_id")
    to_warehouse = connection.warehouse(UUID(to)) if to else None
    if to and to_warehouse is None:
        return refused("warehouse-taken-back", "The goods went to a warehouse that this program no longer keeps.")
    return Movement.model_validate(
        {
            **body,
            "kind": message["kind"],
            "article": connection.article(message["article_id"], message["article_code"] or ""),
            "warehouse": warehouse,
            "to_warehouse": to_warehouse,
            "quantity": message["quantity"],
            "promises": promises,
        }
    )


def _count(message: dict[str, Any], connection: Connection, warehouse: str) -> Movement:
    """The difference that somebody counted before a message is told again."""
    return Movement(
        key=uuid5(message["message_id"], f"count/{message['attempt']}"),
        kind=AskedKind.COUNT,
        article=connection.article(message["article_id"], message["article_code"] or ""),
        warehouse=warehouse,
        quantity=Decimal(message["difference"]),
        moved_at=message["asked_at"],
    )
