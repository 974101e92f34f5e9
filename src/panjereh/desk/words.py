"""What the desk calls things: ways in, steps of the timeline, terms, roles, laws."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from panjereh.cases.models import Event
from panjereh.catalogue import queries as catalogue
from panjereh.kernel import clock
from panjereh.localisation import digits
from panjereh.ui.jinja import language, show_list, show_number, show_text

CHANNELS: Mapping[str, Promise] = {
    "web": lazy("Web"),
    "desk": lazy("Office"),
    "api": lazy("Another system"),
    "system": lazy("By itself"),
}
ROLES: Mapping[str, Promise] = {
    "applicant": lazy("Applicant"),
    "officer": lazy("Officer: checks cases"),
    "registrar": lazy("Registrar: decides cases"),
    "supervisor": lazy("Supervisor: confirms, reviews, reassigns"),
    "registry-clerk": lazy("Registry clerk: keeps the registers"),
    "helpdesk": lazy("Help desk: helps visitors"),
    "operator": lazy("Operator: manages officials of the agency"),
    "administrator": lazy("Administrator: manages officials everywhere"),
}
SCOPES: Mapping[str, Promise] = {
    "": lazy("–"),
    "own": lazy("own matters"),
    "office": lazy("office"),
    "agency": lazy("agency"),
    "everywhere": lazy("everywhere"),
}
ACTIONS: Mapping[str, Promise] = {
    "case.apply": lazy("Apply"),
    "case.answer": lazy("Answer questions"),
    "case.correct": lazy("Correct answers"),
    "case.withdraw": lazy("Take an application back"),
    "case.appeal": lazy("Object to a decision"),
    "case.read_own": lazy("See the own cases"),
    "case.write": lazy("Write to the agency"),
    "case.see": lazy("See a case"),
    "case.search": lazy("Find cases"),
    "case.take": lazy("Take the next task"),
    "case.take_out_of_turn": lazy("Take a task out of turn"),
    "case.hand_over": lazy("Hand the own task over"),
    "case.reassign": lazy("Give anybody’s task to somebody else"),
    "case.check": lazy("Check a case, ask for a correction"),
    "case.decide": lazy("Decide a case"),
    "case.confirm": lazy("Confirm another’s decision"),
    "case.review": lazy("Answer an objection"),
    "case.pay": lazy("Record a payment"),
    "case.note": lazy("Write a note"),
    "case.message": lazy("Write to the applicant"),
    "case.extend": lazy("Extend a term"),
    "case.assist": lazy("Fill in for a visitor"),
    "case.print": lazy("Print a case"),
    "registry.view": lazy("See entries of a register"),
    "registry.correct": lazy("Propose to correct an entry"),
    "registry.annul": lazy("Propose to annul an entry"),
    "registry.confirm": lazy("Confirm a correction of a register"),
    "party.find": lazy("Find people"),
    "party.make": lazy("Enter a visitor"),
    "party.link": lazy("Link a person to the register"),
    "party.contact": lazy("Change contact details"),
    "official.manage": lazy("Manage officials"),
    "office.manage": lazy("Manage offices"),
    "service.publish": lazy("Publish services"),
    "figures.see": lazy("See figures"),
}
HAPPENED: Mapping[str, Promise] = {
    "submitted": lazy("The application was sent"),
    "task_taken": lazy("The task was taken"),
    "task_put_back": lazy("The task was put back"),
    "task_handed_over": lazy("The task was given to somebody else"),
    "checked": lazy("The file was found complete"),
    "correction_asked": lazy("A correction was asked for"),
    "corrected": lazy("The applicant sent corrected answers"),
    "decided:approve": lazy("Decided: approved"),
    "decided:refuse": lazy("Decided: refused"),
    "confirmed": lazy("A second official confirmed the decision"),
    "returned": lazy("A second official sent the case back"),
    "reviewed:uphold": lazy("The objection was answered: the refusal stands"),
    "reviewed:overturn": lazy("The objection was answered: approved after all"),
    "paid": lazy("The fee was paid"),
    "extended": lazy("The term was extended"),
    "term_passed": lazy("The term passed without an answer"),
    "appealed": lazy("The applicant objected"),
    "withdrawn": lazy("The applicant took the application back"),
    "produced": lazy("The register was written and documents were issued"),
    "entry_corrected": lazy("The entry in the register was corrected"),
    "entry_annulled": lazy("The entry in the register was annulled"),
    "closed": lazy("The case was closed"),
    "rated": lazy("The applicant rated the service"),
}
STATES: Mapping[str, tuple[Promise, str]] = {
    "open": (lazy("With the agency"), "soon"),
    "waiting": (lazy("Waits for the applicant"), "wait"),
    "closed": (lazy("Closed"), "wait"),
    "approved": (lazy("Approved"), "ok"),
    "refused": (lazy("Refused"), "wait"),
    "withdrawn": (lazy("Withdrawn"), "wait"),
    "lapsed": (lazy("Lapsed"), "wait"),
}
TERMS: Mapping[str, Promise] = {
    "decide": lazy("To decide"),
    "correct": lazy("For the applicant to correct"),
    "appeal": lazy("For the applicant to object"),
}


def channel(name: str) -> str:
    return str(CHANNELS.get(name, name))


def standing(state: str, outcome: str) -> tuple[str, str]:
    """State in words and the kind of its tag: what came out of it, once that is known."""
    text, kind = STATES.get(outcome) or STATES.get(state) or (state, "")
    return str(text), kind


def happened(event: Event) -> str:
    outcome = event.public.get("outcome", "")
    known = HAPPENED.get(f"{event.kind}:{outcome}") or HAPPENED.get(event.kind)
    return str(known or event.kind.replace("_", " "))


def due(moment: datetime | None) -> tuple[str, str]:
    """How long until then, in words, and the kind of the tag: «۲ ساعت», "1 day late"."""
    if moment is None:
        return _("No term"), "wait"
    days = (moment.astimezone(clock.home_zone()).date() - clock.today()).days
    if moment < clock.now():
        late = max(1, -days)
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": show_number(late)}, "late"
    if days == 0:
        hours = max(1, int((moment - clock.now()).total_seconds() // 3600))
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": show_number(hours)}, "soon"
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": show_number(days)}, "soon" if days == 1 else "wait"


def law(reference: str | None) -> str:
    """`civil-registration-act#12` in words: the name of the law and its article."""
    if not reference:
        return ""
    name, _sharp, article = reference.partition("#")
    known = catalogue.country().laws.get(name)
    title = show_text(known.title) if known else name
    if not article:
        return title
    return _("%(law)s, article %(article)s") % {"law": title, "article": digits.for_language(article, language())}


def agency(name: str) -> str:
    known = catalogue.country().agencies.get(name)
    return show_text(known.title) if known else name


def office(agency_name: str, name: str) -> str:
    """An office of an agency; without one, the whole agency."""
    known = catalogue.country().agencies.get(agency_name)
    if not name:
        return _("Whole agency")
    return show_text(known.offices[name].title) if known and name in known.offices else name


def listed(parts: Iterable[str]) -> str:
    return show_list(parts)
