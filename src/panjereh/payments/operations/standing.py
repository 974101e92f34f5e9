"""Accounts with billers that somebody looks after: they hear of each bill when it comes and before it is due."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect
from panjereh.payments.errors import NoSuchAccount, NoSuchBill
from panjereh.payments.models import Bill, LookedAfter
from panjereh.payments.models.ledger import MOST

CAME, DUE = "payments.bill_came", "payments.bill_due"
"""Effects by which people are told: `config.bill_news` says it in words."""

BEFORE = timedelta(days=3)
AT = time(9)
MOST_ACCOUNTS = 30


@transaction.atomic
def look_after(bill: Bill, *, actor: Actor, label: str = "") -> LookedAfter:
    """Somebody who has shown that they know the bill wants to hear of those that follow. Again changes nothing.

    The caller has made sure that they know it: by its numbers, or by the account and a second fact.
    """
    if actor.applicant is None:
        raise NoSuchBill(_("There is no such bill. Look at its number again."))
    theirs = LookedAfter.objects.filter(party=actor.applicant)
    known = theirs.filter(agency=bill.agency, account=bill.subject).first()
    if known is not None:
        return known
    if theirs.count() >= MOST_ACCOUNTS:
        raise Invalid(_("You look after %(most)s accounts already. Take one off first.") % {"most": MOST_ACCOUNTS})
    made = LookedAfter(party_id=actor.applicant, agency=bill.agency, account=bill.subject, label=label.strip()[:60])
    made.save(force_insert=True)
    return made


@transaction.atomic
def change_standing(account_id: UUID, *, actor: Actor, label: str, remind: bool, most: int | None) -> LookedAfter:
    """What somebody calls an account, whether they are reminded, and up to how much is paid by itself (rials).

    Raises NoSuchAccount, Invalid.
    """
    held = own_account(account_id, actor)
    if most is not None and not 0 < most <= MOST:
        raise Invalid(_("Write the limit of one bill as an amount that is greater than nothing."))
    held.label, held.remind, held.most = label.strip()[:60], remind, most
    held.save(update_fields=["label", "remind", "most"])
    return held


@transaction.atomic
def leave_alone(account_id: UUID, *, actor: Actor) -> None:
    """Somebody does not look after an account any more. Raises NoSuchAccount."""
    own_account(account_id, actor).delete()


def own_account(account_id: UUID, actor: Actor) -> LookedAfter:
    """Raises NoSuchAccount, also for what is somebody else's."""
    found = LookedAfter.objects.filter(pk=account_id, party=actor.applicant).first() if actor.applicant else None
    if found is None:
        raise NoSuchAccount(_("You look after no such account."))
    return found


def news_of(bills: Sequence[Bill]) -> None:
    """Bills have come: whoever is asked, or looks after their account, is told; and again before they are due.

    Called in the transaction that issues them, for bills of one agency.
    """
    if not bills:
        return
    accounts = {bill.subject for bill in bills}
    told = {(bill.number, bill.payer_id): True for bill in bills if bill.payer_id}
    caring = LookedAfter.objects.filter(agency=bills[0].agency, account__in=accounts)
    reminded = {(each.account, each.party_id): each.remind for each in caring}
    by_account: dict[str, list[str]] = {}
    for bill in bills:
        by_account.setdefault(bill.subject, []).append(bill.number)
    for (account, party), remind in reminded.items():
        told.update({(number, party): remind for number in by_account[account]})
    due = {bill.number: bill.due for bill in bills}
    orders = [
        order for (number, party), remind in told.items() for order in _orders(number, party, due[number], remind)
    ]
    outbox.queue_many(orders)


def _orders(number: str, party: UUID | None, due: date | None, remind: bool) -> list[outbox.Order]:
    said = {"bill": number, "party": str(party)}
    orders = [outbox.Order(CAME, said, f"{CAME}:{number}:{party}", lane=Effect.Lane.CROWD)]
    if remind and due is not None:
        at = datetime.combine(due - BEFORE, AT, clock.home_zone())
        if at > clock.now():
            orders.append(outbox.Order(DUE, said, f"{DUE}:{number}:{party}", run_at=at, lane=Effect.Lane.CROWD))
    return orders
