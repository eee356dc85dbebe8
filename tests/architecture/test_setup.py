"""What sets the project up agrees with itself: pins, processes, targets."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
PINS = (ROOT / "constraints.txt").read_text()


def pinned() -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==", PINS, re.MULTILINE))


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {match.group(0).lower() for text in wanted if (match := re.match(r"[A-Za-z0-9._-]+", text))}
    assert len(names) == len(wanted)
    assert names - pinned() == set()


def test_every_pin_has_a_hash_and_no_address_is_recorded() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", PINS.split("make lock\n")[1])
    assert [entry.split(" ")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in PINS


def test_every_process_runs_in_its_own_container_after_the_migration() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    ours = {name: service for name, service in services.items() if service.get("image") == "libretto"}
    assert sorted(service["command"][0] for service in ours.values()) == [
        "api",
        "documents",
        "migrate",
        "project",
        "publish",
        "schedule",
    ]
    assert all("migrate" in service["depends_on"] for name, service in ours.items() if name != "migrate")


def test_help_names_every_target_people_use() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for target in ("demo", "test", "check", "bench", "lock", "format", "messages", "help", "clean"):
        assert f"make {target} " in shown
