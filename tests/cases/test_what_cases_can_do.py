"""The linter knows what cases can do with a drawn process: its words are those of the operations."""

from panjereh.cases import effects
from panjereh.cases.models import Case
from panjereh.definitions.checks import running
from panjereh.process import Kind, named


def test_operations_outcomes_and_messages_of_the_linter_are_those_of_cases():
    assert set(running.OPERATIONS) == set(effects.OPERATIONS)
    assert set(running.OUTCOMES) <= set(Case.Outcome.values)
    standard = named("standard").elements.values()
    assert {each.does for each in standard if each.kind is Kind.USER} <= set(running.DOES)
    assert {trigger.name for each in standard for trigger in each.triggers if trigger.name} <= set(running.MESSAGES)
