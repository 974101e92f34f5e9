"""The one clock. Everything asks it for the time, so that tests and scenarios can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_moved: ContextVar[datetime | None] = ContextVar("panjereh_clock", default=None)


def now() -> datetime:
    """This moment, with its zone (UTC)."""
    return _moved.get() or datetime.now(UTC)


def today(zone: ZoneInfo | None = None) -> date:
    """The civil date where the people are: of `zone`, or else of the country's capital."""
    return now().astimezone(zone or home_zone()).date()


def home_zone() -> ZoneInfo:
    return _home


_home = ZoneInfo("Asia/Tehran")


def live_in(zone: str) -> None:
    """Say once, at start, in which zone the country lives (IANA name)."""
    global _home
    _home = ZoneInfo(zone)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is `moment` (which must carry a zone)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a zone")
    token = _moved.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def advance(step: timedelta) -> None:
    """Within an `at` block, move on by `step`."""
    moment = _moved.get()
    if moment is None:
        raise RuntimeError("only a clock that was set by clock.at() can be advanced")
    _moved.set(moment + step)
