"""Sending: the draft becomes a case, pinned to the version in force, with its number, its clock and its first task."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panjereh.cases import asks, history, progress, rounds, signatures, telling, terms
from panjereh.cases.access import applicant_facts, find_draft, must_sign_alone, require_level
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotComplete, OthersMustSign, ServiceHasChanged
from panjereh.cases.models import Case, Draft
from panjereh.cases.operations import duplicates
from panjereh.cases.operations.drafts import finder_of, follow
from panjereh.cases.operations.files import hand_over
from panjereh.cases.queries.applicant import DraftView
from panjereh.cases.signatures import Occasion, Signed
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.kernel.ids import new_tracking_code
from panjereh.localisation import dates
from panjereh.storage import Prepared

SENT = Prepared(lambda draft, who: _sent(draft).filter(applicant=who))
SENT_BY_HELPER = Prepared(lambda draft, who: _sent(draft).filter(helper=who))
WITH_NUMBER = Prepared(lambda number: Case.objects.filter(number=number))


def _sent(draft: UUID) -> QuerySet[Draft]:
    return Draft.objects.filter(pk=draft, case__isnull=False).select_related("case")


@dataclass(frozen=True)
class Ready:
    """A draft that can be sent, with answers and facts as they go into the case today."""

    draft: Draft
    service: Service
    answers: dict[str, Any]
    facts: dict[str, Any]
    context: dict[str, Any]


@transaction.atomic
def submit(draft_id: UUID, *, actor: Actor, version: UUID | None = None, signed: Signed | None = None) -> Case:
    """Hand the answers in. Pressed twice, it is still one case: the second press gets the first one's.

    version: the one by which the person has checked their answers. Raises ServiceHasChanged if another is in force
    signed: with a passkey, where the service asks for that. Raises NotSigned
    """
    sent = _sent_before(draft_id, actor)
    if sent is not None:
        return sent
    try:
        at_hand = ready(draft_id, actor=actor, version=version)
    except NotFound:  # the first press may have been done with while this one waited for the lock
        sent = _sent_before(draft_id, actor)
        if sent is None:
            raise
        return sent
    service = at_hand.service
    if service.signatories and rounds.others(service, at_hand.context):
        raise OthersMustSign(_("Others sign this request before it is sent."))
    occasion = signed.occasion if signed else None
    text = statement_of(at_hand, occasion, actor.party) if occasion else ""
    signatures.must_be_signed(service, text, signed, actor=actor)

    def sign(case: Case) -> None:
        if signed is not None:
            signature = signatures.keep(case, text, signed, actor=actor)
            history.append(case, "signed", actor=actor, sha256=signature.sha256, with_="passkey")

    return become_a_case(at_hand, actor=actor, number=free_number(), sign=sign)


def ready(draft_id: UUID, *, actor: Actor, version: UUID | None) -> Ready:
    """The draft, locked, if the actor may send it as it is. Raises NotFound, ServiceHasChanged, NotComplete."""
    draft = find_draft(actor, draft_id, lock=True)
    must_sign_alone(actor)
    return as_sent(draft, actor=actor, version=version)


def as_sent(draft: Draft, *, actor: Actor, version: UUID | None = None) -> Ready:
    """A draft as it would be sent now. Raises NotComplete where it can't be."""
    service = follow(draft)
    if version not in (None, draft.version_id):
        raise ServiceHasChanged(_("This service changed while you checked your answers. Check them again, then send."))
    require_level(actor, service)
    answers, facts = _as_sent(draft, service, draft.answers, actor)
    problems = service.problems(answers, facts, asking_for(draft.language, file=finder_of(draft)))
    if problems:
        raise NotComplete(_("Some answers are missing or need a correction."), problems)
    context = service.context(answers, facts)
    must_be_entitled(service, context, on=clock.today())
    return Ready(draft, service, answers, facts, context)


