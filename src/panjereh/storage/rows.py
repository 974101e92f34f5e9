"""Rows that are written with SQL that was made once: the base of models that every step writes."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.db.models import Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.signals import post_save, pre_save

from panjereh.storage.connections import connection_to
from panjereh.storage.statement import Statement

AnyField: TypeAlias = "Field[Any, Any]"
Fields = tuple[AnyField, ...]
Values = list[tuple[AnyField, None, Any]]
_AS_THEY_ARE: dict[type[AnyField], type] = {
    **dict.fromkeys((models.CharField, models.EmailField, models.SlugField, models.TextField), str),
    models.BooleanField: bool,
}
"""Field → the kind of value that it hands to the driver unchanged. Fields derived from these, and
numbers on PostgreSQL, have ways of their own."""
_NUMBERS = frozenset({models.IntegerField, models.BigIntegerField, models.PositiveIntegerField})
MOST_PARAMETERS = 900  # of one statement; SQLite once took no more than 999


class Row(Model):
    """Saves like any model. `save` and `create` of simple values need no new SQL; anything else goes the ORM's way."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[Any, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """A row that is new, or that was read or written before, is written at once where nobody listens to it."""
        alias = using or self._state.db or DEFAULT_DB_ALIAS
        if _is_unheard(type(self)):
            if force_insert is True and not force_update and update_fields is None and self._is_inserted(alias):
                return
            names = _all_names(type(self)) if update_fields is None else tuple(update_fields)
            if not force_insert and (update_fields is not None or self._is_whole()) and self._is_updated(names, alias):
                return
        super().save(force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields)

    def _is_inserted(self, using: str) -> bool:
        """Whether all values were plain, so that the row is written now."""
        if self._state.fields_cache:
            self._prepare_related_fields_for_save("save")  # type: ignore[attr-defined]  # of Django
        fields = self._meta.local_concrete_fields
        if any(hasattr(self.__dict__.get(field.attname), "resolve_expression") for field in fields):
            return False
        with transaction.mark_for_rollback_on_error(using):
            insert([self], using=using)
        return True

    def _is_whole(self) -> bool:
        """Whether all its values are here: what was not read is not written either."""
        return not self._state.adding and not self.get_deferred_fields()

    def _is_updated(self, names: tuple[str, ...], using: str) -> bool:
        """Whether these fields were plain values, and there was such a row."""
        fields = _fields_named(type(self), names)
        if fields is None or self._state.adding:
            return False
        if self._state.fields_cache:  # objects that it knows by its keys, and that may have got theirs since
            self._prepare_related_fields_for_save("save", frozenset(fields))  # type: ignore[attr-defined]  # of Django
        values: Values = [(field, None, field.pre_save(self, False)) for field in fields]
        if any(hasattr(value, "resolve_expression") for _field, _model, value in values):
            return False
        with transaction.mark_for_rollback_on_error(using):
            return _update(type(self), self.pk, values, using)

    def _do_insert(self, manager: Any, using: str, fields: Any, returning_fields: Any, raw: bool) -> Any:
        if raw or any(hasattr(getattr(self, field.attname), "resolve_expression") for field in fields):
            return super()._do_insert(manager, using, fields, returning_fields, raw)  # type: ignore[misc]
        return _insert([self], tuple(fields), tuple(returning_fields or ()), using)

    def _do_update(  # type: ignore[override]  # stubs of a newer Django
        self, base_qs: QuerySet[Any], using: str, pk_val: Any, values: Values, update_fields: Any, forced_update: Any
    ) -> bool:
        plain = all(not hasattr(value, "resolve_expression") for _field, _model, value in values)
        if not values or not plain or self._meta.select_on_save:
            return bool(
                super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update)  # type: ignore[call-arg]
            )
        return _update(type(self), pk_val, values, using)


@cache
def _is_unheard(model: type[Row]) -> bool:
    """Whether saving is all that happens: no ear of a signal, no model above with a table of its own."""
    return not (pre_save.has_listeners(model) or post_save.has_listeners(model) or model._meta.parents)


@cache
def _all_names(model: type[Row]) -> tuple[str, ...]:
    return tuple(field.name for field in model._meta.local_concrete_fields if not field.primary_key)


@cache
def _fields_named(model: type[Row], names: tuple[str, ...]) -> Fields | None:
    """The fields, unless one is written in another way than as a value of its own."""
    wanted = set(names)
    fields = tuple(
        field for field in model._meta.local_concrete_fields if field.name in wanted or field.attname in wanted
    )
    special = any(field.primary_key or field.generated for field in fields)
    return None if special or len(fields) != len(wanted) or not fields else fields


