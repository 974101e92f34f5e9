"""A decision model, ready to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from panjereh.rules.decided import Decision
from panjereh.rules.dmn import model, xml, yaml_form
from panjereh.rules.dmn.compiling import File
from panjereh.rules.dmn.graph import Evaluation, Service
from panjereh.rules.errors import LimitExceeded, ModelProblem, NoSuchDecision
from panjereh.rules.values import MOST_CALLS_DEEP, Run, to_feel


@dataclass(frozen=True, slots=True)
class Step:
    """One decision on the way: its name, its value, and the tables that were decided for it."""

    name: str
    value: Any
    tables: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value and how it came about: the decisions in the order in which they were taken, the asked one last."""

    value: Any
    steps: tuple[Step, ...]
    warnings: tuple[str, ...]

    @property
    def tables(self) -> tuple[Decision, ...]:
        return tuple(table for step in self.steps for table in step.tables)


class Model:
    """Decisions and services of one file. `problems`: what is wrong with parts of it, whose values are null."""

    def __init__(self, file: File, problems: tuple[ModelProblem, ...]) -> None:
        self.file = file
        self.problems = problems

    @property
    def definitions(self) -> model.Definitions:
        return self.file.definitions

    @property
    def decisions(self) -> tuple[str, ...]:
        return tuple(self.file.decisions)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(self.file.services)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(self.file.inputs)

    def to_xml(self) -> bytes:
        """The model as DMN 1.5, without loss."""
        return xml.write(self.definitions)

    def to_yaml(self) -> str:
        """The model as YAML, without loss."""
        return yaml_form.write(self.definitions)

    def evaluate(self, decision: str, inputs: Mapping[str, Any], warnings: list[str] | None = None) -> Any:
        """The value of a decision. What goes wrong gives null and a line in `warnings`.

        inputs: values of the input data by name; those of imported files also as {alias: {name: value}}
        Raises NoSuchDecision; LimitExceeded when it would take too many steps or too much room.
        """
        return self._evaluated(decision, inputs, Run({}, warnings))[1]

    def invoke(self, service: str, inputs: Mapping[str, Any], warnings: list[str] | None = None) -> Any:
        """What a decision service gives: the value of its only output decision, or a context of several.

        inputs: values of its input data and input decisions by name. Raises as `evaluate` does.
        """
        found = self._named(service, self.file.services, "services")
        return self._serve(found, inputs, Run({}, warnings))

    def explain(self, decision: str, inputs: Mapping[str, Any]) -> Explanation:
        """As `evaluate`, with the way to the value."""
        warnings: list[str] = []
        trace: list[Decision] = []
        evaluation, value = self._evaluated(decision, inputs, Run({}, warnings, trace))
        steps = tuple(
            Step(step.node.name, step.value, tuple(trace[step.begin : step.end])) for step in evaluation.steps
        )
        return Explanation(value, steps, tuple(warnings))

    def _evaluated(self, name: str, inputs: Mapping[str, Any], run: Run) -> tuple[Evaluation, Any]:
        node = self._named(name, self.file.decisions, "decisions")
        evaluation = Evaluation(run, inputs)
        try:
            return evaluation, evaluation.values_of([node])[node]
        except RecursionError:
            raise LimitExceeded("calls within calls", MOST_CALLS_DEEP) from None

    def _serve(self, service: Service, inputs: Mapping[str, Any], run: Run) -> Any:
        given = {}
        for one in service.inputs:
            if one.name not in inputs:
                run.warn(f"Nothing was given for {one.name}.")
            value = to_feel(inputs.get(one.name))
            fine, given[one] = one.type.take(value) if one.type else (True, value)
            if not fine:
                run.warn(f"{one.name} is of another type than {service.name} wants.")
                return None
        try:
            value = service.decide(run, given)
        except RecursionError:
            raise LimitExceeded("calls within calls", MOST_CALLS_DEEP) from None
        return service.type.take(value)[1] if service.type else value

    def _named(self, name: str, own: Mapping[str, Any], what: str) -> Any:
        """A decision or service of this file, or alias.name of an imported one."""
        if name in own:
            return own[name]
        for alias, file in self.file.imported.items():
            if name.startswith(f"{alias}."):
                return getattr(file, what)[name.removeprefix(f"{alias}.")]
        raise NoSuchDecision(name, own)
