"""Finding a case for somebody, and the facts that we hold of an applicant: both only through one door."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from panjereh.cases.errors import CaseIsErased
from panjereh.cases.models import Case, Draft, Signatory
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Service
from panjereh.identity import mandates, policy
from panjereh.identity import queries as identity
from panjereh.identity.errors import BeyondMandate, MandateHasEnded, SignInIsTooWeak
from panjereh.identity.models import Party
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.registries import queries as registries
from panjereh.storage import Prepared

POPULATION = "population"

OWN = Prepared(lambda draft, party: Draft.objects.filter(pk=draft, case=None, applicant=party, helper=None))
OWN_LOCKED = Prepared(
    lambda draft, party: Draft.objects.select_for_update().filter(pk=draft, case=None, applicant=party, helper=None)
)
HELPED = Prepared(lambda draft, party: Draft.objects.filter(pk=draft, case=None, helper=party))
HELPED_LOCKED = Prepared(
    lambda draft, party: Draft.objects.select_for_update().filter(pk=draft, case=None, helper=party)
)
DRAFTS = {(False, False): OWN, (False, True): OWN_LOCKED, (True, False): HELPED, (True, True): HELPED_LOCKED}
CASES = {
    False: Prepared(lambda party, number: Case.objects.filter(applicant=party, number=number)),
    True: Prepared(lambda party, number: Case.objects.select_for_update().filter(applicant=party, number=number)),
}


def service_of(thing: Case | Draft) -> Service:
    """The definition that the draft follows or the case is pinned to."""
    return catalogue.version(thing.version_id).service


def own_drafts(actor: Actor) -> QuerySet[Draft]:
    """Drafts that the actor may go on with: their own, or those they write for a visitor."""
    drafts = Draft.objects.filter(case=None)
    if actor.is_official:
        return drafts.filter(helper=actor.party)
    own = drafts.filter(applicant=actor.applicant, helper=None)
    acting = actor.acting_for
    if acting is None or acting.is_whole:
        return own
    services = {one.service.id for one in catalogue.all_current() if acting.reaches(one.service.id, one.service.agency)}
    return own.filter(service__in=services)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """Cases of the applicant who asks, or for whom they act. An official acts at the desk for those whose case was
    entered there: people without an account come back to whoever is at the counter. Their own cases officials reach as
    persons only."""
    if actor.party is None or actor.applicant is None:
        return Case.objects.none()
    if not actor.is_official:
        return _within_mandate(actor, Case.objects.filter(applicant__in=identity.numbers_of(actor.applicant)))
    if not policy.may(actor, "case.assist", policy.Target(agency=actor.agency)):
        return Case.objects.none()
    entered_here = Q(agency=actor.agency, helper__isnull=False) | Q(helper=actor.party)  # maybe for another agency
    return Case.objects.filter(entered_here).exclude(applicant__in=identity.numbers_of(actor.party))


def find_draft(actor: Actor, draft_id: UUID, *, lock: bool = False) -> Draft:
    found, whose = DRAFTS[actor.is_official, lock], actor.party if actor.is_official else actor.applicant
    draft = found.first(draft_id, whose) if whose else None
    if draft is None:
        raise NotFound(_("There is no such draft among yours. It may have been sent or deleted."))
    if actor.acting_for:
        must_reach(actor, draft.service, catalogue.current(draft.service).service.agency, changes=lock)
    return draft


def find_own(actor: Actor, number: str, *, lock: bool = False) -> Case:
    """One of `own_cases`. The usual way, a person and their present number, is quick; the others are looked up."""
    own = None if actor.is_official else actor.applicant
    case = CASES[lock].first(own, number) if own else None
    if case is None:
        cases = own_cases(actor).filter(number=number)
        case = (cases.select_for_update(of=("self",)) if lock else cases).first()
    if case is None:
        raise NotFound(_("There is no such case among yours."))
    if actor.acting_for:
        must_reach(actor, case.service, case.agency, changes=lock)
    must_not_be_erased(case)
    return case


def waits_for(actor: Actor, signatory_id: UUID) -> Signatory:
    """A place among the signatories of a document: one's own, acting for nobody; or at the desk a visitor's, for
    officials who help and whom nothing of it concerns. Raises NotFound."""
    found = Signatory.objects.filter(pk=signatory_id).select_related("request", "party").first()
    missing = NotFound(_("There is no such document that waits for your signature."))
    if found is None or actor.party is None or actor.acting_for is not None:
        raise missing
    if not actor.is_official:
        if found.party_id not in identity.numbers_of(actor.party):
            raise missing
        return found
    concerned = identity.numbers_of(found.party_id) | identity.numbers_of(found.request.applicant_id)
    if not policy.may(actor, "case.assist", policy.Target(agency=service_of_request(found).agency, parties=concerned)):
        raise missing
    return found


def service_of_request(signatory: Signatory) -> Service:
    return catalogue.version(signatory.request.version_id).service


def _within_mandate(actor: Actor, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of the cases that the actor's mandate reaches; all of them where they act for themselves."""
    acting = actor.acting_for
    if acting is not None and acting.services:
        cases = cases.filter(service__in=acting.services)
    if acting is not None and acting.agency:
        cases = cases.filter(agency=acting.agency)
    return cases


