"""Every row of the table of elements: it runs as it says, or is refused as it says; the page shows the same rows."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.process.drawing import Run, model, text
from tests.process.elements import TABLE, Refused, Runs, page

from panjereh import process

ROWS = [(part, row) for part, rows in TABLE.items() for row in rows]
RUN = [pytest.param(row, id=f"{part}: {row.name}") for part, row in ROWS if isinstance(row, Runs)]
REFUSED = [pytest.param(row, id=f"{part}: {row.name}") for part, row in ROWS if isinstance(row, Refused)]


def number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) else value


def happen(run: Run, what: str) -> None:
    verb, *words = what.split()
    if verb == "learn":
        name, _, value = words[0].partition("=")
        run.learn(**{name: Decimal(value)})
    elif verb != "start":
        acts = {"done": run.complete, "sent": run.finish, "fail": run.fail, "message": run.deliver}
        {**acts, "signal": run.signal, "clock": run.fire}[verb](*words)


@pytest.mark.parametrize("row", RUN)
def test_an_element_that_is_supported_runs_as_the_table_says(row: Runs):
    data = {name: number(value) for name, value in row.data.items()}
    run = Run(model(row.elements, row.flows, row.beside), lambda _name, _data: {"fee": Decimal(7)}, **data)

    for what, stands in row.then:
        happen(run, what)
        assert " ".join(run.at) == stands, what
        assert run.marking["ended"] is not bool(stands)


@pytest.mark.parametrize("row", REFUSED)
def test_an_element_that_can_not_be_run_is_refused_as_the_table_says(row: Refused):
    with pytest.raises(process.ModelErrors) as refused:
        process.load(text(row.elements, row.flows, row.beside))

    found = refused.value.errors
    assert row.code in {error.code for error in found}
    assert all(error.reason and error.advice for error in found)


def test_the_page_shows_the_rows_that_are_tested():
    written = Path(__file__).parents[2] / "docs/reference/bpmn.md"

    assert written.read_text() == page(), "run: python -m tests.process.elements docs/reference/bpmn.md"
