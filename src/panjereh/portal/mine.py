"""What the person who is signed in may see of themselves, gathered from several rooms."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panjereh.audit import queries as audit
from panjereh.cases.queries import CaseView
from panjereh.catalogue import queries as catalogue
from panjereh.documents import queries as documents
from panjereh.documents.models import Certificate
from panjereh.documents.payment_receipts import PaymentReceipt
from panjereh.documents.receipts import Receipt
from panjereh.identity.errors import BeyondMandate
from panjereh.intake.screens import grouped
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.kernel.money import Money
from panjereh.localisation.money import format_money
from panjereh.oversight import readings
from panjereh.payments import gateways
from panjereh.payments.models import Payment
from panjereh.ui.addresses import url
from panjereh.ui.jinja import show_list
from panjereh.ui.readings import who

ROLES = {
    "officer": gettext_lazy("checks applications"),
    "registrar": gettext_lazy("decides"),
    "supervisor": gettext_lazy("supervises"),
    "registry-clerk": gettext_lazy("keeps the register"),
    "helpdesk": gettext_lazy("helps at the counter"),
    "operator": gettext_lazy("manages officials"),
    "accountant": gettext_lazy("keeps the books"),
    "administrator": gettext_lazy("manages all agencies"),
    "data-protection": gettext_lazy("watches over who reads what"),
}
"""What officials of a role do, for the demonstration's page."""


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


def certificates_of(actor: Actor) -> list[Certificate]:
    """All that was issued to the person, the newest first."""
    acting = actor.acting_for
    found = {
        one.pk: one
        for subject in readings.subjects_of(number_of(actor))
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


def looks_at_case(actor: Actor, number: str) -> list[tuple[str, object]]:
    """(who, when) of each look at a case of the person, the newest first; repeated looks of one day stand once."""
    found: dict[tuple[str, object], tuple[str, object]] = {}
    for look in audit.accesses_in_case(number):
        if look.actor != actor.party:
            found[who(look), look.at.date()] = (who(look), look.at)
    return sorted(found.values(), key=lambda one: str(one[1]), reverse=True)


def roles_in_words(roles: Iterable[str]) -> str:
    return show_list([str(ROLES.get(role, role)) for role in sorted(roles)])


def payment_receipt_of(payment: Payment) -> PaymentReceipt:
    """What stands on the receipt of a payment: nobody's name, for others may have paid."""
    bill = payment.bill
    agency = catalogue.country().agencies.get(bill.agency)
    return PaymentReceipt(
        key=str(payment.pk),
        bill=bill.number,
        about=bill.subject,
        title=dict(bill.title),
        agency_id=bill.agency,
        agency=dict(agency.title) if agency else {},
        paid_at=payment.settled_at or payment.begun_at,
        money=Money(payment.captured, payment.currency),
        order=payment.order,
        trace=payment.trace or payment.reference,
        way=dict(gateways.named(payment.gateway).title),
        address=f"{settings.PUBLIC_ADDRESS}{url('portal:payment', payment.pk)}",
    )


def receipt_of(view: CaseView, actor: Actor) -> Receipt:
    """What was sent in a case, in the reader's language. The day by which the agency answers is the one promised."""
    case, service = view.case, view.service
    agency = catalogue.country().agencies.get(case.agency)
    return Receipt(
        number=case.number,
        agency_id=case.agency,
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
