"""What an official can do to a case: each act is one operation, with the boxes that its form has.

To add one: an `Act` here, and, if it asks for anything, its fields in jinja2/desk/acts/<name>.html.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panjereh.cases import operations as cases
from panjereh.cases.queries import DeskView
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid, NotFound, PanjerehError


@dataclass(frozen=True)
class Order:
    """Who orders what to be done to which case, with what they typed."""

    actor: Actor
    number: str
    posted: QueryDict

    @property
    def task(self) -> UUID:
        """The task that the page was about. An older page names a task that is done: then nothing happens."""
        return _uuid(self.posted.get("task", ""))

    @property
    def reason(self) -> str:
        return self.posted.get("reason", "")

    @property
    def colleague(self) -> UUID:
        try:
            return UUID(self.posted.get("to", ""))
        except ValueError as error:
            raise Invalid(_("Choose a colleague from the list.")) from error


@dataclass(frozen=True)
class Act:
    """One thing that can be done.

    offered: whether the case and the official's roles make sense of it now
    box: where an error is shown; `boxes` says so for errors of certain codes
    done: what the case page says afterwards
    """

    title: Promise
    button: Promise
    done: Promise
    offered: Callable[[DeskView], bool]
    perform: Callable[[Order], object]
    box: str = "act"
    boxes: Mapping[str, str] = field(default_factory=dict)

    def box_of(self, error: PanjerehError) -> str:
        return self.boxes.get(error.code, self.box)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(_("There is no such open task for you.")) from error


def _works_on(*does: str) -> Callable[[DeskView], bool]:
    return lambda view: view.may["work"] and view.task is not None and view.task.does in does


def _may(name: str) -> Callable[[DeskView], bool]:
    return lambda view: view.may[name]


REASON = {"reason_missing": "reason"}
CITING = {**REASON, "refusal_needs_condition": "conditions"}

ACTS: dict[str, Act] = {
    "accept": Act(
        _("The file is complete"),
        _("Accept the file"),
        _("Accepted: the case goes on to be decided."),
        _works_on("check"),
        lambda order: cases.accept(order.task, actor=order.actor),
    ),
    "correct": Act(
        _("Ask for a correction"),
        _("Send to the applicant"),
        _("The applicant was asked. The deadline rests until they answer."),
        _may("correct"),
        lambda order: cases.ask_correction(
            order.task,
            actor=order.actor,
            screens=order.posted.getlist("screens"),
            message=order.posted.get("message", ""),
        ),
        box="screens",
        boxes={"reason_missing": "message"},
    ),
    "approve": Act(
        _("Approve the application"),
        _("Approve"),
        _("Approved."),
        _works_on("decide"),
        lambda order: cases.decide(order.task, actor=order.actor, outcome="approve", reason=order.reason),
    ),
    "refuse": Act(
        _("Refuse the application"),
        _("Refuse"),
        _("Refused."),
        _works_on("decide"),
        lambda order: cases.decide(
            order.task,
            actor=order.actor,
            outcome="refuse",
            conditions=order.posted.getlist("conditions"),
            reason=order.reason,
        ),
        box="reason",
        boxes=CITING,
    ),
    "confirm": Act(
        _("Confirm the decision"),
        _("Confirm the decision"),
        _("Confirmed: the decision stands."),
        _works_on("confirm"),
        lambda order: cases.confirm(order.task, actor=order.actor, agree=True),
    ),
    "return": Act(
        _("Send the decision back"),
        _("Send back"),
        _("The case goes back to be decided again."),
        _works_on("confirm"),
        lambda order: cases.confirm(order.task, actor=order.actor, agree=False, reason=order.reason),
        box="reason",
    ),
    "pay": Act(
        _("Record the payment"),
        _("Record as paid"),
        _("The payment is recorded. The result follows by itself."),
        _works_on("pay"),
        lambda order: cases.record_payment(
            order.task,
            actor=order.actor,
            receipt=order.posted.get("receipt", ""),
            how=order.posted.get("how", "cash"),
        ),
        box="receipt",
        boxes={"receipt_is_used": "receipt", "unknown_way_to_pay": "how"},
    ),
    "review": Act(
        _("Answer the objection"),
        _("Send the answer"),
        _("The objection is answered."),
        _works_on("review"),
        lambda order: cases.review(
            order.task,
            actor=order.actor,
            outcome=order.posted.get("outcome", ""),
            conditions=order.posted.getlist("conditions"),
            reason=order.reason,
        ),
        box="outcome",
        boxes=CITING,
    ),
    "put-back": Act(
        _("Put the task back"),
        _("Put back"),
        _("The task is back in the queue."),
        _may("put_back"),
        lambda order: cases.put_back(order.task, actor=order.actor, reason=order.reason),
        box="reason",
    ),
    "hand-over": Act(
        _("Give the task to a colleague"),
        _("Hand over"),
        _("The task is with your colleague."),
        lambda view: bool(view.colleagues) and (view.may["hand_over"] or view.may["reassign"]),
        lambda order: cases.assign(order.task, actor=order.actor, to=order.colleague, reason=order.reason),
        box="to",
        boxes=REASON,
    ),
    "extend": Act(
        _("Extend the deadline"),
        _("Extend the deadline"),
        _("The deadline is extended, and the applicant was told why."),
        _may("extend"),
        lambda order: cases.extend(order.number, actor=order.actor, reason=order.reason),
        box="reason",
    ),
    "await": Act(
        _("Wait for another agency"),
        _("Let the deadline rest"),
        _("The deadline rests, and the applicant was told why."),
        _may("await_agency"),
        lambda order: cases.await_agency(
            order.number, actor=order.actor, agency=order.posted.get("agency", ""), reason=order.reason
        ),
        box="agency",
        boxes=REASON,
    ),
    "answered": Act(
        _("The other agency has answered"),
        _("Let the deadline go on"),
        _("The deadline goes on, and the applicant was told the new day."),
        _may("answered"),
        lambda order: cases.agency_answered(order.number, actor=order.actor, note=order.reason),
        box="reason",
    ),
    "note": Act(
        _("Write a note for colleagues"),
        _("Keep the note"),
        _("The note is kept."),
        _may("note"),
        lambda order: cases.add_note(order.number, actor=order.actor, text=order.posted.get("text", "")),
        box="text",
    ),
    "message": Act(
        _("Write to the applicant"),
        _("Send the message"),
        _("The message was sent."),
        _may("message"),
        lambda order: cases.say(order.number, actor=order.actor, text=order.posted.get("text", "")),
        box="text",
    ),
}

MAIN = ("accept", "approve", "confirm")  # a button on the case page, nothing more to fill in
FURTHER = ("correct", "refuse", "return", "review", "pay")  # a page of their own, beside the main act
AROUND = ("put-back", "hand-over", "extend", "await", "answered")


def offered(view: DeskView, names: tuple[str, ...]) -> list[tuple[str, Act]]:
    return [(name, ACTS[name]) for name in names if ACTS[name].offered(view)]
