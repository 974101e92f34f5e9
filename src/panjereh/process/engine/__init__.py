"""The token game: (process, marking, event) to (new marking, tasks, effects, clocks). Nothing here is remembered."""

from panjereh.process.engine.acts import (
    awaits,
    cancel,
    clock_is_set,
    complete,
    deliver,
    fail_service,
    finish_service,
    fire,
    instance,
    look_again,
    signal,
    start,
)
from panjereh.process.engine.run import Data, Decide

__all__ = [
    "Data",
    "Decide",
    "awaits",
    "cancel",
    "clock_is_set",
    "complete",
    "deliver",
    "fail_service",
    "finish_service",
    "fire",
    "instance",
    "look_again",
    "signal",
    "start",
]
