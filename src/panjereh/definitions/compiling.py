"""From a bundle to a service that runs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from panjereh import process, rules
from panjereh.definitions import following, reading, yaml
from panjereh.definitions.bundle import Bundle
from panjereh.definitions.compiled import Condition, Duplicates, Service
from panjereh.definitions.country_files import Concept
from panjereh.definitions.deciding import decided_by, decisions
from panjereh.definitions.expressions import Formulas
from panjereh.definitions.findings import DefinitionErrors, Finding, Severity
from panjereh.definitions.outside import Consultation, page_to_answer
from panjereh.definitions.question import Page
from panjereh.definitions.questionnaire import Group, PlannedPage, Questionnaire
from panjereh.definitions.questions import AskOf, Question, SourceOf, compile_question, more_question, role_question
from panjereh.definitions.registry import RegistryFile
from panjereh.definitions.results import PlannedNotice, Result, Show, compile_result
from panjereh.definitions.service import Applicant, Ask, Definition
from panjereh.definitions.signatories import PlannedSignatory
from panjereh.definitions.steps import Written
from panjereh.definitions.steps_drawn import bpmn_of
from panjereh.definitions.vocabulary import Registry, RegistryField, UnknownConcept, UnknownType, compile_registry
from panjereh.rules.errors import RuleProblem

_by_hash: dict[str, Service] = {}


def compile_service(bundle: Bundle) -> Service:
    """The service of a bundle; the same bundle gives the same object. Raises DefinitionErrors."""
    found = _by_hash.get(bundle.hash)
    if found is None:
        found = _by_hash.setdefault(bundle.hash, _Compiler(bundle).service())
    return found


class _Compiler:
    """Puts one service together. What the linter reports with line and advice is here only refused."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        shared = json.loads(bundle.shared)
        self.languages = tuple(shared["languages"])
        self.files = {name: RegistryFile.model_validate(raw) for name, raw in shared["registries"].items()}
        self.definition = following.filled_in(self._read(), self.files)
        self.concepts = {name: Concept.model_validate(raw) for name, raw in shared["concepts"].items()}

    def _read(self) -> Definition:
        source = yaml.read(self.bundle.files["service.yaml"], "service.yaml")
        findings: list[Finding] = []
        definition = reading.model_of(source, Definition, findings)
        if definition is None:
            raise DefinitionErrors(findings)
        return definition

    def service(self) -> Service:
        try:
            return self._service()
        except (RuleProblem, ValidationError, UnknownConcept, UnknownType, process.ModelErrors, KeyError) as error:
            message = f"{self.bundle.service} can't be compiled: {type(error).__name__} {error}."
            advice = "Run `panjereh check`, which names the file, the line and the remedy."
            raise DefinitionErrors([Finding("service.yaml", 1, "P000", Severity.ERROR, message, advice)]) from error

    def _service(self) -> Service:
        definition, formula = self.definition, Formulas(self.definition.let)
        registries = self._registries()
        form = self._form(formula, registries)
        results = self._results(formula, registries, form)
        apply = definition.deadlines.apply
        flow, source = self._process()
        return Service(
            definition=definition,
            hash=self.bundle.hash,
            languages=self.languages,
            form=form,
            conditions=self._conditions(),
            duplicates=self._duplicates(formula),
            four_eyes=formula.maybe(definition.four_eyes),
            handled_by=formula.maybe(definition.handled_by),
            apply_from=formula.maybe(apply.of if apply else None),
            ties={each.role: formula(each.tie) for each in definition.applicants if each.tie is not None},
            fee_table=None if definition.fee is None else self._decision(definition.fee),
            decisions={name: self._decision(name) for name in decided_by(flow)},
            results=results,
            notices={kind: PlannedNotice.of(block) for kind, block in definition.notices.items()},
            process=flow,
            process_source=source,
            registries=registries,
            formula=formula,
            applicant_fields=applicant_fields(definition),
            signatories=tuple(PlannedSignatory.of(block, formula) for block in definition.signatories),
            asks=tuple(_ask(name, block, formula) for name, block in definition.asks.items()),
            signals={name: formula(block.about) for name, block in definition.signals.items()},
        )

    def _registries(self) -> dict[str, Registry]:
        return {name: compile_registry(file, self.concepts) for name, file in self.files.items()}

    def _conditions(self) -> dict[str, Condition]:
        return {
            name: Condition(name, number, block.text, block.law, block.official)
            for number, (name, block) in enumerate(self.definition.conditions.items(), 1)
        }

    def _duplicates(self, formula: Formulas) -> Duplicates | None:
        block = self.definition.duplicates
        return None if block is None else Duplicates(tuple(formula(text) for text in block.same), block.then)

    def _decision(self, reference: str) -> rules.Decides:
        file, _, name = reference.partition("#")
        return decisions(self.bundle.files, file)[0][name]

    def _process(self) -> tuple[process.Process, bytes]:
        """How its cases move, and the same as BPMN XML."""
        name = self.definition.process
        if isinstance(name, Written):
            source = bpmn_of(name, self.definition.title)
            return next(iter(process.load(source).values())), source
        if not name.endswith(".bpmn"):
            return process.named(name), process.source_of(name)
        source = self.bundle.files[name]
        return next(iter(process.load(source).values())), source

    def _form(self, formula: Formulas, registries: Mapping[str, Registry]) -> Questionnaire:
        applicants = self.definition.applicants
        role = (
            role_question([(each.role, each.title, each.hint) for each in applicants]) if len(applicants) > 1 else None
        )
        return Questionnaire(
            plan=tuple(self._plan(formula, registries)),
            role=role,
            sole_role=applicants[0].role,
            lets=tuple(formula.lets.items()),
            roles={kind: _roles(applicants, kind) for kind in ("person", "organisation")},
            consults={
                name: Consultation(name, each, page_to_answer(name, each.title, each.text, each.answer, self.concepts))
                for name, each in self.definition.consults.items()
            },
        )

    def _plan(self, formula: Formulas, registries: Mapping[str, Registry]) -> Iterator[PlannedPage | Group]:
        waiting: list[Page] = []
        for page in [*self.definition.ask, None]:
            same = page is not None and page.repeat is not None and bool(waiting)
            if waiting and not (same and page and page.repeat and page.repeat.as_ == _group_of(waiting[0])):
                yield self._group(waiting, formula, registries)
                waiting = []
            if page is None:
                return
            if page.repeat is None:
                yield self._page(page, formula, registries)
            else:
                waiting.append(page)

    def _group(self, pages: list[Page], formula: Formulas, registries: Mapping[str, Registry]) -> Group:
        repeat = pages[0].repeat
        assert repeat is not None  # noqa: S101  # only repeated pages wait
        planned = tuple(self._page(page, formula, registries) for page in pages)
        return Group(repeat.as_, repeat, planned, more_question(repeat.title))

    def _page(self, page: Page, formula: Formulas, registries: Mapping[str, Registry]) -> PlannedPage:
        sources = {
            asked.id: _source(asked.source.lookup, asked.source.given, registries, formula)
            for asked in page.questions
            if asked.source is not None
        }
        questions = tuple(compile_question(asked, page, self.concepts, sources, formula) for asked in page.questions)
        return PlannedPage(page.page, page.title, page.hint, page.together, formula.maybe(page.show_if), questions)

    def _results(
        self, formula: Formulas, registries: Mapping[str, Registry], form: Questionnaire
    ) -> tuple[Result, ...]:
        kinds = {
            each.id: RegistryField(each.id, each.short or each.label, each.whole, each.required, False, each.concept)
            for each in form.questions.values()
        }
        show = Show(kinds, self.languages)
        files = self.bundle.files
        return tuple(compile_result(block, files, registries, show, formula) for block in self.definition.produces)


