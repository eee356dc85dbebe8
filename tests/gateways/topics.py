"""Reading a topic whole, and judging it as a consumer would."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from tests.kafka_broker import Broker


def records(broker: Broker, topic: str) -> list[Any]:
    """Every record of the topic, in the order of each partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=broker.bootstrap,
        api_version=broker.api_version,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic) or ()]
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    found: list[Any] = []
    while any(consumer.position(part) < ends[part] for part in partitions):
        for batch in consumer.poll(timeout_ms=1000).values():
            found += batch
    consumer.close()
    return found


def events(broker: Broker, topic: str) -> list[dict[str, Any]]:
    """Every event of the topic, as often as it was sent."""
    return [json.loads(record.value) for record in records(broker, topic)]


def seen_once(sent: Iterable[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """What a consumer keeps of one company: the first of each sequence. Fails at a hole."""
    kept: list[dict[str, Any]] = []
    for event in sent:
        if event["source"] == source and event["sequence"] > len(kept):
            assert event["sequence"] == len(kept) + 1, f"{event['sequence']} follows {len(kept)}"
            kept.append(event)
    return kept


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    """Wait for it."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
