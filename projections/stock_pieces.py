"""Where pieces and lots went on calls (pezzi usati): which machine of which customer has them."""

from __future__ import annotations

from uuid import UUID

from aggregates.article import article_id
from aggregates.call import Call
from aggregates.stock_lot import StockLot
from projections.base import Reader, ReadModel, Rows, Table, on

USE = Table(
    "stock_use",
    {"line_id": "uuid", "call_id": "uuid", "article_id": "uuid", "machine_id": "uuid", "used_at": "timestamptz"},
    ("line_id",),
    ("call_id",),
)
PIECE = Table(
    "stock_piece_use",
    {"line_id": "uuid", "serial": "text", "article_id": "uuid", "call_id": "uuid", "used_at": "timestamptz"},
    ("line_id", "serial"),
    ("article_id", "serial"),
)


BLOCK = Table(
    "stock_lot_block",
    {"article_id": "uuid", "lot": "text", "lot_id": "uuid", "reason": "text", "blocked_at": "timestamptz"},
    ("article_id", "lot"),
    ("lot_id",),
)
LOT = Table("stock_lot_name", {"lot_id": "uuid", "article_id": "uuid", "lot": "text"}, ("lot_id",))


class StockPieces(ReadModel):
    """What parts of the catalogue were used for, line by line and piece by piece."""

    NAME = "stock-pieces"
    TABLES = (USE, PIECE, BLOCK, LOT)

    @on(Call.PartUsed)
    def part_used(self, fact: Call.PartUsed, rows: Rows) -> None:
        """A part went into a machine."""
        used = fact.used
        known = used.part.article_id or (article_id(used.part.code) if used.part.code else None)
        for row in rows.select(PIECE, line_id=used.line_id):
            rows.drop(PIECE, row["line_id"], row["serial"])
        if known is None:
            rows.drop(USE, used.line_id)
            return
        line = {"line_id": used.line_id, "call_id": fact.stream_id, "article_id": known, "used_at": fact.act.at}
        rows.put(USE, {**line, "machine_id": used.serial_item_id})
        for serial in used.part.serial_numbers:
            rows.put(PIECE, {**line, "serial": serial})

    @on(Call.PartReturned)
    def part_returned(self, fact: Call.PartReturned, rows: Rows) -> None:
        """Pieces came back; the line stays, for its lots."""
        for serial in fact.back.serial_numbers:
            rows.drop(PIECE, fact.back.line_id, serial)

    @on(StockLot.Noted)
    def lot_noted(self, fact: StockLot.Noted, rows: Rows) -> None:
        """Something is said of a lot."""
        rows.put(LOT, {"lot_id": fact.stream_id, "article_id": fact.article_id, "lot": fact.code})

    @on(StockLot.Blocked)
    def lot_blocked(self, fact: StockLot.Blocked, rows: Rows) -> None:
        """Nobody may use it."""
        lot = rows.get(LOT, fact.stream_id)
        if lot is not None:
            rows.put(BLOCK, {**lot, "reason": fact.reason, "blocked_at": fact.act.at})

    @on(StockLot.Unblocked)
    def lot_unblocked(self, fact: StockLot.Unblocked, rows: Rows) -> None:
        """It may be used again."""
        lot = rows.get(LOT, fact.stream_id)
        if lot is not None:
            rows.drop(BLOCK, lot["article_id"], lot["lot"])


def calls_that_used(reader: Reader, article_id: UUID, serial: str) -> list[UUID]:
    """The calls on which a piece was used and did not come back, the newest first, for commands."""
    sql = """select call_id from {stock_piece_use}
              where article_id = %(article_id)s and serial = %(serial)s order by used_at desc, line_id"""
    return [row["call_id"] for row in reader.rows(sql, {"article_id": article_id, "serial": serial})]
