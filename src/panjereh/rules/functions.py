"""Functions: built-in ones with their signatures, and those that an expression defines."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from panjereh.rules import types
from panjereh.rules.tree import TypeOf
from panjereh.rules.values import Frame, Run

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Parameter:
    """`takes_null` is set for type any and where the type names null; an optional parameter may be left out."""

    name: str
    kind: types.Kind
    optional: bool
    takes_null: bool


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in function."""

    parameters: tuple[Parameter, ...]
    many: bool
    function: Callable[..., Any]

    def by_position(self, given: list[Any]) -> list[Any] | None:
        """The arguments in order, or None if there are too many or too few of them."""
        if self.many:
            return [given[0]] if len(given) == 1 and type(given[0]) is list else [given] if given else None
        if len(given) > len(self.parameters):
            return None
        missing = self.parameters[len(given) :]
        return given + [_ABSENT] * len(missing) if all(one.optional for one in missing) else None

    def by_name(self, given: dict[str, Any]) -> list[Any] | None:
        if given.keys() - {one.name for one in self.parameters}:
            return None
        found = [given.get(one.name, _ABSENT) for one in self.parameters]
        for place, one in enumerate(self.parameters):
            if found[place] is _ABSENT and not one.optional:
                if not one.takes_null:
                    return None
                found[place] = None
        return None if self.many and type(found[0]) is not list else found

    def accepted(self, given: list[Any]) -> list[Any] | None:
        """The arguments as the function wants them, or None if a type is wrong."""
        found = []
        for one, value in zip(self.parameters, given, strict=True):
            fine, value = (True, value) if value is _ABSENT else one.kind.take(value)
            if not fine:
                return None
            found.append(value)
        return found

    def refuses_null(self, given: list[Any]) -> bool:
        return any(value is None and not one.takes_null for one, value in zip(self.parameters, given, strict=True))


class Builtin:
    """A function of the language under its name, with all ways to call it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.overloads: list[Overload] = []

    @property
    def arity(self) -> int:
        return len(self.overloads[0].parameters)

    def invoke(self, run: Run, given: list[Any]) -> Any:
        return self._invoke(run, [(one, one.by_position(given)) for one in self.overloads])

    def invoke_named(self, run: Run, given: dict[str, Any]) -> Any:
        return self._invoke(run, [(one, one.by_name(given)) for one in self.overloads])

    def _invoke(self, run: Run, ways: list[tuple[Overload, list[Any] | None]]) -> Any:
        null = False
        for way, bound in ways:
            if bound is None or (given := way.accepted(bound)) is None:
                continue
            if not way.refuses_null(given):
                run.spend(1 + sum(map(_size, given)))
                return way.function(run, *(None if value is _ABSENT else value for value in given))
            null = True
        if not null:
            run.warn(f"{self.name} can't be called with these arguments.")
        return None


def _size(value: Any) -> int:
    """How many steps it takes to copy the value once."""
    kind = type(value)
    return len(value) if kind is list or kind is dict else len(value) // 500 if kind is str else 0


BUILTINS: dict[str, Builtin] = {}


def builtin(signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function under a FEEL signature such as “substring(string: string, length: number?)”.

    A question mark makes a parameter optional, three dots take one list or any number of arguments, and | joins types.
    """
    name, _, inside = signature.rstrip(")").partition("(")
    many = inside.endswith("...")
    texts = re.split(r",\s*", inside.removesuffix("...")) if inside else []
    parameters = tuple(_parameter(text) for text in texts)

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        known = BUILTINS.setdefault(name, Builtin(name))
        known.overloads.append(Overload(parameters, many, function))
        return function

    return enter


def _parameter(text: str) -> Parameter:
    name, _, kind = text.partition(": ")
    optional = kind.endswith("?")
    kinds = kind.removesuffix("?").split("|")
    checks = [types.checker(TypeOf(0, one)) for one in kinds]
    fits = checks[0] if len(checks) == 1 else lambda value: any(check(value) for check in checks)
    takes_null = kinds == ["any"] or "null" in kinds
    return Parameter(name, types.Kind(fits, is_list=kinds == ["list"]), optional, takes_null)


class UserFunction:
    """A function that an expression or a model defines, with the names that were visible there.

    parameters: names with the types that are demanded, if any; result: the type that it must give, if any
    """

    def __init__(
        self,
        parameters: Sequence[tuple[str, types.Kind | None]],
        body: Callable[[Frame], Any],
        frame: Frame,
        result: types.Kind | None = None,
        name: str = "function",
    ) -> None:
        self.parameters = parameters
        self.body = body
        self.frame = frame
        self.result = result
        self.name = name

    @property
    def arity(self) -> int:
        return len(self.parameters)

    def invoke(self, run: Run, given: list[Any]) -> Any:
        if len(given) != len(self.parameters):
            run.warn(f"{self.name} takes {len(self.parameters)} arguments; {len(given)} were given.")
            return None
        return self._run(run, given)

    def invoke_named(self, run: Run, given: dict[str, Any]) -> Any:
        names = [name for name, _ in self.parameters]
        if set(names) != given.keys():
            run.warn(f"{self.name} takes {', '.join(names)}; {', '.join(given)} were given.")
            return None
        return self._run(run, [given[name] for name in names])

    def _run(self, run: Run, given: list[Any]) -> Any:
        run.spend()
        local = {}
        for (name, kind), value in zip(self.parameters, given, strict=True):
            fine, local[name] = _taken(run, kind, value)
            if not fine:
                run.warn(f"{name} is of another type than {self.name} wants.")
                return None
        run.enter()
        try:
            value = self.body(Frame(self.frame.run, local, self.frame))
        finally:
            run.leave()
        fine, value = _taken(run, self.result, value)
        if not fine:
            run.warn(f"{self.name} gave a value of another type than it promises.")
        return value


def _taken(run: Run, kind: types.Kind | None, value: Any) -> tuple[bool, Any]:
    if kind is None:
        return True, value
    run.weigh(value)
    return kind.take(value)