def _group_of(page: Page) -> str:
    return page.repeat.as_ if page.repeat else ""


def _source(lookup: str, given: Mapping[str, str], registries: Mapping[str, Registry], formula: Formulas) -> SourceOf:
    registry, _, name = lookup.partition(".")
    found = registries[registry].lookups[name]
    known = {field: formula(text) for field, text in given.items()}
    return SourceOf(registry, name, tuple(found.match), tuple(found.returns), known)


def _ask(name: str, block: Ask, formula: Formulas) -> AskOf:
    registry, _, question = block.question.partition(".")
    return AskOf(name, registry, question, block.of, {each: formula(text) for each, text in block.given.items()})


def _roles(applicants: list[Applicant], kind: str) -> tuple[Question | None, str]:
    """The question for applicants of a kind, if several roles are open to them, and the first (or only) role."""
    own = [each for each in applicants if each.kind == kind] or applicants
    asked = role_question([(each.role, each.title, each.hint) for each in own]) if len(own) > 1 else None
    return asked, own[0].role


RESIDENTS = "population"
NOT_READ = {"entity", "name", "company_id"}


def applicant_fields(definition: Definition) -> tuple[str, ...]:
    """What is read of the applicant in the residents' register: what purposes name field by field, and what expressions
    want to know. (`entity` is no field: it is known of everybody who is in the register; nor are the name and the
    number of an organisation that applies.)"""
    paths = {path for text in expressions_of(definition.model_dump(mode="json")) for path in _reads(text)}
    wanted = {path[1] for path in paths if len(path) > 1 and path[0] == "applicant"}
    named = [read.partition(".") for purpose in definition.purposes for read in purpose.reads]
    return tuple(
        sorted((wanted | {field for registry, _, field in named if registry == RESIDENTS and field}) - NOT_READ)
    )


def _reads(text: str) -> frozenset[tuple[str, ...]]:
    try:
        return rules.compile(text).reads
    except RuleProblem:
        return frozenset()


def expressions_of(value: Any) -> Iterator[str]:
    """All texts below a value that mention the applicant; whether each is an expression shows when it is compiled."""
    if isinstance(value, str):
        if "applicant." in value:
            yield value
            yield from (inner.partition("|")[0] for inner in _braced(value))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from expressions_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from expressions_of(each)


def _braced(text: str) -> list[str]:
    return [part.partition("}")[0] for part in text.split("{")[1:]]
