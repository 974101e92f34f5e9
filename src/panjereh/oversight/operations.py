"""Ask an agency why it looked, and show what a law had put off."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from panjereh.audit import disclosure
from panjereh.audit.models import AccessLog
from panjereh.cases import operations as cases
from panjereh.cases import queries as case_queries
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.identity import queries as identity
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.localisation import digits

DISCLOSED = gettext_noop("You can now see who read your data")


def ask(actor: Actor, row: AccessLog, reading: str) -> UUID | None:
    """Begin a request to the agency that looked; the number of its draft, with the line filled in.

    row: the reading, which the caller has found among the person's own; reading: what its line says, in their language
    None if the country names no service for it, or no agency looked (a rule did).
    """
    wanted = catalogue.country().file.access_questions
    if wanted is None or not row.agency:
        return None
    draft = cases.start_draft(wanted.service, actor=actor)
    answers = {wanted.line: str(row.pk), wanted.agency: row.agency, wanted.reading: reading[:1000]}
    cases.prefill(draft.pk, actor=actor, answers=answers)
    return draft.pk


def disclose_due() -> int:
    """Show what was put off until now or until its case was closed, and tell those concerned. How many readings."""
    total = 0
    while True:
        with transaction.atomic():
            shown = disclosure.disclose(closed_cases=case_queries.closed_among(disclosure.cases_waited_for()))
            _tell(shown)
        if not shown:
            return total
        total += sum(shown.values())


def _tell(shown: dict[str, int]) -> None:
    by_party: dict[UUID, int] = defaultdict(int)
    parties: dict[UUID, Party] = {}
    for subject, count in shown.items():
        party = _party(subject)
        if party is not None:
            parties[party.pk] = party
            by_party[party.pk] += count
    for number, count in by_party.items():
        language = parties[number].language
        with translation.override(language):
            correspondence.tell(
                number,
                key=f"disclosed:{number}:{clock.now().isoformat()}",
                subject=gettext(DISCLOSED),
                text=ngettext(
                    "A reading of your data that a law had put off showing you stands on the page “Who has seen my "
                    "data?” now. You can ask the agency about it.",
                    "%(count)s readings of your data that a law had put off showing you stand on the page “Who has "
                    "seen my data?” now. You can ask the agency about them.",
                    count,
                )
                % {"count": digits.for_language(str(count), language)},
                language=language,
            )


def _party(subject: str) -> Party | None:
    kind, _colon, number = subject.partition(":")
    if kind == "party":
        return identity.present(UUID(number))
    return identity.party_of_entity(UUID(number)) if kind == "population" else None
