"""Signing together: the applicant sends a document round, each signatory signs or declines, and the last one's
signature sends it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases import history, looks, rounds, signatures
from panjereh.cases.access import find_draft, require_level
from panjereh.cases.errors import NotNow, NotSigned, ReasonMissing
from panjereh.cases.models import Case, Draft, Signatory, SignatureRequest
from panjereh.cases.operations.submit import as_sent, become_a_case, document_of, free_number, ready
from panjereh.cases.signatures import Signed
from panjereh.cases.terms import end_of
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel, Level
from panjereh.kernel.errors import PanjerehError

State = Signatory.State
PASSKEY, DECLARATION, PAPER = "passkey", "declaration", "paper"


@transaction.atomic
def ask_to_sign(
    draft_id: UUID, *, actor: Actor, version: UUID | None = None, signed: Signed | None = None
) -> SignatureRequest:
    """The applicant signs, and everybody else who must sign is asked. Asked twice, it is still one request.

    signed: with a passkey, where the service asks the applicant for that. Raises as `submit`, and SignatoryUnknown,
    SignsTwice
    """
    at_hand = ready(draft_id, actor=actor, version=version)
    waiting = rounds.open_of(at_hand.draft.pk)
    if waiting is not None:
        return waiting
    draft, service = at_hand.draft, at_hand.service
    occasion = signed.occasion if signed else signatures.Occasion.now(draft.language)
    people = rounds.parties(service, at_hand.context, draft.applicant)
    text, opened = document_of(at_hand, occasion)
    signatures.must_be_signed(service, text, signed, actor=actor)
    request = SignatureRequest(
        number=_number_of(draft),
        scope=draft.pk,
        draft=draft,
        service=service.id,
        version_id=draft.version_id,
        applicant=draft.applicant,
        language=occasion.language,
        document=text,
        answers=opened,
        sha256=signatures.digest(text).hex(),
        asked_by=actor.as_dict(),
        due_at=end_of(rounds.due_day(service)),
    )
    request.save(force_insert=True)
    _add(request, rounds.APPLICANT, draft.applicant_id, 0, **_applicants_own(actor, signed))
    for place, (who, party) in enumerate(people, 1):
        rounds.tell(_add(request, who, party.pk, place), "asked")
    draft.keep_until = max(draft.keep_until, request.due_at + service.drafts.keep.as_timedelta())
    draft.save(update_fields=["keep_until"])
    return request


def _number_of(draft: Draft) -> str:
    """The tracking code that the case will have; that of the first request, if it goes round again."""
    before = SignatureRequest.objects.filter(draft=draft).values_list("number", flat=True).first()
    return before or free_number()


def _applicants_own(actor: Actor, signed: Signed | None) -> dict[str, Any]:
    how = PAPER if actor.is_official else PASSKEY if signed else DECLARATION
    return _signature(actor, how, signed)


def _signature(actor: Actor, how: str, signed: Signed | None) -> dict[str, Any]:
    return {
        "state": State.SIGNED,
        "how": how,
        "level": str(actor.level),
        "helper_id": actor.party if actor.is_official else None,
        "evidence": signatures.as_json(signed) if signed else None,
        "at": clock.now(),
    }


def _add(request: SignatureRequest, who: str, party: UUID, place: int, **more: Any) -> Signatory:
    made = Signatory(request=request, scope=request.scope, who=who, party_id=party, place=place, **more)
    made.save(force_insert=True)
    return made


@transaction.atomic
def call_off(draft_id: UUID, *, actor: Actor) -> None:
    """The applicant takes a document back that goes round; the draft stays."""
    rounds.call_off(find_draft(actor, draft_id, lock=True))


@transaction.atomic
def sign(signatory_id: UUID, *, actor: Actor, signed: Signed | None = None, papers: str = "") -> Case | None:
    """Sign in one's own session; at the desk on paper, before an official who has seen `papers`. The case, if this was
    the last signature that was missing.

    Raises NotSigned where a passkey must sign this very document, NotNow when it goes round no more.
    """
    one, request = _own(signatory_id, actor)
    kind = rounds.planned(request, one.who)
    if actor.is_official:
        if not papers.strip():
            raise ReasonMissing(_("Write which papers you have seen."))
        how = PAPER
    else:
        require_level(actor, rounds.service_of(request))
        how = kind.signature if kind else DECLARATION
        if how == PASSKEY:
            _must_be_signed(request, signed)
    for name, value in _signature(actor, how, signed if how == PASSKEY else None).items():
        setattr(one, name, value)
    one.words = papers.strip()
    one.save()
    everybody = rounds.signatories_of(request)
    if not rounds.is_complete(request, everybody):
        return None
    return _send(request, everybody)


def _must_be_signed(request: SignatureRequest, signed: Signed | None) -> None:
    if signed is None:
        raise NotSigned(_("This document is signed with a passkey."))
    signatures.must_fit(request.document, signed.proof)


@transaction.atomic
def decline(signatory_id: UUID, *, actor: Actor, reason: str) -> None:
    """Not sign, and say why. If too few are left, the document goes round no more; everybody is told."""
    one, request = _own(signatory_id, actor)
    if not reason.strip():
        raise ReasonMissing(_("Write why you do not sign: the applicant needs to know."))
    one.state, one.at, one.words = State.DECLINED, clock.now(), reason.strip()
    one.helper_id = actor.party if actor.is_official else None
    one.save()
    everybody, said = rounds.signatories_of(request), {"name": one.party.name, "who": one.who, "reason": one.words}
    if not rounds.can_be_completed(request, everybody):
        rounds.end(request, rounds.Outcome.DECLINED, **said)
    else:
        applicant = next(each for each in everybody if each.who == rounds.APPLICANT)
        rounds.tell(applicant, "one_less", step=one.pk.hex, **said)
        if rounds.is_complete(request, everybody):
            _send(request, everybody)


def _own(signatory_id: UUID, actor: Actor) -> tuple[Signatory, SignatureRequest]:
    """Somebody's own place among the signatories, for this transaction alone, while it waits for them."""
    one = looks.at_place(actor, signatory_id)
    _lock_draft(one.request)  # first, as whoever changes an answer does
    request = rounds.locked(one.request_id)
    one.refresh_from_db()
    if request is None or one.state != State.WAITING:
        raise NotNow(_("This document does not wait for your signature any more."))
    one.request = request
    return one, request


