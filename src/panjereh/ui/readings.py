"""Lines of the access log in plain words: who read what, what for, by which law."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from panjereh.audit.models import AccessLog
from panjereh.catalogue import queries as catalogue
from panjereh.identity import sites
from panjereh.oversight import readings
from panjereh.registries import questions
from panjereh.ui.asked import what_was_asked
from panjereh.ui.jinja import in_zone, show_code, show_date, show_datetime, show_digits, show_list, show_text
from panjereh.ui.laws import law_words

ROLES = {
    "officer": gettext_lazy("An officer"),
    "registrar": gettext_lazy("A registrar"),
    "supervisor": gettext_lazy("A supervisor"),
    "registry-clerk": gettext_lazy("A registry clerk"),
    "helpdesk": gettext_lazy("The help desk"),
    "operator": gettext_lazy("An operator"),
    "administrator": gettext_lazy("An administrator"),
    "data-protection": gettext_lazy("The data protection officer"),
}
HIGHEST_FIRST = (
    "registrar",
    "supervisor",
    "registry-clerk",
    "officer",
    "data-protection",
    "helpdesk",
    "operator",
    "administrator",
)
"""Of several roles the one that says most about why somebody reads."""

PURPOSES = {
    "handling": gettext_lazy("working on a case"),
    "keeping": gettext_lazy("keeping the register"),
    "help-at-the-desk": gettext_lazy("helping at the counter"),
    "acting_for_another": gettext_lazy("finding out who may act for whom"),
    "conflict_of_interest": gettext_lazy("keeping officials away from cases of their relatives and companies"),
    "link-by-papers": gettext_lazy("looking at papers at the counter"),
    "find-at-the-desk": gettext_lazy("looking for somebody at the counter"),
    "close-accounts": gettext_lazy("closing accounts of people who have died"),
    "own-data": gettext_lazy("reading the own data"),
    "remind-holder": gettext_lazy("reminding you of what will end"),
    "signing": gettext_lazy("signing a request together with you"),
    "wallet": gettext_lazy("keeping a document in a wallet"),
    "letter": gettext_lazy("sending a letter or an e-mail"),
    "by-rule": gettext_lazy("carrying out a step of a case by rule; nobody saw it"),
    "consulted": gettext_lazy("answering a question of the agency that has the case"),
    "tracking": gettext_lazy("following a case with its tracking code"),
    "certificate-check": gettext_lazy("checking whether a certificate is genuine"),
    "data-export": gettext_lazy("making a copy of the own data"),
    "sign-in-elsewhere": gettext_lazy("signing you in there"),
}
"""Purposes that belong to the house; those of services stand in their definitions."""

SOURCES = {
    "identity": gettext_lazy("your name and contact details"),
    "documents": gettext_lazy("what your certificate shows to everybody"),
    "letters": gettext_lazy("a letter to you"),
    "signing": gettext_lazy("a request that you sent round for signatures"),
    "draft": gettext_lazy("a request that you are filling in"),
    "access-log": gettext_lazy("this list of who looked"),
    "export": gettext_lazy("all data about you"),
}
CLAIMS = {
    "sub": gettext_lazy("a name that only this site knows you by"),
    "name": gettext_lazy("your name"),
    "email": gettext_lazy("your e-mail address"),
    "national_id": gettext_lazy("your national number"),
}
"""What other sites are told when people sign in there."""

CLASSES = {
    "later": gettext_lazy("shown after a time"),
    "closing": gettext_lazy("shown when a case is closed"),
    "never": gettext_lazy("never shown"),
}
SITE = "site:"
COLUMNS = ("at", "agency", "role", "channel", "what", "purpose", "law", "case", "fields", "id")


def who(row: AccessLog) -> str:
    """The office that read, not the official's name: that the agency tells when it is asked."""
    if row.source.startswith(SITE):
        return _("The site %(site)s") % {"site": show_text(sites.title_of(row.source.removeprefix(SITE)))}
    agency = catalogue.country().agencies.get(row.agency)
    if agency is None:
        if row.channel == "system":
            return _("The service itself, by rule,")
        if row.purpose == "signing":
            return _("Somebody who signs it with you")
        return _("You yourself") if row.actor else _("Somebody who knew the code")
    held = set(row.role.split(", "))
    role = next((str(ROLES[each]) for each in HIGHEST_FIRST if each in held), None)
    if role is None:
        return _("A service of %(agency)s, by rule,") % {"agency": show_text(agency.title)}
    return _("%(role)s of %(agency)s") % {"role": role, "agency": show_text(agency.title)}


