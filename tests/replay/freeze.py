"""Freezes what a release stores: `python -m tests.replay.freeze RELEASE`.

Adds a line for every topic that no release has, and, when the release is new, the streams of a company that lives
through everything (`life.py`). What is frozen is never overwritten, except with `--again` before the release ships:
then the release is made anew from today's code. With `--states` only the states beside its streams are told again,
for a record whose attributes got other names; read the difference before it is committed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from commands.base import project
from gateways.codec import Codec, fact_class
from gateways.postgres import facts as log_rows
from gateways.postgres.embedded import EmbeddedServer
from gateways.postgres.server import PostgresServer
from gateways.settings import Settings
from gateways.wiring import Installation
from projections.history import state_of
from tests import controls
from tests.databases import new_database
from tests.dsl import Company
from tests.replay import frozen
from tests.replay.frozen import FOLDER, Line
from tests.replay.keys import FrozenKeys
from tests.replay.life import live
from tests.replay.living import COMPANY
from tests.replay.schemas import breaches, schema


class Refused(Exception):
    """What was asked would change what is frozen."""


def freeze(release: str, *, again: bool = False) -> list[str]:
    """Freeze what is new; tells what was done. Raises `Refused`."""
    if again:
        _remove(release)
    is_new = release not in frozen.releases()
    told = _freeze_facts(release)
    if is_new:
        told.append(_freeze_streams(release))
    return told


def freeze_states(release: str) -> str:
    """Tell the states beside a release's streams again."""
    _write_states(FOLDER / release / "streams", frozen.streams(release))
    return f"{release}: states told again"


def _remove(release: str) -> None:
    if frozen.is_shipped(release):
        raise Refused(f"{release} has shipped: what it stored lies in customers' logs and cannot be made again")
    ours = {line.topic for line in frozen.facts(release)} if release in frozen.releases() else set()
    frozen.write_schemas({topic: told for topic, told in frozen.schemas().items() if topic not in ours})
    shutil.rmtree(FOLDER / release, ignore_errors=True)


def _freeze_facts(release: str) -> list[str]:
    lines = frozen.facts(release) if release in frozen.releases() else []
    known = {line.topic for one in frozen.releases() for line in frozen.facts(one)}
    told = frozen.schemas()
    for topic in controls.topics():
        wrong = breaches(told.get(topic, {}), schema(fact_class(topic))) if topic in told else []
        if wrong:
            raise Refused(frozen.CHANGED.format(topic=topic, how="; ".join(wrong)))
        told[topic] = schema(fact_class(topic))
    new = [_line(topic) for topic in controls.topics() if topic not in known]
    if new and frozen.is_shipped(release):
        raise Refused(f"{release} has shipped: freeze {', '.join(line.topic for line in new)} for the next release")
    frozen.write_lines(FOLDER / release / "facts.jsonl", sorted([*lines, *new], key=lambda line: line.topic))
    frozen.write_schemas(told)
    return [f"{release}: {line.topic}" for line in new]


def _line(topic: str) -> Line:
    stored = Codec(FrozenKeys()).to_stored_event(controls.fact(topic))
    return Line(stored.topic, str(stored.originator_id), stored.originator_version, bytes(stored.state).decode())


def _freeze_streams(release: str) -> str:
    with _somewhere() as company:
        live(company)
        lines = _log_of(company)
    for kind in {line.kind for line in lines}:
        its = [line for line in lines if line.kind == kind]
        frozen.write_lines(FOLDER / release / "streams" / f"{kind}.jsonl", its)
    _write_states(FOLDER / release / "streams", lines)
    return f"{release}: {len(lines)} facts in {len({line.stream_id for line in lines})} streams"


@contextmanager
def _somewhere() -> Iterator[Company]:
    """A company in a database of its own, whose people have the frozen keys."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres", durable=False) as server, inhabited(server, Path(folder)) as one:
            yield one


@contextmanager
def inhabited(server: PostgresServer, folder: Path) -> Iterator[Company]:
    """A company on a server, whose people have the frozen keys."""
    with new_database(server) as dsn, Installation(Settings(database_url=dsn, data_dir=folder)) as running:
        running.migrate()
        house = running.open_house("frozen", COMPANY)
        house.codec.keys = FrozenKeys()
        yield Company(running, house)


def _log_of(company: Company) -> list[Line]:
    with company.installation.database.company(company.house.company_id) as connection:
        rows = log_rows.after(connection, company.house.company_id, 0, 1_000_000)
    return [
        Line(
            row.topic,
            str(row.stream_id),
            row.version,
            bytes(row.state).decode(),
            row.position,
            row.recorded_at.isoformat(),
            str(row.event_id),
        )
        for row in rows
    ]


def states_of(lines: Sequence[Line]) -> dict[UUID, dict[str, Any]]:
    """What the records of streams are, by today's code."""
    by_stream = defaultdict(list)
    for line in lines:
        by_stream[UUID(line.stream_id)].append(line.read())
    return {stream_id: state_of(project(None, its)) for stream_id, its in by_stream.items()}


def _write_states(folder: Path, lines: Sequence[Line]) -> None:
    for path in folder.glob("*.jsonl"):
        its = [line for line in lines if line.kind == path.stem]
        told = {str(stream_id): state for stream_id, state in states_of(its).items()}
        text = json.dumps(told, indent=1, ensure_ascii=False)
        path.with_suffix(".states.json").write_text(text + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog=frozen.FREEZE, description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("release")
    parser.add_argument("--again", action="store_true", help="make a release that has not shipped anew")
    parser.add_argument("--states", action="store_true", help="tell the states beside the streams again")
    given = parser.parse_args(arguments)
    try:
        told = [freeze_states(given.release)] if given.states else freeze(given.release, again=given.again)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    print("\n".join(told) or "nothing is new")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