def insert(rows: Iterable[Row], *, ignore_conflicts: bool = False, using: str = DEFAULT_DB_ALIAS) -> None:
    """Many rows of one kind, all or none. ignore_conflicts: leave out those whose unique key is there already;
    numbers that the database gives are not told then."""
    rows = list(rows)
    if not rows:
        return
    fields = _written(type(rows[0]), rows[0].pk is None)
    given = () if ignore_conflicts else tuple(rows[0]._meta.db_returning_fields)
    at_once = max(1, MOST_PARAMETERS // len(fields))
    with nullcontext() if len(rows) <= at_once else transaction.atomic(using):
        for start in range(0, len(rows), at_once):
            batch = rows[start : start + at_once]
            told = _insert(batch, fields, given, using, ignore_conflicts=ignore_conflicts)
            for row, values in zip(batch, told or [()] * len(batch), strict=True):
                for field, value in zip(given, values, strict=True):
                    setattr(row, field.attname, value)
                row._state.adding, row._state.db = False, using


@cache
def _written(model: type[Row], gets_number: bool) -> Fields:
    """What a new row brings itself; the database gives the rest. gets_number: also the number of the row"""
    fields = model._meta.local_concrete_fields
    return tuple(each for each in fields if not (each.generated or (gets_number and each.primary_key)))


def _insert(
    rows: Sequence[Row],
    fields: Fields,
    returning: Fields,
    using: str,
    *,
    ignore_conflicts: bool = False,
) -> list[Sequence[Any]]:
    """What the database gives for `returning`, row by row."""
    connection = connection_to(using)
    statements = connection.__dict__.setdefault("_panjereh_statements", {})
    key = (type(rows[0]), len(fields), len(rows), bool(returning), ignore_conflicts)
    statement = statements.get(key)
    if statement is None:
        sql = _insert_sql(connection, rows, fields, returning, ignore_conflicts=ignore_conflicts)
        statement = statements[key] = Statement(connection, sql)
    answer = statement.run(_parameters(rows, fields, connection))
    return answer.fetchall() if returning else []


def _value_of(row: Row, field: AnyField) -> Any:
    """The value of a new row; fields with ways of their own (a moment, a closed value) make it now."""
    return getattr(row, field.attname) if _WAYS.of(field)[1] else field.pre_save(row, True)


class _Ways(dict[int, "tuple[type[AnyField], bool]"]):
    """Field → (the kind that says how a value is stored, whether the value is simply what the object holds).

    A key of another table is stored as it is there. Found by the place of the field in memory, for fields stay, and
    their own way to be told apart asks for three names.
    """

    def of(self, field: AnyField) -> tuple[type[AnyField], bool]:
        found = self.get(id(field))
        if found is None:
            stored = field.target_field if isinstance(field, models.ForeignKey) else field
            found = self[id(field)] = (type(stored), type(field).pre_save is Field.pre_save)
        return found


_WAYS = _Ways()


def _parameters(rows: Sequence[Row], fields: Fields, connection: Any) -> list[Any]:
    """The values of many rows, one after the other. What one row shares with the one before is converted once."""
    given: list[Any] = [None] * len(fields)
    converted: list[Any] = [None] * len(fields)
    parameters: list[Any] = []
    for row in rows:
        for place, field in enumerate(fields):
            value = _value_of(row, field)
            if value is not given[place] or value is None or row is rows[0]:
                given[place], converted[place] = value, for_database(field, value, connection)
            parameters.append(converted[place])
    return parameters


def for_database(field: AnyField, value: Any, connection: Any) -> Any:
    """The value as the driver wants it: what Django answers, without the way to it where that is the value itself."""
    kind, given = _WAYS.of(field)[0], type(value)
    if _AS_THEY_ARE.get(kind) is given:
        return value
    if connection.vendor == "sqlite":
        if given is UUID and kind is models.UUIDField:
            return value.hex
        if given is int and kind in _NUMBERS:
            return value
        if given is datetime and kind is models.DateTimeField and value.tzinfo is UTC is connection.timezone:
            return str(value.replace(tzinfo=None))
    return field.get_db_prep_save(value, connection)


def _insert_sql(
    connection: Any, rows: Sequence[Row], fields: Fields, returning: Fields, *, ignore_conflicts: bool
) -> str:
    name, conflict = connection.ops.quote_name, OnConflict.IGNORE if ignore_conflicts else None
    places = f"({', '.join(['%s'] * len(fields))})"
    parts = [
        f"{connection.ops.insert_statement(on_conflict=conflict)} {name(rows[0]._meta.db_table)}",
        f"({', '.join(name(field.column) for field in fields)})",
        f"VALUES {', '.join([places] * len(rows))}",
        connection.ops.on_conflict_suffix_sql(fields, conflict, [], []),
        connection.ops.return_insert_columns(returning)[0] if returning else "",
    ]
    return " ".join(part for part in parts if part)


def _update(model: type[Row], key: Any, values: Values, using: str) -> bool:
    """Whether there was such a row."""
    connection = connection_to(using)
    statements = connection.__dict__.setdefault("_panjereh_statements", {})
    fields, own = tuple(field for field, _model, _value in values), model._meta.pk
    names = (model, *[field.attname for field in fields])
    statement = statements.get(names)
    if statement is None:
        name = connection.ops.quote_name
        changes = ", ".join(f"{name(str(field.column))} = %s" for field in fields)
        sql = f"UPDATE {name(model._meta.db_table)} SET {changes} WHERE {name(str(own.column))} = %s"  # noqa: S608 - names of ours
        statement = statements[names] = Statement(connection, sql)
    parameters = [for_database(field, value, connection) for field, _model, value in values]
    return bool(statement.run([*parameters, own.get_db_prep_value(key, connection)]).rowcount)
