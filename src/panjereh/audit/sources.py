"""Which tables are in the log, and what of each row: every guarded table has a source, beside its room's models."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

Content = dict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Source:
    """Rows of one table as entries of the log.

    kind: the one thing that everybody learns of an entry: letters, digits and dashes
    fields: columns that the entry commits to, besides the primary key. What is empty is left out, so that a column
        that comes later changes no entry of before.
    elsewhere: the other columns, each with the reason why it is not here. What can be erased is never in an entry:
        the row's own commitment or signature covers it.
    is_ordered: whether keys grow with time, so that new rows are found behind the last known key
    digested: those of `fields` of which the entry has only the SHA-256, because who may see the proof may not see them
    """

    kind: str
    model: type[Model]
    fields: tuple[str, ...]
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    is_ordered: bool = True
    digested: frozenset[str] = frozenset()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def content(self, row: Sequence[Any]) -> Content:
        """What the entry commits to, from the values of the primary key and of `fields`."""
        key, *values = row
        said = {name: self._said(name, value) for name, value in zip(self.fields, values, strict=True)}
        return {"key": plain(key), "row": {name: value for name, value in said.items() if value not in EMPTY}}

    def _said(self, name: str, value: Any) -> Any:
        return hashlib.sha256(str(value).encode()).hexdigest() if name in self.digested else plain(value)

    def rows(self, keys: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
        """The rows with these keys, by key as text."""
        found = self.model._default_manager.filter(pk__in=list(keys)).values_list("pk", *self.fields)
        return {str(row[0]): tuple(row) for row in found}

    def newer(self, than: str, limit: int) -> Iterator[tuple[Any, ...]]:
        """Rows behind a key, in the order of their keys ("" for all)."""
        rows = self.model._default_manager.order_by("pk").values_list("pk", *self.fields)
        if than:
            rows = rows.filter(pk__gt=self.parse(than))
        yield from rows[:limit]

    def parse(self, key: str) -> Any:
        """A key from its text."""
        return self.model._meta.pk.to_python(key)


def plain(value: Any) -> Any:
    """A column's value as JSON, the same on every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, bytes | memoryview | bytearray):
        return bytes(value).hex()
    return value
