"""What can be wrong with a model, and with what is asked of a running process."""

from dataclasses import dataclass
from typing import Any

from panjereh.kernel.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True, order=True)
class ModelError:
    """One thing that keeps a model from running: where, which rule, why, and what to do about it.

    `line`: of the element in the file; 0 where that is not known.
    """

    element: str
    code: str
    reason: str
    advice: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.element}: {self.reason} {self.advice} [{self.code}]"


class ModelErrors(Invalid):
    """A model is refused, with everything that was found in it."""

    code = "process_model"

    def __init__(self, errors: list[ModelError]) -> None:
        self.errors = errors
        super().__init__("\n".join(str(error) for error in errors), errors=errors)


class NotWaiting(Conflict):
    """The process does not wait for this here: it was done already, cancelled, or never asked for."""

    code = "process_not_waiting"


class ErrorNotCaught(Conflict):
    """A service task failed with an error for which the model draws no path."""

    code = "process_error_not_caught"


class CannotGoOn(Conflict):
    """The model led to a place from which there is no way on. The step must be rolled back."""

    code = "process_cannot_go_on"

    def __init__(self, element: str, reason: str, **params: Any) -> None:
        super().__init__(f"The process can't go on at {element!r}: {reason}", element=element, **params)
