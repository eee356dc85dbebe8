"""Moving a company to another cell while commands arrive (trasloco): none is lost, none is carried out twice.

The log is followed until little is missing; then it is closed, and what is written to it is refused; the rest is copied
and compared; the directory says the new cell; there the log is opened. The one moment that decides is the directory's:
before it the company lives in the old cell, whatever was copied, after it in the new one. Whoever finds a move that its
process did not end opens the log on the right side of that moment (`mend`); begun again, a move goes on where it was.
The old rows stay, closed, until they are cleared away.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import psycopg

from aggregates.base import Refusal, require
from gateways.cells.address import HOME
from gateways.cells.copying import Copying
from gateways.cells.directory import MoveInHand, Place
from gateways.companies import closing
from gateways.orders import NotLevel, settle
from gateways.postgres import companies
from gateways.postgres.companies import CompanyRow, UnknownCompany
from gateways.wiring import Installation

NEAR = 500
MOST_ROUNDS = 50
LEVEL_S = 60.0
"""How long a move waits for the other cell's read models; they go on folding when the company lives there."""
Told = Callable[[str], object]
Lock = psycopg.Connection[tuple[object, ...]]


class NoSuchCell(Refusal):
    """There is no cell called {cell}; LIBRETTO_CELLS and the home cell make {cells}."""


class LivesThere(Refusal):
    """{company} lives in {cell} already."""


class MovesElsewhere(Refusal):
    """{company} is half way to {cell}; finish that move first, or give it up with libretto company stay {company}."""


class NotOpen(Refusal):
    """{company} is closed or on its way out; open it first with libretto company open {company}."""


class OldRowsThere(Refusal):
    """{cell} still holds the rows that {company} left there; clear them first with libretto company clear {company}."""


def move(installation: Installation, slug: str, to: str, told: Told = lambda _: None) -> Place:
    """Move a company, or go on with a move that was interrupted. Raises a `Refusal` before anything was changed."""
    place = place_of(installation, slug)
    require(to in installation.cells, NoSuchCell, cell=to, cells=sorted(installation.cells))
    try:
        with installation.directory.locked(place.company_id, slug) as lock:
            return _move(installation, _fresh(installation, place), to, lock, told)
    except BaseException:
        with suppress(Exception):
            mend(installation)
        raise


def _move(installation: Installation, place: Place, to: str, lock: Lock, told: Told) -> Place:
    if place.cell != to or place.moving_to != to:
        _begin(installation, place, to)
        told("begun")
        _carry_over(installation, place, to, told)
        installation.directory.flip(lock, place.company_id, to)
        told("flipped")
    return _finish(installation, replace(place, cell=to), told)


def stay(installation: Installation, slug: str) -> None:
    """Give up a move that has not been decided: the company stays, what was copied is cleared away."""
    place = place_of(installation, slug)
    with installation.directory.locked(place.company_id, slug):
        place = _fresh(installation, place)
        if place.moving_to is None or place.moving_to == place.cell:
            return
        closing.reopen(installation.cells[place.cell].database, place.company_id)
        target = installation.cells[place.moving_to]
        closing.clear(target.database, place.company_id)
        closing.strike_off(target.database, place.company_id)
        target.shut_house(place.company_id)
        installation.directory.moving(place.company_id, None)


def mend(installation: Installation) -> list[str]:
    """Open the logs of companies whose move was not ended by its process; whose they were."""
    mended = []
    for place in installation.directory.every():
        if place.moving_to is None:
            continue
        with suppress(MoveInHand), installation.directory.locked(place.company_id, place.slug):
            place = _fresh(installation, place)
            if place.moving_to == place.cell:
                _finish(installation, place, lambda _: None)
                mended.append(place.slug)
            elif place.moving_to is not None:
                database = installation.cells[place.cell].database
                if closing.is_closed(database, place.company_id):
                    closing.reopen(database, place.company_id)
                    mended.append(place.slug)
    return mended


