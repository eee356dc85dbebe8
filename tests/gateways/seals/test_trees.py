"""Trees are those of RFC 6962, and their proofs hold for the leaf they were made for and for nothing else."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.seals import trees

LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40)
KNOWN_INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
KNOWN_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    """The tree head as RFC 6962 §2.1 defines it: split at the largest power of two below the size."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + by_definition(leaves[:half]) + by_definition(leaves[half:])).digest()


@pytest.mark.parametrize("size", KNOWN_ROOTS)
def test_the_roots_of_certificate_transparency(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(text)).digest() for text in KNOWN_INPUTS[:size]]
    assert trees.root(leaves).hex() == KNOWN_ROOTS[size]


def test_no_leaves() -> None:
    assert trees.root([]) == sha256(b"").digest()
    with pytest.raises(trees.NotInTree):
        trees.path([], 0)


@settings(max_examples=50)
@given(LEAVES)
def test_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert trees.root(leaves) == by_definition(leaves)


@settings(max_examples=50)
@given(LEAVES, st.data())
def test_a_proof_holds_for_its_leaf_at_its_place_alone(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    neighbours = trees.path(leaves, index)
    root = trees.root(leaves)
    assert trees.root_of_path(leaves[index], index, len(leaves), neighbours) == root
    forged = sha256(leaves[index]).digest()
    assert trees.root_of_path(forged, index, len(leaves), neighbours) != root
    for other in range(len(leaves)):
        if leaves[other] == leaves[index]:
            continue
        with suppress(trees.NotInTree):
            assert trees.root_of_path(leaves[other], other, len(leaves), neighbours) != root


@settings(max_examples=50)
@given(LEAVES, st.data())
def test_a_path_of_another_length_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    neighbours = trees.path(leaves, index)
    for wrong in ([*neighbours, b"\0" * 32], neighbours[:-1]):
        if wrong != neighbours:
            with pytest.raises(trees.NotInTree):
                trees.root_of_path(leaves[index], index, len(leaves), wrong)


@settings(max_examples=50)
@given(LEAVES, st.data())
def test_any_change_of_the_leaves_changes_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                [*leaves[:at], sha256(leaves[at]).digest(), *leaves[at + 1 :]],
                leaves[:at] + leaves[at + 1 :],
                [*leaves[:at], sha256(b"new").digest(), *leaves[at:]],
                [*leaves, leaves[-1]],
                leaves[::-1],
            ]
        )
    )
    assert (trees.root(changed) == trees.root(leaves)) == (changed == leaves)
