"""InventoryLink (collegamento al magazzino esterno): which warehouses another program keeps, and how it is reached.

A company has one. The secret itself is in no fact: the link names it, the installation's settings hold it.
"""

from __future__ import annotations

from uuid import UUID

from aggregates.base import Act, Aggregate, FirstEvent, Refusal, event, require
from aggregates.inventory_values import Keeper, LinkState, usable_address

INVENTORY_LINK = UUID("7d1c1f0a-2a55-5b7c-9a64-60f4a1b3c7e9")
"""The stream of a company's link."""


class InventoryNotConnected(Refusal):
    """No other program is connected; connect it first (connect-inventory)."""


class TheirCodeTaken(Refusal):
    """The other program's code {code} already stands for another record; correct that one first."""


class InventoryLink(Aggregate):
    """How the company's other warehouse program is reached, and what it calls our warehouses and articles."""

    TOPIC = "inventory-link"

    class Connected(FirstEvent):
        """Another program may be asked at this address, with the secret of this name."""

        TOPIC = "inventory-link.connected.v1"
        address: str
        secret_name: str
        time_limit_seconds: int

    class Reconnected(Aggregate.Event):
        """It is reached otherwise, or again."""

        TOPIC = "inventory-link.reconnected.v1"
        address: str
        secret_name: str
        time_limit_seconds: int

    class Disconnected(Aggregate.Event):
        """Nothing is asked of it until it is connected again; what is to be told waits."""

        TOPIC = "inventory-link.disconnected.v1"

    class KeeperSet(Aggregate.Event):
        """From now on this program's quantities hold in a warehouse."""

        TOPIC = "inventory-link.keeper-set.v1"
        warehouse_id: UUID
        managed_by: Keeper
        their_code: str | None

    class ArticleNamed(Aggregate.Event):
        """The other program calls an article otherwise than we do."""

        TOPIC = "inventory-link.article-named.v1"
        article_id: UUID
        their_code: str

    class CheckAsked(Aggregate.Event):
        """Somebody wants to know whether it answers."""

        TOPIC = "inventory-link.check-asked.v1"

    class Found(Aggregate.Event):
        """It answered, or did not; recorded when that has changed, or when somebody asked."""

        TOPIC = "inventory-link.found.v1"
        state: LinkState
        told: str | None

    # Decide

    @classmethod
    def connect(cls, address: str, secret_name: str, time_limit_seconds: int, act: Act) -> InventoryLink:
        """Begin the link. Raises `AddressNotUsable`."""
        return cls.begin(
            cls.Connected,
            id=INVENTORY_LINK,
            act=act,
            address=usable_address(address),
            secret_name=secret_name,
            time_limit_seconds=time_limit_seconds,
        )

    def reconnect(self, address: str, secret_name: str, time_limit_seconds: int, act: Act) -> None:
        """Reach it otherwise, or again after it was disconnected. Raises `AddressNotUsable`."""
        asked = (usable_address(address), secret_name, time_limit_seconds, True)
        if asked != (self.address, self.secret_name, self.time_limit_seconds, self.is_on):
            self.trigger_event(
                self.Reconnected,
                act=act,
                address=asked[0],
                secret_name=secret_name,
                time_limit_seconds=time_limit_seconds,
            )

    def disconnect(self, act: Act) -> None:
        """Ask nothing of it any more."""
        if self.is_on:
            self.trigger_event(self.Disconnected, act=act)

    def set_keeper(self, warehouse_id: UUID, managed_by: Keeper, their_code: str | None, act: Act) -> None:
        """Say whose quantities hold in a warehouse. Raises `InventoryNotConnected`, `TheirCodeTaken`."""
        require(self.is_on or managed_by is Keeper.LIBRETTO, InventoryNotConnected)
        code = their_code if managed_by is Keeper.ERP else None
        if code is not None:
            require(code not in self._others(self.warehouses, warehouse_id), TheirCodeTaken, code=code)
        known = (self.warehouses.get(warehouse_id), warehouse_id in self.warehouses)
        if known != (code, managed_by is Keeper.ERP):
            self.trigger_event(
                self.KeeperSet, act=act, warehouse_id=warehouse_id, managed_by=managed_by, their_code=code
            )

    def name_article(self, article_id: UUID, their_code: str, act: Act) -> None:
        """Say what the other program calls an article. Raises `TheirCodeTaken`."""
        require(their_code not in self._others(self.articles, article_id), TheirCodeTaken, code=their_code)
        if self.articles.get(article_id) != their_code:
            self.trigger_event(self.ArticleNamed, act=act, article_id=article_id, their_code=their_code)

    def ask_check(self, act: Act) -> None:
        """Have it asked whether it answers; asked twice before the answer is once. Raises `InventoryNotConnected`."""
        require(self.is_on, InventoryNotConnected)
        if not self.is_check_due:
            self.trigger_event(self.CheckAsked, act=act)

    def find(self, state: LinkState, told: str | None, act: Act) -> None:
        """Record what it answered, when that is news or was asked for."""
        if self.is_check_due or self.state is not state:
            self.trigger_event(self.Found, act=act, state=state, told=told)

    def _others(self, codes: dict[UUID, str], but: UUID) -> set[str]:
        return {code for one, code in codes.items() if one != but}

    # Evolve

    @event(Connected)
    def __init__(self, address: str, secret_name: str, time_limit_seconds: int) -> None:
        self.address, self.secret_name, self.time_limit_seconds = address, secret_name, time_limit_seconds
        self.is_on = True
        self.is_check_due = True
        self.state = LinkState.UNKNOWN
        self.warehouses: dict[UUID, str] = {}
        self.articles: dict[UUID, str] = {}

    @event(Reconnected)
    def _reconnected(self, address: str, secret_name: str, time_limit_seconds: int) -> None:
        self.address, self.secret_name, self.time_limit_seconds = address, secret_name, time_limit_seconds
        self.is_on = self.is_check_due = True

    @event(Disconnected)
    def _disconnected(self) -> None:
        self.is_on = self.is_check_due = False

    @event(KeeperSet)
    def _keeper_set(self, warehouse_id: UUID, their_code: str | None) -> None:
        rest = {one: code for one, code in self.warehouses.items() if one != warehouse_id}
        self.warehouses = rest if their_code is None else {**rest, warehouse_id: their_code}

    @event(ArticleNamed)
    def _article_named(self, article_id: UUID, their_code: str) -> None:
        self.articles[article_id] = their_code

    @event(CheckAsked)
    def _check_asked(self) -> None:
        self.is_check_due = True

    @event(Found)
    def _found(self, state: LinkState) -> None:
        self.state, self.is_check_due = state, False
