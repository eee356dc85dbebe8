"""The press: the same bytes as in this process, workers that die or hang, no orphans, documents in their order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateways.documents.archive import open_archive
from gateways.documents.glyphs import FONTS
from gateways.documents.issuer import Issuer
from gateways.documents.press import Press, PressBusy
from gateways.documents.renderer import RenderingFailed, render
from gateways.documents.typesetter import Job, TypesettingFailed
from tests.document_steps import CUSTOMER, PARTY, founded
from tests.dsl import Company, do
from tests.gateways.documents.workers import has_ended, started_by
from tests.projections.documents import samples

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FOREVER = "#for a in range(10000) { for b in range(10000) { for c in range(10000) { } } }"
OTHERS: set[int] = set()
GREEDY = "#let a = range(40000000)\n#let b = a + a + a + a + a + a + a + a\n#let c = b + b + b + b\n#c.len()"


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """Workers that a press of other tests in this process keeps are none of ours."""
    OTHERS.update(workers_of(os.getpid()))
    yield
    OTHERS.clear()


@pytest.fixture
def press() -> Iterator[Press]:
    """Two workers."""
    with Press(2, seconds=20) as working:
        yield working


def job(folder: Path, text: str) -> Job:
    """A template of our own."""
    template = folder / "own.typ"
    template.write_text(text, encoding="utf-8")
    return Job(str(template), str(folder), str(FONTS), {}, "a-2b", 0)


def noted(company: Company, number: int) -> None:
    """One more delivery note."""
    goods = [{"description": f"Cavo {number}", "quantity": "1"}]
    company.given(do("issue-delivery-note", at="2026-09-11T10:00", recipient_id=PARTY, lines=goods))


def workers_of(pid: int) -> list[int]:
    """The workers that a process has started; a test session has other processes too."""
    return [each for each in started_by(pid, "typesetter") if each not in OTHERS]


def test_the_press_prints_the_bytes_that_this_process_prints(press: Press) -> None:
    with ThreadPoolExecutor(4) as hands:
        pressed = hands.map(lambda c: render(c.kind, c, rendered_at=NOW, by=press.typeset), samples.ALL.values())
        assert list(pressed) == [render(c.kind, c, rendered_at=NOW) for c in samples.ALL.values()]


def test_a_template_that_fails_is_told_and_the_worker_stays(press: Press, tmp_path: Path) -> None:
    with pytest.raises(TypesettingFailed, match="unknown variable"):
        press.typeset(job(tmp_path, "#nothing"))
    before = workers_of(os.getpid())
    assert press.typeset(job(tmp_path, "Ciao")).startswith(b"%PDF")
    assert workers_of(os.getpid()) == before


def test_a_worker_killed_in_the_middle_is_replaced_and_the_document_printed(tmp_path: Path) -> None:
    with Press(1, seconds=60) as press, ThreadPoolExecutor(1) as hand:
        press.typeset(job(tmp_path, "Ciao"))
        (worker,) = set(workers_of(os.getpid()))
        text = "#for i in range(3000) [Riga #i #lorem(20) \\ ]"
        printing = hand.submit(press.typeset, job(tmp_path, text))
        time.sleep(0.15)
        os.kill(worker, signal.SIGKILL)
        assert printing.result().startswith(b"%PDF")
        assert has_ended(worker)


def test_a_document_that_takes_too_long_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    with Press(2, seconds=1.5) as press, ThreadPoolExecutor(2) as hands:
        endless = hands.submit(press.typeset, job(tmp_path, FOREVER))
        assert render("quote", samples.ALL["quote"], rendered_at=NOW, by=press.typeset).pdf.startswith(b"%PDF")
        with pytest.raises(TypesettingFailed, match="more than"):
            endless.result()
        assert press.typeset(job(tmp_path, "Ciao")).startswith(b"%PDF")


def test_a_document_that_ends_its_workers_is_refused_for_good(tmp_path: Path) -> None:
    with Press(1, seconds=60, memory_mb=700) as press:
        with pytest.raises(TypesettingFailed, match="ended two workers"):
            press.typeset(job(tmp_path, GREEDY))
        assert press.typeset(job(tmp_path, "Ciao")).startswith(b"%PDF")


def test_workers_are_replaced_after_so_many_documents(tmp_path: Path) -> None:
    with Press(1, documents=2) as press:
        seen = []
        for _ in range(4):
            press.typeset(job(tmp_path, "Ciao"))
            seen += workers_of(os.getpid())
    assert len(set(seen)) == 2
    assert all(has_ended(worker) for worker in set(seen))


def test_who_finds_all_workers_busy_is_told_so(tmp_path: Path) -> None:
    with Press(1, seconds=3, patience_s=0.1) as press, ThreadPoolExecutor(1) as hand:
        busy = hand.submit(press.typeset, job(tmp_path, FOREVER))
        time.sleep(0.3)
        with pytest.raises(PressBusy):
            press.typeset(job(tmp_path, "Ciao"))
        with pytest.raises(TypesettingFailed):
            busy.result()


def test_a_closed_press_has_no_workers_and_prints_nothing(tmp_path: Path) -> None:
    press = Press(2)
    press.typeset(job(tmp_path, "Ciao"))
    workers = workers_of(os.getpid())
    press.close()
    assert all(has_ended(worker) for worker in workers)
    with pytest.raises(PressBusy):
        press.typeset(job(tmp_path, "Ciao"))


MASTER = """
import sys, threading
from gateways.documents.press import Press
from gateways.documents.typesetter import Job
press = Press(1, seconds={seconds})
job = Job({template!r}, {root!r}, {fonts!r}, {{}}, "a-2b", 0)
threading.Thread(target=press.typeset, args=(job,), daemon=True).start()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("text", ["Ciao", FOREVER], ids=["idle", "busy"])
def test_workers_end_with_their_master_however_it_ends(tmp_path: Path, text: str) -> None:
    asked = job(tmp_path, text)
    program = MASTER.format(seconds=1, template=asked.template, root=asked.root, fonts=asked.fonts)
    master = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 120
    while not (workers := workers_of(master.pid)) and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.4)
    master.kill()
    master.communicate()
    assert workers
    assert all(has_ended(worker) for worker in workers)


