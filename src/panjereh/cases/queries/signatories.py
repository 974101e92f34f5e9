"""What signatories see: what waits for them, the document with the answers that are theirs to see, who has signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.cases import looks, rounds, signatures
from panjereh.cases.access import find_draft, find_own, must_not_be_erased, require_level
from panjereh.cases.models import Case, Signatory, Signature, SignatureRequest
from panjereh.definitions import Service, Text
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.storage import Prepared

SIGNING = "signing"
WAITING = Prepared(
    lambda party: (
        Signatory.objects.filter(
            Q(party=party) | Q(party__same_as=party), state=Signatory.State.WAITING, request__ended_at=None
        )
        .select_related("request")
        .order_by("request__due_at", "pk")
    )
)


@dataclass(frozen=True)
class Waiting:
    """A document that waits for somebody's signature."""

    id: UUID
    title: Text
    as_what: str
    until: datetime


@dataclass(frozen=True)
class Signed:
    """One of those who must sign. name: empty where it is nobody's business; how: empty until they have signed"""

    id: UUID
    who: str
    as_what: str
    name: str
    state: str
    how: str
    at: datetime | None
    words: str


@dataclass(frozen=True)
class SignView:
    """A document before whoever must sign it. closed: how many answers they do not see"""

    signatory: Signatory
    request: SignatureRequest
    service: Service
    as_what: str
    declares: Text | None
    how: str
    applicant: str
    answers: list[tuple[str, Any]]
    closed: int
    fee: int
    everybody: list[Signed]


@dataclass(frozen=True)
class RoundView:
    """A document that goes round, before its applicant."""

    request: SignatureRequest
    service: Service
    everybody: list[Signed]


def documents_to_sign(actor: Actor) -> list[Waiting]:
    """What waits for somebody's own signature, the most urgent first; nothing where they act for others."""
    if actor.party is None or actor.acting_for is not None or actor.is_official:
        return []
    return [_waiting(one, actor.language) for one in WAITING.all(actor.party)]


def documents_visitor_signs(actor: Actor, party: UUID) -> list[Waiting]:
    """What waits for the signature of somebody who has come to the desk, where the official may help them with it."""
    if not actor.is_official:
        return []
    found = [one for number in identity.numbers_of(party) for one in WAITING.all(number)]
    return [_waiting(one, actor.language) for one in {one.pk: one for one in found}.values()]


def _waiting(one: Signatory, language: str) -> Waiting:
    service = rounds.service_of(one.request)
    return Waiting(one.pk, service.title, rounds.title_of(one.request, one.who, language), one.request.due_at)


def to_be_signed(actor: Actor, signatory_id: UUID) -> SignView:
    """The document that waits for this signature. The applicant sees who had it before them.

    Raises NotFound, also for what waits no more, and SignInIsTooWeak.
    """
    one = looks.at_place(actor, signatory_id)
    request = one.request
    if request.ended_at is not None or one.state != Signatory.State.WAITING:
        raise NotFound(_("This document does not wait for your signature any more."))
    service = rounds.service_of(request)
    require_level(actor, service)
    kind = rounds.planned(request, one.who)
    opened = rounds.opened_for(request, one.who)
    _note(request, service, actor, [question for question, *_rest in opened])
    return SignView(
        signatory=one,
        request=request,
        service=service,
        as_what=rounds.title_of(request, one.who, actor.language),
        declares=kind.declares if kind else None,
        how=kind.signature if kind else "declaration",
        applicant=identity.present(request.applicant_id).name,
        answers=[(label, shown) for _question, _salt, label, shown in opened],
        closed=len(request.answers) - len(opened),
        fee=rounds.fee_in(request),
        everybody=everybody_of(request, actor.language),
    )


@dataclass(frozen=True)
class OwnPlace:
    """What became of somebody's own signature. number: of the case, if all have signed and it was sent."""

    party: UUID
    title: Text
    state: str
    number: str
    waits_for: int


def own_place(actor: Actor, signatory_id: UUID) -> OwnPlace:
    """What somebody did with a document, and how it stands. Raises NotFound."""
    one = looks.at_place(actor, signatory_id)
    request = one.request
    waiting = [each for each in rounds.signatories_of(request) if each.state == Signatory.State.WAITING]
    return OwnPlace(
        party=one.party_id,
        title=rounds.service_of(request).title,
        state=one.state,
        number=request.number if request.outcome == SignatureRequest.Outcome.SENT else "",
        waits_for=len(waiting),
    )


def _note(request: SignatureRequest, service: Service, actor: Actor, fields: Sequence[str]) -> None:
    audit.record_access(
        actor=actor,
        subject=f"party:{request.applicant_id}",
        source="signing",
        fields=sorted(set(fields)),
        purpose=SIGNING,
        law=service.law,
    )


def going_round(actor: Actor, draft_id: UUID) -> RoundView | None:
    """The document of one's own draft that goes round, with who has signed; None if none does."""
    found = find_draft(actor, draft_id)
    request = rounds.open_of(found.pk)
    if request is None:
        return None
    return RoundView(request, rounds.service_of(request), everybody_of(request, actor.language))


def drafts_going_round(drafts: Sequence[UUID]) -> set[UUID]:
    """Which of these drafts wait for signatures."""
    waiting = SignatureRequest.objects.filter(draft__in=list(drafts), ended_at=None)
    return {draft for draft in waiting.values_list("draft", flat=True) if draft is not None}


def signatories_of(case: Case, service: Service, language: str) -> list[Signed]:
    """Who signed a case, for its own pages; nobody where the applicant sent it alone."""
    if not service.signatories:
        return []
    request = SignatureRequest.objects.filter(case=case).first()
    return everybody_of(request, language) if request else []


def without_names(everybody: Sequence[Signed]) -> list[Signed]:
    """The same for whoever knows the tracking code only."""
    return [Signed(one.id, one.who, one.as_what, "", one.state, one.how, one.at, "") for one in everybody]


def everybody_of(request: SignatureRequest, language: str) -> list[Signed]:
    """Everybody who must sign a document, the applicant first."""
    return [
        Signed(
            id=one.pk,
            who=one.who,
            as_what=rounds.title_of(request, one.who, language),
            name=one.party.name,
            state=one.state,
            how=one.how,
            at=one.at,
            words=one.words if one.state == Signatory.State.DECLINED else "",
        )
        for one in rounds.signatories_of(request)
    ]


def of_number(number: str) -> tuple[SignatureRequest, Service] | None:
    """The newest document with this tracking code that was not sent."""
    request = SignatureRequest.objects.filter(number=number, case=None).order_by("-opened_at", "-pk").first()
    return (request, rounds.service_of(request)) if request and request.document else None


def own_signature(actor: Actor, number: str) -> dict[str, Any]:
    """What somebody signed with a passkey, with all that checks it: of their own case, or as a signatory of another's.

    Raises NotFound.
    """
    missing = NotFound(_("This case was not signed with a passkey."))
    if actor.party is None:
        raise missing
    found = Signature.objects.filter(case__number=number, act="").select_related("case")
    own = found.exclude(who="").filter(party__in=identity.numbers_of(actor.party)).first()
    if own is None:
        own = found.filter(case=find_own(actor, number), who="").first()
    if own is None:
        raise missing
    must_not_be_erased(own.case)
    request = SignatureRequest.objects.filter(case=own.case).first()
    return signatures.evidence(own, rounds.opened_for(request, own.who or rounds.APPLICANT) if request else ())
