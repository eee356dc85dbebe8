"""The event log keeps what it acknowledged, in order, once: conformance, storms, claims, two companies apart."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.tests import persistence as conformance

from aggregates.base import Act, Claim, SlotTaken
from aggregates.values import Slot
from commands.base import Command, CommandIdReused, Entry, VersionMismatch
from commands.catalog import BY_NAME
from gateways.postgres.event_log import PostgresLog
from gateways.wiring import House, Installation
from tests.dsl import MORNING, Company, do

NINE = datetime(2026, 9, 1, 9, tzinfo=UTC)
REGISTER = do("register-party", code="C1", name="Rossi Gilbo", role="prospect")


@pytest.fixture
def log(company: Company) -> PostgresLog:
    """The log of a company that nothing has happened to yet."""
    return company.house.log


@pytest.fixture
def recorder_for(request: pytest.FixtureRequest, installation: Installation) -> None:
    """Gives the library's conformance tests new logs."""

    def create(_: object) -> PostgresLog:
        company_id = uuid4()
        return installation.open_house(f"r-{company_id.hex[:12]}", company_id).log

    request.cls.create_recorder = create


@pytest.mark.usefixtures("recorder_for")
class TestApplicationRecorder(conformance.ApplicationRecorderTestCase[PostgresLog]):
    """The library's own tests of what an application recorder must do."""

    def create_recorder(self) -> PostgresLog:  # pragma: no cover - replaced by the fixture
        """A new log."""
        raise AssertionError

    def new_originator_id(self) -> UUID:
        """A new stream."""
        return uuid4()


@pytest.mark.usefixtures("recorder_for")
class TestNonInterleaving(conformance.NonInterleavingNotificationIDsBaseCase):
    """The facts of one append stand together."""

    def create_recorder(self) -> PostgresLog:  # pragma: no cover - replaced by the fixture
        """A new log."""
        raise AssertionError

    def new_originator_id(self) -> UUID:
        """A new stream."""
        return uuid4()


def facts(stream_id: UUID, first: int, count: int = 1) -> list[StoredEvent]:
    """Facts of no meaning."""
    return [StoredEvent(stream_id, version, "test.happened.v1", b"{}") for version in range(first, first + count)]


def test_a_version_can_be_taken_only_once(log: PostgresLog) -> None:
    stream_id = uuid4()
    log.insert_events(facts(stream_id, 1, 2))
    for taken in (1, 2):
        with pytest.raises(IntegrityError):
            log.insert_events(facts(stream_id, taken))
    assert log.position() == 2


def test_a_version_cannot_be_jumped(log: PostgresLog) -> None:
    with pytest.raises(IntegrityError):
        log.insert_events(facts(uuid4(), 3))
    stream_id = uuid4()
    with pytest.raises(IntegrityError):
        log.insert_events([*facts(stream_id, 1), *facts(stream_id, 3)])
    assert log.position() == 0


def test_an_append_of_several_streams_is_whole_or_nothing(log: PostgresLog) -> None:
    known, new = uuid4(), uuid4()
    log.insert_events(facts(known, 1))
    with pytest.raises(IntegrityError):
        log.insert_events([*facts(new, 1), *facts(known, 1)])
    assert log.select_events(new) == []
    assert log.insert_events([*facts(new, 1), *facts(known, 2)]) == [2, 3]


def test_twenty_thousand_facts_in_one_append(log: PostgresLog) -> None:
    positions = log.insert_events(facts(uuid4(), 1, 20_000)) or []
    assert (positions[0], positions[-1], len(positions)) == (1, 20_000, 20_000)


def test_one_conflict_leaves_the_others_of_its_batch_alone(log: PostgresLog) -> None:
    spoilt = uuid4()
    log.insert_events(facts(spoilt, 1))
    start = threading.Barrier(40)

    def append(n: int) -> bool:
        start.wait()
        try:
            log.insert_events(facts(spoilt if n % 4 == 0 else uuid4(), 1))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(40) as crowd:
        kept = list(crowd.map(append, range(40)))
    assert kept == [n % 4 != 0 for n in range(40)]
    assert log.position() == 31


def test_a_tailing_reader_misses_nothing_in_a_storm(log: PostgresLog) -> None:
    """One writer with appends of forty facts against single ones: positions are seen in order, without a hole."""
    stop = threading.Event()
    seen: list[int] = []

    def tail() -> None:
        while True:
            done = stop.is_set()
            found = log.select_notifications(seen[-1] if seen else None, 500, inclusive_of_start=False)
            seen.extend(notification.id for notification in found)
            if done and not found:
                return

    def write(size: int, times: int) -> None:
        for _ in range(times):
            log.insert_events(facts(uuid4(), 1, size))

    reader = threading.Thread(target=tail)
    reader.start()
    with ThreadPoolExecutor(5) as writers:
        jobs = [writers.submit(write, 40, 40), *(writers.submit(write, 1, 150) for _ in range(4))]
    [job.result() for job in jobs]
    stop.set()
    reader.join()
    assert seen == list(range(1, 40 * 40 + 4 * 150 + 1))


def test_twenty_clients_with_one_command_id_have_one_effect(company: Company) -> None:
    command_id = uuid4()
    with ThreadPoolExecutor(20) as crowd:
        outcomes = list(crowd.map(lambda _: company.behind.desk.execute(*_prepared(), command_id), range(20)))
    assert len({str(outcome.result) for outcome in outcomes}) == 1
    assert sum(not outcome.repeated for outcome in outcomes) == 1
    assert company.house.log.position() == 1


