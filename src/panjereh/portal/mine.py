"""What the person who is signed in may see of themselves, gathered from several rooms."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from panjereh.audit import queries as audit
from panjereh.audit.models import AccessLog
from panjereh.cases.queries import CaseView
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Country
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.documents.receipts import Receipt
from panjereh.identity import queries as identity
from panjereh.identity.errors import BeyondMandate
from panjereh.intake.screens import grouped
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.kernel.money import Money
from panjereh.localisation.money import format_money
from panjereh.portal.showing import law_words
from panjereh.ui.addresses import url
from panjereh.ui.jinja import show_code, show_datetime, show_list, show_text

ROLES = {
    "officer": gettext_lazy("checks applications"),
    "registrar": gettext_lazy("decides"),
    "supervisor": gettext_lazy("supervises"),
    "registry-clerk": gettext_lazy("keeps the register"),
    "helpdesk": gettext_lazy("helps at the counter"),
    "operator": gettext_lazy("manages officials"),
    "accountant": gettext_lazy("keeps the books"),
    "administrator": gettext_lazy("manages all agencies"),
}
"""What officials of a role do, for the demonstration's page."""

PURPOSES = {
    "handling": gettext_lazy("working on your case"),
    "keeping": gettext_lazy("keeping the register"),
    "help-at-the-desk": gettext_lazy("helping you at the counter"),
    "link-by-papers": gettext_lazy("looking at your papers at the counter"),
    "find-at-the-desk": gettext_lazy("looking for you at the counter"),
    "own": gettext_lazy("you yourself"),
    "wallet": gettext_lazy("keeping a document in a wallet"),
    "letter": gettext_lazy("sending you a letter"),
    "by-rule": gettext_lazy("carrying out a step of your case by rule; nobody saw it"),
    "tracking": gettext_lazy("following your case with its tracking code"),
    "certificate-check": gettext_lazy("checking whether a certificate of yours is genuine"),
}
"""Purposes that belong to the house; those of services stand in their definitions."""

SOURCES = {
    "cases": gettext_lazy("your case"),
    "identity": gettext_lazy("your contact details"),
    "documents": gettext_lazy("your documents"),
    "letters": gettext_lazy("a letter to you"),
    "draft": gettext_lazy("a request that you are filling in"),
}


def number_of(actor: Actor) -> UUID:
    """The party of somebody signed in, or of whom they act for. The system has none, and no page."""
    if actor.applicant is None:
        raise NotFound
    return actor.applicant


def whole(actor: Actor) -> Actor:
    """Refuse pages about all of somebody to whoever acts for them in some things only."""
    if actor.acting_for is not None and not actor.acting_for.is_whole:
        raise BeyondMandate(
            _(
                "Your mandate for %(name)s does not reach this page. You see their cases, messages and documents in "
                "what the mandate covers."
            )
            % {"name": actor.acting_for.name}
        )
    return actor


def subjects_of(actor: Actor) -> list[str]:
    """The names under which logs and certificates speak of the person, or of whom they act for."""
    party = identity.party(number_of(actor))
    subjects = [f"party:{number}" for number in identity.numbers_of(party.pk)]
    return [*subjects, f"population:{party.entity}"] if party.entity else subjects


def certificates_of(actor: Actor) -> list[Certificate]:
    """All that was issued to the person, the newest first."""
    acting = actor.acting_for
    found = {
        one.pk: one
        for subject in subjects_of(actor)
        for one in documents.of_subject(subject)
        if acting is None or acting.reaches(one.service, one.agency)
    }
    return sorted(found.values(), key=lambda one: one.issued_at, reverse=True)


def certificate_of(actor: Actor, code: str) -> Certificate:
    """One of the person's own certificates, or one of a case of theirs. Raises NotFound."""
    found = next((one for one in certificates_of(actor) if one.code == code), None)
    if found is None:
        raise NotFound(_("There is no such document among yours."))
    return found


def looks_at(actor: Actor, country: Country) -> list[list[str]]:
    """Rows of a table: when, who, what, what for. The person's own looks are left out."""
    looks = audit.accesses_of(*subjects_of(actor))
    others = (look for look in looks if look.actor != actor.party)
    newest_first = sorted(others, key=lambda look: (look.at, str(look.pk)), reverse=True)
    return [
        [show_datetime(look.at), who(look, country), what(look, country), what_for(look, country)]
        for look in newest_first
    ]


def looks_at_case(actor: Actor, number: str, country: Country) -> list[tuple[str, object]]:
    """(who, when) of each look at a case of the person, the newest first; repeated looks of one day stand once."""
    found: dict[tuple[str, object], tuple[str, object]] = {}
    for look in audit.accesses_in_case(number):
        if look.actor != actor.party:
            found[who(look, country), look.at.date()] = (who(look, country), look.at)
    return sorted(found.values(), key=lambda one: str(one[1]), reverse=True)


def who(look: AccessLog, country: Country) -> str:
    agency = country.agencies.get(look.agency)
    return show_text(agency.title) if agency else _("The service itself, by rule")


def what(look: AccessLog, country: Country) -> str:
    kind, _colon, number = look.source.partition(":")
    if kind == "case":
        words = _("a file of your case") if look.fields == ["file"] else _("your case")
        return Markup("{} {}").format(words, show_code(number))
    registry = country.registries.get(look.source)
    if registry is None:
        return str(SOURCES.get(look.source, look.source))
    labels = [show_text(registry.fields[name].label) for name in look.fields if name in registry.fields]
    return f"{show_text(registry.title)}: {show_list(labels)}" if labels else show_text(registry.title)


def what_for(look: AccessLog, country: Country) -> str:
    words = str(PURPOSES[look.purpose]) if look.purpose in PURPOSES else purpose_words(look.purpose)
    return f"{words} ({law_words(look.law, country)})" if look.law else words


def purpose_words(purpose: str) -> str:
    """The words of a purpose that some service declares; its id if none does any more."""
    declared: Iterable[str] = (
        show_text(each.text) for one in catalogue.all_current() for each in one.service.purposes if each.id == purpose
    )
    return next(iter(declared), purpose)


def roles_in_words(roles: Iterable[str]) -> str:
    return show_list([str(ROLES.get(role, role)) for role in sorted(roles)])


def receipt_of(view: CaseView, actor: Actor) -> Receipt:
    """What was sent in a case, in the reader's language. The day by which the agency answers is the one promised."""
    case, service = view.case, view.service
    agency = catalogue.country().agencies.get(case.agency)
    return Receipt(
        number=case.number,
        service_title=dict(service.title),
        agency=dict(agency.title) if agency else {},
        submitted_at=case.submitted_at,
        applicant=case.applicant.name,
        agent=view.agent,
        sections=[
            (title, [(row.label, row.shown) for row in rows]) for title, rows in grouped(view.rows, actor.language)
        ],
        decide_by=view.due if view.next == "nothing_to_do" else None,
        fee=format_money(Money(case.fee), actor.language) if case.fee else "",
        address=f"{settings.PUBLIC_ADDRESS}{url('portal:track')}?code={case.number}",
    )
