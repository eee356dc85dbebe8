"""Checks an evidence file (prova documentale) without the program that made it. Python 3.9 or later, nothing else.

    python verify.py [FOLDER] [--manifest SHA256] [--seal SHA256] [--show POSITION]

FOLDER holds the unpacked evidence (this file's own folder unless told otherwise). Each check prints "ok" or says what
does not hold; the exit status is 0 when everything holds, 1 when something does not, 2 when there is nothing to check.

--manifest  the hash of manifest.json, as it was told when the evidence was handed over
--seal      the hash of a seal known from elsewhere: the chain has to lead through it
--show      print the fact at a position, with the personal words that were revealed

What a fact is: the bytes in "state", base64, as they were stored. Its leaf is SHA-256 of a zero byte and the lines that
`leaf` writes below. Leaves are joined two by two (SHA-256 of a one byte, left, right: RFC 6962) up to the root of a
block; a seal is SHA-256 of a two byte and the lines that `seal_hash` writes: it names the seal before it.
"""
# ruff: noqa: B905, RUF007, T201 - Python 3.9 runs this, and it speaks to whoever reads it

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

IMPRINT = bytes.fromhex("060b2a864886f70d0109100104")
"""The object id of TSTInfo (RFC 3161), which stands before the statement that an authority signs."""
SHA256 = bytes.fromhex("0609608648016503040201")
Told = dict[str, Any]


def leaf(company_id: str, fact: Told) -> str:
    """The hash of one fact."""
    topic, metadata, state = fact["topic"].encode(), fact["metadata"].encode(), base64.b64decode(fact["state"])
    names = ("position", "stream_id", "version", "event_id", "command_id", "recorded_at")
    head = ["libretto-fact-1", company_id, *(str(fact[name]) for name in names)]
    text = "\n".join([*head, f"{len(topic)} {len(metadata)} {len(state)}", ""]).encode()
    return hashlib.sha256(b"\x00" + text + topic + b"\n" + metadata + b"\n" + state).hexdigest()


def seal_hash(seal: Told) -> str:
    """The hash of one seal."""
    names = ("company_id", "number", "first_position", "last_position", "root", "previous", "made_at")
    lines = ["libretto-seal-1", *(str(seal[name]) for name in names)]
    return hashlib.sha256(b"\x02" + "\n".join(lines).encode()).hexdigest()


def root_of(start: str, index: int, size: int, path: list[str]) -> str | None:
    """Where a leaf and its neighbours lead to in a block of so many facts; None if they do not fit."""
    at, last, found, rest = index, size - 1, bytes.fromhex(start), list(path)
    if not 0 <= index < size:
        return None
    while last:
        if at % 2 or at < last:
            if not rest:
                return None
            beside = bytes.fromhex(rest.pop(0))
            found = hashlib.sha256(b"\x01" + (beside + found if at % 2 else found + beside)).digest()
        at, last = at // 2, last // 2
    return None if rest else found.hex()


def facts_hold(told: Told) -> Iterator[str]:
    """Every fact has its hash, and its path leads to the root of its seal; a withheld one is its hash alone."""
    seals = {seal["number"]: seal for seal in told["seals"]}
    company = told["about"]["company_id"]
    for fact in told["facts"]:
        name = f"fact {fact['position']} ({fact.get('topic', 'withheld')})"
        seal = seals.get(fact["seal"])
        if seal is None:
            yield f"{name}: its seal {fact['seal']} is not there"
            continue
        if "state" in fact and leaf(company, fact) != fact["leaf"]:
            yield name + " was altered: it does not have the hash that is told"
        if "state" not in fact and not fact.get("withheld"):
            yield name + " has no content, and nothing says that it is withheld"
        if fact["position"] != seal["first_position"] + fact["index"]:
            yield name + " stands elsewhere in its block"
        size = seal["last_position"] - seal["first_position"] + 1
        if root_of(fact["leaf"], fact["index"], size, fact["path"]) != seal["root"]:
            yield f"{name}: its path does not lead to the root of seal {seal['number']}"


