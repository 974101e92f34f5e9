"""Functions of lists. Positions count from 1; negative ones from the end."""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import cmp_to_key
from typing import Any

from panjereh.rules import operators
from panjereh.rules.builtins.numeric import whole
from panjereh.rules.functions import builtin
from panjereh.rules.values import EXACT, Function, Run

Items = list[Any]


def same(run: Run, left: Any, right: Any) -> bool:
    return operators.equal(run, left, right) is True


@builtin("list contains(list: list, element: any)")
def list_contains(run: Run, items: Items, element: Any) -> bool:
    run.spend(len(items))
    return any(same(run, item, element) for item in items)


@builtin("count(list: list)")
def count(_run: Run, items: Items) -> Decimal:
    return Decimal(len(items))


def _extreme(run: Run, items: Items, sign: str) -> Any:
    run.spend(len(items))
    best: Any = None
    for place, item in enumerate(items):
        better = True if place == 0 else operators.compare(sign, item, best)
        if better is None or operators.compare("<=", item, item) is None:
            return None
        best = item if better else best
    return best


@builtin("min(list: any...)")
def least(run: Run, items: Items) -> Any:
    return _extreme(run, items, "<")


@builtin("max(list: any...)")
def greatest(run: Run, items: Items) -> Any:
    return _extreme(run, items, ">")


def _numbers(run: Run, items: Items) -> list[Decimal] | None:
    run.spend(len(items))
    if not items or any(type(item) is not Decimal for item in items):
        return None
    return items


def _added(run: Run, items: Items) -> Any:
    total = items[0]
    for item in items[1:]:
        total = operators.calculate(run, "+", total, item)
    return total


@builtin("sum(list: any...)")
def total(run: Run, items: Items) -> Any:
    """Numbers, or durations of one kind."""
    run.spend(len(items))
    if not items or any(operators.negative(run, item) is None for item in items):
        return None
    return _added(run, items)


@builtin("product(list: any...)")
def product(run: Run, items: Items) -> Decimal | None:
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    result: Any = Decimal(1)
    for number in numbers:
        result = operators.calculate(run, "*", result, number)
    return result if type(result) is Decimal else None


@builtin("mean(list: any...)")
def mean(run: Run, items: Items) -> Any:
    added = total(run, items)
    return None if added is None else operators.calculate(run, "/", added, Decimal(len(items)))


@builtin("median(list: any...)")
def median(run: Run, items: Items) -> Decimal | None:
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return ordered[half]
    return EXACT.divide(EXACT.add(ordered[half - 1], ordered[half]), Decimal(2))


@builtin("stddev(list: any...)")
def standard_deviation(run: Run, items: Items) -> Decimal | None:
    """Of a sample: divided by one less than the count."""
    numbers = _numbers(run, items)
    if numbers is None or len(numbers) < 2:
        return None
    try:
        middle = EXACT.divide(_added(run, numbers), Decimal(len(numbers)))
        squares = [EXACT.power(EXACT.subtract(number, middle), 2) for number in numbers]
        return EXACT.sqrt(EXACT.divide(_added(run, squares), Decimal(len(numbers) - 1)))
    except (DecimalException, TypeError):
        return None


@builtin("mode(list: any...)")
def mode(run: Run, items: Items) -> list[Decimal] | None:
    """The most frequent numbers, in order."""
    if not items:
        return []
    numbers = _numbers(run, items)
    if numbers is None:
        return None
    often: dict[Decimal, int] = {}
    for number in numbers:
        often[number] = often.get(number, 0) + 1
    return sorted(number for number, times in often.items() if times == max(often.values()))


def _decided(run: Run, items: Items, decisive: bool) -> bool | None:
    run.spend(len(items))
    if any(item is decisive for item in items):
        return decisive
    return None if any(type(item) is not bool for item in items) else not decisive


@builtin("all(list: any...)")
@builtin("and(list: any...)")
def every(run: Run, items: Items) -> bool | None:
    return _decided(run, items, decisive=False)


@builtin("any(list: any...)")
@builtin("or(list: any...)")
def some(run: Run, items: Items) -> bool | None:
    return _decided(run, items, decisive=True)


