"""Filling in: a draft is started, answered one screen at a time, and may be left and gone on with elsewhere."""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from panjereh.cases import asks, rounds, scanning
from panjereh.cases.access import applicant_facts, find_draft, kind_facts, must_reach, require_level, service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotOpenToThem
from panjereh.cases.models import Draft, Upload
from panjereh.cases.operations.files import forget_replaced, forget_uploads
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Parsed, Screen, Service
from panjereh.definitions.screens import Answers, Facts
from panjereh.definitions.types import Form
from panjereh.identity import mandates, policy
from panjereh.identity import queries as identity
from panjereh.identity.models import Mandate, Party
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel
from panjereh.kernel.errors import Invalid, NotAllowed, NotFound, Unavailable
from panjereh.registries import queries as registries
from panjereh.storage import Prepared
from panjereh.vault import files

MOST_BYTES = 60 * 2**20  # of all files of one draft, the replaced ones included

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answered:
    """What became of one posted screen. With problems nothing was saved; `next` None means: check the answers."""

    screen: Screen
    parsed: Parsed
    next: Screen | None

    @property
    def ok(self) -> bool:
        return not self.parsed.problems


def _begun(service: str, applicant: UUID, now: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(case=None, service=service, applicant=applicant, keep_until__gt=now)


BEGUN = Prepared(lambda *wanted: _begun(*wanted).filter(helper=None))
BEGUN_BY_HELPER = Prepared(lambda *wanted: _begun(*wanted[:-1]).filter(helper=wanted[-1]))


@transaction.atomic
def start_draft(service_id: str, *, actor: Actor, applicant: UUID | None = None) -> Draft:
    """Begin to apply, for oneself or (an official at the desk) for a visitor. An open draft of the same goes on."""
    published = catalogue.current(service_id)
    service = published.service
    helper = None
    if actor.is_official:
        if applicant is None:
            raise NotFound(_("Choose the visitor first: at the desk nobody applies for themselves."))
        concerned = identity.numbers_of(applicant)
        policy.require(actor, "case.assist", policy.Target(agency=service.agency, parties=concerned))
        helper = actor.party
    elif applicant not in (None, actor.applicant):
        raise NotAllowed(_("You can apply only for yourself, or for whom you act by a mandate."))
    require_level(actor, service)
    must_reach(actor, service_id, service.agency, changes=True)
    party = identity.party(applicant or _applicant_of(actor))
    _must_be_open_to(service, party)
    wanted = (service_id, party.pk, clock.now())
    open_draft = BEGUN_BY_HELPER.first(*wanted, helper) if helper else BEGUN.first(*wanted)
    if open_draft is not None:
        return open_draft
    facts: dict[str, Any] = {
        "applicant": applicant_facts(party, service, actor=actor),
        **kind_facts(party),
        "channel": str(Channel.DESK if helper else actor.channel),
        "submitted_on": clock.today().isoformat(),
    }
    return Draft.objects.create(
        service=service_id,
        version_id=published.id,
        applicant=party,
        helper_id=helper,
        channel=facts["channel"],
        language=actor.language,
        facts=asks.answered(service, {}, facts, actor=actor),
        keep_until=clock.now() + service.drafts.keep.as_timedelta(),
    )


def may_begin_for_another(service_id: str, *, actor: Actor) -> bool:
    """Whether the person holds a mandate by which this service can be begun: only then is it asked for whom."""
    held = mandates.held_by(actor)
    if not held:
        return False
    service = catalogue.current(service_id).service
    return any(_can_begin(mandate, service) for mandate in held)


def _can_begin(mandate: Mandate, service: Service) -> bool:
    reaches = (not mandate.services or service.id in mandate.services) and mandate.agency in ("", service.agency)
    return reaches and not mandate.reads_only and service.is_open_to(mandate.principal.kind)


def _must_be_open_to(service: Service, party: Party) -> None:
    """People and organisations apply where the definition names them."""
    if party.kind == Party.Kind.ORGANISATION:
        if not service.is_open_to("organisation"):
            raise NotOpenToThem(_("This service is for people. Act for yourself to apply."))
    elif not service.is_open_to("person"):
        raise NotOpenToThem(
            _("This service is for companies and other bodies. Choose first for which of them you act.")
        )


def _applicant_of(actor: Actor) -> UUID:
    if actor.applicant is None:
        raise NotAllowed(_("Sign in first."))
    return actor.applicant


def answer(
    draft_id: UUID,
    *,
    actor: Actor,
    path: str,
    form: Form,
    language: str,
    before_look_up: Callable[[], None] = lambda: None,
) -> Answered:
    """Check what was posted for one screen and keep it. Files and look-ups come before the transaction.

    before_look_up: may raise, so that nobody goes through a register by asking again and again
    """
    draft = find_draft(actor, draft_id)
    current = catalogue.current(draft.service)
    service = follow(draft, current)
    require_level(actor, service)
    screen = _screen(service, draft, path)
    asking = asking_for(language, store=storer_of(draft), file=finder_of(draft))
    facts = asks.forgotten(service, draft.facts, screen)
    parsed = screen.parse(form, asking, facts, draft.answers)
    if parsed.problems:
        return Answered(screen, parsed, None)
    values = looked_up(service, screen, parsed.values, actor=actor, before=before_look_up)
    if values is not parsed.values:
        parsed, facts = judged_again(service, screen, values, draft.answers, facts, actor=actor)
        if parsed.problems:
            return Answered(screen, parsed, None)
    with transaction.atomic():
        draft = find_draft(actor, draft_id, lock=True)
        before = draft.answers
        follow(draft, current)
        draft.answers = service.with_answers(draft.answers, screen, values)
        forget_replaced(draft, before, draft.answers)
        draft.language = language
        asked = {"asked": facts["asked"]} if "asked" in facts else {}
        draft.facts = {**draft.facts, **asked, "submitted_on": clock.today().isoformat()}
        following = service.next(path, draft.answers, draft.facts)
        draft.position = following.path if following else ""
        keep(draft)
    return Answered(screen, parsed, following)


@transaction.atomic
def prefill(draft_id: UUID, *, actor: Actor, answers: Mapping[str, Any]) -> None:
    """Answer some questions before they are asked; the person sees and may change them on the check page.

    answers: canonical values by question; what the service does not ask is passed over
    """
    draft = find_draft(actor, draft_id, lock=True)
    asked = follow(draft).questions
    draft.answers = {**draft.answers, **{name: value for name, value in answers.items() if name in asked}}
    keep(draft)


@transaction.atomic
def remove_item(draft_id: UUID, *, actor: Actor, group: str, index: int) -> None:
    """Take one of several (the second child, a witness) out again."""
    draft = find_draft(actor, draft_id, lock=True)
    before = draft.answers
    draft.answers = follow(draft).without_item(draft.answers, group, index)
    forget_replaced(draft, before, draft.answers)
    keep(draft)


@transaction.atomic
def discard_draft(draft_id: UUID, *, actor: Actor) -> None:
    draft = find_draft(actor, draft_id, lock=True)
    rounds.forget(draft, service_of(draft))
    forget_uploads(draft)
    draft.delete()


def follow(draft: Draft, current: catalogue.Published | None = None) -> Service:
    """The version in force, unless the caller found it already. A draft of an older one keeps the answers that fit."""
    current = current or catalogue.current(draft.service)
    if draft.version_id != current.id:
        draft.answers = current.service.fit(draft.answers).kept
        draft.version_id = current.id
    return current.service


def keep(draft: Draft) -> None:
    draft.saved_at = clock.now()
    service = service_of(draft)
    rounds.fall_if_changed(draft, service)
    draft.keep_until = clock.now() + service.drafts.keep.as_timedelta()
    draft.save(update_fields=["version", "answers", "facts", "language", "position", "saved_at", "keep_until"])


def _screen(service: Service, draft: Draft, path: str) -> Screen:
    screen = service.screen(path, draft.answers, draft.facts)
    if screen is None:
        raise NotFound(_("There is no such question, or your answers have made it needless."))
    return screen


def keep_content(name: str, content: bytes, scope: UUID) -> str:
    """Encrypt and store a file whole or not at all, and say under which name. Raises Unavailable when the store takes
    no more."""
    try:
        return files.keep(name, content, scope)
    except OSError as error:
        log.error("cannot store an upload: %s", os.strerror(error.errno) if error.errno else type(error).__name__)
        raise Unavailable(
            _("We can’t store files just now, so your file was not kept. Your other answers are safe. Try again later.")
        ) from error


def storer_of(draft: Draft) -> Any:
    """Keeps files that come with answers of a draft."""
    return storer(Q(draft=draft), draft.pk, owner=draft.applicant_id, draft=draft.pk, case=draft.case_id)


def storer(before: Q, scope: UUID, *, owner: UUID, draft: UUID | None, case: UUID | None) -> Any:
    """Keeps files that come with answers, encrypted with the key of `scope`. before: which count as well. (Most
    answers bring none: the question for them is made only then.)"""

    def store(content: bytes, name: str, content_type: str) -> str:
        kept = Upload.objects.filter(before).aggregate(bytes=Sum("size"))["bytes"] or 0
        if kept + len(content) > MOST_BYTES:
            raise Invalid(
                _("The files of one request may have %(most)s megabytes together. Send smaller ones.")
                % {"most": MOST_BYTES // 2**20}
            )
        scan = scanning.look_through(content)
        digest = hashlib.sha256(content).hexdigest()
        stored_as = keep_content(f"uploads/{scope}/{digest}", content, scope)
        with transaction.atomic():
            upload = Upload.objects.create(
                owner_id=owner,
                draft_id=draft,
                case_id=case,
                scope=scope,
                name=name,
                type=content_type,
                size=len(content),
                sha256=digest,
                stored_as=stored_as,
                scan=scan,
            )
            if scan == Upload.Scan.WAITING:
                scanning.scan_later(upload)
        return str(upload.pk)

    return store


def finder_of(draft: Draft) -> Any:
    return finder(Q(draft=draft))


def finder(before: Q) -> Any:
    """Finds files that came before, by their numbers."""

    def find(upload_id: str) -> Mapping[str, Any] | None:
        try:
            upload = Upload.objects.filter(before, pk=UUID(upload_id)).first()
        except ValueError:
            return None
        if upload is None:
            return None
        return {
            "id": str(upload.pk),
            "name": upload.name,
            "type": upload.type,
            "size": upload.size,
            "sha256": upload.sha256,
        }

    return find


def looked_up(
    service: Service, screen: Screen, values: dict[str, Any], *, actor: Actor, before: Callable[[], None]
) -> dict[str, Any]:
    """The values as the register has them, where the screen names one. They are shown to the person to confirm; what
    the register doesn't know stays unproven.
    """
    lookup = screen.lookup
    if lookup is None:
        return values
    before()
    question, value = next(iter(values.items()))
    if not isinstance(value, dict):
        return values
    purpose = service.purpose_of_reading(lookup.registry)
    found = registries.look_up(
        catalogue.country().registries[lookup.registry],
        lookup.name,
        {**lookup.given, **{field: value[field] for field in lookup.match if value.get(field)}},
        actor=replace(actor, agency=service.agency, roles=frozenset()),
        purpose=purpose.id,
        law=purpose.law,
        disclose=purpose.disclose,
    )
    if found is None:
        return values
    source = {"registry": lookup.registry, "entity": str(found.entity), "at": clock.now().isoformat()}
    return {question: {**value, **found.data, "source": source}}


def judged_again(
    service: Service,
    screen: Screen,
    values: dict[str, Any],
    answers: Answers,
    facts: Facts,
    *,
    actor: Actor,
    case: str | None = None,
) -> tuple[Parsed, Facts]:
    """What the checks say now that a register has answered, and the facts with what it was asked besides."""
    told = service.with_answers(answers, screen, values)
    facts = asks.answered(service, told, facts, actor=actor, case=case)
    checked = any(question.checks for question in screen.questions)
    return Parsed(values, screen.judged(values, told, facts) if checked else []), facts


def sweep_drafts() -> int:
    """Delete the drafts that were promised to be kept no longer; how many."""
    over = list(Draft.objects.filter(case=None, keep_until__lt=clock.now()).values_list("pk", flat=True)[:200])
    for draft_id in over:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(pk=draft_id, case=None, keep_until__lt=clock.now()).first()
            if draft is not None:
                rounds.forget(draft, service_of(draft))
                forget_uploads(draft)
                draft.delete()
    return len(over)
