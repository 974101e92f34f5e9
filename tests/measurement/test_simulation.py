"""A change is tried on an invented population: exact to the rial, with those who gain and those who lose."""

from pathlib import Path
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest
import yaml

from panjereh import rules
from panjereh.config.cli import main
from panjereh.measurement import picture, population, simulation
from panjereh.rules import DecisionTable

ROOT = Path(__file__).parents[2]
NAMED = {"taxable": rules.compile("max(income - 1000, 0)")}
PEOPLE = {"income": np.arange(0, 10_000, 7)}


def table(rate: str, over: int = 5000) -> DecisionTable:
    rows = [
        {"if": [f"<= {over}"], "then": [f"floor(taxable * {rate})"]},
        {"if": [f"> {over}"], "then": [f"floor(taxable * {rate} * 2)"]},
    ]
    return DecisionTable.from_yaml({"t": {"hit": "unique", "inputs": ["taxable"], "outputs": ["amount"], "rows": rows}})


def test_every_person_is_counted_once_and_sums_are_those_of_rules():
    result = simulation.compare(table("0.1"), table("0.15"), NAMED, PEOPLE, "income", "amount")

    wanted = [
        sum(
            int(each.evaluate({"taxable": max(int(income) - 1000, 0)}).outputs["amount"]) for income in PEOPLE["income"]
        )
        for each in (table("0.1"), table("0.15"))
    ]
    assert [result.before, result.after] == wanted
    assert sum(tenth.people for tenth in result.tenths) == result.people == len(PEOPLE["income"])
    assert (result.tenths[0].gain, result.tenths[0].lose, result.tenths[0].change) == (0, 0, 0)
    assert result.tenths[9].lose == result.tenths[9].people
    assert result.slow == 0


def test_no_change_changes_nothing():
    result = simulation.compare(table("0.1"), table("0.1"), NAMED, PEOPLE, "income", "amount")

    assert all(tenth.change == tenth.gain == tenth.lose == 0 for tenth in result.tenths)


def test_what_arrays_cannot_do_goes_row_by_row_with_the_same_result_and_says_why():
    small = {"income": PEOPLE["income"][:200]}
    odd = table("0.1 * (taxable ** 0 + 0)")

    result = simulation.compare(table("0.1"), odd, NAMED, small, "income", "amount")

    assert result.slow == 200
    assert result.why == ["powers"]
    assert result.before == result.after


def test_rows_for_which_no_rule_matches_pay_nothing():
    gap = DecisionTable.from_yaml(
        {
            "t": {
                "hit": "unique",
                "inputs": ["taxable"],
                "outputs": ["amount"],
                "rows": [{"if": ["> 5000"], "then": [9]}],
            }
        }
    )

    result = simulation.compare(gap, gap, NAMED, PEOPLE, "income", "amount")

    assert 0 < result.slow < result.people
    assert result.before == 9 * int((PEOPLE["income"] > 6000).sum())


def test_a_result_that_is_not_that_of_rules_is_no_result(monkeypatch):
    monkeypatch.setattr(simulation, "_by_rules", lambda *_given: -1)

    with pytest.raises(simulation.NotTheSame):
        simulation.compare(table("0.1"), table("0.1"), NAMED, PEOPLE, "income", "amount")


def test_the_same_seed_draws_the_same_people():
    drawn = population.read((ROOT / "services/demonstration/taxpayers.yaml").read_bytes())

    first, again = drawn.draw(1000), drawn.draw(1000)
    assert all((first[name] == again[name]).all() for name in first)
    assert 0.6 < (first["gross"] > 0).mean() < 0.9


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_picture_says_in_words_what_it_shows(language):
    result = simulation.compare(table("0.1"), table("0.05"), NAMED, PEOPLE, "income", "amount")

    drawing = picture.svg(result, language)
    assert fromstring(drawing).attrib["lang"] == language
    assert picture.WORDS[language]["title"] in drawing
    assert "▼" in drawing
    rows = picture.rows(result, language)
    assert len(rows) == 12
    assert {len(row) for row in rows} == {7}


def test_the_command_tries_a_lower_rate_on_the_declaration_of_income(tmp_path, capsys):
    written = yaml.safe_load((ROOT / "services/tax-authority/income-declaration/decisions.yaml").read_text())
    proposal = tmp_path / "rates.yaml"
    proposal.write_text(yaml.safe_dump(written).replace("0.10", "0.08"))
    service = next(path.parent.name for path in (ROOT / "services/tax-authority").glob("income*/service.yaml"))
    arguments = [f"{service}#income-tax", "--rates", str(proposal), "--people", "20000", "--to", str(tmp_path / "out")]

    assert main(["simulate", *arguments]) == 0

    assert "20,000 people" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "income-tax.en.csv",
        "income-tax.en.svg",
        "income-tax.fa.csv",
        "income-tax.fa.svg",
    ]
    assert main(["simulate", "nothing#x", "--rates", str(proposal)]) == 2
    assert main(["simulate", f"{service}#nothing", "--rates", str(proposal)]) == 2
