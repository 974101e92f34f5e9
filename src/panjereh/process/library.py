"""The processes that come with the platform; a service that draws none runs on `standard`."""

from functools import cache

from panjereh.process.loading import load
from panjereh.process.model import Process
from panjereh.process.standards import NAMES, path_of


@cache
def named(name: str) -> Process:
    """One of `NAMES`. Raises KeyError for any other."""
    return load(source_of(name))[name]


@cache
def source_of(name: str) -> bytes:
    """The same as BPMN XML. Raises KeyError."""
    if name not in NAMES:
        raise KeyError(name)
    return path_of(name).read_bytes()


def standard() -> Process:
    """Check, correct, decide, a second pair of eyes, fee, result, appeal."""
    return named("standard")


def decide_only() -> Process:
    """The same without a check of its own: one official looks and decides."""
    return named("decide-only")
