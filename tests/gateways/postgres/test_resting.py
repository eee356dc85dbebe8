"""What a command read and rests on is guarded like what it writes: facts stand in an order in which each was right."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from gateways.postgres.combining import Combiner
from gateways.postgres.event_log import PostgresLog
from tests.dsl import Company

ROUNDS = 40
HOPES = -1


@pytest.fixture
def log(company: Company) -> PostgresLog:
    """The log of a company that nothing has happened to yet."""
    return company.house.log


def fact(stream_id: UUID, version: int, rested: int = 0) -> StoredEvent:
    """A fact of no meaning, but that it knows at which version what it rests on was."""
    return StoredEvent(stream_id, version, "test.happened.v1", b'{"rested": %d}' % rested)


def rested(state: bytes) -> int:
    """What `fact` wrote."""
    return int(state.decode().split(":")[1].strip(" }"))


def test_what_rests_on_a_stream_that_moved_on_is_a_conflict(log: PostgresLog) -> None:
    read, written = uuid4(), uuid4()
    log.insert_events([fact(read, 1)])
    assert log.insert_events([fact(written, 1)], rests=[(read, 1)]) == [2]
    log.insert_events([fact(read, 2)])
    with pytest.raises(IntegrityError):
        log.insert_events([fact(written, 2)], rests=[(read, 1)])
    with pytest.raises(IntegrityError):
        log.insert_events([], rests=[(read, 1)], command=None)
    assert log.insert_events([fact(written, 2)], rests=[(read, 2)]) == [4]


def test_what_was_not_there_may_be_rested_on_too(log: PostgresLog) -> None:
    read, written = uuid4(), uuid4()
    log.insert_events([fact(written, 1)], rests=[(read, 0)])
    log.insert_events([fact(read, 1)])
    with pytest.raises(IntegrityError):
        log.insert_events([fact(written, 2)], rests=[(read, 0)])
    assert log.position() == 2


def test_one_that_rested_on_too_little_leaves_the_others_of_its_batch_alone(log: PostgresLog) -> None:
    """Forty at once, of which ten rest on what is past: thirty are kept, all that rest on what is."""
    read, start = uuid4(), threading.Barrier(40)
    log.insert_events([fact(read, 1), fact(read, 2)])

    def append(n: int) -> bool:
        start.wait()
        rests = [(read, 1)] if n % 4 == 0 else [(read, 2)] if n % 4 == 1 else []
        try:
            log.insert_events([fact(uuid4(), 1)], rests=rests)
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(40) as crowd:
        assert list(crowd.map(append, range(40))) == [n % 4 != 0 for n in range(40)]
    assert log.position() == 32


def test_in_a_storm_nothing_stands_behind_what_it_did_not_know(company: Company, log: PostgresLog) -> None:
    """Two streams of which each rests on the other, and a third that hopes and rests on nothing, from two programs."""
    house = company.house
    other = PostgresLog(company.installation.database, house.company_id)
    pair = (uuid4(), uuid4())
    start = threading.Barrier(6)

    def work(hand: int) -> int:
        mine, theirs, at = pair[hand % 2], pair[1 - hand % 2], (log, other)[hand // 2 % 2]
        kept = 0
        start.wait()
        for _ in range(ROUNDS):
            version, known = len(at.select_events(mine)), len(at.select_events(theirs))
            try:
                rests, told = ([(theirs, known)], known) if hand < 4 else ([], HOPES)
                at.insert_events([fact(mine, version + 1, told)], rests=rests)
                kept += 1
            except IntegrityError:
                continue
        return kept

    with ThreadPoolExecutor(6) as hands:
        kept = list(hands.map(work, range(6)))
    assert sum(kept[:4]) > ROUNDS // 4, kept
    stands = dict.fromkeys(pair, 0)
    for one in log.select_notifications(None, 10_000):
        assert isinstance(one.originator_id, UUID)
        mine, theirs = one.originator_id, pair[1 - pair.index(one.originator_id)]
        assert rested(one.state) in (HOPES, stands[theirs]), "recorded behind a fact that it did not know"
        stands[mine] += 1


def test_readers_share_a_batch_and_a_writer_waits_for_the_next() -> None:
    """One writes `x`, four read it: the writer's batch holds none of them, theirs all four."""
    batches: list[list[tuple[str, str]]] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(batch: object) -> list[int]:
        batches.append(list(batch))  # type: ignore[call-overload] # what the combiner gives is a sequence
        begun.set()
        go_on.wait(5)
        return [0] * len(batches[-1])

    combiner: Combiner[tuple[str, str], int] = Combiner(
        work, keys=lambda one: [one[0]] if one[0] else [], shared=lambda one: [one[1]] if one[1] else []
    )
    with ThreadPoolExecutor(7) as hands:
        jobs = [hands.submit(combiner.submit, ("first", ""))]
        begun.wait(5)
        for asked in (("x", ""), *((f"y{n}", "x") for n in range(4))):
            jobs.append(hands.submit(combiner.submit, asked))
            while sum(map(len, batches)) + len(combiner._waiting) < len(jobs):
                pass
        go_on.set()
        assert [job.result() for job in jobs] == [0] * 6
    assert [len(batch) for batch in batches] == [1, 1, 4]
