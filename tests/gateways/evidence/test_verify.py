"""The program that ships with evidence finds whatever was altered and names it, though the manifest was made anew."""

from __future__ import annotations

import hashlib
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.evidence import verify
from gateways.seals import leaves, trees
from gateways.seals.chain import Seal
from tests.dsl import Company
from tests.gateways.evidence.case import CALL, CALLER, checked, told

Alteration = Callable[[Any], str]
"""Changes the JSON in place; says what must be named."""


def fact_of(evidence: Any, topic: str) -> Any:
    return next(fact for fact in evidence["facts"] if fact.get("topic") == topic)


def state_changed(evidence: Any) -> str:
    fact = fact_of(evidence, "call.paused.v1")
    changed = b64decode(fact["state"]).replace(b"waiting-part", b"no-access")
    fact["state"] = b64encode(changed).decode()
    return f"fact {fact['position']} (call.paused.v1) was altered"


def time_changed(evidence: Any) -> str:
    fact = fact_of(evidence, "call.resumed.v1")
    fact["recorded_at"] = fact["recorded_at"].replace("2026-", "2025-")
    return f"fact {fact['position']} was recorded before the one in front of it"


def changed_with_its_leaf(evidence: Any) -> str:
    fact = fact_of(evidence, "call.paused.v1")
    fact["metadata"] = fact["metadata"].replace("pause-call", "close-call")
    fact["leaf"] = verify.leaf(evidence["about"]["company_id"], fact)
    return f"fact {fact['position']} (call.paused.v1): its path does not lead to the root"


def removed(evidence: Any) -> str:
    fact = fact_of(evidence, "call.paused.v1")
    evidence["facts"].remove(fact)
    return f"fact {fact['position']} (version {fact['version']} of its record) was removed"


def removed_from_the_lists_too(evidence: Any) -> str:
    fact = fact_of(evidence, "call.paused.v1")
    evidence["facts"].remove(fact)
    record = next(each for each in evidence["records"] if each["id"] == fact["stream_id"])
    record["positions"].remove(fact["position"])
    record["versions"].remove(fact["version"])
    return f"record call {CALL} is told as whole and has gaps"


def reordered(evidence: Any) -> str:
    facts = evidence["facts"]
    facts[4], facts[5] = facts[5], facts[4]
    return f"fact {facts[5]['position']} stands behind fact {facts[4]['position']}"


def doubled(evidence: Any) -> str:
    evidence["facts"].insert(3, evidence["facts"][3])
    return f"fact {evidence['facts'][3]['position']} stands behind fact {evidence['facts'][3]['position']}"


def proof_of_another(evidence: Any) -> str:
    one, other = fact_of(evidence, "call.paused.v1"), fact_of(evidence, "call.resumed.v1")
    for name in ("leaf", "index", "path", "seal"):
        one[name] = other[name]
    return f"fact {one['position']} (call.paused.v1) was altered"


def value_changed(evidence: Any) -> str:
    fact = fact_of(evidence, "call.opened.v1")
    entry = next(each for each in fact["personal"] if each["value"] == CALLER)
    entry["value"] = "Ada Neri"
    return f"fact {fact['position']}: the personal field {entry['at']} was altered"


def value_hidden(evidence: Any) -> str:
    fact = fact_of(evidence, "call.opened.v1")
    entry = fact["personal"].pop()
    return f"fact {fact['position']}: nothing is said of the personal field {entry['at']}"


def content_withheld(evidence: Any) -> str:
    fact = fact_of(evidence, "call.paused.v1")
    del fact["state"]
    return f"fact {fact['position']} (call.paused.v1) has no content"


def document_hash_changed(evidence: Any) -> str:
    document = evidence["documents"][-1]
    document["sha256"] = "0" * 64
    return f"fact {document['stated_by']} does not state its hash"


def seal_changed(evidence: Any) -> str:
    seal = evidence["seals"][-1]
    seal["made_at"] = seal["made_at"].replace("2026-", "2027-")
    return f"seal {seal['number']} was altered"


def seal_left_out(evidence: Any) -> str:
    evidence["seals"].pop(1)
    return f"seal {evidence['seals'][1]['number']} does not follow on seal {evidence['seals'][0]['number']}"


def seal_made_anew(evidence: Any) -> str:
    seal = evidence["seals"][0]
    seal["root"] = "0" * 64
    seal["hash"] = verify.seal_hash(seal)
    return f"seal {seal['number'] + 1} does not follow on seal {seal['number']}"


def stamp_over_another(evidence: Any) -> str:
    stamp = evidence["stamps"][0]
    stamp["number"] -= 1
    return f"over seal {stamp['number']} is over something else"


