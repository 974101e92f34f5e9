"""Reading rows that somebody may have spoilt: no value stops us, and none hides behind another spelling of itself.

SQLite keeps numbers, moments and JSON as texts of which several mean the same. What is stored must be exactly what we
would write; PostgreSQL keeps values, not spellings.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.db.models import Field, Model

from panjereh.audit.sources import Source

PAGE = 500
SPOILT = (DatabaseError, ValidationError, ValueError, TypeError, ArithmeticError, AttributeError)
Read = tuple[Any, ...] | str


def read(source: Source, keys: Sequence[str]) -> dict[str, Read]:
    """The rows with these keys: values of the primary key and the source's fields, or a code of what is wrong."""
    try:
        rows: dict[str, Read] = dict(source.rows(keys))
    except SPOILT:
        rows = {key: row for key in keys if (row := _one(source, key)) is not None}
    for key, code in spoilt(source.model, [key for key, row in rows.items() if not isinstance(row, str)]):
        rows[key] = code
    return rows


def _one(source: Source, key: str) -> Read | None:
    try:
        return source.rows([key]).get(key)
    except ValidationError:
        return None  # no row can have such a key
    except SPOILT:
        return "unreadable"


def spoilt(model: type[Model], keys: Sequence[str] | None = None) -> Iterator[tuple[str, str]]:
    """(key, code) of each row of which a column is `unreadable` or has another `spelling`. keys: all rows if None."""
    if connection.vendor != "sqlite":
        return
    wanted = list(keys) if keys is not None else _keys(model)
    for start in range(0, len(wanted), PAGE):
        yield from _page(model, wanted[start : start + PAGE])


def _keys(model: type[Model]) -> list[str]:
    return [str(key) for key in model._default_manager.order_by("pk").values_list("pk", flat=True)]


def _page(model: type[Model], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    stored = _stored(model, keys)
    try:
        written = _written(model, keys)
    except SPOILT:
        written = {}
        for key in keys:
            try:
                written |= _written(model, [key])
            except SPOILT:
                yield key, "unreadable"
                continue
            if stored.get(key) != written.get(key):
                yield key, "spelling"
        return
    yield from ((key, "spelling") for key in written if stored.get(key) != written[key])


def _stored(model: type[Model], keys: Iterable[str]) -> dict[str, list[bytes | None]]:
    """What lies in each column, as bytes."""
    name, pk = connection.ops.quote_name, model._meta.pk
    columns = ", ".join(f"CAST({name(str(field.column))} AS BLOB)" for field in _fields(model))
    values = {connection_value(pk, pk.to_python(key)): key for key in keys}
    marks = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT CAST({name(str(pk.column))} AS BLOB), {columns} FROM {name(model._meta.db_table)} "  # noqa: S608
            f"WHERE {name(str(pk.column))} IN ({marks})",
            [pk.get_db_prep_save(pk.to_python(key), connection) for key in values.values()],
        )
        return {values[row[0]]: list(row[1:]) for row in cursor.fetchall() if row[0] in values}


def _written(model: type[Model], keys: Iterable[str]) -> dict[str, list[bytes | None]]:
    """What we would write into each column for the values that we read from it."""
    fields = _fields(model)
    names = [field.attname for field in fields]
    rows = model._default_manager.filter(pk__in=list(keys)).values_list("pk", *names)
    return {
        str(row[0]): [connection_value(field, value) for field, value in zip(fields, row[1:], strict=True)]
        for row in rows
    }


def connection_value(field: "Field[Any, Any]", value: Any) -> bytes | None:
    """A value as bytes of its column."""
    prepared = field.get_db_prep_save(value, connection)
    if prepared is None:
        return None
    if isinstance(prepared, bool):
        return str(int(prepared)).encode()
    return bytes(prepared) if isinstance(prepared, bytes | memoryview) else str(prepared).encode()


def _fields(model: type[Model]) -> "Sequence[Field[Any, Any]]":
    return model._meta.concrete_fields
