"""The agency did not decide in time: what follows is written in the law, so in the definition."""

from django.utils.translation import gettext_lazy as _

from panjereh.cases import escalation, history, inquiries, progress, rests, rows, telling, terms
from panjereh.cases.access import service_of
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Deadline, Decision, Task
from panjereh.definitions import Service
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.outbox.handlers import GiveUp

OFFICIAL_STEPS = ("check", "decide", "confirm")
DECIDES = ("approve", "refuse")
BY_SILENCE = "by_silence"
"""The fact that is true while what the law decided stands; definitions can ask for it."""
MOST_STEPS = 1000
"""More than any real process has of them: one that goes in a circle must not hold the worker."""


def must_not_have_spoken(case: Case) -> None:
    """Once a term has passed whose silence decides, no official can decide otherwise, though no worker saw to it yet.

    Raises NotNow.
    """
    deadline = terms.running(case, Deadline.Kind.DECIDE)
    passed = deadline is not None and terms.has_passed(deadline)
    if _stands(case) or (passed and service_of(case).deadlines["decide"].silence in DECIDES):
        raise NotNow(_("The deadline has passed, and by law that decided the case. Open it again in a moment."))


def _stands(case: Case) -> bool:
    """Whether the law has decided and nobody has objected to that."""
    return bool(case.facts.get(BY_SILENCE)) and not rows.APPEALED.all(case.pk)


def fell(case: Case) -> None:
    """The clock of the decision has struck. One that was moved, that rests, or that was kept meanwhile does nothing."""
    deadline = terms.running(case, Deadline.Kind.DECIDE)
    if deadline is None or deadline.rests_since is not None or deadline.due_at > clock.now():
        return
    service = service_of(case)
    term = service.deadlines["decide"]
    deadline.missed = True
    deadline.save(update_fields=["missed"])
    rows.OFFICIALS_ARE_LATE.run(case.pk)
    history.append(case, "term_passed", actor=SYSTEM, follows=term.silence, law=term.law or "")
    if term.silence in DECIDES:
        _decide_by_law(case, service, term.silence)
    else:
        escalation.escalate(case, service)
        case.save(update_fields=["next_seq", "head"])
        telling.tell(case, "silence")


def _decide_by_law(case: Case, service: Service, outcome: str) -> None:
    """Go through the official steps that are open as the law says they are deemed to have been done."""
    case.decided_at = clock.now()
    case.facts = {**case.facts, BY_SILENCE: True}
    terms.decided(case)
    inquiries.drop(case, only_in_words=True)
    rests.end_all(case)
    Decision.objects.create(case=case, kind="decide", outcome=outcome, by=None)
    law = service.deadlines["decide"].law or ""
    history.append(case, "decided_by_law", actor=SYSTEM, outcome=outcome, law=law)
    case.save(update_fields=["decided_at", "facts", "next_seq", "head"])
    telling.tell(case, "silence")
    _deem_done(case, outcome)


def carry_through(case: Case) -> None:
    """Official steps that open after the law has decided, when something else of the process is done, are its, too."""
    decision = rows.last_decision(case) if _stands(case) else None
    if decision is not None:
        _deem_done(case, decision.outcome)


def overturned(case: Case) -> None:
    """An objection to what the law decided was right: from now on it is an official who has decided. Not saved here."""
    case.facts = {name: value for name, value in case.facts.items() if name != BY_SILENCE}


def _deem_done(case: Case, outcome: str) -> None:
    """Finish every official step that is open, and those that open thereby, until none is left. No other agency is
    waited for any more."""
    if service_of(case).consults:
        for inquiry in inquiries.open_of(case):
            inquiries.lapsed(inquiry, case)
            progress.hear(case, inquiry)
    done = 0
    while task := next((one for one in rows.open_tasks(case) if one.does in OFFICIAL_STEPS), None):
        if done == MOST_STEPS:
            raise GiveUp(f"case {case.number}: official steps open without end after the law has decided")
        task.case = case
        progress.finish_task(task, _deemed(task, outcome), actor=SYSTEM)
        done += 1
    if done:
        telling.ask_for_fee(case)


def _deemed(task: Task, outcome: str) -> str:
    """How a step is deemed to have ended. Where an official has decided otherwise, a second one is deemed to object."""
    if task.does != "confirm":
        return "accept" if task.does == "check" else outcome
    decided = [one.outcome for one in rows.TASKS.all(task.case_id) if one.does == "decide" and one.outcome in DECIDES]
    return "confirm" if decided[-1:] == [outcome] else "return"
