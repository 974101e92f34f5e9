"""Nothing is kept longer than its law says: closed cases are erased when their time is over, with proof, unless held.

Erasing takes away what the case says of people: answers, reasons, messages, notes, files, and the data key that opens
them wherever else they lie. What stays tells that there was a case, which steps it took and when, and its erasure.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.audit import queries as log
from panjereh.cases import history, rounds
from panjereh.cases.access import find_own, service_of
from panjereh.cases.errors import NotNow, ReasonMissing
from panjereh.cases.models import Case, Correction, Deadline, Draft, DuplicateKey, Event, Hold, Inquiry, Note, Upload
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid, NotFound
from panjereh.vault import keys

AT_ONCE = 100
BY_TERM, ON_REQUEST = "term", "request"


@transaction.atomic
def hold(number: str, *, reason: str, law: str, by: str) -> Hold:
    """Keep a case whatever its time: a court or an audit needs it. by: the operator's name on the machine."""
    if not reason.strip() or not law.strip():
        raise ReasonMissing(_("Say why the case must be kept, and by which law."))
    case = _locked(number)
    if case.erased_at is not None:
        raise NotNow(_("This case was erased already."))
    made = Hold.objects.create(case=case, reason=reason.strip(), law=law.strip(), by=by)
    _append(case, "held", law=made.law)
    return made


@transaction.atomic
def release(number: str) -> int:
    """Nothing holds the case any more; how many holds there were."""
    case = _locked(number)
    ended = Hold.objects.filter(case=case, ended_at=None).update(ended_at=clock.now())
    if ended:
        _append(case, "released")
    return ended


def due(case: Case) -> date | None:
    """The day after which the case is erased; None while it is open, or when its service keeps it for ever."""
    rule = service_of(case).definition.retention
    start = {"closed": case.closed_at, "submitted": case.submitted_at}[rule.from_] if rule else None
    if rule is None or start is None or case.closed_at is None:
        return None
    calendar = catalogue.calendar_of(case.agency, case.office)
    return calendar.add(start.astimezone(clock.home_zone()).date(), rule.keep, "days")


def sweep() -> int:
    """Note of each closed case when its time ends, and erase those whose time is over. How many were erased."""
    for case in _not_planned():
        Case.objects.filter(pk=case.pk).update(erase_on=due(case))
    over = Case.objects.filter(erase_on__lt=clock.today(), erased_at=None).order_by("erase_on", "pk")
    return sum(_erase_if_due(number) for number in list(over.values_list("number", flat=True)[:AT_ONCE]))


@transaction.atomic
def ask_to_erase(number: str, *, actor: Actor) -> Case:
    """The applicant wants their case erased. The definition answers: where its law allows that, once it is closed."""
    if actor.is_official:
        raise NotFound(_("There is no such case among yours."))
    case = find_own(actor, number, lock=True)
    rule = service_of(case).definition.retention
    if rule is None or not rule.on_request:
        law = rule.law if rule else service_of(case).law
        raise Invalid(_("The law lets this case be erased only when its time is over (%(law)s).") % {"law": law})
    if why := _kept_because(case):
        raise NotNow(why)
    return erase(case, why=ON_REQUEST, law=rule.law, actor=actor)


def erase(case: Case, *, why: str, law: str, actor: Actor = SYSTEM) -> Case:
    """Take away what the case says of people. The caller holds the lock on it and has made sure that it may go.

    What is left proves it: an event of the case and a statement in the transparency log say what was erased, of which
    kinds and how much, when, and by which law.
    """
    erased = {**_erase_rows(case), "files": _erase_files(case)}
    scopes = {case.pk, *Draft.objects.filter(case=case).values_list("pk", flat=True)}
    scopes |= set(Upload.objects.filter(case=case).values_list("scope", flat=True))
    erased["keys"] = keys.destroy(scopes)
    case.answers, case.facts, case.results, case.erased_at = {}, {}, {}, clock.now()
    history.append(case, "erased", actor=actor, why=why, law=law, erased=erased)
    case.save(update_fields=["answers", "facts", "results", "erased_at", "next_seq", "head"])
    audit.log_decision(
        key=f"erasure:case:{case.pk}",
        kind="erasure",
        public={"case": case.number, "service": case.service, "why": why, "law": law, "erased": erased},
        commitment=case.head,
    )
    return case