def become_a_case(at_hand: Ready, *, actor: Actor, number: str, sign: Callable[[Case], None]) -> Case:
    """What is ready goes to the agency. sign: writes the signatures into the new case, before it counts as sent."""
    draft, service, answers, facts = at_hand.draft, at_hand.service, at_hand.answers, at_hand.facts
    context = at_hand.context
    case = Case(
        number=number,
        service=service.id,
        version_id=draft.version_id,
        agency=service.agency_for(context),
        applicant=draft.applicant,
        helper=draft.helper,
        agent_id=actor.party if actor.acting_for else None,
        agent_as=actor.acting_for.kind if actor.acting_for else "",
        relation=service.relation[0],
        channel=draft.channel,
        level=actor.level,
        language=draft.language,
        facts=facts,
        answers=answers,
        marking={},
    )
    matter = service.duplicate_key(context)
    duplicates.be_wary(case, service, matter)
    fee = service.fee_for(context)
    case.fee, case.fee_rows = fee.money.amount, [row.as_dict() for row in fee.rows]
    case.save(force_insert=True)
    duplicates.remember(case, matter)
    hand_over(draft, case, answers)
    sign(case)
    history.append(
        case,
        "submitted",
        actor=actor,
        personal={"answers": answers, "facts": facts},
        asked=service.asked_concepts(answers, facts),
        fetched=service.fetched_concepts(answers, facts),
        cost_centre=service.cost_centre,
        fee=case.fee,
        duplicate=bool(case.duplicate_of),
        seconds=int((clock.now() - draft.started_at).total_seconds()),
    )
    terms.start(case, service, "decide")
    progress.begin(case, actor=actor)
    telling.tell(case, "entered" if draft.helper_id else "submitted")
    if case.fee:  # a process may begin with the payment
        telling.ask_for_fee(case)
    _put_away(draft, case)
    return case


def _as_sent(
    draft: Draft, service: Service, answers: Mapping[str, Any], actor: Actor
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers and facts as they go into the case today: much may have changed since the draft was begun."""
    facts = {
        **draft.facts,
        "applicant": applicant_facts(draft.applicant, service, actor=actor),
        "submitted_on": clock.today().isoformat(),
    }
    kept = service.prune(answers, facts)
    return kept, asks.answered(service, kept, facts, actor=actor)


def to_sign(view: DraftView, *, actor: Actor, occasion: Occasion) -> str:
    """The statement that the person is about to sign. Sent unchanged on the same day, it is the one that is checked."""
    answers, facts = _as_sent(view.draft, view.service, view.answers, actor)
    at_hand = Ready(view.draft, view.service, answers, facts, view.service.context(answers, facts))
    return statement_of(at_hand, occasion, actor.party)


def statement_of(at_hand: Ready, occasion: Occasion, signer: UUID | None) -> str:
    """What the applicant signs: their own statement, or the document that others sign, too."""
    draft, service = at_hand.draft, at_hand.service
    if not rounds.others(service, at_hand.context):
        return signatures.statement(draft, service, at_hand.answers, at_hand.facts, occasion, signer)
    return document_of(at_hand, occasion)[0]


def document_of(at_hand: Ready, occasion: Occasion) -> tuple[str, list[signatures.Disclosure]]:
    """The document that all sign, with what opens its answers. Raises SignatoryUnknown, SignsTwice."""
    people = rounds.parties(at_hand.service, at_hand.context, at_hand.draft.applicant)
    signatories = [(who, party.pk) for who, party in people]
    return signatures.document(
        at_hand.draft,
        at_hand.service,
        at_hand.answers,
        at_hand.facts,
        occasion,
        signatories,
        at_hand.draft.applicant_id,
    )


def must_be_entitled(service: Service, context: Mapping[str, Any], *, on: date) -> None:
    """The applicant is tied to the matter as they say, and came in time (on that day) where being late is refused."""
    if not service.may_apply(str(context["role"]), dict(context)):
        raise NotAllowed(
            _("What the register knows of you does not fit who you said you are in this request. Change that answer.")
        )
    term, start = service.deadlines.get("apply"), service.deadline_of_application(dict(context))
    if term is None or start is None or term.late == "allowed":
        return
    last = terms.last_day_to_apply(term, start, service.agency_for(context))
    if on > last:
        day = dates.format_date(last, get_language() or "fa")
        raise NotAllowed(_("The law gave time for this until %(day)s.") % {"day": day})


def _sent_before(draft_id: UUID, actor: Actor) -> Case | None:
    sent, whose = (SENT_BY_HELPER, actor.party) if actor.is_official else (SENT, actor.applicant)
    draft = sent.first(draft_id, whose) if whose else None
    return draft.case if draft else None


def _put_away(draft: Draft, case: Case) -> None:
    """The draft's content has moved into the case; its number stays, so that a second press finds the case."""
    draft.case = case
    draft.answers, draft.facts = {}, {}
    draft.save(update_fields=["case", "answers", "facts"])


def free_number() -> str:
    number = new_tracking_code()
    while WITH_NUMBER.first(number):
        number = new_tracking_code()
    return number