def stamp_garbled(evidence: Any) -> str:
    evidence["stamps"][0]["token"] = b64encode(b"nonsense").decode()
    return "cannot be read"


def another_company(evidence: Any) -> str:
    evidence["about"]["company_id"] = str(CALL)
    return "is another company's"


ALTERATIONS = (
    state_changed, time_changed, changed_with_its_leaf, removed, removed_from_the_lists_too, reordered, doubled,
    proof_of_another, value_changed, value_hidden, content_withheld, document_hash_changed, seal_changed,
    seal_left_out, seal_made_anew, stamp_over_another, stamp_garbled, another_company,
)  # fmt: skip


def wrongs(evidence: Any, folder: Path) -> list[str]:
    """What the checks of the JSON say."""
    checks = (
        verify.facts_hold, verify.all_there, verify.seals_hold, verify.times_hold, verify.revealed_hold,
        verify.stamps_hold, lambda told: verify.documents_hold(told, folder),
    )  # fmt: skip
    return [sentence for check in checks for sentence in check(evidence)]


@pytest.mark.parametrize("alter", ALTERATIONS, ids=lambda alter: alter.__name__)
def test_what_was_altered_is_named(whole: Path, alter: Alteration) -> None:
    evidence = told(whole)
    assert wrongs(evidence, whole) == []
    named = alter(evidence)
    found = wrongs(evidence, whole)
    assert any(named in sentence for sentence in found), found


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


def manifest_anew(folder: Path) -> None:
    """What a forger would do."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["files"]}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_stranger_sees_what_was_altered(folder: Path) -> None:
    known = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    evidence = told(folder)
    named = state_changed(evidence)
    (folder / "evidence.json").write_text(json.dumps(evidence))
    status, said = checked(folder)
    assert (status, named in said, "evidence.json does not have the hash" in said) == (1, True, True), said
    manifest_anew(folder)
    status, said = checked(folder, "--manifest", known)
    assert (status, named in said, "manifest.json is not the one" in said) == (1, True, True), said


def test_files_exchanged_added_and_gone(folder: Path) -> None:
    first, second, third = [folder / document["file"] for document in told(folder)["documents"]]
    first.write_bytes(second.read_bytes())
    third.unlink()
    (folder / "documents" / "another.pdf").write_bytes(b"%PDF")
    (folder / "evidence.pdf").write_bytes(b"%PDF")
    status, said = checked(folder)
    assert status == 1
    for sentence in (
        f"documents/{first.name} was altered or exchanged",
        f"documents/{third.name} is missing",
        "documents/another.pdf is not in the manifest",
        "evidence.pdf does not have the hash that the manifest tells",
    ):
        assert sentence in said, said


def test_seals_known_from_elsewhere_facts_shown_and_nonsense(folder: Path) -> None:
    evidence = told(folder)
    held = "ok    the known seal"
    status, said = checked(folder, "--seal", evidence["seals"][0]["hash"])
    assert (status, held in said) == (0, True)
    assert held not in checked(folder)[1], "nobody told one"
    status, said = checked(folder, "--seal", "0" * 64)
    assert (status, "does not hold seal 0000" in said) == (1, True)
    assert "openssl ts -verify -in stamps/" in said
    opened = fact_of(evidence, "call.opened.v1")["position"]
    assert CALLER in checked(folder, "--show", str(opened))[1]
    (folder / "evidence.json").write_text('{"form": "another"}')
    assert checked(folder)[0] == 2


def test_the_program_agrees_with_the_leaves_and_seals_of_the_log(dispute: Company, whole: Path) -> None:
    evidence = told(whole)
    company_id = str(dispute.house.company_id)
    for fact in evidence["facts"]:
        if "state" in fact:
            own = {name: fact[name] for name in leaves.SealedFact._fields}
            stored = leaves.SealedFact(**{**own, "state": b64decode(own["state"])})
            assert verify.leaf(company_id, fact) == leaves.leaf(company_id, stored).hex()
    for seal in evidence["seals"]:
        assert verify.seal_hash(seal) == Seal.read(seal).own_hash().hex()
    text = Path(verify.__file__).read_text()
    assert "import gateways" not in text
    assert "from gateways" not in text


@given(size=st.integers(1, 70), data=st.data())
def test_paths_lead_where_trees_say(size: int, data: st.DataObject) -> None:
    blocks = [hashlib.sha256(bytes([at])).digest() for at in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path = [each.hex() for each in trees.path(blocks, index)]
    assert verify.root_of(blocks[index].hex(), index, size, path) == trees.root(blocks).hex()
    assert verify.root_of(blocks[index].hex(), index, size, [*path, "00" * 32]) is None
    assert verify.root_of(blocks[index].hex(), size, size, path) is None
