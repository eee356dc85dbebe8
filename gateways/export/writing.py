"""Files of an export (file Parquet e CSV): the same rows always give the same bytes.

Money has two decimal places and has them exactly; prices, rates and quantities have six, rounded half up. CSV is UTF-8
as RFC 4180 says, with a head line, decimal points, instants in UTC and nothing where a value is missing.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any

from gateways.export.stars import CENTS, Star

Row = tuple[Any, ...]
BATCH = 50_000
PRECISION = 20


class Format(StrEnum):
    """What files are written."""

    PARQUET = "parquet"
    CSV = "csv"


class NotExact(ValueError):
    """An amount that is not in whole cents: the export would not be what the log says."""


def writer_of(form: Format) -> tuple[str, Callable[[Path, Star, Iterable[Row]], None]]:
    """What writes files of a format, by a name that changes when its bytes might."""
    if form is Format.CSV:
        return "csv 1", write_csv
    import pyarrow  # takes a while, and few processes export

    return f"pyarrow {pyarrow.__version__}", write_parquet


def write_parquet(path: Path, star: Star, rows: Iterable[Row]) -> None:
    """DECIMAL, DATE, TIMESTAMP in UTC, ids as text. Raises `NotExact`."""
    import pyarrow
    from pyarrow import parquet

    kinds = {
        "uuid": pyarrow.string(),
        "text": pyarrow.string(),
        "jsonb": pyarrow.string(),
        "integer": pyarrow.int32(),
        "bigint": pyarrow.int64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "timestamptz": pyarrow.timestamp("us", tz="UTC"),
    }
    schema = pyarrow.schema(
        [
            (name, pyarrow.decimal128(PRECISION, star.scale(name)) if kind == "numeric" else kinds[kind])
            for name, kind in star.columns.items()
        ]
    )
    exact = _exact(star, rows)
    with path.open("wb") as file:
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while batch := list(islice(exact, BATCH)):
                pairs = zip(zip(*batch, strict=True), schema, strict=True)
                columns = [pyarrow.array(column, field.type) for column, field in pairs]
                writer.write_table(pyarrow.Table.from_arrays(columns, schema=schema))
        _keep(file.fileno())


def write_csv(path: Path, star: Star, rows: Iterable[Row]) -> None:
    """Lines end as RFC 4180 wants them. Raises `NotExact`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(star.columns)
        writer.writerows([_told(value) for value in row] for row in _exact(star, rows))
        file.flush()
        _keep(file.fileno())


def rounded(value: Decimal, name: str, scale: int) -> Decimal:
    """A number with the decimal places of its column. Raises `NotExact` where money would be rounded."""
    told = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    if name in CENTS and told != value:
        raise NotExact(f"{name}: {value}")
    return told


def _exact(star: Star, rows: Iterable[Row]) -> Iterator[Row]:
    numbers = [(n, name) for n, (name, kind) in enumerate(star.columns.items()) if kind == "numeric"]
    for row in rows:
        told = list(row)
        for n, name in numbers:
            if told[n] is not None:
                told[n] = rounded(told[n], name, star.scale(name))
        yield tuple(told)


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _keep(descriptor: int) -> None:
    os.fsync(descriptor)
