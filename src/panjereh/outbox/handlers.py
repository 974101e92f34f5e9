"""What a handler of effects gets, and how it says what it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar


@dataclass(frozen=True, slots=True)
class EffectContext:
    """Which effect this is. `key` stays the same over all attempts; `reply_to` says to whom news of it goes."""

    id: int
    key: str
    attempt: int
    reply_to: dict[str, Any] | None = None


Handler: TypeAlias = Callable[[dict[str, Any], EffectContext], None]
Handlers: TypeAlias = Mapping[str, Handler]
AnyHandler = TypeVar("AnyHandler", bound=Handler)


class GiveUp(Exception):
    """Raised by a handler: trying again would not help, somebody must look."""


def outside(handler: AnyHandler) -> AnyHandler:
    """Mark a handler that is slow or talks to the world: it runs before the transaction that marks its effect done.

    If the worker dies between the two, the effect is run once more: such a handler must make the other side
    recognise the key.
    """
    handler.outside = True  # type: ignore[attr-defined]
    return handler


def is_outside(handler: Handler) -> bool:
    return getattr(handler, "outside", False)
