"""What the applicant does with a case that was sent: correct, withdraw, object, write, rate."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.cases import asks, fees, history, progress, telling
from panjereh.cases.access import find_own, must_sign_alone, service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotComplete, NotNow, ReasonMissing
from panjereh.cases.models import Assistance, Case, Correction, Rating, Task
from panjereh.cases.operations import duplicates
from panjereh.cases.operations.drafts import Answered, finder_of, judged_again, looked_up, storer_of
from panjereh.cases.operations.files import forget_replaced
from panjereh.cases.operations.signed_acts import APPEAL, CORRECT, WITHDRAW, must_be_signed
from panjereh.cases.operations.submit import must_be_entitled
from panjereh.cases.operations.tasks import target_of
from panjereh.cases.signatures import Signed
from panjereh.correspondence import operations as correspondence
from panjereh.correspondence import queries as correspondence_queries
from panjereh.correspondence.models import Message
from panjereh.definitions.screens import Answers
from panjereh.definitions.types import Form
from panjereh.identity import policy
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid, NotFound
from panjereh.kernel.ids import new_id
from panjereh.localisation import letters


@transaction.atomic
def withdraw(number: str, *, actor: Actor, reason: str = "", signed: Signed | None = None) -> Case:
    """Stop an open case because its applicant asks. signed: with a passkey, where the service asks for that."""
    case = find_own(actor, number, lock=True)
    must_sign_alone(actor)
    if case.state == Case.State.CLOSED:
        raise NotNow(
            _("Case %(number)s is closed, so it can’t be withdrawn.") % {"number": case.number}, number=case.number
        )
    if case.decided_at is not None:
        raise NotNow(
            _("Case %(number)s is already decided, so it can’t be withdrawn. You can object instead.")
            % {"number": case.number}
        )
    must_be_signed(case, WITHDRAW, signed, actor=actor, reason=reason.strip())
    _helped(case, "withdraw", actor)
    history.append(case, "withdrawn", actor=actor, personal={"reason": reason.strip()})
    progress.cancel(case, actor=actor)
    telling.tell(case, "withdrawn")
    return case


@transaction.atomic
def appeal(number: str, *, actor: Actor, reason: str, signed: Signed | None = None) -> Case:
    """Object to a refusal within its term. Another official looks at it. signed: as with `withdraw`"""
    case = find_own(actor, number, lock=True)
    must_sign_alone(actor)
    if not reason.strip():
        raise ReasonMissing(_("Write why you object."))
    progress.must_be_open(case)
    must_be_signed(case, APPEAL, signed, actor=actor, reason=reason.strip())
    _helped(case, "appeal", actor)
    history.append(case, "appealed", actor=actor, personal={"reason": reason.strip()})
    duplicates.look_when_objected(case, service_of(case))
    progress.deliver(case, "appeal", actor=actor)
    telling.tell(case, "appealed")
    return case


def open_correction(case: Case) -> Correction:
    correction = Correction.objects.filter(case=case, answered_at=None).order_by("-asked_at", "-pk").first()
    if correction is None or case.state != Case.State.WAITING:
        raise NotNow(_("Nothing is asked of you in case %(number)s now.") % {"number": case.number})
    return correction


def answer_correction(
    number: str,
    *,
    actor: Actor,
    path: str,
    form: Form,
    language: str,
    before_look_up: Callable[[], None] = lambda: None,
) -> Answered:
    """Mend one of the answers that the agency asked about. It reaches the agency when all are sent together.

    As with a draft, files and look-ups come before the transaction. `next` is what the mended answer makes be asked.
    """
    case = find_own(actor, number)
    correction = open_correction(case)
    service = service_of(case)
    screen = service.screen(path, correction.answers, case.facts)
    if screen is None or not correction.covers(screen):
        raise NotFound(_("This answer was not asked about."))
    asking = asking_for(language, store=storer_of(case.draft), file=finder_of(case.draft))
    facts = asks.forgotten(service, case.facts, screen)
    parsed = screen.parse(form, asking, facts, correction.answers)
    if parsed.problems:
        return Answered(screen, parsed, None)
    values = looked_up(service, screen, parsed.values, actor=actor, before=before_look_up)
    if values is not parsed.values:
        parsed, _facts = judged_again(service, screen, values, correction.answers, facts, actor=actor, case=case.number)
        if parsed.problems:
            return Answered(screen, parsed, None)
    with transaction.atomic():
        case = find_own(actor, number, lock=True)
        correction = open_correction(case)
        before = correction.answers
        correction.answers = service.with_answers(before, screen, values)
        forget_replaced(case.draft, before, correction.answers, case.answers)
        correction.save(update_fields=["answers"])
    return Answered(screen, parsed, correction.opened(service.screens(correction.answers, case.facts)))


@transaction.atomic
def send_correction(number: str, *, actor: Actor, signed: Signed | None = None) -> Case:
    """Hand the mended answers in. With them the agency's term goes on. signed: as with `withdraw`"""
    case = find_own(actor, number, lock=True)
    must_sign_alone(actor)
    correction = open_correction(case)
    service = service_of(case)
    answers = service.prune(correction.answers, case.facts)
    case.facts = asks.answered(service, answers, case.facts, actor=actor, case=case.number)
    problems = service.problems(answers, case.facts)
    if problems:
        raise NotComplete(_("Some answers are missing or need a correction."), problems)
    must_be_signed(case, CORRECT, signed, actor=actor, answers=answers)
    task = _asked_by(correction)
    changed = sorted(
        name for name in answers.keys() | case.answers.keys() if answers.get(name) != case.answers.get(name)
    )
    forget_replaced(case.draft, correction.answers, answers, case.answers)
    _carry_over(correction, case.answers, answers)
    case.answers = answers
    context = service.context(answers, case.facts)
    must_be_entitled(service, context, on=date.fromisoformat(case.facts["submitted_on"]))
    duplicates.look_again(case, service, context)
    moved = _sent_on(case, service.agency_for(context))
    fee = service.fee_for(context)
    case.fee, case.fee_rows = fee.money.amount, [row.as_dict() for row in fee.rows]
    correction.answered_at = history.append(
        case, "corrected", actor=actor, personal={"answers": answers}, step=task.element, changed=changed, **moved
    ).at
    correction.save(update_fields=["answered_at"])
    _helped(case, "correct", actor)
    task.case = case
    progress.finish_task(task, "corrected", actor=actor)
    return case


