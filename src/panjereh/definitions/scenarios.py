"""scenarios.yaml: worked examples of a service. They are its tests, its demonstration and its load profile."""

from datetime import date
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, Key, Slug, Within, as_list
from panjereh.definitions.texts import Text

COMPANY_DIGITS = 11
Value = Any
"""A canonical answer: what JSON can hold."""


Habit: TypeAlias = Literal["pay", "refuse", "cancel", "part", "away", "late", "doubled", "forged", "dispute"]
"""What the demonstration gateway can do."""


class Happening(Block):
    """One thing that happens after sending: somebody completes a step, the applicant acts, or time goes by.

    A word alone stands for it where nothing else is to say: an outcome (`approve`), what the applicant does
    (`withdraw`, `appeal`), the word `answered`, or a length of time (`P3D`).
    """

    wait: Within | None = Field(default=None, description="time goes by: P3D; what falls due meanwhile happens")
    task: str | None = Field(
        default=None,
        description="id of the step that is completed, if its outcome does not say it already: check, decide …",
    )
    outcome: str | None = Field(
        default=None,
        description="how it is completed: accept, correct, approve, refuse, confirm, return, paid, uphold, overturn",
    )
    conditions: Annotated[list[Key], BeforeValidator(as_list)] = Field(
        default=[], description="conditions that a refusal cites"
    )
    fields: Annotated[list[str], BeforeValidator(as_list)] = Field(
        default=[], description="questions whose correction is asked"
    )
    reason: str | None = Field(default=None, description="what the official or the applicant writes")
    receipt: str | None = Field(default=None, description="number of the receipt, for payment")
    extend: str | None = Field(default=None, description="the agency doubles its term, for this reason")
    await_agency: Slug | None = Field(default=None, description="an official waits for this agency; the term rests")
    pays: Habit | None = Field(
        default=None,
        description="somebody pays online, and the gateway does this: pay, refuse, cancel, part (half is paid), away "
        "(nobody comes back), late, doubled, forged, dispute (the bank takes it back)",
    )
    give_back: str | None = Field(
        default=None, description="what was paid online is given back for this reason; a second official agrees"
    )
    consulted: Slug | None = Field(
        default=None,
        description="the agency that was asked answers, with `answers`: name in `consults`, or id of the agency "
        "that an official asked (its answer is `reply`)",
    )
    signal: Key | None = Field(default=None, description="another case about the same throws this signal")
    answered: bool | None = Field(default=None, description="`true`: what the official waited for came on paper")
    applicant: Literal["correct", "withdraw", "appeal", "change"] | None = Field(
        default=None,
        description="what the applicant does; `change`: other `answers` while it waits for signatures, and asks again",
    )
    answers: dict[Key, Value] = Field(default={}, description="corrected or changed answers, or those of an agency")
    sign: Annotated[list[str], BeforeValidator(as_list)] = Field(
        default=[], description="who signs, one after the other: ids of people in demonstration.yaml"
    )
    at_desk: bool = Field(
        default=False, description="they sign on paper at the desk; then a national number in quotes will do as well"
    )
    decline: Slug | None = Field(default=None, description="who declines to sign, for this `reason`")

    @model_validator(mode="before")
    @classmethod
    def may_be_a_word_alone(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data in ("withdraw", "appeal"):
            return {"applicant": data}
        if data == "answered":
            return {"answered": True}
        return {"wait": data} if data.startswith("P") else {"outcome": data}

    @model_validator(mode="after")
    def is_one_thing(self) -> Self:
        step = self.task is not None or self.outcome is not None
        others: tuple[Any, ...] = (self.wait, self.applicant, self.extend, self.await_agency, self.answered)
        others += (self.pays, self.give_back, self.consulted, self.signal, self.decline)
        if sum(other is not None for other in others) + step + bool(self.sign) != 1:
            raise ValueError(
                "write one of wait, applicant, sign, decline, extend, await_agency, answered, pays, give_back, "
                "consulted, signal, or a step with its outcome"
            )
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
    owed: int | None = Field(default=None, ge=0, description="rials of bills that are still to be paid in the end")
    paid: int | None = Field(default=None, ge=0, description="rials that came, less what was given or taken back")
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
    outcome: Literal["approved", "refused", "withdrawn", "open", "waiting", "not_sent"] | None = Field(
        default=None,
        description="how it ends; `refused` as soon as the agency has said so; `open` if nothing has; `waiting` for "
        "signatures; `not_sent`, because not all have signed",
    )


class Scenario(Block):
    """One example, from the first answer to the end."""

    scenario: Slug = Field(description="its name")
    title: Text = Field(description="what happens, in one sentence")
    on: date = Field(description="day on which it is sent")
    applicant: Slug | None = Field(
        default=None, description="id of a person in demonstration.yaml; none = somebody unknown"
    )
    acts_for: str | None = Field(
        default=None,
        description="in quotes: identifier of a company, or national number of a minor child, for whom the applicant "
        "acts because a register says so",
    )
    channel: Literal["web", "desk"] = Field(default="web", description="the way by which it comes")
    language: str = Field(default="fa", description="in which the applicant reads")
    like: Slug | None = Field(
        default=None,
        description="a scenario above, whose day, applicant, channel, language and answers this one takes over",
    )
    after: Annotated[list[Slug], BeforeValidator(as_list)] = Field(
        default=[], description="scenarios that must have happened before"
    )
    answers: dict[Key, Value] = Field(
        default={},
        description="id → canonical value (dates as 2026-03-01); `role` for who applies; a repeated page is a list; "
        "of a person in a register, national_id and birth_date suffice, or the id of one in demonstration.yaml; "
        "of a file its name",
    )
    then: list[Happening] = Field(default=[], description="what happens after sending, in order")
    expect: Expected = Field(default=Expected(), description="what must come out")

    @property
    def kind(self) -> Literal["person", "organisation"]:
        """Who applies: companies have identifiers of eleven digits."""
        return "organisation" if len(self.acts_for or "") == COMPANY_DIGITS else "person"


SHARED = ("on", "applicant", "acts_for", "channel", "language", "answers")
"""What a scenario takes over from the one that it is like."""


class ScenarioFile(Block):
    """scenarios.yaml."""

    usual: dict[str, Any] = Field(
        default={},
        description="what all scenarios share unless they say otherwise; `answers` and `expect` are joined key by key",
    )
    scenarios: list[Scenario] = Field(min_length=1, description="worked examples, one for each branch")

    @model_validator(mode="before")
    @classmethod
    def fills_in_what_is_shared(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("scenarios"), list):
            return data
        full: dict[Any, Any] = {}
        filled = []
        for each in data["scenarios"]:
            if isinstance(each, dict):
                former = full.get(each.get("like"), {})
                shared = {key: former[key] for key in SHARED if key in former}
                each = _joined({**(data.get("usual") or {}), **shared}, each)
                full[each.get("scenario")] = each
            filled.append(each)
        return {**data, "scenarios": filled}

    @model_validator(mode="after")
    def names_fit(self) -> Self:
        names = [each.scenario for each in self.scenarios]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"two scenarios are called {twice}")
        for place, each in enumerate(self.scenarios):
            if each.like is not None and each.like not in names[:place]:
                raise ValueError(f"{each.scenario} is like {each.like!r}, but no scenario before it is called so")
        return self


def _joined(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """What `own` says, and for the rest what `base` says. An answer that is null in `own` is not given."""
    joined = {**base, **own}
    for key in ("answers", "expect"):
        both = base.get(key), own.get(key)
        if all(isinstance(each, dict) for each in both):
            joined[key] = {name: value for name, value in {**both[0], **both[1]}.items() if value is not None}  # type: ignore[dict-item]
    return joined
