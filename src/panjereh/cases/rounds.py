"""Documents that go round before they are sent: who must sign, what each is told, and how it ends if it is not sent.

The applicant signs first; then each signatory is asked, in the app and as they want notices. All sign one document, by
its hash. It is sent by whoever signs last (see `operations.signatories`), or ends: somebody declined and too few are
left, the term passed, the applicant changed an answer or took it back. Then the signatures count no more.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from panjereh.cases import signatures
from panjereh.cases.errors import SignatoryUnknown, SignsTwice
from panjereh.cases.models import Draft, Signatory, SignatureRequest
from panjereh.cases.terms import last_day_to_apply
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.definitions import Service
from panjereh.definitions.expressions import Context
from panjereh.definitions.screens import Answers, Facts
from panjereh.definitions.signatories import Named, PlannedSignatory
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.localisation import dates
from panjereh.registries import queries as registries
from panjereh.storage import Prepared

APPLICANT = "applicant"
POPULATION = "population"
OPEN = Prepared(lambda draft: SignatureRequest.objects.filter(draft=draft, ended_at=None))
SIGNATORIES = Prepared(
    lambda request: Signatory.objects.filter(request=request).select_related("party").order_by("place", "pk")
)
Outcome = SignatureRequest.Outcome

WORDS = {
    "asked": gettext_noop(
        "%(applicant)s asks for your signature as: %(as)s. Read the request and sign or decline by %(until)s. You find "
        "it under “My cases”."
    ),
    "reminder": gettext_noop(
        "A reminder: %(applicant)s waits for your signature as: %(as)s. Your time ends on %(until)s."
    ),
    "sent": gettext_noop("All have signed. The request was sent to the agency; its tracking code is %(code)s."),
    "changed": gettext_noop(
        "The request was changed, so the signatures on it count no more. Whoever must sign will be asked again."
    ),
    "declined": gettext_noop("%(name)s (%(as)s) declined to sign, so nothing was sent. The reason: %(reason)s"),
    "one_less": gettext_noop(
        "%(name)s (%(as)s) declined to sign. The reason: %(reason)s Without them enough can still sign, so the request "
        "waits for the others."
    ),
    "lapsed": gettext_noop("Not all had signed by %(until)s, so nothing was sent. The applicant can ask again."),
    "called_off": gettext_noop("The applicant took the request back. Nothing was sent and nothing is asked of you."),
    "refused": gettext_noop("All have signed, but the request could not be sent: %(reason)s"),
}
TOLD_TO_APPLICANT = {
    "declined": gettext_noop(
        "%(name)s (%(as)s) declined to sign, so nothing was sent. The reason: %(reason)s You can change your answers "
        "and ask again; what you wrote is kept."
    ),
    "lapsed": gettext_noop(
        "Not all had signed by %(until)s, so nothing was sent. What you wrote is kept: you can ask again."
    ),
}
"""What the applicant is told otherwise than the others."""


def open_of(draft: UUID) -> SignatureRequest | None:
    """The document of this draft that goes round now."""
    return OPEN.first(draft)


def signatories_of(request: SignatureRequest) -> list[Signatory]:
    """Everybody who must sign, the applicant first."""
    return SIGNATORIES.all(request.pk)


def others(service: Service, context: Context) -> list[tuple[PlannedSignatory, list[Named]]]:
    """Who must sign besides the applicant in this case, by kind."""
    return [(each, each.people(context)) for each in service.signatories if each.is_needed(context)]


def parties(service: Service, context: Context, applicant: Party) -> list[tuple[str, Party]]:
    """The same as people who can sign in. Raises SignatoryUnknown and SignsTwice."""
    found: list[tuple[str, Party]] = []
    known = set(identity_queries.numbers_of(applicant.pk))
    for kind, named in others(service, context):
        if len(named) < (kind.min or 1):
            raise SignatoryUnknown(gettext_lazy("Somebody who must sign is not named yet. Look through your answers."))
        for one in named:
            party = _party(one)
            if known & identity_queries.numbers_of(party.pk):
                raise SignsTwice(
                    gettext_lazy("Nobody can sign twice: %(name)s is named twice, or is the applicant.")
                    % {"name": party.name or one.national_id}
                )
            known |= identity_queries.numbers_of(party.pk)
            found.append((kind.who, party))
    return found


def _party(named: Named) -> Party:
    registry = catalogue.country().registries[POPULATION]
    entity = UUID(named.entity) if named.entity else None
    if named.by_key:
        entity = registries.entity_of(registry, named.national_id or "")
    if entity is None:
        raise SignatoryUnknown(
            gettext_lazy("The register does not know %(name)s, so they can’t sign here. Correct that answer.")
            % {"name": f"{named.given_name} {named.family_name}".strip() or named.national_id}
        )
    return identity.party_for_entity(
        entity, national_id=named.national_id, given_name=named.given_name, family_name=named.family_name
    )


def due_day(service: Service) -> date:
    """The last day on which the others can sign, if they are asked today."""
    return last_day_to_apply(service.deadlines["sign"], clock.today(), service.agency)


def service_of(request: SignatureRequest) -> Service:
    return catalogue.version(request.version_id).service


def planned(request: SignatureRequest, who: str) -> PlannedSignatory | None:
    """The kind of signatory in the definition; None for the applicant."""
    return next((each for each in service_of(request).signatories if each.who == who), None)


def title_of(request: SignatureRequest, who: str, language: str) -> str:
    kind = planned(request, who)
    if kind is not None:
        return kind.title.in_(language)
    with translation.override(language):
        return _("Applicant")


def opened_for(request: SignatureRequest, who: str) -> list[signatures.Disclosure]:
    """The answers that this kind of signatory sees, as they stand in the document."""
    kind = planned(request, who)
    return [
        (question, salt, label, shown)
        for question, salt, label, shown in request.answers
        if kind is None or kind.shows(question)
    ]


def fee_in(request: SignatureRequest) -> int:
    """Rials, as the document says."""
    return int(json.loads(request.document)["fee"])


def is_complete(request: SignatureRequest, signatories: Iterable[Signatory]) -> bool:
    """Whether as many have signed as must."""
    return _enough(request, signatories, {Signatory.State.SIGNED})


def can_be_completed(request: SignatureRequest, signatories: Iterable[Signatory]) -> bool:
    """Whether it can still be, whatever was declined."""
    return _enough(request, signatories, {Signatory.State.SIGNED, Signatory.State.WAITING})


def _enough(request: SignatureRequest, signatories: Iterable[Signatory], states: set[str]) -> bool:
    everybody = list(signatories)
    counted = Counter(one.who for one in everybody if one.state in states)
    wanted = Counter(one.who for one in everybody)
    least = {kind.who: kind.min for kind in service_of(request).signatories if kind.min is not None}
    return all(counted[who] >= min(least.get(who, number), number) for who, number in wanted.items())


def fall_if_changed(draft: Draft, service: Service) -> None:
    """An answer was changed while the document went round: it is not what was signed any more. Asks the database only
    for services that others sign."""
    request = open_of(draft.pk) if service.signatories else None
    if request is not None and not is_unchanged(request, draft, service, draft.answers, draft.facts):
        end(request, Outcome.CHANGED)


def is_unchanged(request: SignatureRequest, draft: Draft, service: Service, answers: Answers, facts: Facts) -> bool:
    """Whether the answers, in words, are still those of the document, by the same version of the service."""
    now = signatures.rows_of(service, service.prune(answers, facts), facts, request.language)
    signed = [(question, label, shown) for question, _salt, label, shown in request.answers]
    fee = service.fee_for(service.context(answers, facts)).money.amount
    return draft.version_id == request.version_id and now == signed and fee_in(request) == fee


def call_off(draft: Draft) -> None:
    """The applicant takes the document back before it is sent."""
    request = open_of(draft.pk)
    if request is not None:
        end(request, Outcome.CALLED_OFF)


def forget(draft: Draft, service: Service) -> None:
    """The draft is deleted; what went round of it says nothing any more."""
    if service.signatories:
        call_off(draft)
        erase(draft=draft)


def erase(**of: Any) -> None:
    """Nothing of what was signed stays: the case was erased, or the draft deleted before it was sent."""
    requests = SignatureRequest.objects.filter(**of)
    Signatory.objects.filter(request__in=requests).update(words="", evidence=None)
    requests.update(document="", answers=[], asked_by={})


def end(request: SignatureRequest, outcome: str, **words: str) -> None:
    """The document goes round no more. Everybody is told, once."""
    request.ended_at, request.outcome = clock.now(), outcome
    request.save(update_fields=["ended_at", "outcome"])
    for one in signatories_of(request):
        if one.state != Signatory.State.DECLINED:
            tell(one, outcome, **words)


def tell(signatory: Signatory, kind: str, step: str = "", **more: str) -> None:
    """Tell one of them what happened, in their language. The same thing once."""
    request = signatory.request
    service, language = service_of(request), signatory.party.language
    is_applicant = signatory.who == APPLICANT
    if is_applicant and kind in ("asked", "sent", "changed", "called_off"):
        return  # they did it themselves, or are told as applicants
    with translation.override(language):
        words = _(TOLD_TO_APPLICANT.get(kind, WORDS[kind]) if is_applicant else WORDS[kind])
        text = words % {
            "applicant": identity_queries.present(request.applicant_id).name,
            "as": title_of(request, more.pop("who", signatory.who), language),
            "until": dates.format_date(request.due_at.astimezone(clock.home_zone()).date(), language),
            "code": request.number,
            "name": "",
            "reason": "",
            **more,
        }
    correspondence.tell(
        signatory.party_id,
        key=f"signing:{request.pk}:{kind}{step}:{signatory.pk}",
        subject=service.title.in_(language),
        text=text,
        agency=service.agency,
        service=service.id,
        language=language,
    )


def sweep() -> int:
    """Remind of documents whose time ends soon, and end those whose time is over; how many of these."""
    now = clock.now()
    waiting = SignatureRequest.objects.filter(ended_at=None).order_by("due_at", "pk")
    for pk in list(waiting.filter(due_at__lte=now).values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            request = locked(pk)
            if request is not None:
                end(request, Outcome.LAPSED)
    for pk in list(waiting.filter(due_at__gt=now, reminded_at=None).values_list("pk", flat=True)[:200]):
        _remind_if_near(pk)
    return SignatureRequest.objects.filter(outcome=Outcome.LAPSED, ended_at__gte=now).count()


@transaction.atomic
def _remind_if_near(pk: UUID) -> None:
    request = locked(pk)
    if request is None:
        return
    terms = service_of(request).definition.deadlines.reminders("sign")
    if not any(clock.now() >= request.due_at - timedelta(days=length.as_timedelta().days) for length in terms):
        return
    request.reminded_at = clock.now()
    request.save(update_fields=["reminded_at"])
    for one in signatories_of(request):
        if one.state == Signatory.State.WAITING:
            tell(one, "reminder")


def locked(pk: UUID) -> SignatureRequest | None:
    """A document that still goes round, for this transaction alone."""
    return SignatureRequest.objects.select_for_update().filter(pk=pk, ended_at=None).first()
