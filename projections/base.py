"""How facts become read models: tables, pure handlers and queries in one file each. The only module here near psycopg.

A handler is pure: it gets one fact and the rows it may look at and change; whoever runs it (the daemon, a rebuild, a
test) brings the rows and writes them together with the position. Rows are plain dicts keyed by column name; every
table also has the company, which neither handlers nor queries ever name.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from json import dumps, loads
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar
from uuid import UUID

from psycopg.errors import UndefinedColumn, UndefinedFunction
from pydantic import BaseModel, ConfigDict, Field

from aggregates.base import Aggregate, Refusal, require

F = TypeVar("F", bound=Aggregate.Event)
Row = dict[str, Any]
Key = tuple[Any, ...]
_HANDLES = "__handles__"


@dataclass(frozen=True)
class Table:
    """A table of a read model. Column types are PostgreSQL's; an index is a column list, perhaps with `where ...`.

    One that begins with `using` is taken as it is: what an inverted index is made of names the company itself.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """The key of a row of this table."""
        return (row[self.key[0]],) if len(self.key) == 1 else tuple([row[column] for column in self.key])


class Recorded(NamedTuple):
    """A fact with what the log knows of it."""

    fact: Aggregate.Event
    position: int
    recorded_at: datetime
    event_id: UUID
    metadata_json: str = "{}"
    command_id: UUID | None = None

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Actor, command, correlation; read only when asked for, because a fold seldom does."""
        metadata: Mapping[str, Any] = loads(self.metadata_json)
        return metadata

    @property
    def topic(self) -> str:
        """The fact's versioned topic."""
        return type(self.fact).TOPIC


class Rows(Protocol):
    """The rows of one read model while facts are folded into them."""

    now: Recorded
    """The fact being folded, with its position and dates."""

    def get(self, table: Table, *key: Any) -> Row | None:
        """The row with this key as it now stands; change it with `put` or `patch`, never in place."""

    def select(self, table: Table, **equals: Any) -> list[Row]:
        """The rows with these column values, in key order. Give the table an index for it."""

    def put(self, table: Table, row: Row) -> None:
        """Insert the row or replace the one with its key; columns left out are null."""

    def patch(self, table: Table, *key: Any, **columns: Any) -> None:
        """Change some columns of a row; nothing happens when there is none."""

    def drop(self, table: Table, *key: Any) -> None:
        """Delete the row with this key, if there is one."""


def on(*kinds: type[Aggregate.Event]) -> Callable[[Callable[[Any, F, Rows], None]], Callable[[Any, F, Rows], None]]:
    """Marks a method of a read model as the handler of these facts."""

    def mark(method: Callable[[Any, F, Rows], None]) -> Callable[[Any, F, Rows], None]:
        setattr(method, _HANDLES, kinds)
        return method

    return mark


class ReadModel:
    """Base of the read models: its tables and, by topic, its handlers. Raise `VERSION` when handlers change."""

    NAME: ClassVar[str]
    VERSION: ClassVar[int] = 1
    TABLES: ClassVar[tuple[Table, ...]]
    HANDLERS: ClassVar[dict[str, Callable[[Any, Any, Rows], None]]] = {}
    IN_ORDER: ClassVar[bool] = False
    """Whether a fact that cannot be folded holds up the company's later ones, instead of being parked."""

    def __init_subclass__(cls) -> None:
        cls.HANDLERS = {kind.TOPIC: method for method in vars(cls).values() for kind in getattr(method, _HANDLES, ())}

    @classmethod
    def fingerprint(cls) -> str:
        """Changes when the tables or the version change: the daemon then builds a new generation beside the old."""
        return sha256(repr((cls.NAME, cls.VERSION, cls.TABLES)).encode()).hexdigest()[:16]

    def fold(self, recorded: Recorded, rows: Rows) -> None:
        """Fold one fact into the rows; facts of other topics are passed over."""
        handler = self.HANDLERS.get(recorded.topic)
        if handler is not None:
            rows.now = recorded
            handler(self, recorded.fact, rows)


@dataclass
class MemoryRows:
    """Rows in memory: for tests, for a fold as of a past instant, for a dry run."""

    tables: dict[str, dict[Key, Row]] = field(default_factory=dict)
    now: Recorded = field(init=False)

    def get(self, table: Table, *key: Any) -> Row | None:
        """See `Rows`."""
        row = self.tables.get(table.name, {}).get(key)
        return None if row is None else dict(row)

    def select(self, table: Table, **equals: Any) -> list[Row]:
        """See `Rows`."""
        return sorted(
            (row for row in self.all(table) if all(row[column] == value for column, value in equals.items())),
            key=lambda row: str(table.key_of(row)),
        )

    def put(self, table: Table, row: Row) -> None:
        """See `Rows`."""
        unknown = row.keys() - table.columns.keys()
        if unknown:
            raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        whole = {column: row.get(column) for column in table.columns}
        self.tables.setdefault(table.name, {})[table.key_of(whole)] = whole

    def patch(self, table: Table, *key: Any, **columns: Any) -> None:
        """See `Rows`."""
        row = self.get(table, *key)
        if row is not None:
            self.put(table, {**row, **columns})

    def drop(self, table: Table, *key: Any) -> None:
        """See `Rows`."""
        self.tables.get(table.name, {}).pop(key, None)

    def all(self, table: Table) -> list[Row]:
        """Every row of a table, in no particular order."""
        return [dict(row) for row in self.tables.get(table.name, {}).values()]


class Reader(Protocol):
    """What queries read from: the company's active read models and its log. `{table}` in SQL names a table."""

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, replan: bool = False) -> list[Row]:
        """The rows of a SELECT over the company's tables; parameters are `%(name)s`.

        `replan` plans it for these parameters each time: for lists whose optional filters want plans of their own.
        """

    def row(self, sql: str, params: Mapping[str, Any] | None = None, *, by_key: bool = False) -> Row | None:
        """The first row, or None. `by_key`: planned once for good, for what commands find by keys again and again."""

    def facts(self, stream_id: UUID, *, known_at: datetime | None = None) -> Sequence[Recorded]:
        """The facts of a stream, oldest first, as far as they were recorded by `known_at`."""

    def record(self, stream_id: UUID, *, known_at: datetime | None = None) -> Aggregate | None:
        """The aggregate of a stream as it was known at an instant."""

    def folded(self, model: type[ReadModel], *, known_at: datetime) -> MemoryRows:
        """A read model as it stood when the log held only what was recorded by `known_at`."""


class Ask(BaseModel):
    """Base of a query's parameters; each field is a query parameter of its GET route."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Page(Ask):
    """Parameters of a list: how many rows (1 to 500), from which cursor on, sorted by which column."""

    limit: int = 50
    after: str | None = Field(default=None, description="The cursor `next` of the page before.")
    sort: str | None = Field(
        default=None,
        pattern=r"^-?[a-z][a-z0-9_]{0,60}$",
        description="A column of the list, with a leading `-` to run backwards; nulls come last.",
    )


def page(reader: Reader, ask: Page, sql: str, *, order: tuple[str, ...], **params: Any) -> dict[str, Any]:
    """One page of a list: `{"items": [...], "next": cursor or null}`.

    `sql` is a SELECT without ORDER BY whose parameters are the ask's fields and `params`; `order` names not-null
    columns of its answer that end in a unique one, all with a leading `-` to run backwards. A column asked for by
    `sort` goes before them. Raises `CursorWrong`, `SortUnknown`.
    """
    if any(column.startswith("-") != order[0].startswith("-") for column in order):
        raise ValueError("the columns of an order must all run the same way")
    columns = (ask.sort, *(column.lstrip("-") for column in order)) if ask.sort else order
    after = decode_cursor(ask.after, len(columns)) if ask.after else None
    values = {**ask.model_dump(), **params, **{f"after_{n}": v for n, v in enumerate(after or ())}}
    beyond, ordered = _sorted(columns, after) if ask.sort else _ordered(columns, after)
    limit = max(1, min(ask.limit, 500))
    whole = f"select * from ({sql}) as listed {beyond} order by {ordered} limit {limit + 1}"  # noqa: S608 - own names only
    try:
        found = reader.rows(whole, values, replan=True)
    except (UndefinedColumn, UndefinedFunction) as error:
        if ask.sort is None:
            raise
        raise SortUnknown(sort=ask.sort) from error
    last = found[limit - 1] if len(found) > limit else None
    return {"items": found[:limit], "next": encode_cursor([last[c.lstrip("-")] for c in columns]) if last else None}


def _ordered(columns: Sequence[str], after: Sequence[Any] | None) -> tuple[str, str]:
    """WHERE and ORDER BY of a list in its own order."""
    names = [column.lstrip("-") for column in columns]
    operator, way = ("<", "desc") if columns[0].startswith("-") else (">", "asc")
    listed = ", ".join(f"listed.{name}" for name in names)
    beyond = f"where ({listed}) {operator} ({', '.join(f'%(after_{n})s' for n in range(len(names)))})" if after else ""
    return beyond, ", ".join(f"listed.{name} {way}" for name in names)


def _sorted(columns: Sequence[str], after: Sequence[Any] | None) -> tuple[str, str]:
    """WHERE and ORDER BY of a list sorted by a first column that may be null; rows without a value come last."""
    name = f"listed.{columns[0].lstrip('-')}"
    operator, way = ("<", "desc") if columns[0].startswith("-") else (">", "asc")
    rest = ", ".join(f"listed.{column}" for column in columns[1:])
    ordered = f"{name} {way} nulls last, {rest}"
    if after is None:
        return "", ordered
    behind = f"({rest}) > ({', '.join(f'%(after_{n})s' for n in range(1, len(columns)))})"
    if after[0] is None:
        return f"where {name} is null and {behind}", ordered
    return f"where {name} {operator} %(after_0)s or ({name} = %(after_0)s and {behind}) or {name} is null", ordered


class SortUnknown(Refusal):
    """This list cannot be sorted by {sort}; use one of its columns."""

    status = 422


class CursorWrong(Refusal):
    """The cursor was not made by this list; start again without it."""

    status = 422


def encode_cursor(values: Sequence[Any]) -> str:
    """Where a page ended, as a short text for addresses."""
    told = [None if value is None else str(value) for value in values]
    return urlsafe_b64encode(dumps(told).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, width: int) -> list[str | None]:
    """The values of a cursor. Raises `CursorWrong`."""
    try:
        values = loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorWrong from error
    require(isinstance(values, list) and len(values) == width, CursorWrong)
    return [None if value is None else str(value) for value in values]


@dataclass(frozen=True)
class View:
    """One row of the query catalogue. Lists may say which `columns` are printed and which `totals` make sense.

    Amounts and quantities are summed, never prices or percentages; apart for each value of the column `totals_per`.
    """

    name: str
    path: str
    ask: type[Ask]
    query: Callable[[Reader, Any], Any]
    models: tuple[type[ReadModel], ...]
    roles: frozenset[str]
    totals: tuple[str, ...] = ()
    totals_per: str | None = None
    columns: tuple[str, ...] = ()
