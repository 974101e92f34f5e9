"""Differences between books and bank: each has somebody who owns it and a day by which it is cleared up."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.policy import Role, Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.localisation import numbers
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext
from panjereh.payments.errors import NoSuchLine
from panjereh.payments.models import Discrepancy, Statement
from panjereh.payments.queries import bank
from panjereh.storage import insert

REMIND = "payments.remind"
TELL = "correspondence.tell"
TERM = timedelta(days=10)
"""How long officials have to clear a difference up."""
ARRIVES = timedelta(days=5)
"""After how many days a payment should be in the bank."""
LOOKS_BACK = timedelta(days=60)
AGAIN = timedelta(days=3)


@transaction.atomic
def note(new: Sequence[Discrepancy]) -> None:
    """Keep differences that are not known yet, and remember to remind on the day when they are due."""
    due = clock.today() + TERM
    for one in new:
        one.due = due
    insert(list(new), ignore_conflicts=True)
    _remind_on(due, {one.book_id for one in new})


def _remind_on(day: date, books: set[str]) -> None:
    morning = datetime.combine(day, time(8), clock.home_zone())
    outbox.queue_many(
        outbox.Order(REMIND, {"book": book}, f"{REMIND}:{book}:{day}", run_at=morning) for book in sorted(books)
    )


def remind(payload: dict[str, Any], _effect: EffectContext) -> None:
    """Tell those who own what is due, and every accountant of what nobody owns; again while any is left."""
    book, today = payload["book"], clock.today()
    due = Discrepancy.objects.filter(book=book, closed_at=None, due__lte=today)
    count: dict[UUID, int] = {}
    accountants = [official.party_id for official in identity.officials(book, role=Role.ACCOUNTANT)]
    for owner in due.values_list("owner", flat=True):
        for party in [owner] if owner else accountants:
            count[party] = count.get(party, 0) + 1
    outbox.queue_many(_notice(party, number, book, today) for party, number in sorted(count.items()))
    if count:
        _remind_on(today + AGAIN, {book})


def _notice(party: UUID, count: int, book: str, today: date) -> outbox.Order:
    language = identity.party(party).language
    with translation.override(language):
        subject = _("Differences between the books and the bank are due")
        text = ngettext(
            "%(n)s difference that you own should be cleared up by now. Look at it on the desk, under “Bank”.",
            "%(n)s differences that you own should be cleared up by now. Look at them on the desk, under “Bank”.",
            count,
        ) % {"n": numbers.format_number(count, language)}
    key = f"{REMIND}:{book}:{today}:{party}"
    told = {"party": str(party), "subject": subject, "text": text, "agency": book, "language": language, "key": key}
    return outbox.Order(TELL, told, key)


def find_missing() -> None:
    """Payments of a day that should be in the bank by now and are not, in every book that has statements."""
    last = Statement.objects.values_list("book").annotate(last=Max("last_day")).order_by("book")
    for book, known_until in last:
        for account in bank.ways(book):
            _look_for(book, account, known_until - ARRIVES)


@transaction.atomic
def _look_for(book: str, account: int, until: date) -> None:
    since = until - LOOKS_BACK
    rows = bank.on_the_way([account]).filter(posting__day__gt=since, posting__day__lte=until)
    sums = rows.values_list("posting__day", "account__currency").annotate(total=Sum("amount")).order_by("posting__day")
    missing = {day: (int(total), currency) for day, currency, total in sums if total}
    known = {one.day: one for one in Discrepancy.objects.filter(account=account, day__gt=since, day__lte=until)}
    for day, one in known.items():
        amount, _currency = missing.pop(day, (0, ""))
        if one.is_open and one.amount != amount:
            one.amount = amount or one.amount
            one.closed_at = None if amount else clock.now()
            one.save(update_fields=["amount", "closed_at"])
    kind = Discrepancy.Kind.MISSING
    new = [
        Discrepancy(kind=kind, book_id=book, account_id=account, day=day, amount=amount, currency=currency)
        for day, (amount, currency) in missing.items()
    ]
    if new:
        note(new)


@transaction.atomic
def take_over(number: UUID, *, actor: Actor) -> Discrepancy:
    """The actor clears it up from now on."""
    one = _open(number, actor)
    one.owner = actor.party
    one.save(update_fields=["owner"])
    return one


@transaction.atomic
def close(number: UUID, *, actor: Actor, note: str) -> Discrepancy:
    """It is cleared up outside the books, such as when the bank has corrected it; how is said in the note.

    Money in the bank that nobody knows closes by itself, when it is matched or entered. Raises Invalid, NoSuchLine.
    """
    one = _open(number, actor)
    if one.kind == Discrepancy.Kind.UNKNOWN:
        raise Invalid(gettext_lazy("Say what this line of the bank is; the difference closes by itself then."))
    if not note.strip():
        raise Invalid(gettext_lazy("Write how the difference was cleared up."))
    one.note, one.closed_at, one.closed_by = note.strip()[:300], clock.now(), actor.party
    one.save(update_fields=["note", "closed_at", "closed_by"])
    return one


def _open(number: UUID, actor: Actor) -> Discrepancy:
    policy.require(actor, "money.reconcile", Target(agency=actor.agency))
    rows = Discrepancy.objects.select_for_update(of=("self",)).filter(book=actor.agency or "", closed_at=None)
    one = rows.filter(pk=number).first()
    if one is None:
        raise NoSuchLine(gettext_lazy("There is no such open difference in your agency."))
    return one
