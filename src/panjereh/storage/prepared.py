"""A query of the ORM that is turned into SQL once and then only run."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
Value = UUID | str


class Prepared(Generic[M]):
    """`build` makes the query from its values: UUIDs and texts, each used in plain comparisons only.

    The query must have the same shape for all values, so it may not look at them, and none may be None.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build

    def first(self, *values: Value) -> M | None:
        """The first row in the query's own order, or None."""
        return next(iter(self._plan(values, only_first=True).rows(values)), None)

    def all(self, *values: Value) -> list[M]:
        return list(self._plan(values, only_first=False).rows(values))

    def _plan(self, values: Sequence[Value], *, only_first: bool) -> "_Plan[M]":
        plans = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("_panjereh_plans", {})  # lives as long as it
        plan: _Plan[M] | None = plans.get((self, only_first))
        if plan is None:
            plan = plans[self, only_first] = _Plan(self._build, values, only_first=only_first)
        return plan


class _Plan(Generic[M]):
    """SQL with places for the values, and how to make objects of its rows. Belongs to one connection."""

    def __init__(self, build: Callable[..., QuerySet[M]], values: Sequence[Value], *, only_first: bool) -> None:
        marks = [uuid4() if isinstance(value, UUID) else uuid4().hex for value in values]
        queryset = build(*marks)
        if only_first:
            queryset = (queryset if queryset.ordered else queryset.order_by("pk"))[:1]
        self._connection = connections[queryset.db]
        compiler = queryset.query.get_compiler(connection=self._connection)
        self._sql, parameters = compiler.as_sql()
        self._parameters = list(parameters)
        self._places = [(place, *found) for place, found in enumerate(map(_finder(marks), parameters)) if found]
        if {number for _, number, _ in self._places} != set(range(len(marks))):
            raise TypeError("Each value of a prepared query must stand in a plain comparison.")
        assert compiler.klass_info is not None  # noqa: S101 - only for values(), which QuerySet[M] has not
        fields = compiler.klass_info["select_fields"]
        self._start, self._end = fields[0], fields[-1] + 1
        self._model: type[M] = compiler.klass_info["model"]
        self._names = [column[0].target.attname for column in compiler.select[self._start : self._end]]
        self._annotations = dict(compiler.annotation_col_map or {})
        self._related = get_related_populators(compiler.klass_info, compiler.select, queryset.db)  # type: ignore[call-arg]  # stubs of a newer Django
        self._converters = compiler.get_converters([column[0] for column in compiler.select])
        self._convert = compiler.apply_converters

    def rows(self, values: Sequence[Value]) -> Iterator[M]:
        parameters = list(self._parameters)
        for place, number, as_hex in self._places:
            value = values[number]
            parameters[place] = value.hex if as_hex and isinstance(value, UUID) else value
        with self._connection.cursor() as cursor:
            cursor.execute(self._sql, parameters)
            found = cursor.fetchall()
        for row in self._convert(found, self._converters):
            made = self._model.from_db(self._connection.alias, self._names, row[self._start : self._end])
            for related in self._related:
                related.populate(row, made)
            for name, column in self._annotations.items():
                setattr(made, name, row[column])
            yield made


def _finder(marks: Sequence[Value]) -> Callable[[Any], tuple[int, bool] | None]:
    """Tells for a parameter which value it stands for, and whether the database wants a UUID as bare digits."""

    def find(parameter: Any) -> tuple[int, bool] | None:
        for number, mark in enumerate(marks):
            if parameter == mark:
                return number, False
            if isinstance(mark, UUID) and parameter == mark.hex:
                return number, True
        return None

    return find