def clear_old(installation: Installation, slug: str) -> list[str]:
    """Clear away the rows that a company has left in cells where it lives no longer; the names of these cells."""
    place = place_of(installation, slug)
    cleared = []
    with installation.directory.locked(place.company_id, slug):
        place = _fresh(installation, place)
        for name, cell in installation.cells.items():
            row = _row_in(cell, place)
            if row is not None and row.state == "moved" and name not in (place.cell, place.moving_to):
                closing.clear(cell.database, place.company_id)
                closing.strike_off(cell.database, place.company_id)
                cell.shut_house(place.company_id)
                cleared.append(name)
    return cleared


def place_of(installation: Installation, slug: str) -> Place:
    """Where a company lives; one that was never entered lives at home. Raises `UnknownCompany`."""
    place = installation.directory.find(slug)
    if place is None:
        row = companies.find(installation.database, slug)
        place = Place(row.company_id, row.slug)
    return place


def _fresh(installation: Installation, place: Place) -> Place:
    """The place as it is now that nobody else may change it, entered if it was not."""
    installation.directory.enter(place.company_id, place.slug, HOME)
    return installation.directory.find(str(place.company_id)) or place


def _begin(installation: Installation, place: Place, to: str) -> None:
    require(place.cell != to, LivesThere, company=place.slug, cell=to)
    require(place.moving_to in (None, to), MovesElsewhere, company=place.slug, cell=place.moving_to)
    row = companies.find(installation.cells[place.cell].database, str(place.company_id))
    require(
        row.state == companies.OPEN or (row.state == "moved" and place.moving_to == to), NotOpen, company=place.slug
    )
    there = _row_in(installation.cells[to], place)
    require(there is None or there.state == "arriving", OldRowsThere, company=place.slug, cell=to)
    installation.directory.moving(place.company_id, to)
    if row.state != companies.OPEN:  # commands go on while what is missing is copied
        closing.reopen(installation.cells[place.cell].database, place.company_id)
    if there is None:
        _make_room(installation.cells[place.cell], installation.cells[to], row)


def _make_room(source: Installation, target: Installation, row: CompanyRow) -> None:
    """The company as it is, with an empty log that is closed."""
    with source.database.owner() as connection:
        made = connection.execute("select created_at from company where company_id = %s", (row.company_id,)).fetchone()
    with target.database.owner() as connection, connection.transaction():
        connection.execute(
            "insert into company (company_id, slug, epoch, created_at, state) values (%s, %s, %s, %s, 'arriving')",
            (row.company_id, row.slug, row.epoch, made[0] if made else None),
        )
        connection.execute(
            "insert into company_head (company_id, closed_at) values (%s, clock_timestamp())", (row.company_id,)
        )


def _carry_over(installation: Installation, place: Place, to: str, told: Told) -> None:
    source, target = installation.cells[place.cell], installation.cells[to]
    with source.database.owner() as outgoing, target.database.owner() as incoming:
        copying = Copying(outgoing, incoming, place.company_id)
        for _ in range(MOST_ROUNDS):
            if copying.round() < NEAR:
                break
        with suppress(NotLevel):
            settle(target, target.house_here(str(place.company_id)), LEVEL_S)
        copying.round()
        told("copied")
        row = companies.find(source.database, str(place.company_id))
        closing.close(source.database, row, "moved")
        told("closed")
        copying.rest()
        told("compared")


def _finish(installation: Installation, place: Place, told: Told) -> Place:
    closing.reopen(installation.cells[place.cell].database, place.company_id)
    installation.cells[place.cell].shut_house(place.company_id)
    told("opened")
    installation.directory.moving(place.company_id, None)
    return _fresh(installation, place)


def _row_in(cell: Installation, place: Place) -> CompanyRow | None:
    try:
        return companies.find(cell.database, str(place.company_id))
    except UnknownCompany:
        return None
