"""service.yaml: what a service is and what it asks. These models are the language; its reference is made from them."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from panjereh.definitions.block import Block, DecisionName, Feel, Key, LawRef, Slug, Within, as_list
from panjereh.definitions.disclosing import Disclose
from panjereh.definitions.effects import Notice, Produce
from panjereh.definitions.following import FollowUp
from panjereh.definitions.outside import Consult, Signal
from panjereh.definitions.question import Page
from panjereh.definitions.signatories import Signatory, SignedBy
from panjereh.definitions.steps import Written
from panjereh.definitions.texts import LANGUAGE_CODE, Text
from panjereh.kernel.actor import Level
from panjereh.localisation.calendars import Term, WorkingCalendar

Relation = Literal["G2C", "G2B", "G2G", "G2E"]
ProcessName = Annotated[str, StringConstraints(pattern=r"^(standard|decide-only|[a-z][a-z0-9-]*\.bpmn)$")]
ChannelName = Literal["web", "desk", "paper", "sms", "ussd", "voice"]
NoticeKind = Literal[
    "submitted",
    "entered",
    "correction",
    "payment",
    "approved",
    "refused",
    "silence",
    "extended",
    "rests",
    "goes_on",
    "reminder",
    "withdrawn",
    "appealed",
    "upheld",
    "overturned",
    "migrated",
]


class InForce(Block):
    """From when the service exists by law, and until when."""

    from_: date = Field(alias="from", description="first day")
    until: date | None = Field(default=None, description="last day, if it is known")


class LegalBasis(Block):
    """An article of a law that the service carries out."""

    law: Slug = Field(description="id in laws.yaml")
    article: str | None = Field(default=None, description="number of the article, in quotes")


class Applicant(Block):
    """One kind of person who may apply. With more than one kind, the first question is who you are."""

    role: Key = Field(description="name of the kind; FEEL sees it as `role`")
    kind: Literal["person", "organisation"] = Field(
        default="person",
        description="`organisation`: a company or other body applies, through somebody who represents it by the "
        "register of companies or by a mandate of it",
    )
    title: Text = Field(description="how these people call themselves: Mother, Myself")
    hint: Text | None = Field(default=None, description="who belongs to this kind, if the title does not say it")
    tie: Feel | None = Field(
        default=None,
        description="FEEL that must be true of such an applicant: `applicant.national_id = mother.national_id`",
    )
    needs: list[Key] = Field(
        default=[],
        description="ids of conditions that hold only for this kind of applicant, such as a power of attorney",
    )


class Purpose(Block):
    """Why the agency reads data about people, with the law that lets it. People see this beside every look-up."""

    id: Key = Field(description="name of the purpose")
    text: Text = Field(description="the purpose in a few words")
    law: LawRef = Field(description="law#article that allows the reading")
    reads: list[str] = Field(default=[], description="what is read: `registry` or `registry.field`")
    disclose: Disclose | None = Field(
        default=None,
        description="what puts off showing the person such a reading; of this and the register’s own the longer holds",
    )


class Ask(Block):
    """A question to a register, answered with yes or no. FEEL sees the answer as `asked.name`; null: not known."""

    question: str = Field(
        pattern=r"^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*$", description="registry.question, such as population.is_over"
    )
    of: Key = Field(
        default="applicant",
        description="whom it is about: `applicant`, or a person question that this register answers",
    )
    given: dict[Key, Feel] = Field(
        default={}, description="what the question must be given → FEEL, such as `years: 18`"
    )


class Deadline(Block):
    """A legal clock. It is counted as civil law counts: see the explanation of terms."""

    within: Within = Field(description="its length, such as P15D")
    calendar: Literal["days", "working-days"] = Field(default="days", description="which days count")
    of: Feel | None = Field(default=None, description="FEEL for the day from which it runs; only for `apply`")
    late: Literal["allowed", "refused"] = Field(default="allowed", description="whether one may still apply after it")
    extend: Literal["never", "once"] = Field(
        default="never", description="whether the agency may double it, once, with a reason"
    )
    silence: Literal["approve", "refuse", "escalate"] = Field(
        default="escalate",
        description="what follows by law when `decide` passes without a decision: the request is deemed approved or "
        "refused, or a supervisor gets the task",
    )
    law: LawRef | None = Field(
        default=None, description="law#article that sets it and says what follows when it passes; notices cite it"
    )
    await_agency: Within | None = Field(
        default=None,
        description="how long `decide` may rest at most while an official waits for another agency; without it, never",
    )
    received: Literal["any-time", "opening-hours"] = Field(
        default="any-time",
        description="for `decide`: with `opening-hours`, what arrives after the agency has closed counts as received "
        "on the next working day",
    )
    remind: Annotated[list[Within], BeforeValidator(as_list)] | None = Field(
        default=None,
        description="how long before its end whoever must act is reminded; of `working-days` so many; [] for never. "
        "Without it: of `decide` a day, of the others three, of `apply` five",
    )

    def counts_to(self, start: date, calendar: WorkingCalendar) -> date:
        """The last day by counting alone, when it begins on `start`: there may be no work on it."""
        return calendar.add(start, self.within, self.calendar)


REMINDERS = {"decide": ("P1D",), "correct": ("P3D",), "appeal": ("P3D",), "apply": ("P5D",), "sign": ("P3D",)}
"""How long before the end of a term people are reminded, where its definition does not say."""


class Deadlines(Block):
    """The clocks of a service. Missing ones do not run."""

    apply: Deadline | None = Field(default=None, description="until when people should apply")
    decide: Deadline | None = Field(default=None, description="until when the agency must decide, from submission")
    correct: Deadline | None = Field(
        default=None, description="how long the applicant has to answer a request for correction"
    )
    appeal: Deadline | None = Field(default=None, description="how long a refusal can be appealed")
    sign: Deadline | None = Field(
        default=None,
        description="how long the `signatories` have, from the day on which the applicant signed; then nothing is sent",
    )

    def reminders(self, kind: str) -> list[Term]:
        """How long before the end of a term whoever must act is reminded; none for a clock that does not run."""
        term: Deadline | None = getattr(self, kind, None)
        if term is None:
            return []
        return [Term.parse(each) for each in REMINDERS[kind]] if term.remind is None else term.remind


class Condition(Block):
    """What must be true for approval. Conditions are numbered in the order of the file; a refusal must cite one."""

    text: Text = Field(description="the condition in words; the languages may also stand beside `law` directly")
    law: LawRef | None = Field(default=None, description="law#article that demands it")
    official: bool = Field(
        default=False,
        description="true if an official finds it out without any proof by the applicant (from a file, on the spot)",
    )

    @model_validator(mode="before")
    @classmethod
    def gathers_its_words(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "text" in data:
            return data
        words = {key: words for key, words in data.items() if LANGUAGE_CODE.fullmatch(str(key)) and key != "law"}
        return {key: value for key, value in data.items() if key not in words} | ({"text": words} if words else {})


class Duplicates(Block):
    """When two cases may be about the same thing."""

    same: list[Feel] = Field(
        min_length=1, description="FEEL expressions; cases in which all are equal may be duplicates"
    )
    then: Literal["official", "refuse"] = Field(
        default="official", description="`official`: an official looks at both; `refuse`: the second is not accepted"
    )


class Drafts(Block):
    keep: Within = Field(default="P30D", validate_default=True, description="how long an unsent draft is kept")


class Retention(Block):
    """How long a case is kept. After that its data are erased, with proof; what was registered and issued stays."""

    keep: Within = Field(description="how long, such as P10Y")
    from_: Literal["closed", "submitted"] = Field(
        default="closed", alias="from", description="from which event; an open case is never erased"
    )
    law: LawRef = Field(description="law#article that sets it")
    on_request: bool = Field(
        default=False, description="whether the applicant may have it erased earlier, once it is closed"
    )


class Then(Block):
    offer: list[Slug] = Field(default=[], description="services that usually follow, offered when this one is done")


class Definition(Block):
    """One service, as its service.yaml gives it."""

    service: Slug = Field(description="id of the service; its folder has the same name")
    agency: Slug = Field(description="id of the agency that is responsible (agencies.yaml)")
    handled_by: Feel | None = Field(
        default=None,
        description="FEEL for the id of the agency that works on the case, if an answer names it (such as `addressee`)",
    )
    title: Text = Field(description="what the person wants, as a verb: Register a birth")
    summary: Text = Field(description="what one gets, in one sentence")
    description: Text | None = Field(default=None, description="what else one should know before starting; paragraphs")
    relation: Annotated[list[Relation], BeforeValidator(as_list)] = Field(
        min_length=1, description="whom it serves: people G2C, business G2B, agencies G2G, employees G2E"
    )
    in_force: InForce = Field(description="since when the service exists by law")
    life_events: list[Slug] = Field(default=[], description="ids from life_events.yaml under which people look for it")
    synonyms: dict[str, list[str]] = Field(default={}, description="further words that people search for, per language")
    legal_basis: list[LegalBasis] = Field(default=[], description="the laws that it carries out")
    identity: Level = Field(
        default=Level.LOW, description="how sure we must be of who applies: none, low, substantial, high"
    )
    channels: list[ChannelName] = Field(
        default=["web", "desk", "paper"],
        min_length=1,
        description="where it is offered; the linter checks texts against their limits",
    )
    applicants: list[Applicant] = Field(min_length=1, description="who may apply")
    purposes: list[Purpose] = Field(default=[], description="why and by which law data about people are read")
    asks: dict[Key, Ask] = Field(
        default={}, description="what registers are asked instead of reading their entries; FEEL sees `asked.name`"
    )
    consults: dict[Key, Consult] = Field(
        default={}, description="other agencies that steps of the process ask; FEEL sees `consulted.name`"
    )
    signals: dict[Key, Signal] = Field(
        default={}, description="signals that its cases throw to others, or hear from them, by their name in BPMN"
    )
    deadlines: Deadlines = Field(default=Deadlines(), description="the legal clocks")
    conditions: dict[Key, Condition] = Field(default={}, description="what must be true, numbered in this order")
    ask: list[Page] = Field(
        default=[], description="the questions, page by page; nothing to ask = an information service"
    )
    let: dict[Key, Feel] = Field(default={}, description="named FEEL expressions, each may use those above it")
    duplicates: Duplicates | None = Field(default=None, description="when two cases may be the same")
    signature: SignedBy = Field(
        default="declaration",
        description="how the applicant signs: by a declaration, or with a passkey whose signature covers every answer; "
        "at the office on paper",
    )
    signatories: list[Signatory] = Field(default=[], description="who must sign besides the applicant")
    four_eyes: Feel | None = Field(
        default=None, description="FEEL: when true, a second official must confirm the decision"
    )
    fee: DecisionName | None = Field(
        default=None,
        description="decision with the fee: decisions.yaml#name of a table, or decisions.dmn#name of a DMN model; "
        "its output `amount` is in rials; absent = free",
    )
    process: ProcessName | Written = Field(
        default="standard",
        description="how the case moves: standard, decide-only, a BPMN file of this folder, or a list of steps",
    )
    produces: list[Produce] = Field(
        default=[], description="what approval brings about: entries in registers, documents"
    )
    notices: dict[NoticeKind, Notice] = Field(default={}, description="what is told to whom, when")
    retention: Retention | None = Field(default=None, description="how long cases are kept; without it, for ever")
    drafts: Drafts = Field(default=Drafts(), description="keeping of unsent drafts")
    then: Then = Field(default=Then(), description="what follows")
    follow_up: FollowUp | None = Field(
        default=None, description="what it does with an entry that the applicant holds: renew it, transfer it …"
    )
    feedback: bool = Field(default=True, description="whether the person is asked for a rating at the end")
    cost_centre: str | None = Field(default=None, description="under which the agency books the work")