def _asked_by(correction: Correction) -> Task:
    """The applicant's task that waits for just this correction: side by side several may be asked for."""
    waiting = Task.objects.filter(case=correction.case, done_at=None, who=progress.APPLICANT, does="correct")
    task = waiting.filter(token=correction.token).first() if correction.token else waiting.first()
    if task is None:
        raise NotNow(_("Nothing is asked of you in case %(number)s now.") % {"number": correction.case.number})
    return task


def _carry_over(sent: Correction, before: Answers, now: Answers) -> None:
    """What was mended now is not undone by another correction that is still on its way."""
    for other in Correction.objects.filter(case=sent.case, answered_at=None).exclude(pk=sent.pk):
        mended = {name: value for name, value in other.answers.items() if value != before.get(name)}
        gone = {name for name in before if name not in other.answers}
        other.answers = {name: value for name, value in {**now, **mended}.items() if name not in gone}
        other.save(update_fields=["answers"])


def _sent_on(case: Case, agency: str) -> dict[str, str]:
    """Mended answers may make another agency responsible: its officials go on. What the event says of it."""
    if agency == case.agency:
        return {}
    if progress.unpaid(case):
        fees.drop(case)
    before, case.agency, case.office = case.agency, agency, ""
    return {"from_agency": before}


def _helped(case: Case, what: str, actor: Actor) -> None:
    """An official at the desk did it for the applicant."""
    if actor.is_official and actor.party is not None:
        Assistance.objects.create(case=case, by_id=actor.party, what=what)


@transaction.atomic
def say(number: str, *, actor: Actor, text: str) -> Message:
    """Write in a case: the applicant to the agency, or the agency's official to the applicant.

    The same words twice in a row (a double click) are one message.
    """
    if not text.strip():
        raise Invalid(_("Write the message first."))
    if actor.is_official:
        case = Case.objects.select_for_update().filter(number=number, agency=actor.agency or "").first()
        if case is None or not policy.may(actor, "case.see", target_of(case)):
            raise NotFound(_("There is no such case in your agency."))
        policy.require(actor, "case.message", target_of(case))
        if (said := _just_said(case, actor, text)) is not None:
            return said
        return correspondence.write_to_person(
            actor,
            case.applicant_id,
            case=case.number,
            agency=case.agency,
            text=text.strip(),
            key=_new_key(),
            scope=case.pk,
            service=case.service,
        )
    case = find_own(actor, number, lock=True)
    if (said := _just_said(case, actor, text)) is not None:
        return said
    return correspondence.write_to_agency(
        actor,
        case=case.number,
        agency=case.agency,
        text=text.strip(),
        key=_new_key(),
        scope=case.pk,
        service=case.service,
    )


def _just_said(case: Case, actor: Actor, text: str) -> Message | None:
    """The newest message of the case, if it is this one already."""
    last = next(reversed(correspondence_queries.conversation(case.number)), None)
    same = last is not None and (last.written_by, last.text) == (actor.party, letters.normalise(text))
    return last if same else None


def _new_key() -> str:
    return f"said:{new_id()}"


@transaction.atomic
def rate(page: str, score: int, text: str = "", *, service: str = "") -> Rating:
    """Keep how somebody found a page or service; nothing says who it was."""
    if not 1 <= score <= 5:
        raise Invalid(_("Choose one of the five answers."))
    return Rating.objects.create(page=page[:200], service=service[:80], score=score, text=text.strip()[:2000])


@transaction.atomic
def rate_case(number: str, *, actor: Actor, score: int, text: str = "") -> None:
    """The applicant's own word on how it went, once a case."""
    case = find_own(actor, number, lock=True)
    if case.events.filter(kind="rated").exists():
        raise NotNow(_("You rated this before. Thank you."))
    rate(f"case:{case.service}", score, text, service=case.service)
    history.append(case, "rated", actor=actor, score=score)
    case.save(update_fields=["next_seq", "head"])
