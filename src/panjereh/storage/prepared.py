"""A query of the ORM that is turned into SQL once and then only run."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import count
from random import SystemRandom
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from panjereh.storage.connections import connection_to
from panjereh.storage.objects import Maker, converters
from panjereh.storage.statement import Answer, Statement

M = TypeVar("M", bound=Model)
P = TypeVar("P", bound="_Statement")
Scalar = UUID | str | int | date | datetime
Value = Scalar | Collection[Scalar]

KINDS = frozenset({UUID, str, int, date, datetime})
"""Kinds of a single value: each tells the shape of a query by itself."""

_chance = SystemRandom()


class Prepared(Generic[M]):
    """`build` makes the query from its values: numbers, texts and moments, each used in plain comparisons only.

    A value may also be a collection for `__in`; it must not be empty. The query must have the same shape for all
    values, so it may not look at them, and none may be None.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self._build = build

    def first(self, *values: Value) -> M | None:
        """The first row in the query's own order, or None."""
        plan = _plan((self, True), lambda marks: _ObjectsPlan(_only_first(self._build(*marks)), marks), values)
        found = plan.objects(values)
        return found[0] if found else None

    def all(self, *values: Value) -> list[M]:
        plan = _plan((self, False), lambda marks: _ObjectsPlan(self._build(*marks), marks), values)
        return plan.objects(values)


