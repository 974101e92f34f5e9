"""What the desk calls things: ways in, steps of the timeline, deadlines, roles."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from panjereh.cases.models import Event
from panjereh.catalogue import queries as catalogue
from panjereh.identity.models import Mandate
from panjereh.kernel import clock
from panjereh.payments.books import Place
from panjereh.ui.jinja import show_list, show_number, show_text

CHANNELS: Mapping[str, Promise] = {
    "web": gettext_lazy("Web"),
    "desk": gettext_lazy("Office"),
    "api": gettext_lazy("Another system"),
    "system": gettext_lazy("By itself"),
}
ROLES: Mapping[str, Promise] = {
    "applicant": gettext_lazy("Applicant"),
    "officer": gettext_lazy("Officer: checks cases"),
    "registrar": gettext_lazy("Registrar: decides cases"),
    "supervisor": gettext_lazy("Supervisor: confirms, reviews, reassigns"),
    "registry-clerk": gettext_lazy("Registry clerk: keeps the registers"),
    "helpdesk": gettext_lazy("Help desk: helps visitors"),
    "operator": gettext_lazy("Operator: manages officials of the agency"),
    "accountant": gettext_lazy("Accountant: keeps the books"),
    "administrator": gettext_lazy("Administrator: manages officials everywhere"),
    "data-protection": gettext_lazy("Data protection officer: watches who reads what"),
    "software": gettext_lazy("Program of an agency"),
}
SCOPES: Mapping[str, Promise] = {
    "": gettext_lazy("–"),
    "own": gettext_lazy("own matters"),
    "office": gettext_lazy("office"),
    "agency": gettext_lazy("agency"),
    "everywhere": gettext_lazy("everywhere"),
}
ACTIONS: Mapping[str, Promise] = {
    "case.apply": gettext_lazy("Apply"),
    "case.answer": gettext_lazy("Answer questions"),
    "case.correct": gettext_lazy("Correct answers"),
    "case.withdraw": gettext_lazy("Take an application back"),
    "case.appeal": gettext_lazy("Object to a decision"),
    "case.read_own": gettext_lazy("See the own cases"),
    "case.write": gettext_lazy("Write to the agency"),
    "mandate.give": gettext_lazy("Let somebody act for oneself"),
    "document.to_wallet": gettext_lazy("Keep a document in a wallet"),
    "delegation.give": gettext_lazy("Let a colleague stand in for an absence"),
    "case.see": gettext_lazy("See a case"),
    "case.search": gettext_lazy("Find cases"),
    "case.take": gettext_lazy("Take the next task"),
    "case.take_out_of_turn": gettext_lazy("Take a task out of turn"),
    "case.hand_over": gettext_lazy("Hand the own task over"),
    "case.reassign": gettext_lazy("Give anybody’s task to somebody else"),
    "case.check": gettext_lazy("Check a case, ask for a correction"),
    "case.decide": gettext_lazy("Decide a case"),
    "case.escalated": gettext_lazy("Do what was not done in time"),
    "case.confirm": gettext_lazy("Confirm another’s decision"),
    "case.review": gettext_lazy("Answer an objection"),
    "case.pay": gettext_lazy("Record a payment"),
    "case.note": gettext_lazy("Write a note"),
    "case.message": gettext_lazy("Write to the applicant"),
    "case.extend": gettext_lazy("Extend a deadline"),
    "case.await": gettext_lazy("Let a deadline rest for another agency"),
    "case.assist": gettext_lazy("Fill in for a visitor"),
    "case.print": gettext_lazy("Print a case"),
    "registry.view": gettext_lazy("See entries of a register"),
    "registry.correct": gettext_lazy("Propose to correct an entry"),
    "registry.annul": gettext_lazy("Propose to annul an entry"),
    "registry.confirm": gettext_lazy("Confirm a correction of a register"),
    "party.find": gettext_lazy("Find people"),
    "party.make": gettext_lazy("Enter a visitor"),
    "party.link": gettext_lazy("Link a person to the register"),
    "party.contact": gettext_lazy("Change contact details"),
    "official.manage": gettext_lazy("Manage officials"),
    "office.manage": gettext_lazy("Manage offices"),
    "site.manage": gettext_lazy("Enter sites that people sign in to, make their secrets, close them"),
    "site.confirm": gettext_lazy("Confirm such a site that a colleague has entered"),
    "seal.see": gettext_lazy("See the seals of the agency"),
    "service.publish": gettext_lazy("Publish services"),
    "letter.post": gettext_lazy("Print and post letters"),
    "access.print": gettext_lazy("Print for a visitor who has seen their data"),
    "access.oversee": gettext_lazy("Watch over the readings of the agency"),
    "export.hand_out": gettext_lazy("Hand out a visitor’s own data"),
    "figures.see": gettext_lazy("See figures"),
    "money.see": gettext_lazy("See the books"),
    "money.reverse": gettext_lazy("Take an entry of the books back"),
    "money.close": gettext_lazy("Close a day of the books"),
    "money.refund": gettext_lazy("Propose that money is given back"),
    "money.refund_agree": gettext_lazy("Agree that money is given back"),
    "bill.push": gettext_lazy("Hand in bills"),
    "bill.cancel": gettext_lazy("Take bills back"),
    "bill.see": gettext_lazy("See the bills of the agency"),
    "payment.list": gettext_lazy("List payments"),
    "client.manage": gettext_lazy("Let programs in"),
}
HAPPENED: Mapping[str, Promise] = {
    "submitted": gettext_lazy("The application was sent"),
    "signed": gettext_lazy("The applicant signed with a passkey"),
    "signed:declaration": gettext_lazy("Signed by a declaration"),
    "signed:paper": gettext_lazy("Signed on paper, before an official"),
    "signed:passkey": gettext_lazy("Signed with a passkey"),
    "task_taken": gettext_lazy("The task was taken"),
    "task_put_back": gettext_lazy("The task was put back"),
    "task_handed_over": gettext_lazy("The task was given to somebody else"),
    "checked": gettext_lazy("The file was found complete"),
    "correction_asked": gettext_lazy("A correction was asked for"),
    "corrected": gettext_lazy("The applicant sent corrected answers"),
    "decided:approve": gettext_lazy("Decided: approved"),
    "decided:refuse": gettext_lazy("Decided: refused"),
    "decided_by_rule": gettext_lazy("A rule decided on the way"),
    "confirmed": gettext_lazy("A second official confirmed the decision"),
    "returned": gettext_lazy("A second official sent the case back"),
    "reviewed:uphold": gettext_lazy("The objection was answered: the refusal stands"),
    "reviewed:overturn": gettext_lazy("The objection was answered: approved after all"),
    "paid": gettext_lazy("The fee was paid"),
    "extended": gettext_lazy("The deadline was extended"),
    "term_passed": gettext_lazy("The deadline passed without an answer"),
    "escalated": gettext_lazy("The task went to the supervisor"),
    "decided_by_law:approve": gettext_lazy("Approved by law, because nobody decided in time"),
    "decided_by_law:refuse": gettext_lazy("Refused by law, because nobody decided in time"),
    "reminded": gettext_lazy("The queue reminded of the deadline"),
    "rests": gettext_lazy("The deadline rests: another agency was asked"),
    "goes_on": gettext_lazy("The deadline goes on"),
    "agency_asked": gettext_lazy("Another agency was asked"),
    "agency_answered": gettext_lazy("The other agency answered"),
    "agency_silent": gettext_lazy("The other agency did not answer in time"),
    "signal_heard": gettext_lazy("Another case about the same matter gave a signal"),
    "appealed": gettext_lazy("The applicant objected"),
    "withdrawn": gettext_lazy("The applicant took the application back"),
    "produced": gettext_lazy("The register was written and documents were issued"),
    "erased": gettext_lazy("The case was erased"),
    "held": gettext_lazy("The case is kept beyond its time"),
    "released": gettext_lazy("Nothing keeps the case beyond its time any more"),
    "entry_corrected": gettext_lazy("The entry in the register was corrected"),
    "entry_annulled": gettext_lazy("The entry in the register was annulled"),
    "migrated": gettext_lazy("The case went over to another version of the service"),
    "closed": gettext_lazy("The case was closed"),
    "rated": gettext_lazy("The applicant rated the service"),
}
STATES: Mapping[str, tuple[Promise, str]] = {
    "open": (gettext_lazy("With the agency"), "soon"),
    "waiting": (gettext_lazy("Waits for the applicant"), "wait"),
    "closed": (gettext_lazy("Closed"), "wait"),
    "approved": (gettext_lazy("Approved"), "ok"),
    "refused": (gettext_lazy("Refused"), "wait"),
    "withdrawn": (gettext_lazy("Withdrawn"), "wait"),
    "lapsed": (gettext_lazy("Lapsed"), "wait"),
}
POSTINGS: Mapping[str, Promise] = {
    "charge": gettext_lazy("Asked for"),
    "receipt": gettext_lazy("Paid"),
    "release": gettext_lazy("Not owed any more"),
    "refund": gettext_lazy("Given back"),
    "return": gettext_lazy("Taken back by the bank"),
    "settlement": gettext_lazy("Is in the bank"),
    "reversal": gettext_lazy("Takes an entry back"),
}
ACCOUNTS: Mapping[str, Promise] = {
    "cash": gettext_lazy("Cash"),
    "card": gettext_lazy("Card terminal"),
    "bank": gettext_lazy("Bank account"),
    "on_the_way": gettext_lazy("Paid to the bank, on no statement yet"),
    "gateway": gettext_lazy("Payment gateway"),
    "receivable": gettext_lazy("Owed to us"),
    "payable": gettext_lazy("Owed by us"),
    "revenue": gettext_lazy("Fees earned"),
    "commission": gettext_lazy("Commissions and bank charges"),
    "difference": gettext_lazy("Differences with the bank"),
    "unknown": gettext_lazy("Money of payers not known"),
}
TERMS: Mapping[str, Promise] = {
    "decide": gettext_lazy("To decide"),
    "correct": gettext_lazy("For the applicant to correct"),
    "appeal": gettext_lazy("For the applicant to object"),
}

RULES: Mapping[str, Promise] = {
    "reference": gettext_lazy("by its reference"),
    "batch": gettext_lazy("as the sum of some days"),
    "amount": gettext_lazy("as the only payment of this amount"),
    "official": gettext_lazy("by an official"),
    "other": gettext_lazy("is no payment"),
}
WHY_DAYS_DIFFER: Mapping[str, Promise] = {
    "on_the_way": gettext_lazy("paid on this day, not in the bank yet"),
    "later": gettext_lazy("paid on this day, in the bank on another"),
    "earlier": gettext_lazy("in the bank on this day, paid on another"),
    "commission": gettext_lazy("commissions"),
    "difference": gettext_lazy("differences with the bank"),
    "unknown": gettext_lazy("in the bank, of payers not known"),
}
DIFFERENCES: Mapping[str, Promise] = {
    "unknown": gettext_lazy("In the bank, in no book"),
    "missing": gettext_lazy("Paid, not in the bank"),
    "difference": gettext_lazy("More or less than was paid"),
}
STATEMENT_FORMATS: Mapping[str, str] = {"camt053": "CAMT.053", "mt940": "MT940", "csv": "CSV"}

OFFICE_FIELDS: dict[str, Promise] = {
    "title": gettext_lazy("Name"),
    "address": gettext_lazy("Address"),
    "phone": gettext_lazy("Telephone"),
    "open": gettext_lazy("Opening hours"),
    "closed": gettext_lazy("Closed days"),
    "hours": gettext_lazy("Note on the hours"),
}
LANGUAGES: dict[str, Promise] = {"fa": gettext_lazy("in Persian"), "en": gettext_lazy("in English")}


def account(place: Place) -> str:
    """An account in words, with whoever holds it and its fund."""
    kind = "on_the_way" if place.kind == "bank" and not place.holder else place.kind
    return " · ".join([str(ACCOUNTS.get(kind, kind)), *filter(None, (place.holder, place.fund))])


def channel(name: str) -> str:
    return str(CHANNELS.get(name, name))


def standing(state: str, outcome: str) -> tuple[str, str]:
    """State in words and the kind of its tag: what came out of it, once that is known."""
    text, kind = STATES.get(outcome) or STATES.get(state) or (state, "")
    return str(text), kind


def happened(event: Event) -> str:
    outcome = event.public.get("outcome", "")
    if event.kind == "signed" and event.public.get("signatory", "applicant") != "applicant":
        outcome = event.public["with_"]
    known = HAPPENED.get(f"{event.kind}:{outcome}") or HAPPENED.get(event.kind)
    return str(known or event.kind.replace("_", " "))


def due(moment: datetime | None) -> tuple[str, str]:
    """How long until then, in words, and the kind of the tag: «۲ ساعت», "1 day late"."""
    if moment is None:
        return _("No deadline"), "wait"
    days = (moment.astimezone(clock.home_zone()).date() - clock.today()).days
    if moment < clock.now():
        late = max(1, -days)
        return ngettext("%(n)s day late", "%(n)s days late", late) % {"n": show_number(late)}, "late"
    if days == 0:
        hours = max(1, int((moment - clock.now()).total_seconds() // 3600))
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": show_number(hours)}, "soon"
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": show_number(days)}, "soon" if days == 1 else "wait"


def agency(name: str) -> str:
    known = catalogue.country().agencies.get(name)
    return show_text(known.title) if known else name


def other_agencies(than: str) -> list[tuple[str, str]]:
    """Agencies that one of another can ask, by id, with their names."""
    return [(name, show_text(one.title)) for name, one in catalogue.country().agencies.items() if name != than]


def acts_as(kind: str) -> str:
    """By what right somebody sent a case for its applicant."""
    return str(Mandate.Kind(kind).label)


def office(agency_name: str, name: str) -> str:
    """An office of an agency; without one, the whole agency."""
    known = catalogue.country().agencies.get(agency_name)
    if not name:
        return _("Whole agency")
    return show_text(known.offices[name].title) if known and name in known.offices else name


def listed(parts: Iterable[str]) -> str:
    return show_list(parts)


SITE_EVENTS: Mapping[str, Promise] = {
    "asked": gettext_lazy("entered"),
    "confirmed": gettext_lazy("confirmed"),
    "refused": gettext_lazy("refused"),
    "secret made": gettext_lazy("a secret was made"),
    "closed": gettext_lazy("closed"),
    "entered at the terminal": gettext_lazy("entered at the terminal"),
}


def site_event(kind: str) -> str:
    """What was done to a site that people sign in to."""
    return str(SITE_EVENTS.get(kind, kind))
