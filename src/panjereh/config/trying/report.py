"""Playing the examples of services one after the other, and telling how each ended."""

from collections.abc import Iterable, Iterator

from panjereh.config.trying import expect, world
from panjereh.config.trying.play import Stuck, play
from panjereh.definitions import Country, DefinitionErrors
from panjereh.definitions.scenarios import Scenario, ScenarioFile


def try_services(country: Country, services: Iterable[str], *, only: str = "", quiet: bool = False) -> bool:
    """Print how each example ended; whether all ended as they say. quiet: those that did are only counted."""
    good = bad = 0
    for service in services:
        try:
            file = world.examples(country, service)
        except DefinitionErrors as error:
            print(f"✗ {service}\n    {error}")
            bad += 1
            continue
        for scenario in _chosen(file, only):
            wrong = list(try_one(country, service, scenario, file))
            good, bad = good + (not wrong), bad + bool(wrong)
            if wrong or not quiet:
                print(f"{'✗' if wrong else '✓'} {service}: {scenario.scenario} – {scenario.title.in_('en')}")
            for line in wrong:
                print(f"    {line}")
    print(f"{good} examples ended as they say" + (f", {bad} did not (- expected, + happened)" if bad else ""))
    return not bad


def try_one(country: Country, service: str, scenario: Scenario, file: ScenarioFile | None) -> Iterator[str]:
    """The lines that say what differs; none when it ended as it says."""
    others = {each.scenario: each for each in file.scenarios} if file else {}
    try:
        outcome = play(country, service, scenario, others)
    except Stuck as stuck:
        yield str(stuck)
        return
    for difference in expect.differences(scenario.expect, outcome, scenario.language):
        yield from difference.lines()


def _chosen(file: ScenarioFile | None, only: str) -> list[Scenario]:
    return [each for each in file.scenarios if only in ("", each.scenario)] if file else []
