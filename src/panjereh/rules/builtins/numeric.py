"""Functions of numbers, all exact to 34 digits."""

from collections.abc import Callable
from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
)
from typing import Any

from panjereh.rules.functions import builtin
from panjereh.rules.values import EXACT, Run, YearsMonths


def whole(number: Decimal) -> int | None:
    """The number as an int if it is whole and not absurdly large."""
    return int(number) if number == number.to_integral_value() and abs(number) < 10**12 else None


def _rounded(number: Decimal, scale: Decimal | None, way: str) -> Decimal | None:
    places = whole(scale) if scale is not None else 0
    if places is None or not -6111 <= places <= 6176:
        return None
    if -number.as_tuple().exponent <= places:  # type: ignore[operator]  # finite numbers have an int here
        return number
    context = Context(prec=EXACT.prec, rounding=way, Emax=EXACT.Emax, Emin=EXACT.Emin, traps=[])
    result = number.quantize(Decimal(1).scaleb(-places), context=context)
    return EXACT.plus(result) if result.is_finite() else None


def _rounding(name: str, way: str, *, scale_optional: bool) -> None:
    mark = "?" if scale_optional else ""

    @builtin(f"{name}(n: number, scale: number{mark})")
    def rounded(_run: Run, number: Decimal, scale: Decimal | None) -> Decimal | None:
        return _rounded(number, scale, way)


_rounding("decimal", ROUND_HALF_EVEN, scale_optional=False)
_rounding("floor", ROUND_FLOOR, scale_optional=True)
_rounding("ceiling", ROUND_CEILING, scale_optional=True)
_rounding("round up", ROUND_UP, scale_optional=False)
_rounding("round down", ROUND_DOWN, scale_optional=False)
_rounding("round half up", ROUND_HALF_UP, scale_optional=False)
_rounding("round half down", ROUND_HALF_DOWN, scale_optional=False)


@builtin("abs(n: number|duration)")
def absolute(_run: Run, number: Any) -> Any:
    if isinstance(number, YearsMonths):
        return YearsMonths(abs(number.months))
    return abs(number) if isinstance(number, timedelta) else EXACT.abs(number)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """What remains after dividing downwards: the sign is the divisor's."""
    if not divisor:
        run.warn("Nothing can be divided by 0.")
        return None
    try:
        remainder = EXACT.remainder(dividend, divisor)
    except DecimalException:
        return None
    return EXACT.add(remainder, divisor) if remainder and (remainder < 0) != (divisor < 0) else remainder


def _calculated(run: Run, function: Callable[[Decimal], Decimal], number: Decimal) -> Decimal | None:
    try:
        return function(number)
    except DecimalException:
        run.warn("The number has no such result.")
        return None


@builtin("sqrt(number: number)")
def square_root(run: Run, number: Decimal) -> Decimal | None:
    return _calculated(run, EXACT.sqrt, number)


@builtin("log(number: number)")
def logarithm(run: Run, number: Decimal) -> Decimal | None:
    """The natural logarithm."""
    return _calculated(run, EXACT.ln, number) if number > 0 else None


@builtin("exp(number: number)")
def exponential(run: Run, number: Decimal) -> Decimal | None:
    return _calculated(run, EXACT.exp, number)


@builtin("odd(number: number)")
def odd(_run: Run, number: Decimal) -> bool | None:
    return _remainder_by_two(number) == 1 if number == number.to_integral_value() else None


@builtin("even(number: number)")
def even(_run: Run, number: Decimal) -> bool | None:
    return _remainder_by_two(number) == 0 if number == number.to_integral_value() else None


def _remainder_by_two(number: Decimal) -> int:
    """Large numbers of decimal128 that end in zeros are even."""
    return 0 if abs(number) >= 10**34 else abs(int(number)) % 2
