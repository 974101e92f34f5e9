"""scenarios.yaml: worked examples of a service. They are its tests, its demonstration and its load profile."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, Key, Slug, Within, as_list
from panjereh.definitions.texts import Text

Value = Any
"""A canonical answer: what JSON can hold."""


class Happening(Block):
    """One thing that happens after sending. Exactly one of wait, task or applicant."""

    wait: Within | None = Field(default=None, description="time goes by: P3D; what falls due meanwhile happens")
    task: str | None = Field(
        default=None, description="id of the step that somebody completes: check, decide, confirm, payment, review …"
    )
    outcome: str | None = Field(
        default=None,
        description="how it is completed: accept, correct, approve, refuse, confirm, return, uphold, overturn",
    )
    conditions: list[Key] = Field(default=[], description="conditions that a refusal cites")
    fields: list[str] = Field(default=[], description="questions whose correction is asked")
    reason: str | None = Field(default=None, description="what the official writes")
    receipt: str | None = Field(default=None, description="number of the receipt, for payment")
    applicant: Literal["correct", "withdraw", "appeal"] | None = Field(
        default=None, description="what the applicant does"
    )
    answers: dict[Key, Value] = Field(default={}, description="corrected answers")

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        if (self.wait is not None) + (self.task is not None) + (self.applicant is not None) != 1:
            raise ValueError("write one of wait, task or applicant")
        if self.outcome is not None and self.task is None:
            raise ValueError("outcome belongs to a task")
        return self


class Entry(Block):
    """An entry of a register as it must be in the end. Only the named fields are compared."""

    registry: Slug = Field(description="id of the registry")
    data: dict[Key, Value] = Field(
        default={}, description="field → value; `any` (the word) for a value that only must be there"
    )
    annulled: bool = Field(default=False, description="true if it must be annulled")


class Issued(Block):
    """A document as it must have been issued. Only the named data are compared."""

    produce: Key | None = Field(default=None, description="id in `produces`")
    data: dict[Key, Value] = Field(
        default={}, description="name → value, as given to the template; `any` for one that only must be there"
    )


class Told(Block):
    """A notice as it must have been sent."""

    notice: Key = Field(description="submitted, approved, refused …")
    contains: str | None = Field(default=None, description="words that must stand in it, in the applicant's language")


def _as_notices(value: Any) -> Any:
    return (
        [{"notice": each} if isinstance(each, str) else each for each in as_list(value)] if value is not None else None
    )


class Expected(Block):
    """What must come out. What is left out is not compared."""

    problems: list[str] | None = Field(
        default=None, description="ids of questions with problems when it is sent; then nothing else happens"
    )
    screens: list[str] | None = Field(default=None, description="paths of the screens, in order")
    fee: int | None = Field(default=None, ge=0, description="rials")
    four_eyes: bool | None = Field(default=None, description="whether a second official must confirm")
    duplicate: bool | None = Field(
        default=None, description="whether it is recognised as maybe the same as an earlier case"
    )
    route: list[str] | None = Field(default=None, description="ids of the steps that were opened for people, in order")
    deadlines: dict[Key, date] = Field(default={}, description="clock → day on which it ends")
    notices: Annotated[list[Told] | None, BeforeValidator(_as_notices)] = Field(
        default=None, description="notices to the applicant, in order"
    )
    records: list[Entry] | None = Field(default=None, description="entries that were made, in order")
    documents: list[Issued] | None = Field(default=None, description="documents that were issued, in order")
    outcome: Literal["approved", "refused", "withdrawn", "open"] | None = Field(default=None, description="how it ends")


class Scenario(Block):
    """One example, from the first answer to the end."""

    scenario: Slug = Field(description="its name")
    title: Text = Field(description="what happens, in one sentence")
    on: date = Field(description="day on which it is sent")
    applicant: Slug | None = Field(
        default=None, description="id of a person in demonstration.yaml; none = somebody unknown"
    )
    channel: Literal["web", "desk"] = Field(default="web", description="the way by which it comes")
    language: str = Field(default="fa", description="in which the applicant reads")
    after: list[Slug] = Field(default=[], description="scenarios that must have happened before")
    answers: dict[Key, Value] = Field(
        default={},
        description="id → canonical value (dates as 2026-03-01); `role` for who applies; a repeated page is a list; "
        "of a person that a register knows, national_id and birth_date suffice",
    )
    then: list[Happening] = Field(default=[], description="what happens after sending, in order")
    expect: Expected = Field(default=Expected(), description="what must come out")


class ScenarioFile(Block):
    """scenarios.yaml."""

    scenarios: list[Scenario] = Field(min_length=1, description="worked examples, one for each branch")

    @model_validator(mode="after")
    def each_has_its_own_name(self) -> Self:
        names = [each.scenario for each in self.scenarios]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two scenarios are called {twice}")
        return self