def counts() -> dict[str, int]:
    """How many cases there are of each sort."""
    planned = Case.objects.filter(erase_on__isnull=False, erased_at=None)
    return {
        "wait for their day": planned.count(),
        "are due and will be erased within the hour, unless something keeps them": planned.filter(
            erase_on__lt=clock.today()
        ).count(),
        "are held": Hold.objects.filter(ended_at=None).values("case").distinct().count(),
        "were erased": Case.objects.filter(erased_at__isnull=False).count(),
    }


def is_proven(case: Case) -> bool:
    """Whether the log says that the case was erased. What lacks its values without that was damaged."""
    return log.was_logged(f"erasure:case:{case.pk}")


@transaction.atomic
def _erase_if_due(number: str) -> bool:
    case = _locked(number)
    last = due(case)
    if last != case.erase_on:  # reopened and closed again, or taken over to another version
        Case.objects.filter(pk=case.pk).update(erase_on=last)
    if last is None or last >= clock.today() or case.erased_at is not None or _kept_because(case):
        return False
    rule = service_of(case).definition.retention
    assert rule is not None  # noqa: S101 - without it, it would not be due
    erase(case, why=BY_TERM, law=rule.law)
    return True


def _kept_because(case: Case) -> Any:
    """What keeps the case, as a sentence for whoever asks; None when nothing does."""
    if case.state != Case.State.CLOSED:
        return _("The case is not closed yet.")
    if Deadline.objects.filter(case=case, kind=Deadline.Kind.APPEAL, ended_at=None).exists():
        return _("An objection is still possible; the case is kept until that time is over.")
    if Hold.objects.filter(case=case, ended_at=None).exists():
        return _("A court or an audit needs the case; it is kept until they have done.")
    return None


def _not_planned() -> Iterator[Case]:
    """Closed cases of services that keep them for a time only, of which nobody has noted yet when it ends."""
    closed = Case.objects.filter(state=Case.State.CLOSED, erase_on=None, erased_at=None)
    used = closed.order_by().values_list("version_id", flat=True).distinct()
    kept_for_a_time = [each for each in used if catalogue.version(each).service.definition.retention]
    yield from closed.filter(version_id__in=kept_for_a_time).order_by("pk")[: 10 * AT_ONCE]


def _erase_rows(case: Case) -> dict[str, int]:
    """How many of each kind. The data key goes as well: this makes sure that not even closed values are left."""
    events = Event.objects.filter(case=case).exclude(personal=None).update(personal=None, salt=None)
    notes = Note.objects.filter(case=case).update(text="")
    corrections = Correction.objects.filter(case=case).update(message="", answers={})
    asked = Inquiry.objects.filter(case=case).update(text="", answers=None)
    messages = correspondence.erase_case(case.number)
    rounds.erase(case=case)
    DuplicateKey.objects.filter(case=case).delete()
    return {"events": events, "notes": notes, "corrections": corrections, "inquiries": asked, "messages": messages}


def _erase_files(case: Case) -> int:
    uploads = list(Upload.objects.filter(case=case))
    Upload.objects.filter(case=case).update(name="")
    for stored_as in {upload.stored_as for upload in uploads}:
        transaction.on_commit(partial(default_storage.delete, stored_as))
    return len(uploads)


def _append(case: Case, kind: str, **public: Any) -> None:
    history.append(case, kind, actor=SYSTEM, **public)
    case.save(update_fields=["next_seq", "head"])


def _locked(number: str) -> Case:
    case = Case.objects.select_for_update().filter(number=number).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    return case