def _place(items: Items, position: Decimal, *, end: int = 0) -> int | None:
    """The index of a position; None if it lies outside of the list."""
    number = whole(position)
    if not number or abs(number) > len(items) + end:
        return None
    return number - 1 if number > 0 else len(items) + number


@builtin("sublist(list: list, start position: number, length: number?)")
def sublist(_run: Run, items: Items, start: Decimal, length: Decimal | None) -> Items | None:
    first = _place(items, start)
    if first is None:
        return None
    if length is None:
        return items[first:]
    size = whole(length)
    return items[first : first + size] if size is not None and 0 <= size <= len(items) - first else None


@builtin("insert before(list: list, position: number, newItem: any)")
def insert_before(run: Run, items: Items, position: Decimal, item: Any) -> Items | None:
    place = _place(items, position)
    return None if place is None else run.sized([*items[:place], item, *items[place:]])


@builtin("remove(list: list, position: number)")
def remove(_run: Run, items: Items, position: Decimal) -> Items | None:
    place = _place(items, position)
    return None if place is None else items[:place] + items[place + 1 :]


@builtin("list replace(list: list, position: number, newItem: any)")
def replace_at(_run: Run, items: Items, position: Decimal, item: Any) -> Items | None:
    place = _place(items, position)
    return None if place is None else [*items[:place], item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: any)")
def replace_matching(run: Run, items: Items, match: Function, item: Any) -> Items | None:
    chosen = [match.invoke(run, [old, item]) for old in items]
    if any(type(choice) is not bool for choice in chosen):
        return None
    return [item if choice else old for old, choice in zip(items, chosen, strict=True)]


@builtin("reverse(list: list)")
def reverse(_run: Run, items: Items) -> Items:
    return items[::-1]


@builtin("index of(list: list, match: any)")
def index_of(run: Run, items: Items, match: Any) -> Items:
    run.spend(len(items))
    return [Decimal(place) for place, item in enumerate(items, 1) if same(run, item, match)]


def append(run: Run, given: Items) -> Items | None:
    """A list and any number of further items."""
    first = given[0] if type(given[0]) is list else [given[0]]
    return None if given[0] is None else run.sized(first + given[1:])


def concatenate(run: Run, given: Items) -> Items | None:
    if any(part is None for part in given):
        return None
    return run.sized([item for part in given for item in (part if type(part) is list else [part])])


def union(run: Run, given: Items) -> Items | None:
    joined = concatenate(run, given)
    return None if joined is None else distinct_values(run, joined)


class Variadic:
    """A function of any number of arguments, each of which keeps its own place."""

    arity = 1

    def __init__(self, name: str, function: Callable[[Run, Items], Any]) -> None:
        self.name = name
        self.function = function

    def invoke(self, run: Run, given: Items) -> Any:
        run.spend()
        return self.function(run, given) if given else None

    def invoke_named(self, run: Run, given: dict[str, Any]) -> Any:
        run.warn(f"{self.name} takes its arguments by position, without {', '.join(given)}.")


@builtin("distinct values(list: list)")
def distinct_values(run: Run, items: Items) -> Items:
    found: Items = []
    for item in items:
        run.spend(len(found) + 1)
        if not any(same(run, item, other) for other in found):
            found.append(item)
    return found


@builtin("flatten(list: list)")
def flatten(run: Run, items: Items) -> Items:
    found: Items = []
    pending = items[::-1]
    while pending:
        run.spend()
        item = pending.pop()
        if type(item) is list:
            pending.extend(reversed(item))
        else:
            found.append(item)
    return run.sized(found)


@builtin("sort(list: list, precedes: function?)")
def sort(run: Run, items: Items, precedes: Function | None) -> Items | None:
    """By a function that says whether its first argument comes first, or by the values' own order."""
    if precedes is None:
        return sorted(items) if items and _extreme(run, items, "<") is not None else items or None

    def order(left: Any, right: Any) -> int:
        if precedes.invoke(run, [left, right]) is True:
            return -1
        return 1 if precedes.invoke(run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))
