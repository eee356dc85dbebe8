"""Merkle trees (alberi di hash) as in RFC 6962: a root for a block of leaves, and the proof that a leaf is in it.

Pure. A leaf is given as its hash; a node is SHA-256 of a one byte, its left and its right child. A level's last node
without a neighbour moves up as it is, so that no two lists of leaves have one root.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


class NotInTree(ValueError):
    """There is no leaf of this number in the tree."""


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two children."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the hashes of leaves; that of no leaves is the hash of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours of a leaf (counted from 0) on its way to the root, the lowest first. Raises `NotInTree`."""
    if not 0 <= index < len(leaves):
        raise NotInTree(index)
    level, found = list(leaves), []
    while len(level) > 1:
        beside = index ^ 1
        if beside < len(level):
            found.append(level[beside])
        level, index = _above(level), index // 2
    return found


def root_of_path(leaf: bytes, index: int, size: int, neighbours: Sequence[bytes]) -> bytes:
    """The root that a leaf and its path lead to in a tree of so many leaves. Raises `NotInTree` if they do not fit."""
    if not 0 <= index < size:
        raise NotInTree(index)
    at, last, found, rest = index, size - 1, leaf, list(neighbours)
    while last:
        if at % 2 or at < last:
            if not rest:
                raise NotInTree(index)
            beside = rest.pop(0)
            found = node(beside, found) if at % 2 else node(found, beside)
        at, last = at // 2, last // 2
    if rest:
        raise NotInTree(index)
    return found


def _above(level: list[bytes]) -> list[bytes]:
    paired = [node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired
