"""A case as the desk shows it: what happened in words, deadlines, decisions, and what may be done now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from panjereh import process
from panjereh.cases.models import Correction, Deadline, Decision, Event, Task
from panjereh.cases.queries import DeskView
from panjereh.definitions import Condition, Row
from panjereh.desk import acts, words
from panjereh.kernel.actor import Actor
from panjereh.ui.asked import answers_of_registers
from panjereh.ui.jinja import language, show_number
from panjereh.ui.laws import law_words

INLINE = ("image/png", "image/jpeg", "image/webp", "image/gif")
"""Pictures are shown on the page; a browser runs nothing in them. Everything else is handed out as a file."""


@dataclass(frozen=True)
class Happened:
    """One line of the timeline."""

    at: datetime
    words: str
    who: str
    reason: str


@dataclass(frozen=True)
class Ruling:
    """A decision with the conditions that it cites."""

    decision: Decision
    words: str
    who: str
    conditions: Sequence[Condition]


@dataclass(frozen=True)
class Asked:
    """A correction that was asked for, with the labels of the answers."""

    correction: Correction
    labels: Sequence[str]
    who: str


def context(view: DeskView, actor: Actor) -> dict[str, Any]:
    """What every page about one case uses."""
    return {
        "view": view,
        "case": view.case,
        "me": actor.party,
        "standing": words.standing(view.case.state, view.case.outcome),
        "task_name": task_name(view),
        "task_words": task_words(view, actor),
        "task_id": task_of_page(view),
        "due": words.due,
        "channel": words.channel,
        "acts_as": words.acts_as,
        "law": law_words,
        "agency_name": words.agency,
        "terms": [(term, str(words.TERMS.get(term.kind, term.kind)), term_words(term)) for term in view.deadlines],
        "rulings": [_ruling(decision, view) for decision in view.decisions],
        "asked": [_asked(correction, view) for correction in view.corrections],
        "happened": [_happened(event, view) for event in view.events],
        "notes": [(note, name_of(note.by_id, view.names)) for note in view.notes],
        "other_agencies": words.other_agencies(view.case.agency),
        "main_acts": acts.offered(view, acts.MAIN),
        "further_acts": acts.offered(view, acts.FURTHER),
        "around_acts": acts.offered(view, acts.AROUND),
        "signatories": view.signatories,
        "registers_said": answers_of_registers(view.service, view.case.facts),
        "files": files_of,
        "inline": INLINE,
    }


def task_of_page(view: DeskView) -> UUID | None:
    """The task that acts of this page are about: the official's own, or (a supervisor) the one that is open."""
    task = task_here(view)
    return task.pk if task else None


def task_here(view: DeskView) -> Task | None:
    if view.task is not None:
        return view.task
    return next((task for task in view.tasks if task.who != "applicant"), None)


def task_name(view: DeskView) -> str:
    """The name of the step in the process: several may be open, and of the same kind."""
    task = task_here(view)
    element = view.service.process.elements.get(task.element) if task else None
    return element.title(language()) if element else ""


def task_words(view: DeskView, actor: Actor) -> str:
    """What is to do now and by whom, in one sentence."""
    task = task_here(view)
    if task is None:
        if view.case.state == "waiting":
            return _("The applicant has to answer. Until then nothing is to do here.")
        if view.case.state == "closed":
            return _("The case is closed. Nothing is to do.")
        return _("Nothing is to do here now; the case goes on by itself.")
    if task.assignee_id == actor.party:
        return " ".join([to_do(task.does), *_for_what(view, task)])
    if task.assignee is not None:
        return _("%(name)s works on this case.") % {"name": task.assignee.name}
    if view.task is None:
        return _("The task waits in the queue for somebody with another role, or who has not decided before.")
    return _("The task waits in the queue. Nobody works on it yet.")


def _for_what(view: DeskView, task: Task) -> Iterator[str]:
    """For which of several things the step is to be done."""
    number, item = process.instance(view.service.process, view.case.marking, task.token)
    if isinstance(item, str):
        yield _("This is for: %(which)s.") % {"which": item}
    elif number is not None:
        yield _("This is number %(number)s of several.") % {"number": show_number(number)}


def to_do(does: str) -> str:
    return {
        "check": _("Check the file: is each condition proved? Accept it, or ask the applicant for a correction."),
        "decide": _("Decide: approve, or refuse and cite the condition that does not hold."),
        "confirm": _("A colleague has decided. Look with your own eyes, then confirm or send it back."),
        "pay": _("The applicant pays at the counter. Record the number of the receipt."),
        "review": _("The applicant objects. Look at the refusal again and answer."),
    }.get(does, _("Do this step of the case."))


def name_of(party: UUID | None, names: Mapping[UUID, str]) -> str:
    """Who it was; the installation itself, when nobody was."""
    return names.get(party, _("somebody")) if party else _("by law, without anybody")


def _happened(event: Event, view: DeskView) -> Happened:
    actor = event.public.get("actor")
    who = view.names.get(UUID(actor), "") if actor else _("the system")
    said = event.public.get("reason") or (event.personal or {}).get("reason") or ""
    return Happened(event.at, words.happened(event), who, str(said))


def _ruling(decision: Decision, view: DeskView) -> Ruling:
    known = view.service.conditions
    cited = [known[name] for name in decision.conditions if name in known]
    return Ruling(decision, outcome_words(decision.outcome), name_of(decision.by_id, view.names), cited)


def outcome_words(outcome: str) -> str:
    return {
        "approve": _("Approved"),
        "refuse": _("Refused"),
        "confirm": _("Confirmed"),
        "return": _("Sent back"),
        "uphold": _("The refusal stands"),
        "overturn": _("Approved after an objection"),
    }.get(outcome, outcome)


def _asked(correction: Correction, view: DeskView) -> Asked:
    labels = [row.label for row in view.rows if row.screen in correction.screens]
    return Asked(correction, labels, name_of(correction.by_id, view.names))


def term_words(term: Deadline) -> tuple[str, str]:
    """How a deadline stands: still running, resting, or how it ended."""
    if term.ended_at is not None:
        return (_("Missed"), "late") if term.missed else (_("Kept"), "ok")
    if term.rests_since is not None:
        return _("Rests"), "wait"
    return words.due(term.due_at)


def files_of(row: Row) -> list[Mapping[str, Any]]:
    """The files in an answer."""
    values = row.value if isinstance(row.value, list) else [row.value]
    return [value for value in values if isinstance(value, Mapping) and "sha256" in value]


def screens_to_correct(view: DeskView) -> list[tuple[str, str, str]]:
    """What the applicant can be asked to mend: one entry a screen, with the answer that stands now."""
    several = {row.group for row in view.rows if row.index}
    labels: dict[str, list[str]] = {}
    answers: dict[str, list[str]] = {}
    for row in view.rows:
        number = f" ({show_number((row.index or 0) + 1)})" if row.group in several and row.index is not None else ""
        labels.setdefault(row.screen, []).append(row.label + number)
        shown = row.shown if isinstance(row.shown, str) else words.listed(row.shown)
        answers.setdefault(row.screen, []).append(shown)
    return [(path, words.listed(labels[path]), words.listed(filter(None, answers[path]))) for path in labels]