def all_there(told: Told) -> Iterator[str]:
    """The facts listed for each record are those that are there, in the order of the log; whole records have no gap."""
    listed = {(p, s["id"], v) for s in told["records"] for p, v in zip(s["positions"], s["versions"])}
    there = [(fact["position"], fact["stream_id"], fact["version"]) for fact in told["facts"]]
    for position, _, version in sorted(listed - set(there)):
        yield f"fact {position} (version {version} of its record) was removed"
    for position, _, _ in sorted(set(there) - listed):
        yield f"fact {position} is in no list of records: it was added"
    for before, after in zip(there, there[1:]):
        if after[0] <= before[0]:
            yield f"fact {after[0]} stands behind fact {before[0]}: out of order, or doubled"
    for record in told["records"]:
        versions = record["versions"]
        if record["is_whole"] and versions != list(range(1, len(versions) + 1)):
            yield f"record {record['kind']} {record['id']} is told as whole and has gaps"


def seals_hold(told: Told) -> Iterator[str]:
    """Every seal has the hash it carries and follows on the one before."""
    before: Told | None = None
    for seal in told["seals"]:
        name = f"seal {seal['number']}"
        if seal_hash(seal) != seal["hash"]:
            yield name + " was altered: it does not have the hash it carries"
        if seal["company_id"] != told["about"]["company_id"]:
            yield name + " is another company's"
        follows = (seal["number"] - 1, seal["first_position"] - 1, seal["previous"])
        if before is not None and follows != (before["number"], before["last_position"], before["hash"]):
            yield f"{name} does not follow on seal {before['number']}"
        before = seal


def known_holds(told: Told, known: str) -> Iterator[str]:
    """The chain leads through a seal that is known from elsewhere."""
    if known.lower() not in [seal["hash"] for seal in told["seals"]]:
        yield f"the chain does not hold seal {known}"


def times_hold(told: Told) -> Iterator[str]:
    """Facts were recorded in the order of the log and before their seals; seals were made one after the other."""
    made = {seal["number"]: seal["made_at"] for seal in told["seals"]}
    readable = [fact for fact in told["facts"] if "recorded_at" in fact]
    for before, fact in zip(readable[:1] + readable, readable):
        if fact["recorded_at"] < before["recorded_at"]:
            yield f"fact {fact['position']} was recorded before the one in front of it"
        if fact["recorded_at"] > made.get(fact["seal"], "9"):
            yield f"fact {fact['position']} was recorded after its seal was made"
    for (one, earlier), (other, later) in zip(made.items(), list(made.items())[1:]):
        if later < earlier:
            yield f"seal {other} was made before seal {one}"


def revealed_hold(told: Told) -> Iterator[str]:
    """Every personal word that is revealed is the one whose digest was stored."""
    for fact in told["facts"]:
        stored = dict(sealed_fields(json.loads(base64.b64decode(fact["state"])))) if "state" in fact else {}
        named = {entry["at"] for entry in fact.get("personal", ())}
        for at in sorted(set(stored) - named):
            yield f"fact {fact['position']}: nothing is said of the personal field {at}"
        for entry in fact.get("personal", ()):
            field = stored.get(entry["at"])
            where = f"fact {fact['position']}: the personal field {entry['at']}"
            if field is None:
                yield where + " is not in the fact"
            elif "value" in entry:
                salted = bytes.fromhex(entry["salt"]) + entry["value"].encode()
                if hashlib.sha256(salted).hexdigest() != field["digest"]:
                    yield where + " was altered: it does not have the digest that was stored"


def sealed_fields(node: Any) -> Iterator[tuple[str, Told]]:
    """The personal fields of a fact, by their place."""
    if isinstance(node, dict) and "sealed" in node and "digest" in node:
        yield node["at"], node
    elif isinstance(node, (dict, list)):
        for part in node.values() if isinstance(node, dict) else node:
            yield from sealed_fields(part)


def documents_hold(told: Told, folder: Path) -> Iterator[str]:
    """Every document has the hash that a fact states."""
    facts = {fact["position"]: fact for fact in told["facts"]}
    for document in told["documents"]:
        fact = facts.get(document["stated_by"])
        if fact is None or document["sha256"].encode() not in base64.b64decode(fact.get("state", "")):
            yield f"{document['name']}: fact {document['stated_by']} does not state its hash"
        if document["state"] != "enclosed":
            continue
        file = folder / document["file"]
        if not file.is_file():
            yield document["file"] + " is missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != document["sha256"]:
            yield document["file"] + " was altered or exchanged: it does not have the recorded hash"


