"""All that puts something into the books. Every act has a key: done twice it is done once."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.audit import chain
from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.kernel.ids import new_id
from panjereh.payments import queries
from panjereh.payments.books import Claim, Moves, Place, must_balance, stated, transfer
from panjereh.payments.errors import (
    DayIsClosed,
    IsReversed,
    KeyIsUsed,
    NoSuchPosting,
    NothingIsOwed,
    SameHands,
    UnknownWayToPay,
)
from panjereh.payments.models import Account, Book, Closing, Line, Posting
from panjereh.signing import operations as signing
from panjereh.storage import insert

COUNTER = ("cash", "card", "bank")
"""How money comes in at the counter: notes, the card terminal, or a transfer to the agency's bank account."""


@transaction.atomic
def post(
    book: str,
    kind: str,
    moves: Moves,
    *,
    key: str,
    subject: str,
    actor: Actor,
    reference: str = "",
    reason: str = "",
    reverses: Posting | None = None,
) -> Posting:
    """Write one entry, today. The same key again gives the entry that stands.

    Raises NotBalanced, NotAnAmount, DayIsClosed, KeyIsUsed.
    """
    must_balance(moves)
    held = _locked(book)
    known = Posting.objects.filter(key=key).first()
    if known is not None:
        return _same(known, book, kind, subject, moves)
    today = clock.today()
    if Closing.objects.filter(book=held, day__gte=today).exists():
        raise DayIsClosed(_("The books of this day are closed. Enter it tomorrow."))
    posting = Posting(
        id=new_id(),
        key=key,
        book=held,
        number=held.next_number,
        kind=kind,
        day=today,
        at=clock.now(),
        subject=subject,
        reference=reference,
        reverses=reverses,
        reason=reason,
        by=actor.party,
        previous=held.head or chain.GENESIS,
    )
    posting.hash = chain.link(posting.previous, stated(posting, _named(moves)), "")
    accounts = _accounts(held, moves)
    insert([Line(posting_id=posting.id, account_id=accounts[place], amount=moves[place]) for place in sorted(moves)])
    posting.save(force_insert=True)
    held.next_number, held.head = held.next_number + 1, posting.hash
    held.save(update_fields=["next_number", "head"])
    return posting


@transaction.atomic
def charge(claim: Claim, fee: int, *, key: str, actor: Actor) -> Posting | None:
    """What somebody owes for a matter becomes `fee`: only what it differs by from what stands is entered."""
    _locked(claim.book)
    more = fee - queries.charged(claim)
    if more > 0:
        return _post(claim, Posting.Kind.CHARGE, transfer(more, to=claim.owed, off=claim.earned), key, actor)
    if more < 0:
        return _post(claim, Posting.Kind.RELEASE, transfer(-more, to=claim.earned, off=claim.owed), key, actor)
    return None


@transaction.atomic
def take(claim: Claim, amount: int, *, how: str, reference: str, key: str, actor: Actor) -> Posting:
    """Money came in at the counter for what is owed. Raises NothingIsOwed when it is more than that."""
    if how not in COUNTER:
        raise UnknownWayToPay(_("Say how it was paid: in cash, by card, or into the bank account."))
    _locked(claim.book)
    if amount > queries.owed(claim) and not Posting.objects.filter(key=key).exists():
        raise NothingIsOwed(_("More would be taken than is owed. Look at the amount again."))
    moves = transfer(amount, to=Place(how, currency=claim.currency), off=claim.owed)
    return _post(claim, Posting.Kind.RECEIPT, moves, key, actor, reference)


@transaction.atomic
def release(claim: Claim, *, key: str, actor: Actor) -> Posting | None:
    """What is still owed for a matter is not owed any more, such as when an application is taken back."""
    _locked(claim.book)
    left = queries.owed(claim)
    if left <= 0:
        return None
    return _post(claim, Posting.Kind.RELEASE, transfer(left, to=claim.earned, off=claim.owed), key, actor)


def _post(claim: Claim, kind: str, moves: Moves, key: str, actor: Actor, reference: str = "") -> Posting:
    return post(claim.book, kind, moves, key=key, subject=claim.subject, actor=actor, reference=reference)


@transaction.atomic
def reverse(book: str, number: int, *, actor: Actor, reason: str) -> Posting:
    """Take an entry back by a counter-entry, with a reason. Whoever made it can't: a second official looks.

    Raises NotAllowed, NoSuchPosting, IsReversed, SameHands.
    """
    policy.require(actor, "money.reverse", Target(agency=book))
    if not reason.strip():
        raise Invalid(_("Write why the entry is taken back."))
    _locked(book)
    wrong = Posting.objects.filter(book=book, number=number).first()
    if wrong is None:
        raise NoSuchPosting(_("There is no such entry in this book."))
    if wrong.reverses_id is not None or Posting.objects.filter(reverses=wrong).exists():
        raise IsReversed(_("This entry was taken back before, or takes one back itself."))
    if wrong.by is not None and wrong.by == actor.party:
        raise SameHands(_("You made this entry, so another official must take it back."))
    moves = {Place.of(line.account): -line.amount for line in wrong.lines.select_related("account")}
    return post(
        book,
        Posting.Kind.REVERSAL,
        moves,
        key=f"reversal:{wrong.pk}",
        subject=wrong.subject,
        actor=actor,
        reason=reason.strip(),
        reverses=wrong,
    )


@transaction.atomic
def close_day(book: str, day: date, *, actor: Actor) -> Closing:
    """Close a day that is over, and every one before it, and seal what the books came to. There is no way back.

    Raises NotAllowed, DayIsClosed, Invalid.
    """
    policy.require(actor, "money.close", Target(agency=book))
    if day >= clock.today():
        raise Invalid(_("Only a day that is over can be closed."))
    held = _locked(book)
    if Closing.objects.filter(book=held, day__gte=day).exists():
        raise DayIsClosed(_("This day was closed before."))
    last = Posting.objects.filter(book=held, day__lte=day).order_by("-number").first()
    closing = Closing(
        book=held,
        day=day,
        last_number=last.number if last else 0,
        head=last.hash if last else "",
        balances={str(place): str(amount) for place, amount in sorted(queries.balances(book, day).items())},
        at=clock.now(),
        by=actor.party,
    )
    signature = signing.sign_record(book, closing.record)
    closing.kid, closing.signature = signature.kid, signature.jws
    closing.save(force_insert=True)
    return closing


def _locked(book: str) -> Book:
    """The book, for this transaction alone; made when it is first written in."""
    insert([Book(agency=book)], ignore_conflicts=True)
    return Book.objects.select_for_update().get(pk=book)


def _same(known: Posting, book: str, kind: str, subject: str, moves: Moves) -> Posting:
    lines = {Place.of(line.account): line.amount for line in known.lines.select_related("account")}
    if (known.book_id, known.kind, known.subject, lines) != (book, kind, subject, dict(moves)):
        raise KeyIsUsed(key=known.key)
    return known


def _named(moves: Moves) -> Iterable[tuple[str, int]]:
    return ((str(place), amount) for place, amount in moves.items())


def _accounts(book: Book, moves: Moves) -> dict[Place, int]:
    """The numbers of the accounts; those that are not there yet are opened."""
    found = {Place.of(account): account.pk for account in Account.objects.filter(book=book)}
    missing = [place for place in moves if place not in found]
    if missing:
        insert(
            [
                Account(book=book, kind=each.kind, holder=each.holder, fund=each.fund, currency=each.currency)
                for each in missing
            ]
        )
        found = {Place.of(account): account.pk for account in Account.objects.filter(book=book)}
    return found
