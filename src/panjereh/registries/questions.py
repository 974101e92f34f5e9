"""Registers answer questions with yes or no, so that nobody has to read an entry to compare one of its fields.

What the rule sets (18 years) stands in the permission: whoever could choose the number would find the datum by asking
often enough. The fields are looked at here and handed to nobody.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.definitions import Disclose, Registry
from panjereh.definitions.registry import Answering
from panjereh.definitions.vocabulary import Answerable
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.registries.errors import ReadingNotAllowed, UnknownQuestion
from panjereh.registries.models import Record
from panjereh.registries.queries import BELIEVED, ENTITY, longest, note
from panjereh.registries.types import Answer


@transaction.atomic
def ask(
    registry: Registry,
    question: str,
    *,
    entity: UUID,
    given: Mapping[str, Any],
    actor: Actor,
    purpose: str,
    case: str | None = None,
    disclose: Disclose | None = None,
) -> Answer | None:
    """What the register answers about one entity today; None if it holds nothing of it.

    The person sees what was asked. Raises UnknownQuestion, and ReadingNotAllowed unless the register's definition lets
    the actor's agency ask just this for this purpose.
    """
    asked = registry.questions.get(question)
    if asked is None or set(given) != set(asked.given):
        raise UnknownQuestion(_("The register answers no such question."), registry=registry.id, question=question)
    allowed = _permission(registry, question, given, actor, purpose)
    found = ENTITY.first(entity, registry.id)
    record = BELIEVED.first(found.pk, clock.today()) if found else None
    if record is None:
        return None
    note(
        registry,
        [entity],
        [written(question, allowed.given)],
        actor=actor,
        purpose=purpose,
        law=allowed.law,
        case=case,
        disclosure=longest(disclose, allowed.disclose),
    )
    answer = _answered(registry, asked, record, given)
    return Answer(registry.id, question, entity, dict(given), answer, record.version, clock.now())


def written(question: str, given: Mapping[str, Any]) -> str:
    """How a question stands in the access log in the place of a field: `is_over?years=18`.

    given: only what the rule sets; what else was given may be personal, and the log holds no values
    """
    return f"{question}?{'&'.join(f'{name}={value}' for name, value in given.items())}"


def is_question(field: str) -> bool:
    """Whether a field of the access log is a question that was asked."""
    return "?" in field


def read_back(field: str) -> tuple[str, dict[str, str]]:
    """The question of the access log, and what it was given."""
    question, _mark, given = field.partition("?")
    return question, dict(part.split("=", 1) for part in given.split("&") if "=" in part)


def _permission(registry: Registry, question: str, given: Mapping[str, Any], actor: Actor, purpose: str) -> Answering:
    for each in registry.answers:
        fits = each.question == question and each.purpose == purpose and actor.agency in each.by
        if fits and all(given.get(name) == value for name, value in each.given.items()):
            return each
    raise ReadingNotAllowed(
        _("The register does not answer this question to your agency for this purpose."),
        registry=registry.id,
        purpose=purpose,
    )


def _answered(registry: Registry, asked: Answerable, record: Record, given: Mapping[str, Any]) -> bool | None:
    held = record.data or {}
    values = {
        name: None if held.get(name) is None else registry.fields[name].kind.to_feel(held[name])
        for name in asked.fields
    }
    answer = asked.that.evaluate({**values, **given})
    return answer if isinstance(answer, bool) else None