class PreparedValues:
    """The same for a query that ends in `values_list`: plain rows instead of objects."""

    def __init__(self, build: Callable[..., QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build

    def all(self, *values: Value) -> list[tuple[Any, ...]]:
        plan = _plan((self,), lambda marks: _Plan(self._build(*marks), marks), values)
        return [tuple(row) for row in plan.rows(values)]


class PreparedUpdate:
    """The same for a change of rows: `build` gives which rows, and the new values by field."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]]) -> None:
        self._build = build

    def run(self, *values: Value) -> int:
        """How many rows there were."""
        plan = _plan((self,), lambda marks: _UpdatePlan(*self._build(*marks), marks), values)
        return plan.run(values)


def _only_first(queryset: QuerySet[M]) -> QuerySet[M]:
    return (queryset if queryset.ordered else queryset.order_by("pk"))[:1]


def _plan(what: tuple[Any, ...], make: Callable[[list[Any]], P], values: Sequence[Value]) -> P:
    """The plan for values of these kinds and lengths. It lives as long as its connection."""
    plans = connection_to(DEFAULT_DB_ALIAS).__dict__.setdefault("_panjereh_plans", {})
    key = (*what, *[kind if (kind := type(value)) in KINDS else _shape(value) for value in values])
    plan: P | None = plans.get(key)
    if plan is None:
        numbers = count(2**14)  # fit the smallest columns; no query of ours holds such numbers
        plan = plans[key] = make([_mark(value, numbers) for value in values])
    return plan


def _shape(value: Value) -> Any:
    return type(value) if isinstance(value, Scalar) else (_room(len(value)), type(next(iter(value))))


def _room(number: int) -> int:
    """Places for so many values: a power of two, so that collections of all lengths need few plans."""
    if number == 0:
        raise ValueError("A collection of a prepared query must not be empty: nothing can be found.")
    return 1 << (number - 1).bit_length()


def _mark(value: Value, numbers: Iterator[int]) -> Any:
    """A value of the same kind that occurs nowhere else, to find its places in the parameters.

    The one for a text is no UUID, so that a UUID that somebody gives as text is refused, not looked for in vain.
    """
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, str):
        return f"a text {uuid4()}"
    if isinstance(value, datetime):
        return datetime.fromtimestamp(_chance.randrange(2**31) + _chance.randrange(10**6) / 10**6, UTC)
    if isinstance(value, date):
        return date.fromordinal(_chance.randrange(10**5, 10**6))
    if isinstance(value, int):
        return next(numbers)
    each = list(value)
    return [_mark(each[min(place, len(each) - 1)], numbers) for place in range(_room(len(each)))]


def _flat(values: Iterable[Any]) -> list[Any]:
    """Values one by one; a collection fills its room by repeating its last."""
    made: list[Any] = []
    for value in values:
        if type(value) in KINDS or isinstance(value, Scalar):
            made.append(value)
        else:
            each = list(value)
            made += each + each[-1:] * (_room(len(each)) - len(each))
    return made


class _Statement:
    """SQL with places for the values. Belongs to one connection."""

    def __init__(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, marks: Sequence[Any]) -> None:
        self._connection = connection
        sql, parameters = compiler.as_sql()
        self._statement = Statement(connection, sql)
        self._parameters = list(parameters)
        wanted = _flat(marks)
        find = self._finder(wanted)
        self._places = [(place, *found) for place, found in enumerate(map(find, parameters)) if found]
        if {number for _, number, _ in self._places} != set(range(len(wanted))):
            raise TypeError("Each value of a prepared query must stand in a plain comparison.")

    def run_with(self, values: Sequence[Value]) -> Answer:
        parameters, flat = list(self._parameters), _flat(values)
        for place, number, adapt in self._places:
            parameters[place] = adapt(flat[number])
        return self._statement.run(parameters)

    def _finder(self, marks: Sequence[Any]) -> Callable[[Any], tuple[int, Callable[[Any], Any]] | None]:
        """Tells for a parameter which value it stands for, and how the database wants it."""
        moment = self._connection.ops.adapt_datetimefield_value
        day = self._connection.ops.adapt_datefield_value
        known: list[tuple[Any, int, Callable[[Any], Any]]] = []
        for number, mark in enumerate(marks):
            known.append((mark, number, _as_it_is))
            if isinstance(mark, UUID):
                known.append((mark.hex, number, _as_hex))
            elif isinstance(mark, datetime):
                known.append((moment(mark), number, moment))
            elif isinstance(mark, date):
                known.append((day(mark), number, day))

        def find(parameter: Any) -> tuple[int, Callable[[Any], Any]] | None:
            return next(((number, adapt) for mark, number, adapt in known if parameter == mark), None)

        return find


def _as_it_is(value: Any) -> Any:
    return value


def _as_hex(value: Any) -> Any:
    return value.hex if isinstance(value, UUID) else value


class _Plan(_Statement):
    """A question, and how to read the rows of its answer."""

    def __init__(self, queryset: QuerySet[Any, Any], marks: Sequence[Any]) -> None:
        connection = connections[queryset.db]
        self._compiler = compiler = queryset.query.get_compiler(connection=connection)
        super().__init__(compiler, connection, marks)
        self._converters = converters(compiler, connection)

    def rows(self, values: Sequence[Value]) -> list[Sequence[Any]]:
        found = self.run_with(values).fetchall()
        return [self._converted(row) for row in found] if self._converters else found

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        made = list(row)
        for place, convert in self._converters:
            if (value := made[place]) is not None:
                made[place] = convert(value)
        return made


class _UpdatePlan(_Statement):
    def __init__(self, queryset: QuerySet[Any], changes: dict[str, Any], marks: Sequence[Any]) -> None:
        connection = connections[queryset.db]
        query: UpdateQuery = queryset.query.chain(UpdateQuery)  # type: ignore[assignment]  # that is what it makes
        query.add_update_values(changes)
        super().__init__(query.get_compiler(connection=connection), connection, marks)

    def run(self, values: Sequence[Value]) -> int:
        return int(self.run_with(values).rowcount)


class _ObjectsPlan(_Plan):
    """How to make objects of the rows, too."""

    def __init__(self, queryset: QuerySet[Any], marks: Sequence[Any]) -> None:
        super().__init__(queryset, marks)
        self._make = Maker(self._compiler, queryset.db).make

    def objects(self, values: Sequence[Value]) -> list[Any]:
        return [self._make(row) for row in self.rows(values)]
