"""The Merkle tree of RFC 6962, section 2.1, grown leaf by leaf.

The tree is kept as its peaks: the roots of the full subtrees from left to right, one for each 1-bit of its size.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").hexdigest()


def leaf_hash(data: bytes) -> str:
    return hashlib.sha256(b"\x00" + data).hexdigest()


def node_hash(left: str, right: str) -> str:
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()


def add(peaks: Sequence[str], size: int, leaf: str) -> list[str]:
    """The peaks of the tree with one leaf more; `size` counts the leaves before. O(log size)."""
    grown = [*peaks, leaf]
    while size & 1:
        right = grown.pop()
        grown.append(node_hash(grown.pop(), right))
        size >>= 1
    return grown


def root_of(peaks: Sequence[str]) -> str:
    """The root (hex) of the tree with these peaks."""
    if not peaks:
        return EMPTY_ROOT
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


def root(leaves: Iterable[str]) -> str:
    """The root (hex) over leaf hashes, from the beginning."""
    peaks: list[str] = []
    for size, leaf in enumerate(leaves):
        peaks = add(peaks, size, leaf)
    return root_of(peaks)


def inclusion_proof(leaves: Sequence[str], index: int) -> list[str]:
    """The audit path of a leaf (RFC 6962, section 2.1.1), from the leaf upwards."""
    if len(leaves) <= 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def is_included(leaf: str, index: int, size: int, proof: Sequence[str], expected_root: str) -> bool:
    """Does the path lead from the leaf to the root of a tree of that size (RFC 9162, section 2.1.3.2)?"""
    if not 0 <= index < size:
        return False
    node, last, hash_ = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(step, hash_)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hash_ == expected_root
