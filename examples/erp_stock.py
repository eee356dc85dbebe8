"""The quantities of the example warehouse, in one SQLite file: what is there, promised, coming, and what was done."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from examples.erp_messages import Lot, Moved, OwnLevel, OwnSupply, Promised, Refused

SCHEMA = """
create table if not exists level (article text, warehouse text, on_hand text not null, unit text,
    primary key (article, warehouse)) without rowid;
create table if not exists piece (article text, serial text, warehouse text not null,
    primary key (article, serial)) without rowid;
create table if not exists lot (article text, warehouse text, code text, quantity text not null, expires_on text,
    supplier_lot text, primary key (article, warehouse, code)) without rowid;
create table if not exists promise (reservation_id text, warehouse text, stream text not null,
    revision integer not null, article text not null, quantity text not null,
    primary key (reservation_id, warehouse)) without rowid;
create table if not exists movement (key text primary key, asked text not null, kind text not null,
    article text not null, warehouse text not null, quantity text not null, returned text not null default '0',
    done_at text not null) without rowid;
create table if not exists supply (id text, article text, warehouse text, quantity text not null, due_on text,
    primary key (id, article, warehouse)) without rowid;
"""


class Warehouse:
    """The quantities, in one file; every change is one transaction."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._mutex = threading.Lock()
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, one after the other."""
        with self._mutex:
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def set_level(self, own: OwnLevel) -> None:
        """Its own people counted."""
        place = (own.article, own.warehouse)
        with self.transaction() as db:
            db.execute("insert or replace into level values (?, ?, ?, ?)", (*place, str(own.on_hand), own.unit))
            db.execute("delete from piece where article = ? and warehouse = ?", place)
            db.execute("delete from lot where article = ? and warehouse = ?", place)
            self._pieces_in(db, own.article, own.warehouse, own.serials)
            self._lots(db, own.article, own.warehouse, own.lots, 1)

    def set_supply(self, own: OwnSupply) -> None:
        """Its own people ordered, or nothing more is to come."""
        with self.transaction() as db:
            db.execute(
                "delete from supply where (id, article, warehouse) = (?, ?, ?)", (own.id, own.article, own.warehouse)
            )
            if own.quantity:
                row = (own.id, own.article, own.warehouse, str(own.quantity), own.due_on)
                db.execute("insert into supply values (?, ?, ?, ?, ?)", row)

    def promise(self, one: Promised) -> None:
        """Reserve, change, release."""
        with self.transaction() as db:
            self._known(db, one.article, one.warehouse)
            self._promise(db, one)

    def move(self, one: Moved) -> None:
        """Carry out a movement once. Raises `Refused`."""
        asked = hashlib.sha256(one.model_dump_json().encode()).hexdigest()
        with self.transaction() as db:
            known = db.execute("select asked from movement where key = ?", (one.key,)).fetchone()
            if known is not None:
                if known["asked"] != asked:
                    raise Refused("key-reused", "This key stands for another movement.", 422)
                return
            self._carry_out(db, one)
            for promise in one.promises:
                self._promise(db, promise)
            row = (one.key, asked, one.kind, one.article, one.warehouse, str(one.quantity), "0", now())
            db.execute("insert into movement values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def was_moved(self, key: str) -> bool:
        """Whether a movement was carried out."""
        with self._mutex:
            return self._db.execute("select 1 from movement where key = ?", (key,)).fetchone() is not None

    def was_promised(self, reservation_id: str, warehouse: str, stream: str, revision: int) -> bool:
        """Whether this revision of a promise, or a later one, holds."""
        with self._mutex:
            row = self._db.execute(
                "select stream, revision from promise where reservation_id = ? and warehouse = ?",
                (reservation_id, warehouse),
            ).fetchone()
        return row is not None and row["stream"] == stream and row["revision"] >= revision

    def levels(self, articles: list[str], warehouses: list[str], after: str | None, limit: int) -> dict[str, Any]:
        """A page of levels as they are now."""
        with self._mutex:
            as_of, rows = now(), self._page("level", articles, warehouses, after, limit)
            items = [self._level(row) for row in rows[:limit]]
        return {"as_of": as_of, "items": items, "next": rows[limit - 1]["place"] if len(rows) > limit else None}

    def supplies(self, articles: list[str], warehouses: list[str], after: str | None, limit: int) -> dict[str, Any]:
        """A page of what is on order."""
        with self._mutex:
            as_of, rows = now(), self._page("supply", articles, warehouses, after, limit)
        names = ("id", "article", "warehouse", "quantity", "due_on")
        items = [{name: row[name] for name in names} for row in rows[:limit]]
        return {"as_of": as_of, "items": items, "next": rows[limit - 1]["place"] if len(rows) > limit else None}

    def _carry_out(self, db: sqlite3.Connection, one: Moved) -> None:
        if one.kind == "count":
            self._count(db, one)
            return
        if one.quantity <= 0:
            raise Refused("quantity-wrong", "A movement needs a quantity above zero.", 422)
        if one.kind == "return":
            self._take_back(db, one)
        if one.kind in ("receive", "return"):
            self._come(db, one, one.warehouse)
            return
        self._go(db, one)
        if one.kind == "move":
            if not one.to_warehouse or one.to_warehouse == one.warehouse:
                raise Refused("same-warehouse", "Name another warehouse to move goods to.", 422)
            self._come(db, one, one.to_warehouse)

    def _come(self, db: sqlite3.Connection, one: Moved, warehouse: str) -> None:
        self._add(db, one.article, warehouse, one.quantity)
        self._pieces_in(db, one.article, warehouse, one.serials)
        self._lots(db, one.article, warehouse, one.lots, 1)

    def _go(self, db: sqlite3.Connection, one: Moved) -> None:
        here = self._known(db, one.article, one.warehouse)
        if here < one.quantity:
            raise Refused("stock-short", f"Only {here} of {one.article} are in {one.warehouse}.")
        self._add(db, one.article, one.warehouse, -one.quantity)
        self._pieces_out(db, one.article, one.warehouse, one.serials)
        self._lots(db, one.article, one.warehouse, one.lots, -1)

    def _count(self, db: sqlite3.Connection, one: Moved) -> None:
        here = self._on_hand(db, one.article, one.warehouse) or Decimal(0)
        if here + one.quantity < 0:
            raise Refused("stock-short", f"Only {here} of {one.article} are in {one.warehouse}.")
        self._add(db, one.article, one.warehouse, one.quantity)
        self._pieces_out(db, one.article, one.warehouse, one.serials_missing)
        self._pieces_in(db, one.article, one.warehouse, one.serials)
        self._lots(db, one.article, one.warehouse, one.lots_missing, -1)
        self._lots(db, one.article, one.warehouse, one.lots, 1)

    def _take_back(self, db: sqlite3.Connection, one: Moved) -> None:
        issued = db.execute("select * from movement where key = ? and kind = 'issue'", (one.of_key,)).fetchone()
        if issued is None or issued["article"] != one.article:
            raise Refused("issue-unknown", "Nothing left under that key.", 404)
        back = Decimal(issued["returned"]) + one.quantity
        if back > Decimal(issued["quantity"]):
            raise Refused("more-than-issued", "Less than that is still out.")
        db.execute("update movement set returned = ? where key = ?", (str(back), one.of_key))

    def _promise(self, db: sqlite3.Connection, one: Promised) -> None:
        row = db.execute(
            "select stream, revision from promise where reservation_id = ? and warehouse = ?",
            (one.reservation_id, one.warehouse),
        ).fetchone()
        if row is not None and row["stream"] == one.stream and row["revision"] >= one.revision:
            return
        told = (one.reservation_id, one.warehouse, one.stream, one.revision, one.article, str(one.quantity))
        db.execute("insert or replace into promise values (?, ?, ?, ?, ?, ?)", told)

    def _on_hand(self, db: sqlite3.Connection, article: str, warehouse: str) -> Decimal | None:
        row = db.execute(
            "select on_hand from level where article = ? and warehouse = ?", (article, warehouse)
        ).fetchone()
        return None if row is None else Decimal(row["on_hand"])

    def _known(self, db: sqlite3.Connection, article: str, warehouse: str) -> Decimal:
        here = self._on_hand(db, article, warehouse)
        if here is None:
            raise Refused("article-unknown", f"{article} is not kept in {warehouse}.", 404)
        return here

    def _add(self, db: sqlite3.Connection, article: str, warehouse: str, quantity: Decimal) -> None:
        here = self._on_hand(db, article, warehouse)
        if here is None:
            db.execute("insert into level values (?, ?, ?, 'pz')", (article, warehouse, str(quantity)))
            return
        told = (str(here + quantity), article, warehouse)
        db.execute("update level set on_hand = ? where article = ? and warehouse = ?", told)

    def _pieces_in(self, db: sqlite3.Connection, article: str, warehouse: str, serials: list[str]) -> None:
        for serial in serials:
            try:
                db.execute("insert into piece values (?, ?, ?)", (article, serial, warehouse))
            except sqlite3.IntegrityError as error:
                raise Refused("serial-already-here", f"Serial {serial} is already in a warehouse.") from error

    def _pieces_out(self, db: sqlite3.Connection, article: str, warehouse: str, serials: list[str]) -> None:
        for serial in serials:
            gone = db.execute(
                "delete from piece where article = ? and serial = ? and warehouse = ?", (article, serial, warehouse)
            )
            if not gone.rowcount:
                raise Refused("serial-not-here", f"Serial {serial} is not in {warehouse}.")

    def _lots(self, db: sqlite3.Connection, article: str, warehouse: str, lots: list[Lot], sign: int) -> None:
        for lot in lots:
            place = (article, warehouse, lot.code)
            row = db.execute("select * from lot where article = ? and warehouse = ? and code = ?", place).fetchone()
            quantity = (Decimal(row["quantity"]) if row else Decimal(0)) + sign * lot.quantity
            if quantity < 0:
                raise Refused("lot-not-here", f"There is less of lot {lot.code} in {warehouse}.")
            db.execute("delete from lot where article = ? and warehouse = ? and code = ?", place)
            if quantity:
                expires_on = lot.expires_on or (row["expires_on"] if row else None)
                supplier_lot = lot.supplier_lot or (row["supplier_lot"] if row else None)
                db.execute(
                    "insert into lot values (?, ?, ?, ?, ?, ?)", (*place, str(quantity), expires_on, supplier_lot)
                )

    def _level(self, row: sqlite3.Row) -> dict[str, Any]:
        place = (row["article"], row["warehouse"])
        promised = self._db.execute("select quantity from promise where article = ? and warehouse = ?", place)
        pieces = self._db.execute("select serial from piece where article = ? and warehouse = ? order by serial", place)
        lots = self._db.execute(
            """select code, quantity, expires_on, supplier_lot from lot
                where article = ? and warehouse = ? order by code""",
            place,
        )
        return {
            **{name: row[name] for name in ("article", "warehouse", "on_hand", "unit")},
            "promised": str(sum((Decimal(one["quantity"]) for one in promised), Decimal(0))),
            "serials": [one["serial"] for one in pieces] or None,
            "lots": [dict(one) for one in lots] or None,
        }

    def _page(
        self, table: str, articles: list[str], warehouses: list[str], after: str | None, limit: int
    ) -> list[sqlite3.Row]:
        place = "article || char(31) || warehouse" + (" || char(31) || id" if table == "supply" else "")
        where, values = ["1"], []
        for column, wanted in (("article", articles), ("warehouse", warehouses)):
            if wanted:
                where.append(f"{column} in ({', '.join('?' * len(wanted))})")
                values += wanted
        if after:
            where.append(f"{place} > ?")
            values.append(after)
        sql = f"select *, {place} as place from {table} where {' and '.join(where)} order by place limit {limit + 1}"  # noqa: S608 - own names only
        return self._db.execute(sql, values).fetchall()


def now() -> str:
    """This instant, as programs write it."""
    return datetime.now(UTC).isoformat()