def _lock_draft(request: SignatureRequest) -> Draft | None:
    return (
        Draft.objects.select_for_update(of=("self",))
        .select_related("applicant")
        .filter(pk__in=[request.draft_id])
        .first()
    )


def _send(request: SignatureRequest, everybody: list[Signatory]) -> Case | None:
    """The document becomes a case, in the name of whoever sent it round. What keeps it from that is told to all."""
    try:
        with transaction.atomic():
            case = _become_a_case(request, everybody)
    except PanjerehError as error:
        rounds.end(request, rounds.Outcome.REFUSED, reason=str(error.message))
        return None
    if case is not None:
        rounds.end(request, rounds.Outcome.SENT)
    return case


def _become_a_case(request: SignatureRequest, everybody: list[Signatory]) -> Case | None:
    """None when the document is not any more what was signed: registers know something else by now."""
    actor = Actor.of_dict(request.asked_by)
    draft = _lock_draft(request)
    if draft is None:
        return None
    at_hand = as_sent(draft, actor=actor)
    if not rounds.is_unchanged(request, draft, at_hand.service, at_hand.answers, at_hand.facts):
        rounds.end(request, rounds.Outcome.CHANGED)
        return None
    case = become_a_case(at_hand, actor=actor, number=request.number, sign=_writes(request, everybody))
    request.case = case
    request.save(update_fields=["case"])
    return case


def _as_then(one: Signatory) -> Actor:
    """Who signed, or the official before whom they signed on paper."""
    channel = Channel.DESK if one.helper_id else Channel.WEB
    return Actor(party=one.helper_id or one.party_id, channel=channel, level=Level(one.level))


def _writes(request: SignatureRequest, everybody: list[Signatory]) -> Callable[[Case], None]:
    """Writes every signature into the history of the case, in the order in which they were made."""

    def write(case: Case) -> None:
        signed = [(one.at, one.place, one) for one in everybody if one.state == State.SIGNED and one.at is not None]
        for at, _place, one in sorted(signed, key=lambda each: each[:2]):
            who = "" if one.who == rounds.APPLICANT else one.who
            if one.evidence is not None:
                signatures.keep_from(case, request.document, one.evidence, party=one.party_id, who=who, at=at)
            history.append(
                case,
                "signed",
                actor=_as_then(one),
                sha256=request.sha256,
                with_=one.how,
                signatory=one.who,
                party=str(one.party_id),
                signed_at=at.isoformat(),
                signed_at_level=one.level,
                personal={"papers": one.words} if one.words else None,
            )

    return write
