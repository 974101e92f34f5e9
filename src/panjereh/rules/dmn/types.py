"""The types that a model defines, ready to check and coerce values (DMN 1.5, 7.3.2 and 10.3.2.9)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from panjereh.rules import expression, types
from panjereh.rules.dmn import model
from panjereh.rules.errors import LimitExceeded, SyntaxProblem
from panjereh.rules.expression import UnaryTests
from panjereh.rules.tree import TypeOf
from panjereh.rules.types import Kind
from panjereh.rules.values import MOST_CALLS_DEEP, is_function

Note = Callable[[str, str, str, str], None]
"""Takes down a problem: element, code, reason, advice."""


class Types(Mapping[str, Kind]):
    """Types by name, those of imported files as alias.name. Each is made when it is first asked for."""

    def __init__(self, items: tuple[model.ItemDefinition, ...], imported: Mapping[str, "Types"], note: Note) -> None:
        self.items_by_name = {item.name: item for item in items}
        self.imported = imported
        self.note = note
        self.made: dict[str, Kind] = {}
        self.begun: set[str] = set()

    def __getitem__(self, name: str) -> Kind:
        if name in self.made:
            return self.made[name]
        item = self.items_by_name.get(name)
        if item is None:
            alias, _, inner = name.rpartition(".")
            return self.imported[alias][inner]
        return self._make(name, item)

    def __iter__(self) -> Iterator[str]:
        yield from self.items_by_name
        for alias, inner in self.imported.items():
            yield from (f"{alias}.{name}" for name in inner)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _make(self, name: str, item: model.ItemDefinition) -> Kind:
        if name in self.begun:
            return Kind(lambda value: self._later(name, value))
        self.begun.add(name)
        if self._turns_in_circles(item):
            self.note(item.id or name, "type_cycle", f"The type {name} is defined by itself.", "Name another type.")
            self.made[name] = Kind(lambda _value: False)
        else:
            self.made[name] = self._kind(item)
        return self.made[name]

    def _later(self, name: str, value: Any) -> bool:
        """A type within itself, such as a person with children."""
        try:
            return self.made[name].fits(value)
        except RecursionError:
            raise LimitExceeded("types within types", MOST_CALLS_DEEP) from None

    def _turns_in_circles(self, item: model.ItemDefinition) -> bool:
        seen = set()
        while item.type and item.type in self.items_by_name:
            if item.name in seen:
                return True
            seen.add(item.name)
            item = self.items_by_name[item.type]
        return False

    def of(self, name: str | None, where: str) -> Kind | None:
        """The type called so; None where any value will do."""
        if not name or name.rpartition(":")[2] in ("Any", "any"):
            return None
        for spelled in (name, name.rpartition(":")[2], name.replace(":", ".")):
            if spelled in self:
                return self[spelled]
            if types.known(spelled):
                return types.kind_of(TypeOf(0, spelled))
        self.note(where, "unknown_type", f"There is no type called {name}.", "Define it, or spell it as it is defined.")
        return None

    def __contains__(self, name: object) -> bool:
        if name in self.items_by_name:
            return True
        alias, _, inner = str(name).rpartition(".")
        return alias in self.imported and inner in self.imported[alias]

    def _kind(self, item: model.ItemDefinition) -> Kind:
        kind = self._base(item)
        kind = restricted(kind, self.tests(item.allowed, item.id or item.name))
        if item.collection:
            kind = Kind(_list_of(kind.fits), is_list=True, belongs=_list_of(kind.belongs or kind.fits))
        return restricted(kind, self.tests(item.constraint, item.id or item.name))

    def _base(self, item: model.ItemDefinition) -> Kind:
        if item.function is not None:
            arity = len(item.function.parameters)
            return Kind(lambda value: is_function(value) and getattr(value, "arity", arity) == arity)
        if item.components:
            parts = [(part.name, self._kind(part)) for part in item.components]
            loose = [(name, kind.belongs or kind.fits) for name, kind in parts]
            strict = [(name, kind.fits) for name, kind in parts]
            return Kind(types.context_checker(strict), belongs=types.context_checker(loose))
        return self.of(item.type, item.id or item.name) or Kind(lambda _value: True)

    def tests(self, given: model.Tests | None, where: str) -> UnaryTests | None:
        """Allowed values as tests."""
        if given is None or not (given.text or "").strip():
            return None
        try:
            return expression.compile_unary(given.text or "")
        except SyntaxProblem as problem:
            self.note(given.id or where, "syntax", str(problem), "Write it anew.")
            return None

    def allowed(self, name: str | None) -> model.Tests | None:
        """The allowed values of a type as they are written, through the types that it restricts."""
        seen = 0
        item = self.items_by_name.get(name or "")
        while item is not None and item.allowed is None and seen < MOST_CALLS_DEEP:
            item, seen = self.items_by_name.get(item.type or ""), seen + 1
        return item.allowed if item else None


def _list_of(inner: types.Check) -> types.Check:
    return lambda value: type(value) is list and all(one is None or inner(one) for one in value)


def restricted(kind: Kind, tests: UnaryTests | None) -> Kind:
    """The type, of which only the values that pass are allowed."""
    if tests is None:
        return kind
    fits = kind.fits
    return replace(kind, fits=lambda value: fits(value) and tests.test(value, {}) is True, belongs=kind.belongs or fits)
