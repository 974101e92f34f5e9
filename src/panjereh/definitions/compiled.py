"""A service ready to run: compiled once from its bundle, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import rfc8785

from panjereh import rules
from panjereh.definitions import answers as answering
from panjereh.definitions import wording
from panjereh.definitions.answers import Fit
from panjereh.definitions.classification import Classification, is_closed
from panjereh.definitions.expressions import Context, Formula, Formulas
from panjereh.definitions.outside import Consultation
from panjereh.definitions.questionnaire import Group, PlannedPage, Questionnaire
from panjereh.definitions.questions import AskOf, Question
from panjereh.definitions.results import DocumentOrder, Fee, NoticeText, PlannedNotice, RecordWrite, Result, fee_of
from panjereh.definitions.rows import Row, found_rows, rows
from panjereh.definitions.screens import Answers, Facts, Problem, Screen, plain
from panjereh.definitions.service import Applicant, Deadline, Definition, Drafts, InForce, LegalBasis, Purpose, Then
from panjereh.definitions.signatories import PlannedSignatory
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Asking, PlaceTree
from panjereh.definitions.vocabulary import Registry
from panjereh.kernel.actor import Level
from panjereh.kernel.errors import Invalid
from panjereh.process import Process

WRITTEN_BY_OFFICIALS = ("correction", "refused", "upheld", "extended", "rests", "migrated", "replaced", "revoked")
"""Kinds of notices in which officials say something in their own words."""


class NoPurpose(Invalid):
    """The service reads a registry without a purpose; `panjereh check` says so before."""

    code = "no_purpose"


@dataclass(frozen=True, slots=True)
class Condition:
    """A numbered condition of approval."""

    id: str
    number: int
    text: Text
    law: str | None
    official: bool


@dataclass(frozen=True, slots=True)
class Duplicates:
    same: tuple[Formula, ...]
    then: str


@dataclass(frozen=True, eq=False, repr=False)
class Service:
    """One version of one service.

    hash: of its bundle
    languages: of its texts, the main one first
    process_name: standard, decide-only, the BPMN file, or steps
    process_source: the process as BPMN XML
    signals: what a case is about, by the signals that it throws or hears
    decisions: those that the process takes by itself, by the name under which it asks for them
    stage: what it can do: information, form (on paper or at the desk), online form, transaction
    """

    definition: Definition
    hash: str
    languages: tuple[str, ...]
    form: Questionnaire
    conditions: Mapping[str, Condition]
    duplicates: Duplicates | None
    four_eyes: Formula | None
    handled_by: Formula | None
    apply_from: Formula | None
    ties: Mapping[str, Formula]
    fee_table: rules.Decides | None
    decisions: Mapping[str, rules.Decides]
    results: tuple[Result, ...]
    notices: Mapping[str, PlannedNotice]
    process: Process
    process_source: bytes
    registries: Mapping[str, Registry]
    formula: Formulas
    applicant_fields: tuple[str, ...]
    asks: tuple[AskOf, ...] = ()
    signals: Mapping[str, Formula] = field(default_factory=dict)
    signatories: tuple[PlannedSignatory, ...] = ()

    def __repr__(self) -> str:
        return f"<Service {self.id} {self.hash[:12]}>"

    # -- what it is

    @property
    def id(self) -> str:
        return self.definition.service

    @property
    def agency(self) -> str:
        return self.definition.agency

    @property
    def title(self) -> Text:
        return self.definition.title

    @property
    def summary(self) -> Text:
        return self.definition.summary

    @property
    def description(self) -> Text | None:
        return self.definition.description

    @property
    def relation(self) -> list[str]:
        return list(self.definition.relation)

    @property
    def level(self) -> Level:
        return self.definition.identity

    @property
    def life_events(self) -> list[str]:
        return self.definition.life_events

    @property
    def synonyms(self) -> Mapping[str, list[str]]:
        return self.definition.synonyms

    @property
    def legal_basis(self) -> list[LegalBasis]:
        return self.definition.legal_basis

    @property
    def law(self) -> str:
        """The first law that it carries out, as law#article; empty if it names none."""
        basis = self.definition.legal_basis[0] if self.definition.legal_basis else None
        return "" if basis is None else f"{basis.law}#{basis.article}" if basis.article else basis.law

    @property
    def in_force(self) -> InForce:
        return self.definition.in_force

    @property
    def applicants(self) -> list[Applicant]:
        return self.definition.applicants

    @property
    def purposes(self) -> list[Purpose]:
        return self.definition.purposes

    @property
    def deadlines(self) -> dict[str, Deadline]:
        return {name: term for name, term in self.definition.deadlines if term is not None}

    @property
    def channels(self) -> list[str]:
        return list(self.definition.channels)

    @property
    def drafts(self) -> Drafts:
        return self.definition.drafts

    @property
    def then(self) -> Then:
        return self.definition.then

    @property
    def feedback(self) -> bool:
        return self.definition.feedback

    @property
    def cost_centre(self) -> str | None:
        return self.definition.cost_centre

    @property
    def process_name(self) -> str:
        named = self.definition.process
        return named if isinstance(named, str) else "steps"

    @property
    def produces(self) -> tuple[Result, ...]:
        return self.results

    @property
    def stage(self) -> str:
        if not self.form.plan:
            return "information"
        if "web" not in self.definition.channels:
            return "form"
        return "transaction" if self.results or self.conditions else "online form"

    @property
    def questions(self) -> Mapping[str, Question]:
        return self.form.questions

    @property
    def pages(self) -> tuple[PlannedPage | Group, ...]:
        return self.form.plan

    @property
    def groups(self) -> dict[str, Group]:
        return {part.id: part for part in self.form.plan if isinstance(part, Group)}

    @property
    def consults(self) -> Mapping[str, Consultation]:
        """The agencies that its process asks, by the name of what they are asked."""
        return self.form.consults

    def purpose_of_reading(self, registry: str) -> Purpose:
        """The purpose under which the service reads a registry. Raises NoPurpose."""
        for purpose in self.definition.purposes:
            if any(read.partition(".")[0] == registry for read in purpose.reads):
                return purpose
        raise NoPurpose(service=self.id, registry=registry)

    def conditions_for(self, role: str) -> list[Condition]:
        """The conditions that hold for this kind of applicant: all but those that only other kinds need."""
        only = {name for each in self.applicants for name in each.needs if each.role != role}
        own = {name for each in self.applicants for name in each.needs if each.role == role}
        return [condition for name, condition in self.conditions.items() if name in own or name not in only]

    # -- the way through the questions

    def screens(self, answers: Answers, facts: Facts) -> list[Screen]:
        return self.form.screens(answers, facts)

    def screen(self, path: str, answers: Answers, facts: Facts) -> Screen | None:
        """The screen of this path; None if there is none, or it is hidden now."""
        return next((screen for screen in self.screens(answers, facts) if screen.path == path), None)

    def first(self, answers: Answers, facts: Facts) -> Screen | None:
        return next(iter(self.screens(answers, facts)), None)

    def last(self, answers: Answers, facts: Facts) -> Screen | None:
        return next(reversed(self.screens(answers, facts)), None)

    def next(self, path: str, answers: Answers, facts: Facts) -> Screen | None:
        """The screen after `path`, after “another one” the new item's first; None when one can check the answers."""
        screens = self.screens(answers, facts)
        place = next((place for place, screen in enumerate(screens) if screen.path == path), None)
        if path.endswith(".more") and (place is None or not screens[place].is_answered(answers)):
            stem = path.removesuffix("more")
            return next(
                (each for each in screens if each.path.startswith(stem) and not each.is_answered(answers)), None
            )
        if place is None:
            return self.resume(answers, facts)
        return screens[place + 1] if place + 1 < len(screens) else None

    def previous(self, path: str, answers: Answers, facts: Facts) -> Screen | None:
        screens = self.screens(answers, facts)
        place = next((place for place, screen in enumerate(screens) if screen.path == path), 0)
        return screens[place - 1] if place else None

    def resume(self, answers: Answers, facts: Facts) -> Screen | None:
        """The first screen that waits for an answer; None when all are answered."""
        return next((screen for screen in self.screens(answers, facts) if not screen.is_answered(answers)), None)

    def with_answers(self, answers: Answers, screen: Screen, values: dict[str, Any]) -> dict[str, Any]:
        return answering.with_answers(answers, screen, values)

    def without_item(self, answers: Answers, group: str, index: int) -> dict[str, Any]:
        return answering.without_item(answers, group, index)

    def prune(self, answers: Answers, facts: Facts) -> dict[str, Any]:
        return answering.prune(self.form, answers, facts)

    def fit(self, answers: Answers, asking: Asking | None = None) -> Fit:
        return answering.fit(self.form, answers, asking)

    def problems(self, answers: Answers, facts: Facts, asking: Asking | None = None) -> list[Problem]:
        """What keeps the answers from being sent. With `asking` every stored answer is read again by its type."""
        return list(answering.problems(self.form, answers, facts, asking))

    def rows(self, answers: Answers, facts: Facts, asking: Asking | str = "fa") -> list[Row]:
        """Questions and answers in words, for check pages, officials and receipts."""
        return rows(self.form, answers, facts, Asking(language=asking) if isinstance(asking, str) else asking)

    def found_rows(self, screen: Screen, answers: Answers, asking: Asking | str = "fa") -> list[Row]:
        """What the register answered, in words, for the screen that asks whether it is right."""
        here = Asking(language=asking) if isinstance(asking, str) else asking
        return found_rows(screen, answers, self.registries, here)

    def asked_concepts(self, answers: Answers, facts: Facts) -> list[str]:
        """What the person had to tell: concepts, or ids of questions without one."""
        return self._concepts(answers, facts, fetched=False)

    def fetched_concepts(self, answers: Answers, facts: Facts) -> list[str]:
        """What a register answered instead."""
        return self._concepts(answers, facts, fetched=True)

    def _concepts(self, answers: Answers, facts: Facts, *, fetched: bool) -> list[str]:
        found: dict[str, None] = {}
        for screen in self.screens(answers, facts):
            if screen.kind not in ("question", "together"):
                continue
            for question in screen.questions:
                value = screen.values(answers)[question.id]
                known = isinstance(value, Mapping) and bool(value.get("source"))
                if known is fetched:
                    found[question.concept or question.id] = None
        return list(found)

    # -- rules

    def context(self, answers: Answers, facts: Facts) -> dict[str, Any]:
        return self.form.context(answers, facts)

    def fee_for(self, context: Context) -> Fee:
        return fee_of(self.fee_table, context)

    def decide(self, decision: str, context: Context) -> rules.Decision:
        """A decision that the process takes by itself. Raises KeyError for one that it doesn't name."""
        return self.decisions[decision].evaluate(context)

    def needs_four_eyes(self, context: Context) -> bool:
        return self.four_eyes is not None and self.four_eyes.holds(context)

    def agency_for(self, context: Context) -> str:
        """The agency that works on this case: the one that an answer names, or else the service's own."""
        named = self.handled_by.value(context) if self.handled_by else None
        return named if isinstance(named, str) and named else self.agency

    def deadline_of_application(self, context: Context) -> date | None:
        """The day from which the time for applying runs; its end is the deadline `apply` added by the calendar."""
        day = self.apply_from.value(context) if self.apply_from else None
        if isinstance(day, list):
            day = min((each for each in day if isinstance(each, date)), default=None)
        return day if isinstance(day, date) else None

    def duplicate_key(self, context: Context) -> str | None:
        """Equal texts mean: maybe the same matter. None where a part is missing."""
        if self.duplicates is None:
            return None
        parts = [_identity(formula.value(context)) for formula in self.duplicates.same]
        if any(part is None or part == [] for part in parts):
            return None
        return rfc8785.dumps(parts).decode()

    def is_open_to(self, kind: str) -> bool:
        """Whether people (`person`) or companies and other bodies (`organisation`) may apply."""
        return any(each.kind == kind for each in self.applicants)

    def may_apply(self, role: str, context: Context) -> bool:
        """Whether what ties this kind of applicant to the matter holds. A tie that can't be judged yet holds."""
        return role not in self.ties or self.ties[role].value(context) is not False

    def matters(self, context: Context) -> dict[str, str]:
        """What a case is about by each signal of its service, as equal texts; without those for which that is null."""
        found = {name: formula.value(context) for name, formula in self.signals.items()}
        return {name: rfc8785.dumps(_identity(value)).decode() for name, value in found.items() if value is not None}

    # -- results

    def records_for(self, context: Context) -> list[RecordWrite]:
        return [
            result.record.write(key, inner)
            for result in self.results
            if result.record is not None
            for key, inner in result.scopes(context)
        ]

    def documents_for(
        self, context: Context, records: Mapping[str, Mapping[str, Any]], places: PlaceTree | None = None
    ) -> list[DocumentOrder]:
        """The documents to issue. `records`: what was written, by key, with entity and data; `places`: their names."""
        return [
            result.document.order(key, inner, records.get(key), places or PlaceTree())
            for result in self.results
            if result.document is not None
            for key, inner in result.scopes(context)
        ]

    def notice(self, kind: str, context: Context, language: str, asking: Asking | None = None) -> NoticeText | None:
        notice = self.notices.get(kind)
        if notice is None:
            return None
        subject = self.fill(notice.subject or self.title, context, language, asking)
        return NoticeText(subject, self.fill(notice.text, context, language, asking), list(notice.to))

    @cached_property
    def closed(self) -> Mapping[str, Classification]:
        """The questions whose answers are confidential or secret, with their label."""
        asked = self.form.questions.values()
        return {each.id: each.classification for each in asked if is_closed(each.classification)}

    def tells_closed(self, text: str) -> set[str]:
        """Which of them an expression tells something of, also by way of `let` or of a whole group."""
        groups: dict[str, set[str]] = {}
        for name in self.closed:
            groups.setdefault(self.form.questions[name].group or "", set()).add(name)
        told: set[str] = set()
        for path in self.formula(text).reads:
            told |= self.closed.keys() & set(path)
            told |= groups.get(path[-1], set())
        return told

    @cached_property
    def closed_notices(self) -> frozenset[str]:
        """Kinds of notices that may tell something confidential: they are read in the portal, and only announced
        elsewhere. In a service that asks such things in words, that is also whatever officials wrote."""
        in_words = any(self.form.questions[name].kind.name != "file" for name in self.closed)
        kinds = set(WRITTEN_BY_OFFICIALS) if in_words else set()
        for kind, notice in self.notices.items():
            texts = (notice.subject, notice.text)
            mentioned = [wording.split(inner)[0] for text in texts for inner in _mentioned(text)]
            if any(self.tells_closed(each) or (in_words and each in ("reason", "message")) for each in mentioned):
                kinds.add(kind)
        return frozenset(kinds)

    def fill(self, text: Text, context: Context, language: str, asking: Asking | None = None) -> str:
        """The text in a language, with its placeholders filled in."""
        here = asking or Asking(language=language)
        return wording.fill(text, context, language, formula=self.formula, questions=self.form.questions, asking=here)


def _mentioned(text: Text | None) -> list[str]:
    return list(text.placeholders) if text else []


def _identity(value: Any) -> Any:
    """What makes a value the same: a person's number rather than how it was typed."""
    if isinstance(value, Mapping) and value.get("national_id"):
        return plain(value["national_id"])
    if isinstance(value, list):
        return sorted((_identity(each) for each in value if each is not None), key=str)
    return plain(value)
