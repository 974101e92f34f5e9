"""What a service asks registers with yes or no, about the applicant and about whom the answers name.

Each question is asked once a day and person while a request is written, and never again when it was sent: the case
keeps the answer with its source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Service
from panjereh.definitions.questions import AskOf
from panjereh.definitions.screens import Answers, Facts, Screen, plain
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.registries import questions as registers

APPLICANT = "applicant"


def answered(
    service: Service, answers: Answers, facts: Facts, *, actor: Actor, case: str | None = None
) -> dict[str, Any]:
    """The facts with all that registers can answer now, under `asked`; as they are where the service asks nothing."""
    if not service.asks:
        return dict(facts)
    context = service.context(answers, facts)
    known = facts.get("asked", {})
    asked: dict[str, Any] = {}
    for each in service.asks:
        entity = _entity_of(each, answers, facts)
        if entity is None:
            continue
        given = {name: _plain(formula.value(context)) for name, formula in each.given.items()}
        asked[each.id] = _kept(known.get(each.id), entity, given, case) or _ask(
            service, each, entity, given, actor=actor, case=case
        )
    return {**facts, "asked": {name: each for name, each in asked.items() if each is not None}}


def forgotten(service: Service, facts: Facts, screen: Screen) -> Facts:
    """The facts without what was asked about whom this screen names: somebody else may be named now."""
    gone = {each.id for each in service.asks if each.of in screen.asks}
    if not gone:
        return facts
    return {**facts, "asked": {name: each for name, each in facts.get("asked", {}).items() if name not in gone}}


def told(service: Service, facts: Facts) -> Iterator[tuple[AskOf, Mapping[str, Any]]]:
    """What was asked and what was answered, in the order of the definition."""
    known = facts.get("asked", {})
    return ((each, known[each.id]) for each in service.asks if each.id in known)


def _plain(value: Any) -> Any:
    """What a question is given, as JSON; thresholds are whole numbers."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else plain(value)


def _entity_of(ask: AskOf, answers: Answers, facts: Facts) -> str | None:
    if ask.of == APPLICANT:
        found: str | None = facts.get(APPLICANT, {}).get("entity")
        return found
    named = answers.get(ask.of)
    source = named.get("source") if isinstance(named, Mapping) else None
    return str(source["entity"]) if source and source["registry"] == ask.registry else None


def _kept(known: Mapping[str, Any] | None, entity: str, given: Mapping[str, Any], case: str | None) -> Any:
    """The answer that is there already, if it is about the same person and question, and of today or of this case."""
    if known is None or known["entity"] != entity or known["given"] != given:
        return None
    return known if case or known["on"] == clock.today().isoformat() else None


def _ask(
    service: Service, ask: AskOf, entity: str, given: Mapping[str, Any], *, actor: Actor, case: str | None
) -> dict[str, Any] | None:
    purpose = service.purpose_of_reading(ask.registry)
    answer = registers.ask(
        catalogue.country().registries[ask.registry],
        ask.question,
        entity=UUID(entity),
        given=given,
        actor=replace(actor, agency=service.agency, roles=frozenset()),
        purpose=purpose.id,
        case=case,
        disclose=purpose.disclose,
    )
    if answer is None:
        return None
    return {
        "answer": answer.answer,
        "registry": answer.registry,
        "question": answer.question,
        "entity": entity,
        "given": dict(given),
        "version": answer.version,
        "on": clock.today().isoformat(),
    }