def test_the_same_id_with_another_body_is_refused(company: Company) -> None:
    command_id = uuid4()
    company.execute(REGISTER, command_id=command_id)
    with pytest.raises(CommandIdReused):
        company.execute(do("register-party", code="C2", name="Bianchi", role="prospect"), command_id=command_id)


def test_a_command_that_records_nothing_is_remembered_too(company: Company) -> None:
    party_id = company.execute(REGISTER).result["party_id"]
    same = do(
        "change-party-identity", party_id=party_id, name="Rossi Gilbo", role="prospect", nature="business", tax={}
    )
    command_id = uuid4()
    first = company.execute(same, command_id=command_id)
    again = company.execute(same, command_id=command_id)
    assert (first.position, again.position, again.repeated) == (1, 1, True)


def test_a_version_worked_on_must_still_be_current(company: Company) -> None:
    party_id = company.execute(REGISTER).result["party_id"]
    change = do("change-party-identity", party_id=party_id, name="Rossi", role="prospect", nature="business", tax={})
    company.execute(change, expected_version=1)
    again = do("change-party-identity", party_id=party_id, name="Altro", role="prospect", nature="business", tax={})
    with pytest.raises(VersionMismatch):
        company.execute(again, expected_version=1)


def test_claims_of_one_resource_never_overlap(log: PostgresLog) -> None:
    technician = uuid4()
    start = threading.Barrier(24)

    def claim(n: int) -> bool:
        begins = NINE + timedelta(minutes=30 * (n % 6))
        slot = Slot(starts_at=begins, ends_at=begins + timedelta(minutes=30))
        start.wait()
        try:
            log.insert_events(facts(uuid4(), 1), claims=[Claim(claim_id=uuid4(), resource_id=technician, slot=slot)])
        except SlotTaken:
            return False
        return True

    with ThreadPoolExecutor(24) as crowd:
        taken = list(crowd.map(claim, range(24)))
    assert sum(taken) == 6
    assert log.position() == 6


def test_a_released_claim_can_be_taken_again(log: PostgresLog) -> None:
    slot = Slot(starts_at=NINE, ends_at=NINE + timedelta(hours=1))
    mine, yours = (Claim(claim_id=uuid4(), resource_id=UUID(int=7), slot=slot) for _ in range(2))
    log.insert_events(facts(uuid4(), 1), claims=[mine])
    with pytest.raises(SlotTaken):
        log.insert_events(facts(uuid4(), 1), claims=[yours])
    log.insert_events(facts(uuid4(), 1), releases=[mine.claim_id], claims=[yours])
    assert log.position() == 2


def test_recorded_at_never_runs_backwards(company: Company, installation: Installation) -> None:
    for n in range(5):
        company.do("register-party", code=f"C{n}", name="Rossi", role="prospect")
    recorded = [fact.recorded_at for fact in company.house.recorded_after(0)]
    assert recorded == sorted(recorded)


def test_two_companies_see_nothing_of_each_other(installation: Installation, company: Company) -> None:
    other_id = uuid4()
    other = installation.open_house(f"o-{other_id.hex[:12]}", other_id)
    stream_id = UUID(company.execute(REGISTER).result["party_id"])
    assert other.log.select_events(stream_id) == []
    assert other.log.position() == 0
    with installation.database.company(other_id) as connection:
        for table in ("fact", "command", "company_head", "subject_key", "claim"):
            seen = connection.execute(f"select distinct company_id from {table}").fetchall()
            assert seen in ([], [(other_id,)]), table
        assert connection.execute("select count(*) from fact").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("insert into company_head (company_id) values (%s)", (company.house.company_id,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select count(*) from fact_0")


def test_facts_cannot_be_changed_or_deleted_by_the_program(company: Company, installation: Installation) -> None:
    company.execute(REGISTER)
    with installation.database.company(company.house.company_id) as connection:
        for statement in ("update fact set topic = 'x'", "delete from fact", "truncate fact"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_connection_cut_after_the_commit_is_resolved_by_the_command_id(company: Company) -> None:
    """The append took place but its answer was lost: the command must end as done, once."""
    log = company.house.log
    carried_out = log._append

    def cut_once(batch: Any) -> Any:
        log._append = carried_out  # type: ignore[method-assign] # the wire is cut only once
        carried_out(batch)
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    log._append = cut_once  # type: ignore[method-assign] # stands for the network
    outcome = company.house.desk.execute(*_prepared(), uuid4())
    assert outcome.repeated
    assert log.position() == 1


def _prepared() -> tuple[Entry, Command, Act]:
    entry = BY_NAME[REGISTER.name]
    return entry, entry.command.model_validate(REGISTER.fields), Act(by="user:test", at=MORNING)


def test_metadata_names_command_actor_and_correlation(company: Company) -> None:
    entry, cmd, act = _prepared()
    company.house.desk.execute(entry, cmd, act, uuid4(), metadata={"actor": "u1", "correlation": "c1"})
    [recorded] = company.house.recorded_after(0)
    told = {"command": "register-party", "by": "user:test", "actor": "u1", "correlation": "c1"}
    assert recorded.metadata == told


@pytest.fixture
def erased(company: Company) -> House:
    """A house in which the one registered person was erased."""
    party_id = UUID(company.execute(REGISTER).result["party_id"])
    company.house.keys.destroy(party_id)
    return company.house


def test_an_erased_person_is_unreadable_for_ever(erased: House) -> None:
    [recorded] = erased.recorded_after(0)
    assert recorded.fact.name == "[erased]"  # type: ignore[attr-defined] # a Party.Registered
    with erased.reader._database.company(erased.company_id) as connection:
        [(state,)] = connection.execute("select state from fact").fetchall()
    assert b"Rossi" not in bytes(state)
