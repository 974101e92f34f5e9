"""What an entry of the log is: the salted commitment to one row, and the kind of the row. Nothing else is public."""

import hashlib
from collections.abc import Iterator
from typing import Any

from panjereh.audit import chain
from panjereh.audit.models import LogBatch, LogEntry

FIRST_KIND = "decision-of-before"
"""Entries from before rows were logged: their leaf is the hash of the whole statement, and names a case."""


def commitment(kind: str, content: dict[str, Any], salt: bytes) -> bytes:
    """SHA-256 over the canonical form of a row's content and its salt."""
    return bytes.fromhex(chain.commit({"kind": kind, **content}, salt))


def salt_of(batch_salt: bytes, index: int) -> bytes:
    """The salt of one entry; who is told it can't tell that of another."""
    return hashlib.sha256(batch_salt + index.to_bytes(8, "big")).digest()


def entry(kind: str, commitment: bytes) -> bytes:
    """The bytes of an entry as everybody may read them."""
    return f'{{"commitment":"{commitment.hex()}","kind":"{kind}"}}'.encode()


def leaves(batch: LogBatch) -> list[bytes]:
    """The leaf hashes of a batch, in the order of their places."""
    commitments = split(batch.commitments)
    if batch.kind == FIRST_KIND:
        return commitments
    return [hashlib.sha256(b"\x00" + entry(batch.kind, each)).digest() for each in commitments]


def split(hashes: bytes | memoryview) -> list[bytes]:
    held = bytes(hashes)
    return [held[at : at + 32] for at in range(0, len(held), 32)]


def first_statement(row: LogEntry) -> bytes:
    """The entry of a statement from before rows were logged."""
    return chain.canonical({"key": row.key, "kind": row.kind, "public": row.public, "commitment": row.commitment})


def keys_of(batch: LogBatch) -> Iterator[str]:
    yield from (str(key) for key in batch.keys)


def sortable(key: Any) -> str:
    """A key as a text that sorts like the key: numbers with zeros before them."""
    return f"{key:020}" if isinstance(key, int) else str(key)
