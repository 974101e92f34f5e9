"""All that puts something into the books. Every act has a key: done twice it is done once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from panjereh.payments import queries, rows
from panjereh.payments.books import Claim, Moves, Place, must_balance, stated, transfer
from panjereh.payments.errors import (
    DayIsClosed,
    KeyIsUsed,
    NothingIsOwed,
    UnknownWayToPay,
)
from panjereh.payments.models.ledger import Account, Book, Closing, Line, Posting
from panjereh.signing import operations as signing
from panjereh.storage import insert

FEW = 4
COUNTER = ("cash", "card", "bank")
"""How money comes in at the counter: notes, the card terminal, or a transfer to the agency's bank account."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A journal entry to write: in which book, what moves, by which act (`key`), about what."""

    book: str
    kind: str
    moves: Moves
    key: str
    subject: str
    reference: str = ""
    reason: str = ""
    reverses: Posting | None = None


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
    return post_many([Entry(book, kind, moves, key, subject, reference, reason, reverses)], actor=actor)[0]


@transaction.atomic
def post_many(entries: Sequence[Entry], *, actor: Actor) -> list[Posting]:
    """As `post`, all or none. Books are locked in their order, so that two writers never wait for each other."""
    for entry in entries:
        must_balance(entry.moves)
    held = {book: locked_book(book) for book in sorted({entry.book for entry in entries})}
    stood = {posting.key: posting for posting in _known([entry.key for entry in entries])}
    made: dict[str, Posting] = {}
    for entry in entries:
        if entry.key in stood:
            _must_be_the_same(stood[entry.key], entry)
        elif entry.key not in made:
            made[entry.key] = _chained(held[entry.book], entry, actor)
        elif entries[[each.key for each in entries].index(entry.key)] != entry:
            raise KeyIsUsed(key=entry.key)
    _write(
        [
            (made[entry.key], entry.moves)
            for entry in {each.key: each for each in entries}.values()
            if entry.key in made
        ],
        held,
    )
    return [stood.get(entry.key) or made[entry.key] for entry in entries]


def _known(keys: Sequence[str]) -> Iterable[Posting]:
    """Entries with these keys. The few of a payment are asked for by a prepared query, the many of a file are not."""
    return rows.WITH_KEYS.all(keys) if 0 < len(keys) <= FEW else Posting.objects.filter(key__in=keys)


def _chained(held: Book, entry: Entry, actor: Actor) -> Posting:
    """The next entry of a book, which it moves on."""
    posting = Posting(
        id=new_id(),
        key=entry.key,
        book_id=held.pk,
        number=held.next_number,
        kind=entry.kind,
        day=clock.today(),
        at=clock.now(),
        subject=entry.subject,
        reference=entry.reference,
        reverses=entry.reverses,
        reason=entry.reason,
        by=actor.party,
        previous=held.head or chain.GENESIS,
    )
    posting.hash = chain.link(posting.previous, stated(posting, _named(entry.moves)), "")
    held.next_number, held.head = held.next_number + 1, posting.hash
    return posting


def _write(made: Sequence[tuple[Posting, Moves]], held: Mapping[str, Book]) -> None:
    """Lines first: the database refuses those that come after their entry."""
    books = {posting.book_id for posting, _moves in made}
    today = clock.today()
    if any(rows.CLOSED.all(book, today) for book in books):
        raise DayIsClosed(_("The books of this day are closed. Enter it tomorrow."))
    accounts = {
        book: _accounts(held[book], {place for posting, moves in made if posting.book_id == book for place in moves})
        for book in books
    }
    insert(
        [
            Line(posting_id=posting.pk, account_id=accounts[posting.book_id][place], amount=moves[place])
            for posting, moves in made
            for place in sorted(moves)
        ]
    )
    insert([posting for posting, _moves in made])
    for book in books:
        held[book].save(update_fields=["next_number", "head"])


@transaction.atomic
def charge(claim: Claim, fee: int, *, key: str, actor: Actor) -> Posting | None:
    """What somebody owes for a matter becomes `fee`: only what it differs by from what stands is entered."""
    locked_book(claim.book)
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
    locked_book(claim.book)
    if amount > queries.owed(claim) and not Posting.objects.filter(key=key).exists():
        raise NothingIsOwed(_("More would be taken than is owed. Look at the amount again."))
    moves = transfer(amount, to=Place(how, currency=claim.currency), off=claim.owed)
    return _post(claim, Posting.Kind.RECEIPT, moves, key, actor, reference)


@transaction.atomic
def release(claim: Claim, *, key: str, actor: Actor) -> Posting | None:
    """What is still owed for a matter is not owed any more, such as when an application is taken back."""
    locked_book(claim.book)
    left = queries.owed(claim)
    if left <= 0:
        return None
    return _post(claim, Posting.Kind.RELEASE, transfer(left, to=claim.earned, off=claim.owed), key, actor)


def _post(claim: Claim, kind: str, moves: Moves, key: str, actor: Actor, reference: str = "") -> Posting:
    return post(claim.book, kind, moves, key=key, subject=claim.subject, actor=actor, reference=reference)


@transaction.atomic
def close_day(book: str, day: date, *, actor: Actor) -> Closing:
    """Close a day that is over, and every one before it, and seal what the books came to. There is no way back.

    Raises NotAllowed, DayIsClosed, Invalid.
    """
    policy.require(actor, "money.close", Target(agency=book))
    if day >= clock.today():
        raise Invalid(_("Only a day that is over can be closed."))
    held = locked_book(book)
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


def locked_book(book: str) -> Book:
    """The book, for this transaction alone; made when it is first written in."""
    held = rows.BOOK.first(book)
    if held is None:
        insert([Book(agency=book)], ignore_conflicts=True)
        held = Book.objects.select_for_update().get(pk=book)
    return held


def _must_be_the_same(stood: Posting, entry: Entry) -> None:
    lines = {Place.of(line.account): line.amount for line in stood.lines.select_related("account")}
    wanted = (entry.book, entry.kind, entry.subject, dict(entry.moves))
    if (stood.book_id, stood.kind, stood.subject, lines) != wanted:
        raise KeyIsUsed(key=entry.key)


def _named(moves: Moves) -> Iterable[tuple[str, int]]:
    return ((str(place), amount) for place, amount in moves.items())


def _accounts(book: Book, places: Iterable[Place]) -> dict[Place, int]:
    """The numbers of the accounts; those that are not there yet are opened."""
    found = {Place.of(account): account.pk for account in rows.ACCOUNTS.all(book.pk)}
    missing = [place for place in places if place not in found]
    if missing:
        insert(
            [
                Account(book=book, kind=each.kind, holder=each.holder, fund=each.fund, currency=each.currency)
                for each in missing
            ]
        )
        found = {Place.of(account): account.pk for account in Account.objects.filter(book=book)}
    return found