def what(row: AccessLog, *, own_case: bool) -> str:
    """What was read, by the names of its fields."""
    kind, _colon, number = row.source.partition(":")
    if kind == "case":
        return _of_case(row, number, own_case=own_case)
    if row.source.startswith(SITE):
        return show_list([str(words) for claim, words in CLAIMS.items() if claim in row.fields])
    registry = catalogue.country().registries.get(row.source)
    if registry is None:
        return str(SOURCES.get(row.source, row.source))
    if row.fields and questions.is_question(row.fields[0]):
        return _("%(question)s (%(register)s)") % {"question": asked(row), "register": show_text(registry.title)}
    labels = [_within(show_text(registry.fields[name].label)) for name in row.fields if name in registry.fields]
    if not labels:
        return show_text(registry.title)
    return _("%(fields)s (%(register)s)") % {"fields": show_list(labels), "register": show_text(registry.title)}


def asked(row: AccessLog) -> str:
    """What the register was asked instead of being read."""
    return what_was_asked(row.source, *questions.read_back(row.fields[0]))


def _of_case(row: AccessLog, number: str, *, own_case: bool) -> str:
    if not own_case:
        return _("your data in somebody else’s case")
    words = {"file": _("a file of your case"), "state": _("the state of your case")}
    said = words.get(row.fields[0], _("your case")) if len(row.fields) == 1 else _("your case with its answers")
    return Markup("{} {}").format(said, show_code(number))


def why(row: AccessLog) -> str:
    return str(PURPOSES[row.purpose]) if row.purpose in PURPOSES else _within(purpose_words(row.purpose))


def purpose_of(purpose: str) -> str:
    """A purpose in words, of the house or of a definition."""
    return str(PURPOSES.get(purpose) or purpose_words(purpose))


def day_of(text: str) -> str:
    """A day in ISO 8601, in the reader’s calendar."""
    return show_date(date.fromisoformat(text))


def moment_of(text: str) -> str:
    return show_datetime(datetime.fromisoformat(text))


def _within(words: str) -> str:
    """As it stands inside of a sentence: labels and purposes begin with a capital, where there are any."""
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def purpose_words(purpose: str) -> str:
    """The words of a purpose that a service or register declares; its id if none does any more."""
    for one in catalogue.all_current():
        for each in one.service.purposes:
            if each.id == purpose:
                return show_text(each.text)
    for registry in catalogue.country().registries.values():
        for read in registry.reads:
            if read.purpose == purpose and read.text:
                return show_text(read.text)
    return purpose


def sentence(row: AccessLog, *, own_case: bool) -> str:
    """The whole line: who read what, what for, by which law."""
    parts = {"who": who(row), "what": what(row, own_case=own_case), "why": why(row), "law": law_words(row.law)}
    escaped = {name: Markup.escape(value) for name, value in parts.items()}
    if row.fields and questions.is_question(row.fields[0]):
        if row.law:
            return Markup.escape(_("%(who)s asked whether %(what)s, for %(why)s, on %(law)s.")) % escaped
        return Markup.escape(_("%(who)s asked whether %(what)s, for %(why)s.")) % escaped
    if row.law:
        return Markup.escape(_("%(who)s read %(what)s, for %(why)s, on %(law)s.")) % escaped
    return Markup.escape(_("%(who)s read %(what)s, for %(why)s.")) % escaped


def time_of(row: AccessLog) -> str:
    """The hour and minute, where the people are."""
    return show_digits(f"{in_zone(row.at):%H:%M}")


def month_of(text: str) -> str:
    """A month of the calendar by which hidden readings are counted: `2026-11` is November 2026."""
    year, _dash, month = text.partition("-")
    return f"{MONTHS[int(month)]} {show_digits(year)}"


def plain(row: AccessLog, *, own_case: bool) -> str:
    """The same without marks, to be sent or stored."""
    return Markup(sentence(row, own_case=own_case)).striptags()  # noqa: S704 - made by `sentence`


def as_csv(rows: Iterable[AccessLog]) -> Iterator[str]:
    """A table for any spreadsheet; the first line names the columns. Nothing in it can be taken for a formula."""
    yield "\ufeff" + csv_line(COLUMNS)
    for row in rows:
        values = {
            "at": in_zone(row.at).isoformat(timespec="seconds"),
            "agency": row.agency,
            "role": row.role,
            "channel": row.channel,
            "what": row.source,
            "purpose": row.purpose,
            "law": row.law,
            "case": row.case,
            "fields": " ".join(row.fields),
            "id": str(row.pk),
        }
        yield csv_line(harmless(values[name]) for name in COLUMNS)


def as_json(rows: Iterable[AccessLog], hidden: Iterable[Any]) -> dict[str, Any]:
    return {
        "readings": [readings.as_json(row) for row in rows],
        "hidden": [
            {"class": each.when, "month": each.month, "law": each.law, "commitments": list(each.commitments)}
            for each in hidden
        ],
    }


def harmless(value: str) -> str:
    """A cell that a spreadsheet can't take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def csv_line(values: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(list(values))
    return written.getvalue()
