"""The pages lead where they say and name what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer.main

from commands.catalog import BY_NAME as COMMANDS
from commands.catalog import CATALOG
from gateways.catalogue_pages import facts
from gateways.cli import app
from projections.catalog import BY_NAME as VIEWS
from tests.architecture.source_tree import FOLDERS, files
from tests.docs.pages import DOCS, GENERATED, ROOT, Page, page, pages

PAGES = pages()
DOMAIN = {path.stem: page(f"docs/domain/{path.name}") for path in sorted((DOCS / "domain").glob("*.md"))}
PATH = re.compile(r"^(?:aggregates|commands|projections|schedulers|gateways|tests|docs|examples)/[\w./-]*$")
RULE = re.compile(r"\bR\d+\.\d+[a-z]?\b")
LIBRETTO = re.compile(r"(?:^\s*|bin/)libretto +(\S.*)$", re.MULTILINE)
MAKE = re.compile(r"^ {0,4}make ([a-z-]+)(?: ARGS=.*)?$", re.MULTILINE)
VERB_FIRST = re.compile(r"^[a-z]+(?:-[a-z]+)+$")
BESIDE = {
    "delivery_note": {"delivery-note", "call-notes"},
    "issued_document": {"issued-document", "document-hold"},
    "closing": {"closing", "closing-calendar"},
    "hour_pool": {"hour-pool", "pool-sale"},
    "dunning": {"reminder", "dunning-file"},
    "late_interest": {"late-interest-claim"},
    "call": {"call", "call-link"},
    "maintenance_plan": {"maintenance-plan", "maintenance-course"},
    "info_sheet": {"info-sheet", "sheet-template"},
    "attachment": {"attachment", "stored-file"},
    "purchase_order": {"purchase-order", "article-supplier"},
    "stock_item": {"stock-item", "promise-places"},
    "inventory_link": {"inventory-link", "inventory-refusal"},
    "job": {"job", "job-place"},
    "document_template": {"document-template", "document-texts", "word-copy", "word-hold"},
}
"""Pages that tell of more than one aggregate."""


def lost(found: Page, link: str) -> str | None:
    """Why a link leads nowhere; None when it leads somewhere."""
    if re.match(r"[a-z]+:", link):
        return None
    path, _, place = link.partition("#")
    target = (ROOT / found.name).parent / path if path else ROOT / found.name
    name = target.resolve().relative_to(ROOT).as_posix()
    if name not in GENERATED and not target.exists():
        return f"{found.name}: {link} is not there"
    if place and place not in page(name).anchors():
        return f"{found.name}: {link} has no such place"
    return None


@pytest.mark.parametrize("found", PAGES, ids=lambda found: found.name)
def test_links_lead_somewhere(found: Page) -> None:
    assert [reason for link in found.links() if (reason := lost(found, link))] == []


@pytest.mark.parametrize("found", PAGES, ids=lambda found: found.name)
def test_files_named_in_a_page_exist(found: Page) -> None:
    named = {code for code in found.code() if PATH.match(code)}
    assert sorted(name for name in named if name not in GENERATED and not (ROOT / name).exists()) == []


@pytest.mark.parametrize("found", PAGES, ids=lambda found: found.name)
def test_programs_named_in_a_page_exist(found: Page) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    known = typer.main.get_command(app)
    subcommands = set(getattr(known, "commands", {}))
    spoken = "\n".join([found.text, *found.code()])
    asked = {line.split()[0] for line in LIBRETTO.findall(spoken)}
    assert sorted(word for word in asked - subcommands if not word.startswith(("-", "…", "|"))) == []
    assert sorted(set(MAKE.findall(spoken)) - targets) == []


@pytest.mark.parametrize("found", DOMAIN.values(), ids=lambda found: found.name)
def test_commands_and_facts_of_a_domain_page_exist(found: Page) -> None:
    topics = {kind.TOPIC for kind in facts()}
    named = {code for code in found.code() if re.fullmatch(r"[a-z-]+\.[a-z-]+\.v\d+", code)}
    assert sorted(named - topics) == []
    linked = set(re.findall(r"\.\./commands\.md#([a-z-]+)", found.text))
    assert sorted(linked - COMMANDS.keys() - VIEWS.keys()) == []


@pytest.mark.parametrize("found", DOMAIN.values(), ids=lambda found: found.name)
def test_moves_of_a_state_diagram_are_commands(found: Page) -> None:
    moves = [
        word.strip()
        for diagram in found.blocks("mermaid")
        for line in diagram.splitlines()
        if ": " in line
        for word in re.split(r",| again", line.split(": ", 1)[1])
    ]
    said = {move.split()[0] for move in moves if move and VERB_FIRST.match(move.split()[0])}
    assert sorted(said - COMMANDS.keys()) == []


def test_every_aggregate_has_a_page_with_all_its_facts() -> None:
    missing = []
    for kind in facts():
        topic = kind.TOPIC.split(".")[0]
        stem = next((name for name, topics in BESIDE.items() if topic in topics), topic.replace("-", "_"))
        if stem not in DOMAIN or kind.TOPIC not in DOMAIN[stem].code():
            missing.append(f"{kind.TOPIC} is not on docs/domain/{stem}.md")
    assert missing == []


def test_every_command_stands_on_one_domain_page() -> None:
    linked = [name for found in DOMAIN.values() for name in re.findall(r"\.\./commands\.md#([a-z-]+)", found.text)]
    assert sorted(entry.name for entry in CATALOG) == sorted(linked)


@pytest.mark.parametrize("stem", sorted(DOMAIN.keys() - {"README"}))
def test_a_domain_page_has_states_rules_and_an_example(stem: str) -> None:
    found = DOMAIN[stem]
    assert {"states", "rules", "commands-and-facts", "example"} <= found.anchors()
    assert found.blocks("mermaid")
    assert [code for code in found.blocks("yaml") if code.startswith("company:")]
    assert f"({stem}.md)" in DOMAIN["README"].text, "the index of the domain names every page"


def test_every_rule_that_the_code_cites_is_told() -> None:
    cited = {rule: source.name for source in files(ROOT, *FOLDERS) for rule in RULE.findall(source.text)}
    told = {rule for found in DOMAIN.values() for rule in RULE.findall(found.prose)}
    assert {rule: where for rule, where in cited.items() if rule not in told} == {}


def test_the_changelog_has_this_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    titles = re.findall(r"^## (\S+)", page("CHANGELOG.md").text, re.MULTILINE)
    assert titles[0] == project["version"]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (DOCS / "decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


# The tests of these tests: each can fail.


def test_a_lost_link_is_found(tmp_path: Path) -> None:
    assert lost(Page("docs/map.md", ""), "nowhere.md") == "docs/map.md: nowhere.md is not there"
    assert lost(Page("docs/map.md", ""), "glossary.md#nothing") == "docs/map.md: glossary.md#nothing has no such place"
    assert lost(Page("docs/map.md", ""), "glossary.md#facts") is None
    assert lost(Page("docs/map.md", ""), "commands.md#open-call") is None
