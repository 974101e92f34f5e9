"""The linter. `check(folder)` says everything that is wrong with a country's definitions, or with one service."""

from collections.abc import Iterator
from pathlib import Path

from panjereh.definitions import reading, yaml
from panjereh.definitions.checks import (
    asks,
    clocks,
    expressions,
    labels,
    names,
    offline,
    outside,
    results,
    signatories,
    tried,
    use,
    wording,
    written,
)
from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.compiled import Service
from panjereh.definitions.compiling import compile_service
from panjereh.definitions.findings import DefinitionErrors, Finding, Severity
from panjereh.definitions.loader import Folder, ServiceFolder, read_folder
from panjereh.definitions.scenarios import ScenarioFile
from panjereh.definitions.yaml import Source

CHECKS = (
    *names.CHECKS,
    *wording.CHECKS,
    *expressions.CHECKS,
    *use.CHECKS,
    *asks.CHECKS,
    *clocks.CHECKS,
    *outside.CHECKS,
    *signatories.CHECKS,
    *results.CHECKS,
    *offline.CHECKS,
    *labels.CHECKS,
    *written.CHECKS,
    *tried.CHECKS,
)
COUNTRY_CHECKS = (
    *names.COUNTRY_CHECKS,
    *asks.COUNTRY_CHECKS,
    *clocks.COUNTRY_CHECKS,
    *labels.COUNTRY_CHECKS,
    wording.shared_translations,
)


def check(path: Path | str) -> list[Finding]:
    """Everything that is wrong, by file and line. `path` is the country's folder, or a service's folder within it."""
    path = Path(path).resolve()
    if (path / "service.yaml").is_file() and not (path / "country.yaml").is_file():
        relative = f"{path.parent.name}/{path.name}/"
        return [finding for finding in check(path.parent.parent) if finding.file.startswith(relative)]
    folder = read_folder(path)
    found = list(folder.findings)
    for rule in COUNTRY_CHECKS:
        found += rule(folder)
    for own in folder.services.values():
        found += _service(folder, own)
    return sorted(set(found))


def _service(folder: Folder, own: ServiceFolder) -> Iterator[Finding]:
    if own.definition is None or own.source is None:
        return
    service, trouble = _compiled(folder, own)
    scenario_findings: list[Finding] = []
    source, scenarios = _scenarios(own, scenario_findings)
    lint = Lint(folder, own, own.source, own.definition, service, scenarios, source)
    found = [finding for rule in CHECKS for finding in rule(lint)] + scenario_findings
    yield from found
    if service is None and not any(finding.severity is Severity.ERROR for finding in found):
        yield from trouble


def _compiled(folder: Folder, own: ServiceFolder) -> tuple[Service | None, list[Finding]]:
    try:
        return compile_service(folder.bundle(own.id)), []
    except DefinitionErrors as error:
        return None, [
            Finding(f"{own.relative}/{each.file}", each.line, each.code, each.severity, each.message, each.advice)
            for each in error.findings
        ]


def _scenarios(own: ServiceFolder, findings: list[Finding]) -> tuple[Source | None, ScenarioFile | None]:
    content = own.files.get("scenarios.yaml")
    if content is None:
        return None, None
    try:
        source = yaml.read(content, f"{own.relative}/scenarios.yaml")
    except DefinitionErrors as error:
        findings += error.findings
        return None, None
    return source, reading.model_of(source, ScenarioFile, findings)


__all__ = ["check"]
