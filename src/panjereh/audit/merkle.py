"""The Merkle tree of RFC 6962, section 2.1: hashes, proofs, and checking them. Hashes are 32 bytes of SHA-256.

Proofs are made from complete subtrees: `Node` gives the hash of the one over leaves index * 2^height up to
(index + 1) * 2^height, wherever such hashes are kept.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

Node = Callable[[int, int], bytes]
"""(height, index) -> hash"""
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def add(peaks: list[bytes], size: int, leaf: bytes) -> None:
    """Grow a tree by one leaf, in place. `peaks`: roots of its full subtrees, one for each 1-bit of its `size`."""
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
    peaks.append(leaf)


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root of the tree with these peaks."""
    if not peaks:
        return EMPTY_ROOT
    *rest, root = peaks
    for peak in reversed(rest):
        root = node_hash(peak, root)
    return root


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes (or over the roots of full subtrees of one height)."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        add(peaks, size, leaf)
    return root_of(peaks)


def span(node: Node, start: int, end: int) -> bytes:
    """The hash over leaves `start` up to `end`, as it occurs in a tree that divides there."""
    size = end - start
    height = size.bit_length() - 1
    if size == 1 << height:
        return node(height, start >> height)
    middle = start + (1 << height)
    return node_hash(span(node, start, middle), span(node, middle, end))


def tree_root(node: Node, size: int) -> bytes:
    return span(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """The audit path of a leaf in a tree of that size (RFC 6962, section 2.1.1), from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("the tree has no such leaf")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(span(node, middle, end))
            end = middle
        else:
            path.append(span(node, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(node: Node, old: int, new: int) -> list[bytes]:
    """That the tree of size `new` begins with the tree of size `old` (RFC 6962, section 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError("a tree only grows")
    if old in (0, new):
        return []
    path, start, end, whole = [], 0, new, True
    while old - start != end - start:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(span(node, middle, end))
            end = middle
        else:
            path.append(span(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(span(node, start, end))
    return path[::-1]


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected_root: bytes) -> bool:
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


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the tree of size `new` begin with that of size `old` (RFC 9162, section 2.1.4.2)?"""
    if old == new:
        return not proof and old_root == new_root
    if not 0 <= old < new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and (first, second) == (old_root, new_root)