def files_hold(folder: Path, known: str | None) -> Iterator[str]:
    """Every file has the hash that the manifest tells, and the manifest the one that was told elsewhere."""
    manifest = (folder / "manifest.json").read_bytes()
    if known is not None and hashlib.sha256(manifest).hexdigest() != known.lower():
        yield "manifest.json is not the one whose hash is known"
    listed = json.loads(manifest)["files"]
    for name, sha256 in sorted(listed.items()):
        file = folder / name
        if not file.is_file():
            yield name + " is missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            yield name + " does not have the hash that the manifest tells"
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    for name in sorted(there - set(listed) - {"manifest.json"}):
        yield name + " is not in the manifest: it was added"


def stamps_hold(told: Told) -> Iterator[str]:
    """What each authority has stamped is the hash of a seal that is there."""
    seals = {seal["number"]: seal for seal in told["seals"]}
    for stamp in told["stamps"]:
        name = f"the time-stamp of {stamp['authority']} over seal {stamp['number']}"
        stamped = imprint(base64.b64decode(stamp["token"]))
        seal = seals.get(stamp["number"])
        if stamped is None:
            yield name + " cannot be read"
        elif seal is None or hashlib.sha256(bytes.fromhex(seal["hash"])).digest() != stamped:
            yield name + " is over something else"


def imprint(token: bytes) -> bytes | None:
    """The SHA-256 that an RFC 3161 answer signs: OID of TSTInfo, then version, policy, and the hash asked for."""
    begin = token.find(IMPRINT)
    at = token.find(SHA256, begin) if begin >= 0 else -1
    if at < 0:
        return None
    at += len(SHA256)
    if token[at : at + 2] == b"\x05\x00":  # the algorithm's parameters, where they are written
        at += 2
    return token[at + 2 : at + 34] if token[at : at + 2] == b"\x04\x20" else None


def report(told: Told, checks: tuple[tuple[str, list[str]], ...]) -> int:
    """Print what holds and what does not."""
    for name, wrong in checks:
        print("WRONG" if wrong else "ok   ", name)
        for sentence in wrong:
            print("       - " + sentence)
    seals = told["seals"]
    if seals:
        print(f"\nThe last seal is number {seals[-1]['number']}: {seals[-1]['hash']}")
    for stamp in told["stamps"]:
        print(f"Stamped by {stamp['authority']}; its signature is checked by openssl, over the 32 bytes of the seal:")
        name = f"stamps/{stamp['number']}"
        print(f"  openssl ts -verify -in {name}.tsr -data {name}.bin -CAfile roots.pem")
    if not told["stamps"]:
        print("No authority has time-stamped these seals: compare the last one with a copy kept by somebody else.")
    erased = sum("erased" in entry for fact in told["facts"] for entry in fact.get("personal", ()))
    if erased:
        print(f"{erased} personal words were erased by law: they stay ciphers, their facts are proved all the same.")
    count = sum(len(wrong) for _, wrong in checks)
    print(f"\n{count} things do not hold." if count else "\nEverything holds.")
    return 1 if count else 0


def main(arguments: list[str]) -> int:
    """Check everything; see the beginning of this file."""
    parser = argparse.ArgumentParser(description="Checks an evidence file.")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    for name in ("--manifest", "--seal"):
        parser.add_argument(name)
    parser.add_argument("--show", type=int)
    asked = parser.parse_args(arguments)
    folder = Path(asked.folder)
    try:
        told = json.loads((folder / "evidence.json").read_bytes())
        if told["form"] != "libretto-evidence-1":
            raise ValueError(f"its form is {told['form']!r}")
        if asked.show is not None:
            chosen = [fact for fact in told["facts"] if fact["position"] == asked.show]
            content = [json.loads(base64.b64decode(fact["state"])) for fact in chosen if "state" in fact]
            print(json.dumps([*chosen, *content], indent=1, ensure_ascii=False))
            return 0
        checks = (
            ("files and manifest", list(files_hold(folder, asked.manifest))),
            ("facts, hashes and paths", list(facts_hold(told))),
            ("records complete and in order", list(all_there(told))),
            ("chain of seals", list(seals_hold(told))),
            ("order of time", list(times_hold(told))),
            ("revealed personal words", list(revealed_hold(told))),
            ("documents", list(documents_hold(told, folder))),
            ("imprints of time-stamps", list(stamps_hold(told))),
            *((("the known seal", list(known_holds(told, asked.seal))),) if asked.seal else ()),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"this is no evidence that can be read: {error!r}")
        return 2
    return report(told, checks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
