"""The broker of the tests itself: what is written can be read, and survives a restart and a kill."""

from __future__ import annotations

import warnings
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from tests.kafka_broker import Broker, BrokerFailed, KafkaBroker, kafka_broker


@pytest.fixture
def topic(kafka: Broker) -> str:
    name = f"test.{uuid4().hex[:8]}"
    kafka.create_topic(name, partitions=3)
    return name


def write(broker: Broker, topic: str, *values: bytes) -> None:
    producer = KafkaProducer(
        bootstrap_servers=broker.bootstrap, api_version=broker.api_version, enable_idempotence=True, acks="all"
    )
    for value in values:
        producer.send(topic, key=value, value=value, headers=[("type", b"call.opened")]).get(10)
    producer.close()


def read(broker: Broker, topic: str) -> list[bytes]:
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        api_version=broker.api_version,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    values: list[bytes] = []
    while len(values) < sum(ends.values()):
        for records in consumer.poll(timeout_ms=1000).values():
            values += [record.value for record in records]
    consumer.close()
    return sorted(values)


def test_what_is_written_can_be_read(kafka: Broker, topic: str) -> None:
    write(kafka, topic, b"1", b"2", b"3")
    assert read(kafka, topic) == [b"1", b"2", b"3"]


def test_a_restart_and_a_kill_keep_the_data(kafka: Broker, topic: str) -> None:
    if not isinstance(kafka, KafkaBroker):
        pytest.skip("kafka: the mock broker keeps nothing")
    write(kafka, topic, b"before")
    kafka.restart()
    write(kafka, topic, b"between")
    kafka.kill()
    kafka.start()
    assert read(kafka, topic) == [b"before", b"between"]


def test_without_java_a_mock_takes_over_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.kafka_broker.why_not", lambda: "Java missing")
    monkeypatch.delenv("LIBRETTO_CI", raising=False)
    with warnings.catch_warnings(record=True) as said, kafka_broker() as mock:
        write(mock, "test", b"1")
        assert read(mock, "test") == [b"1"]
    assert "Kafka tests ran against the mock broker: Java missing" in [str(one.message) for one in said]


def test_a_run_that_demands_everything_takes_no_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.kafka_broker.why_not", lambda: "Java missing")
    monkeypatch.setenv("LIBRETTO_CI", "1")
    monkeypatch.delenv("LIBRETTO_WITHOUT", raising=False)
    with pytest.raises(BrokerFailed, match="Java missing"), kafka_broker():
        pass
