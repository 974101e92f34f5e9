"""Model objects of rows: the same as the ORM makes, without its questions to every field of every row."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, SafeUUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.fields.related_descriptors import ForeignKeyDeferredAttribute
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler

Row = Sequence[Any]
Convert = Callable[[Any], Any]
PLAIN = (DeferredAttribute, ForeignKeyDeferredAttribute)
"""Kinds of fields whose value simply lies in the object."""


def converters(compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> list[tuple[int, Convert]]:
    """(column, how its value becomes Python's), for those that need it. None stays None."""
    found = compiler.get_converters([column[0] for column in compiler.select])
    return [
        (place, _converter(each, expression, connection))
        for place, (many, expression) in found.items()
        for each in many
    ]


def _converter(convert: Callable[..., Any], expression: Any, connection: BaseDatabaseWrapper) -> Convert:
    """Django's, with the shorter ways of SQLite's two most frequent."""
    if convert == getattr(connection.ops, "convert_uuidfield_value", None):
        return _number
    if convert == getattr(connection.ops, "convert_datetimefield_value", None) and connection.timezone == UTC:
        return _moment
    return lambda value: convert(value, expression, connection)


def _number(text: str) -> UUID:
    """As `UUID(hex=…)`, which also takes other spellings and asks for each of them."""
    made = _NEW(UUID)
    _SET(made, "int", int(text, 16))
    _SET(made, "is_safe", _UNKNOWN)
    return made


_NEW, _SET, _UNKNOWN = object.__new__, object.__setattr__, SafeUUID.unknown  # a UUID refuses to be set by its own


def _moment(value: datetime | str) -> datetime:
    """The driver has read it already where it knows the column; what SQL has computed comes as text."""
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).replace(tzinfo=UTC)


class Maker:
    """Makes the objects of a query, each with what is selected as related to it."""

    def __init__(self, compiler: SQLCompiler, alias: str) -> None:
        info = compiler.klass_info
        assert info is not None  # noqa: S101 - only for values(), which has a class of its own
        fields = info["select_fields"]
        self._start, self._end = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in compiler.select[self._start : self._end]]
        self._new = _maker_of(info["model"], names, alias)
        self._annotations = dict(compiler.annotation_col_map or {})
        populators = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]  # stubs of a newer Django
        self._related = [_Related(each, alias) for each in populators]

    def make(self, row: Row) -> Any:
        made = self._new(row[self._start : self._end])
        for related in self._related:
            related.populate(row, made)
        for name, column in self._annotations.items():
            setattr(made, name, row[column])
        return made


class _Related:
    """What Django's populator of the same relation does."""

    def __init__(self, populator: RelatedPopulator, alias: str) -> None:
        self._populator = populator
        self._new = _maker_of(populator.model_cls, populator.init_list, alias)
        self._deeper = [_Related(each, alias) for each in populator.related_populators]

    def populate(self, row: Row, owner: Model) -> None:
        of = self._populator
        values = of.reorder_for_init(row) if of.reorder_for_init else row[of.cols_start : of.cols_end]
        made = None if values[of.pk_idx] is None else self._new(values)
        if made is not None:
            for related in self._deeper:
                related.populate(row, made)
        of.local_setter(owner, made)
        if made is not None:
            of.remote_setter(made, owner)


def _maker_of(model: type[Model], names: Sequence[str], alias: str) -> Callable[[Row], Any]:
    """How a row of these fields becomes an object: filled as by unpickling, where making it does nothing else."""
    if _is_plain(model):
        return partial(_filled, model, list(names), alias)
    return partial(model.from_db, alias, list(names))


def _is_plain(model: type[Model]) -> bool:
    own_way = model.__init__ is not Model.__init__ or model.from_db.__func__ is not Model.from_db.__func__  # type: ignore[attr-defined]
    heard = pre_init.has_listeners(model) or post_init.has_listeners(model)
    return not own_way and not heard and all(_lies_there(field) for field in model._meta.concrete_fields)


def _lies_there(field: Any) -> bool:
    """Whether a value may be put into the object as it comes. Who brings another kind of field says so of it."""
    return field.descriptor_class in PLAIN or getattr(field.descriptor_class, "lies_there", False)


def _filled(model: type[Model], names: list[str], alias: str, values: Row) -> Model:
    made = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, alias
    made.__dict__ = {"_state": state, **dict(zip(names, values, strict=True))}
    return made
