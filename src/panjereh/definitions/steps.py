"""`process: {steps: …}`: how a case moves, as a list of steps that reads like the law. A drawing is made from it."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, DecisionName, Feel, Key
from panjereh.definitions.texts import Text
from panjereh.definitions.yaml import Path

Role = Literal["officer", "registrar", "supervisor", "registry-clerk", "helpdesk"]

ALONE: dict[str, dict[str, str]] = {
    "check": {"check": "officer"},
    "decide": {"decide": "registrar"},
    "pay": {"pay": "officer"},
    "produce": {"produce": "results"},
    "objection": {"objection": "supervisor"},
}
"""Words that stand for a whole step."""

VERBS = (
    "check",
    "ask",
    "decide",
    "objection",
    "pay",
    "rule",
    "produce",
    "notify",
    "consult",
    "wait",
    "together",
    "choose",
    "again",
    "end",
)
COMMON = ("id", "title", "stage")
FITTING: dict[str, tuple[str, ...]] = {
    "check": (*COMMON, "correct"),
    "ask": (*COMMON, "within", "silence"),
    "decide": (*COMMON, "correct", "confirm", "refused"),
    "objection": COMMON,
    "pay": COMMON,
    "rule": COMMON,
    "produce": COMMON,
    "notify": COMMON,
    "consult": COMMON,
    "wait": (*COMMON, "within", "silence"),
    "together": ("id",),
    "choose": ("id",),
    "again": (),
    "end": ("id", "title"),
}
"""Which options belong to which kind of step."""


def _whole(step: Any) -> Any:
    return ALONE.get(step, step) if isinstance(step, str) else step


class Choice(Block):
    """One way of several. Without `if` it is taken when no other is."""

    if_: Feel | None = Field(
        default=None, alias="if", description="FEEL over the answers, `let`, and `outcomes.STEP` of what officials did"
    )
    title: Text | None = Field(default=None, description="the case in two or three words, for the picture")
    steps: list["OneStep"] = Field(default=[], description="what happens then; nothing: the case goes on behind")


class Step(Block):
    """One step: exactly one verb, and what belongs to it. `check`, `decide`, `pay`, `produce`, `objection` may stand
    alone.
    """

    check: Role | None = Field(
        default=None, description="this role looks whether all is there, and asks the applicant for corrections"
    )
    ask: Role | None = Field(default=None, description="this role gives its consent; needs `id` and `title`")
    decide: Role | None = Field(
        default=None, description="this role approves or refuses; a second official looks where `four_eyes` says so"
    )
    objection: Role | None = Field(
        default=None, description="below `refused`: the applicant may object within `appeal`, this role reviews it"
    )
    pay: Role | None = Field(default=None, description="where a fee is due it is paid; this role records it")
    rule: DecisionName | None = Field(
        default=None,
        description="this decision is taken without anybody: decisions.yaml#name of a table, decisions.dmn#name of a "
        "model. What it gives is known to `if` behind it below the name of the step: `risk.level`",
    )
    produce: Literal["results"] | None = Field(default=None, description="entries and documents of `produces` are made")
    notify: Literal["approved", "refused", "upheld"] | None = Field(
        default=None, description="this notice is sent, and the decision goes into the public log"
    )
    consult: Key | None = Field(
        default=None,
        description="this entry of `consults` is asked; the case goes on with the answer, or when its time is over",
    )
    wait: Key | None = Field(default=None, description="until this message comes, or until `within` is over")
    together: list[list["OneStep"]] | None = Field(
        default=None, description="lists of steps that go on side by side; the case goes on when all are done"
    )
    choose: list[Choice] | None = Field(default=None, description="one of several ways, the first whose `if` holds")
    again: Key | None = Field(default=None, description="back to the step with this id")
    end: Literal["approved", "refused", "lapsed"] | None = Field(
        default=None, description="the case ends so; at the end of the list it is approved, below `refused` refused"
    )

    id: Key | None = Field(default=None, description="name of the step; otherwise its verb")
    title: Text | None = Field(default=None, description="what is done, for officials and for the picture")
    stage: Text | None = Field(default=None, description="what the waiting person reads meanwhile")
    correct: bool | None = Field(
        default=None,
        description="of `check` and `decide`: whether corrections can be asked for (otherwise only of `check`)",
    )
    confirm: Role = Field(default="supervisor", description="of `decide`: the second official")
    refused: list["OneStep"] | None = Field(
        default=None, description="of `decide`: what follows a refusal; otherwise the notice and the objection"
    )
    within: str | None = Field(
        default=None,
        pattern=r"^(P[0-9YMWD]+|apply|decide|correct|appeal)$",
        description="of `ask` and `wait`: until when, a length of time or one of `deadlines`",
    )
    silence: Literal["go-on"] | list["OneStep"] = Field(
        default="go-on", description="what follows when `within` is over: the case goes on, or these steps"
    )

    @model_validator(mode="after")
    def has_one_verb(self) -> Self:
        found = [verb for verb in VERBS if getattr(self, verb) is not None]
        if len(found) != 1:
            said = " and ".join(found) or "nothing"
            raise ValueError(f"a step has one verb ({', '.join(VERBS)}); this one has {said}")
        return self

    @property
    def verb(self) -> str:
        return next(verb for verb in VERBS if getattr(self, verb) is not None)

    @property
    def name(self) -> str:
        """Its id, or else the usual one of its verb."""
        if self.rule is not None and self.id is None:
            return re.sub(r"\W+", "_", self.rule.partition("#")[2])
        return self.id or {"pay": "payment", "objection": "review", "notify": f"notify_{self.notify}"}.get(
            self.verb, self.consult or self.wait or self.end or self.verb
        )

    @property
    def inside(self) -> Iterator[tuple[Path, list["Step"]]]:
        """The lists of steps in it, each with its place."""
        for number, branch in enumerate(self.together or ()):
            yield ("together", number), branch
        for number, choice in enumerate(self.choose or ()):
            yield ("choose", number, "steps"), choice.steps
        if self.refused is not None:
            yield ("refused",), self.refused
        if isinstance(self.silence, list):
            yield ("silence",), self.silence


OneStep = Annotated[Step, BeforeValidator(_whole)]
Choice.model_rebuild()
Step.model_rebuild()


class Written(Block):
    """A process as a list of steps. Each begins when the one before is done; behind the last the case is approved."""

    steps: list[OneStep] = Field(min_length=1, description="what happens, in order")

    def everywhere(self) -> Iterator[tuple[Path, Step, list[Step]]]:
        """Each step with its place in the file and the list in which it stands, outer ones first."""
        waiting: list[tuple[Path, list[Step]]] = [(("process", "steps"), self.steps)]
        while waiting:
            place, steps = waiting.pop(0)
            for number, step in enumerate(steps):
                yield (*place, number), step, steps
                waiting += [((*place, number, *inner), inside) for inner, inside in step.inside]
