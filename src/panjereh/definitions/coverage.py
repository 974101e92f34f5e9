"""The catalogue at a glance: each service, and which of its branches the worked examples go.

python -m panjereh.definitions.coverage SERVICES FILE

writes docs/reference/catalogue.md.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from panjereh.definitions.compiled import Service
from panjereh.definitions.country import Country, load_country
from panjereh.definitions.scenarios import Scenario, ScenarioFile

NOTE = "<!-- made by `python -m panjereh.definitions.coverage services docs/reference/catalogue.md` -->"
HEAD = """# The demonstration's catalogue

{note}

Each service of `services/` and how many of its worked examples go each way. `./panjereh try` plays them all; `check`
says which branches none goes. Stages: information, form (to print), online form, transaction (done online throughout).

"""

WAYS: Mapping[str, Callable[[Scenario], bool]] = {
    "approved": lambda one: one.expect.outcome == "approved",
    "refused": lambda one: one.expect.outcome == "refused",
    "corrected": lambda one: any(each.applicant == "correct" for each in one.then),
    "objection": lambda one: any(each.applicant == "appeal" for each in one.then),
    "silence": lambda one: any(told.notice == "silence" for told in one.expect.notices or ()),
    "withdrawn": lambda one: one.expect.outcome == "withdrawn",
    "not accepted": lambda one: bool(one.expect.problems),
    "recognised": lambda one: bool(one.expect.duplicate),
}
"""Column → whether an example goes that way. `recognised`: as maybe the same as an earlier case."""


def table(country: Country) -> str:
    """The page, the same for the same folder."""
    heads = ["service", "agency", "stage", "follows", "examples", *WAYS]
    lines = [heads, ["---"] * len(heads), *_rows(country)]
    return HEAD.format(note=NOTE) + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _rows(country: Country) -> Iterator[list[str]]:
    for name, service in sorted(country.services.items(), key=lambda one: (one[1].agency, one[0])):
        examples = country.folder.scenarios(name) or ScenarioFile(scenarios=[])
        counted = [sum(goes(one) for one in examples.scenarios) for goes in WAYS.values()]
        yield [
            service.title.in_("en"),
            country.agencies[service.agency].title.in_("en"),
            service.stage,
            _follows(service),
            str(len(examples.scenarios)),
            *(str(number) if number else "" for number in counted),
        ]


def _follows(service: Service) -> str:
    block = service.definition.follow_up
    return f"{block.as_} of {block.of}" if block else ""


def main(folder: str, file: str) -> None:
    Path(file).write_text(table(load_country(folder)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
