"""A Kafka broker for the tests: the real one, started from the Apache jars, or a mock where Java or Maven are missing.

The jars come from Maven Central once and are kept outside the repository, in `LIBRETTO_KAFKA_JARS` or in the user's
cache folder. `kafka_broker()` yields whichever broker this machine can run; a mock says so, or fails where the run
demands everything (`tests/parts.py`).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaError

from gateways.postgres.server_process import free_port, locked
from tests.parts import is_demanded

KAFKA = "4.4.0"
LOG4J = "2.24.3"
START_TIMEOUT_SECONDS = 180

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>libretto</groupId><artifactId>broker</artifactId><version>1</version>
<dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{KAFKA}</version>
<exclusions><exclusion><groupId>org.apache.kafka</groupId><artifactId>kafka-tools-api</artifactId></exclusion></exclusions>
</dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
<version>{LOG4J}</version></dependency>
<dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId>
<version>{LOG4J}</version></dependency>
</dependencies></project>
"""
# kafka-tools-api is named by the broker's own POM but was never published; only the console tools would use it.

PROPERTIES = """process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.quorum.voters=1@127.0.0.1:{controller_port}
log.dirs={data}
num.partitions=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""


class Broker(Protocol):
    """What a test may do with a broker; `api_version` goes to every kafka-python client."""

    bootstrap: str
    api_version: tuple[int, int] | None
    is_real: bool

    def create_topic(self, name: str, partitions: int = 1) -> None: ...


class BrokerFailed(RuntimeError):
    """The broker did not start; the text ends with the last lines of its log."""


def why_not() -> str | None:
    """Why the real broker cannot run here, None when it can."""
    lacking = [name for name, program in (("Java", "java"), ("Maven", "mvn")) if shutil.which(program) is None]
    if "Java" in lacking or not (_jars_folder().exists() or not lacking):
        return " and ".join(lacking) + " missing"
    return None


class KafkaBroker:
    """Apache Kafka, one node in KRaft mode, its data in `folder`; ports stay the same over restarts."""

    is_real = True
    api_version: tuple[int, int] | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.controller_port = free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers. Raises BrokerFailed."""
        properties = self.folder / "server.properties"
        if not properties.exists():
            self._format(properties)
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*_java(), "-Xmx512m", "kafka.Kafka", str(properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest, which then stops the broker in order
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop in order, after at most 20 seconds by force."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill at once, as a power cut would; `start()` recovers what was written."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop in order and start again on the same ports and data."""
        self.stop()
        self.start()

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """Make a topic. Raises kafka.errors.TopicAlreadyExistsError."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1)])
        finally:
            admin.close()

    def _format(self, properties: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = PROPERTIES.format(port=self.port, controller_port=self.controller_port, data=self.folder / "data")
        properties.write_text(text)
        tool = [*_java(), "kafka.tools.StorageTool"]
        cluster = subprocess.run([*tool, "random-uuid"], check=True, capture_output=True, text=True).stdout.split()[-1]
        done = subprocess.run(
            [*tool, "format", "-t", cluster, "-c", str(properties)], check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            properties.unlink()
            raise BrokerFailed(done.stdout + done.stderr)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not _answers(self.bootstrap):
            died = self._process is None or self._process.poll() is not None
            if died or time.monotonic() > deadline:
                self.kill()
                raise BrokerFailed((self.folder / "broker.log").read_text(errors="replace")[-2000:])
            time.sleep(0.2)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(with_signal)
        try:
            self._process.wait(120)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class MockBroker:
    """librdkafka's mock cluster in a child process: memory only, topics appear when used, no restart."""

    is_real = False
    api_version: tuple[int, int] | None = (2, 3)  # the mock cannot answer the newest version negotiation

    _CHILD = (
        "from confluent_kafka import Producer; import sys\n"
        "p = Producer({'test.mock.num.brokers': 1, 'bootstrap.servers': 'x:1'})\n"
        "print(','.join(f'{b.host}:{b.port}' for b in p.list_topics(timeout=60).brokers.values()), flush=True)\n"
        "sys.stdin.read()\n"
    )

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.bootstrap = self._process.stdout.readline().strip()

    def create_topic(self, name: str, partitions: int = 1) -> None:
        """Nothing to do: the mock makes a topic, with four partitions, when it is first used."""

    def stop(self) -> None:
        """End the child process."""
        self._process.communicate()


@contextmanager
def kafka_broker() -> Iterator[Broker]:
    """The best broker this machine can run."""
    if reason := why_not():
        if is_demanded("kafka"):
            raise BrokerFailed(f"this run demands a real broker: {reason}")
        warnings.warn(f"Kafka tests ran against the mock broker: {reason}", stacklevel=1)
        mock = MockBroker()
        try:
            yield mock
        finally:
            mock.stop()
        return
    with tempfile.TemporaryDirectory(prefix="libretto-kafka-") as folder:
        broker = KafkaBroker(Path(folder))
        broker.start()
        try:
            yield broker
        finally:
            broker.stop()


def _jars_folder() -> Path:
    if chosen := os.environ.get("LIBRETTO_KAFKA_JARS"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "libretto" / f"kafka-{KAFKA}"


def _java() -> list[str]:
    jars = _jars_folder()
    jars.parent.mkdir(parents=True, exist_ok=True)
    with locked(jars.parent / "jars.lock"):
        if not jars.exists():
            _fetch(jars)
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]


def _fetch(jars: Path) -> None:
    with tempfile.TemporaryDirectory(dir=jars.parent) as aside:
        (Path(aside) / "pom.xml").write_text(POM)
        done = subprocess.run(
            ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=jars"],
            cwd=aside,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise BrokerFailed(done.stdout[-2000:])
        (Path(aside) / "jars").replace(jars)


def _answers(bootstrap: str) -> bool:
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, bootstrap_timeout_ms=2000, request_timeout_ms=3000)
    except (KafkaError, OSError, ValueError):
        return False
    try:
        admin.list_topics()
    except KafkaError:
        return False
    finally:
        admin.close()
    return True