def test_documents_made_by_several_hands_are_recorded_in_their_order(
    company: Company, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.given(founded(company), *CUSTOMER)
    for number in range(4):
        noted(company, number)
    company.fold()
    issuer = Issuer(open_archive(tmp_path / "archive"), press=press)
    due = [row["document_id"] for row in issuer.due(company.house)]
    first = threading.Event()
    printed: list[str] = []

    def slow_first(one: Job) -> bytes:
        mine = "first" if not first.is_set() else "other"
        first.set()
        time.sleep(0.5 if mine == "first" else 0)
        pdf = press.typeset(one)
        printed.append(mine)
        return pdf

    monkeypatch.setattr(issuer, "_typeset", slow_first)
    assert issuer.tick(company.house) == 4
    assert printed[0] == "other", "the second was printed while the first was not ready"
    company.fold()
    rows = company.house.reader.rows("select document_id, position from {issued_document} order by position")
    assert [row["document_id"] for row in rows] == due


def test_one_that_cannot_be_printed_is_held_and_the_others_go_on(
    company: Company, press: Press, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.given(founded(company), *CUSTOMER)
    for number in range(3):
        noted(company, number)
    company.fold()
    issuer = Issuer(open_archive(tmp_path / "archive"), press=press)
    asked: list[Job] = []

    def refused_once(one: Job) -> bytes:
        asked.append(one)
        if len(asked) == 1:
            raise TypesettingFailed("printing this ended two workers")
        return press.typeset(one)

    monkeypatch.setattr(issuer, "_typeset", refused_once)
    assert issuer.tick(company.house) == 2
    company.fold()
    (held,) = company.ask("documents-due", state="held")["items"]
    assert "ended two workers" in held["reason"]


def test_an_unprintable_content_is_a_failed_rendering(press: Press) -> None:
    with pytest.raises(RenderingFailed, match="quote"):
        render("quote", samples.ALL["quote"], rendered_at=NOW, templates=Path("/nowhere"), by=press.typeset)
