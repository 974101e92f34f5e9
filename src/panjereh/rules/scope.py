"""Which names are visible where in an expression, worked out before it runs."""

from collections.abc import Callable, Iterator
from typing import Any

from panjereh.rules.values import Frame

Code = Callable[[Frame], Any]


class Scope:
    """The names of one frame. In a filter also the entries of the item are names, known only when it runs."""

    def __init__(self, names: set[str], outer: "Scope | None", *, of_item: bool = False) -> None:
        self.names = names
        self.outer = outer
        self.of_item = of_item

    def chain(self) -> Iterator["Scope"]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    def is_item(self, hops: int) -> bool:
        """Whether the frame so far out holds the item of a filter."""
        return next(scope for place, scope in enumerate(self.chain()) if place == hops).of_item

    def find(self, name: str) -> tuple[int | None, list[int]]:
        """How many frames out the name is (None: not local), and which frames on the way hold items to ask first."""
        items: list[int] = []
        for hops, scope in enumerate(self.chain()):
            if name in scope.names:
                return hops, items
            if scope.of_item:
                items.append(hops)
        return None, items


def local(name: str, hops: int) -> Code:
    """Read a local name so many frames out."""
    if hops == 0:
        return lambda frame: frame.local[name]
    if hops == 1:
        return lambda frame: frame.outer.local[name]

    def read(frame: Frame) -> Any:
        return _out(frame, hops).local[name]

    return read


def of_context(name: str) -> Code:
    """Read a name of the context that the evaluation was given."""

    def read(frame: Frame) -> Any:
        run = frame.run
        try:
            return run.values[name]
        except KeyError:
            return run.fetch(name)

    return read


def of_item_or(name: str, items: list[int], otherwise: Code) -> Code:
    """Read an entry of the item of a filter around here, or else what the name means outside."""

    def read(frame: Frame) -> Any:
        for hops in items:
            item = _out(frame, hops).local["item"]
            if type(item) is dict and name in item:
                return item[name]
        return otherwise(frame)

    return read


def _out(frame: Frame, hops: int) -> Frame:
    for _ in range(hops):
        frame = frame.outer
    return frame
