"""The decisions that a service brings: simple tables in YAML, or a DMN model in XML or YAML."""

from collections.abc import Mapping

from panjereh import rules
from panjereh.definitions import yaml
from panjereh.definitions.yaml import Source
from panjereh.process import Kind, Process


def decisions(files: Mapping[str, bytes], file: str, shown_as: str = "") -> tuple[Mapping[str, rules.Decides], Source]:
    """All decisions of a file by name, and its source for messages (empty for XML, which has no lines to show).

    Raises DefinitionErrors, rules.errors.RuleProblem.
    """
    shown_as = shown_as or file
    if file.endswith(".dmn"):
        return rules.decisions_in(file, files), Source(shown_as, {}, {})
    source = yaml.read(files[file], shown_as)
    if isinstance(source.data, Mapping) and "dmn" in source.data:
        return rules.decisions_in(file, files), source
    return rules.tables_from_yaml(source.data), source


def decided_by(flow: Process) -> dict[str, list[str]]:
    """The decisions that a process takes by itself, each with the elements that ask for it."""
    found: dict[str, list[str]] = {}
    for element in flow.elements.values():
        if element.kind is Kind.RULE and element.decision:
            found.setdefault(element.decision, []).append(element.id)
    return found