def must_reach(actor: Actor, service: str, agency: str, *, changes: bool) -> None:
    """Refuse what goes beyond the mandate by which the actor acts. What changes something asks the database once more
    whether the mandate stands, within the transaction of the change: it may have been taken back a moment ago."""
    acting = actor.acting_for
    if acting is None:
        return
    if not acting.reaches(service, agency):
        raise BeyondMandate(
            _("Your mandate for %(name)s does not cover this service. Ask them for another one.")
            % {"name": acting.name}
        )
    if changes and acting.reads_only:
        raise BeyondMandate(
            _("Your mandate for %(name)s lets you look, not act. Ask them for another one.") % {"name": acting.name}
        )
    if changes and not mandates.still_stands(acting.mandate):
        raise MandateHasEnded(_("You no longer act for %(name)s. Nothing is lost.") % {"name": acting.name})


def must_not_be_erased(case: Case) -> None:
    """Raises CaseIsErased: nothing is left to be shown or done."""
    if case.erased_at is not None:
        raise CaseIsErased(
            _("Case %(number)s was erased, as the law asks. Nothing of it is kept.") % {"number": case.number}
        )


def require_level(actor: Actor, service: Service) -> None:
    """Raise SignInIsTooWeak unless the person is known as surely as the service asks. Officials are bound otherwise."""
    if not actor.is_official and not actor.level.meets(service.level):
        raise SignInIsTooWeak(_("This service needs a surer sign-in than the one you used."), wanted=service.level)


def must_sign_alone(actor: Actor) -> None:
    """Refuse to declare something in the name of an organisation whose representatives must agree together."""
    acting = actor.acting_for
    if acting is not None and acting.together > 1:
        raise BeyondMandate(
            _(
                "By the register %(name)s is bound only by two of its representatives together. What you prepared is "
                "kept. Come to the agency’s desk together to hand it in."
            )
            % {"name": acting.name}
        )


def applicant_facts(party: Party, service: Service, *, actor: Actor, case: str | None = None) -> dict[str, Any]:
    """What is known for certain of the applicant, read for the service's first purpose; {} when nobody proved it.

    Of an organisation that is its name and number.
    """
    if party.kind == Party.Kind.ORGANISATION:
        known = {"name": party.organisation_name, "company_id": party.company_id}
        return {**known, "entity": str(party.entity)} if party.entity else known
    fields = list(service.applicant_fields)
    if party.entity is None or not fields:
        return {}
    purpose = service.purpose_of_reading(POPULATION)
    entry = registries.read(
        catalogue.country().registries[POPULATION],
        entity=party.entity,
        fields=fields,
        actor=replace(actor, agency=service.agency, roles=frozenset()),
        purpose=purpose.id,
        law=purpose.law,
        case=case,
        disclose=purpose.disclose,
    )
    return {**entry.data, "entity": str(party.entity)} if entry else {}


def kind_facts(party: Party) -> dict[str, str]:
    """What expressions and the form know of the kind of applicant; nothing where a person applies."""
    return {"applicant_kind": "organisation"} if party.kind == Party.Kind.ORGANISATION else {}


def entities_in(answers: Any) -> Iterator[UUID]:
    """The entries of the population register that answers name, wherever in them."""
    if isinstance(answers, list):
        for each in answers:
            yield from entities_in(each)
    elif isinstance(answers, dict):
        source = answers.get("source")
        if isinstance(source, dict) and source.get("registry") == POPULATION:
            yield UUID(source["entity"])
        for each in answers.values():
            yield from entities_in(each)
