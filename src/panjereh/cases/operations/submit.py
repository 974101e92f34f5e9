"""Sending: the draft becomes a case, pinned to the version in force, with its number, its clock and its first task."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases import history, progress, telling, terms
from panjereh.cases.access import find_draft
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import AlreadyApplied, NotComplete
from panjereh.cases.models import Case, Draft, DuplicateKey, Upload
from panjereh.cases.operations.drafts import finder_of, follow
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.kernel.ids import new_tracking_code


@transaction.atomic
def submit(draft_id: UUID, *, actor: Actor) -> Case:
    """Hand the answers in. Pressed twice, it is still one case: the second press gets the first one's."""
    sent = _sent_before(draft_id, actor)
    if sent is not None:
        return sent
    try:
        draft = find_draft(actor, draft_id, lock=True)
    except NotFound:  # the first press may have been done with while this one waited for the lock
        sent = _sent_before(draft_id, actor)
        if sent is None:
            raise
        return sent
    service = follow(draft)
    if not actor.is_official and not actor.level.meets(service.level):
        raise NotAllowed(_("This service needs a surer sign-in than the one you used."), wanted=service.level)
    facts = {**draft.facts, "submitted_on": clock.today().isoformat()}
    answers = service.prune(draft.answers, facts)
    problems = service.problems(answers, facts, asking_for(draft.language, file=finder_of(draft)))
    if problems:
        raise NotComplete(_("Some answers are missing or need a correction."), problems)
    context = service.context(answers, facts)
    _must_be_entitled(service, context)
    case = Case(
        number=_free_number(),
        service=service.id,
        version_id=draft.version_id,
        agency=service.agency_for(context),
        applicant=draft.applicant,
        helper=draft.helper,
        relation=service.relation[0],
        channel=draft.channel,
        level=actor.level,
        language=draft.language,
        facts=facts,
        answers=answers,
        marking={},
    )
    matter = service.duplicate_key(context)
    _be_wary_of_duplicates(case, service, matter)
    fee = service.fee_for(context)
    case.fee, case.fee_rows = fee.money.amount, [row.as_dict() for row in fee.rows]
    case.save(force_insert=True)
    _remember_the_matter(case, matter)
    Upload.objects.filter(draft=draft).update(case=case)
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
    _put_away(draft, case)
    return case


def _must_be_entitled(service: Service, context: Mapping[str, Any]) -> None:
    """The applicant is tied to the matter as they say, and in time where being late is refused."""
    if not service.may_apply(str(context["role"]), dict(context)):
        raise NotAllowed(
            _("What the register knows of you does not fit who you said you are in this request. Change that answer.")
        )
    term, start = service.deadlines.get("apply"), service.deadline_of_application(dict(context))
    if term is None or start is None or term.late == "allowed":
        return
    last = terms.due_day(term, start)
    if clock.today() > last:
        raise NotAllowed(_("The law gave time for this until %(day)s.") % {"day": last.isoformat()})


def _sent_before(draft_id: UUID, actor: Actor) -> Case | None:
    drafts = Draft.objects.filter(pk=draft_id, case__isnull=False).select_related("case")
    drafts = drafts.filter(helper=actor.party) if actor.is_official else drafts.filter(applicant=actor.party)
    draft = drafts.first()
    return draft.case if draft else None


def _put_away(draft: Draft, case: Case) -> None:
    """The draft's content has moved into the case; its number stays, so that a second press finds the case."""
    draft.case = case
    draft.answers, draft.facts = {}, {}
    draft.save(update_fields=["case", "answers", "facts"])


def _free_number() -> str:
    number = new_tracking_code()
    while Case.objects.filter(number=number).exists():
        number = new_tracking_code()
    return number


def _be_wary_of_duplicates(case: Case, service: Service, matter: str | None) -> None:
    if matter is None or service.duplicates is None:
        return
    digest = _digest(matter)
    if connection.vendor == "postgresql":  # on SQLite there is one writer at a time anyway
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(digest[:15], 16)])
    same = DuplicateKey.objects.filter(service=case.service, digest=digest)
    nothing_came_of_it = [Case.Outcome.REFUSED, Case.Outcome.WITHDRAWN, Case.Outcome.LAPSED]
    open_or_granted = same.exclude(case__outcome__in=nothing_came_of_it)
    found = open_or_granted.select_related("case").order_by("case__submitted_at").first()
    if found is None:
        return
    if service.duplicates.then == "refuse":
        raise AlreadyApplied(_("The same matter was handed in before. Look at your cases, or ask the agency."))
    case.duplicate_of = found.case.number


def look_for_duplicates_again(case: Case, service: Service, context: Mapping[str, Any]) -> None:
    """Corrected answers may make it another matter. The caller holds the lock on the case and saves it."""
    matter = service.duplicate_key(context)
    known = DuplicateKey.objects.filter(case=case)
    if [key.digest for key in known] == ([] if matter is None else [_digest(matter)]):
        return
    known.delete()
    case.duplicate_of = ""
    _be_wary_of_duplicates(case, service, matter)
    _remember_the_matter(case, matter)


def _remember_the_matter(case: Case, matter: str | None) -> None:
    if matter is not None:
        DuplicateKey.objects.create(case=case, service=case.service, digest=_digest(matter))


def _digest(matter: str) -> str:
    return hashlib.sha256(matter.encode()).hexdigest()
