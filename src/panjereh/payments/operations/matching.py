"""What lines of the bank are: found by reference, as a gateway's sum, or by an amount that only one payment has.

Each find goes through `enter`: under the lock of the book it is looked at once more, the ledger follows by one entry
for all of them, and the database refuses whatever would be matched twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Min, QuerySet, Sum

from panjereh.definitions import Settlement
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.ids import is_bill_number, new_id
from panjereh.payments.books import Place
from panjereh.payments.errors import IsMatched, NothingIsOwed, ReceiptIsUsed
from panjereh.payments.models import BankLine, Bill, Discrepancy, Line, Match, Matched, Posting, Statement
from panjereh.payments.operations import discrepancies, ledger
from panjereh.payments.operations.counter import take_for
from panjereh.payments.queries import bank, owed_parts
from panjereh.payments.queries.bank import Payment
from panjereh.storage import insert

TOGETHER = 500
WITHIN = 60
"""Of how many days before its booking a payment may be that is found by its reference."""
CLOSE = 5
"""The same for one that is found by its amount alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the bank and what it is: payments one by one, or all of an account in some days.

    commission: what the gateway kept; difference: what is more (or, negative, less) than was paid
    """

    line: BankLine
    rule: str
    gross: int
    payments: Sequence[Payment] = ()
    batch: tuple[int, date, date] | None = None
    commission: int = 0
    reason: str = ""
    confirmed_by: UUID | None = None
    enters: Place | None = None

    @property
    def difference(self) -> int:
        return self.line.amount - self.gross + self.commission


def match_statement(statement: Statement) -> int:
    """Look for what the lines of a statement are. How many were found; the others become differences to clear up."""
    return match_lines(BankLine.objects.filter(statement=statement), statement.book_id, owner=statement.by)


def match_lines(lines: QuerySet[BankLine], book: str, *, owner: UUID | None = None) -> int:
    """The same for any lines of one book."""
    found = 0
    for together in _open(lines):
        found += _enter_all(book, _by_reference(book, together))
    for together in _open(lines):
        found += _sums(book, together)
    for day in bank.unmatched(lines).values_list("booked_on", flat=True).distinct().order_by("booked_on"):
        found += _by_amount(book, lines.filter(booked_on=day), day)
    for together in _open(lines):
        _note_unknown(together, owner)
    return found


def look_again() -> None:
    """Payments may be entered after the bank has told of them."""
    since = clock.today() - timedelta(days=WITHIN)
    open_lines = bank.unmatched(BankLine.objects.filter(booked_on__gte=since))
    for book in list(open_lines.values_list("book", flat=True).distinct().order_by("book")):
        match_lines(BankLine.objects.filter(book=book, booked_on__gte=since), book)


def _open(lines: QuerySet[BankLine]) -> Iterator[list[BankLine]]:
    """The lines of which nobody knows what they are, some hundred at a time."""
    last = 0
    while together := list(bank.unmatched(lines.filter(pk__gt=last)).order_by("pk")[:TOGETHER]):
        yield together
        last = together[-1].pk


def _by_reference(book: str, lines: Sequence[BankLine]) -> Iterator[Found]:
    names = {line.pk: bank.words_of(line) for line in lines}
    known = bank.by_names(book, {name for each in names.values() for name in each})
    known = _with_bills(book, lines, names, known)
    taken: set[int] = set()
    for line in lines:
        for name in names[line.pk]:
            free = [one for one in known.get(name, ()) if one.line not in taken and _fits(one, line)]
            found = _chosen(line, free)
            if found is not None:
                taken.update(one.line for one in found.payments)
                yield found
                break


def _fits(payment: Payment, line: BankLine) -> bool:
    first, last = bank.near(line, WITHIN)
    return (payment.amount > 0) == (line.amount > 0) and first <= payment.day <= last


def _chosen(line: BankLine, free: Sequence[Payment]) -> Found | None:
    """All that bear the name if they make the amount; else the one that does."""
    if free and sum(one.amount for one in free) == line.amount:
        return Found(line, Match.Rule.REFERENCE, line.amount, free)
    exact = [one for one in free if one.amount == line.amount]
    if len(exact) == 1:
        return Found(line, Match.Rule.REFERENCE, line.amount, exact)
    return None


def _with_bills(
    book: str, lines: Sequence[BankLine], names: dict[int, list[str]], known: dict[str, list[Payment]]
) -> dict[str, list[Payment]]:
    """A transfer that names an open bill pays it, as far as the bill is this agency's alone."""
    wanted = {name for each in names.values() for name in each if is_bill_number(name) and name not in known}
    bills = set(
        Bill.objects.filter(number__in=wanted, settled_at=None, cancelled_at=None).values_list("number", flat=True)
    )
    paid = set()
    for line in lines:
        number = next((name for name in names[line.pk] if name in bills), None)
        if number and {part.book for part in owed_parts(number)} == {book} and _pays(line, number):
            paid.add(number)
    return {**known, **bank.by_names(book, paid)} if paid else known


def _pays(line: BankLine, number: str) -> bool:
    """Whether the line paid the bill, or a part of it; more than is owed is left to officials."""
    receipt = line.bank_id[:40] if len(line.bank_id) > 2 else f"{line.account[-6:]}-{line.pk}"
    try:
        take_for(number, line.amount, how="bank", receipt=receipt, actor=SYSTEM)
    except (NothingIsOwed, ReceiptIsUsed):
        return False
    return True


def _enter_all(book: str, found: Iterable[Found]) -> int:
    whole = list(found)
    if whole:
        enter(book, whole, actor=SYSTEM)
    return len(whole)


def _sums(book: str, lines: Sequence[BankLine]) -> int:
    """Lines that a gateway or terminal paid: the days whose payments, less the commission, come to the amount."""
    accounts, found = bank.accounts_of(book), 0
    for line in lines:
        settlement = bank.settlement_of(line, accounts.get(line.account))
        if settlement is not None and line.amount > 0:
            found += _enter_all(book, _sum_of(line, settlement))
    return found


def _sum_of(line: BankLine, settlement: Settlement) -> Iterator[Found]:
    pays = bank.way_of(settlement, line)
    if pays is None:
        return
    days = bank.sums_by_day(pays[0], *bank.near(line, settlement.days), settlement.commission)
    for one in bank.windows(days):
        for kept in (one.commission, 0):  # some take their commission by an invoice of its own
            if one.gross - kept == line.amount:
                batch = (pays[0], one.first, one.last)
                yield Found(line, Match.Rule.BATCH, one.gross, batch=batch, commission=kept)
                return


def _by_amount(book: str, lines: QuerySet[BankLine], day: date) -> int:
    """Lines whose amount only one payment of these days has, and only one line."""
    accounts = {pk: place for pk, place in bank.ways(book).items() if place.kind != "gateway"}
    near = BankLine.objects.filter(
        book=book, booked_on__gte=day - timedelta(days=CLOSE), booked_on__lte=day + timedelta(days=CLOSE)
    )
    found = 0
    for together in _open(lines):
        amounts = {line.amount for line in together}
        once = _once(bank.unmatched(near), amounts)
        payments = bank.on_the_way(accounts).filter(
            posting__book=book, posting__day__gte=day - timedelta(days=CLOSE), posting__day__lte=day
        )
        only = _once(payments, amounts & once.keys())
        found += _enter_all(
            book,
            [
                Found(line, Match.Rule.AMOUNT, line.amount, [only_one(only[line.amount])])
                for line in together
                if line.amount in once and line.amount in only
            ],
        )
    return found


def _once(rows: QuerySet[BankLine] | QuerySet[Line], amounts: Iterable[int]) -> dict[int, int]:
    """Amounts that just one of the rows has, with its number."""
    wanted = rows.filter(amount__in=list(amounts)).values_list("amount")
    counted = wanted.annotate(count=Count("pk"), first=Min("pk")).order_by("amount")
    return {amount: first for amount, count, first in counted if count == 1}


def only_one(line: int) -> Payment:
    """The payment of a line of the ledger."""
    row = Line.objects.select_related("posting").get(pk=line)
    return Payment(row.pk, row.amount, row.account_id, row.posting.day, frozenset())


def _note_unknown(lines: Sequence[BankLine], owner: UUID | None) -> None:
    """What nobody knows becomes a difference with an owner and a day."""
    discrepancies.note(
        [
            Discrepancy(
                kind=Discrepancy.Kind.UNKNOWN,
                line=line,
                book_id=line.book_id,
                day=line.booked_on,
                amount=line.amount,
                currency=line.currency,
                owner=owner,
            )
            for line in lines
        ]
    )


@transaction.atomic
def enter(book: str, found: Sequence[Found], *, actor: Actor) -> list[Match]:
    """Keep what was found, and let the ledger follow: from where the money was on the way to the bank's account.

    Raises IsMatched when a line of either side belongs to a match by now: then nothing is entered.
    """
    ledger.locked_book(book)
    _must_be_free(book, found)
    return [match for part in _balanced(book, found) for match in _entered(book, part, actor)]


def _must_be_free(book: str, found: Sequence[Found]) -> None:
    lines = BankLine.objects.filter(pk__in=[one.line.pk for one in found], book=book)
    payments = [payment.line for one in found for payment in one.payments]
    free = bank.on_the_way(bank.ways(book)).filter(pk__in=payments)
    if bank.unmatched(lines).count() != len(found) or free.count() != len(payments):
        raise IsMatched


def _balanced(book: str, found: Sequence[Found]) -> Iterator[tuple[Sequence[Found], dict[Place, int]]]:
    """Some hundred finds and what they move; fewer where they would move nothing together."""
    moves = _moves(book, found)
    if len(moves) > 1 or len(found) == 1:
        yield found, moves
    else:
        half = len(found) // 2
        yield from _balanced(book, found[:half])
        yield from _balanced(book, found[half:])


def _moves(book: str, found: Sequence[Found]) -> dict[Place, int]:
    places, sums = bank.ways(book), defaultdict[Place, int](int)
    for one in found:
        currency = one.line.currency
        sums[Place("bank", one.line.account, currency=currency)] += one.line.amount
        sums[Place("commission", currency=currency)] += one.commission
        sums[one.enters or Place("difference", currency=currency)] -= one.difference
        for payment in one.payments:
            sums[places[payment.account]] -= payment.amount
        if one.batch:
            sums[places[one.batch[0]]] -= one.gross
    return {place: amount for place, amount in sums.items() if amount}


def _entered(book: str, part: tuple[Sequence[Found], dict[Place, int]], actor: Actor) -> list[Match]:
    found, moves = part
    numbers = [new_id() for _one in found]
    first = found[0].line
    posting = ledger.post(
        book,
        Posting.Kind.SETTLEMENT,
        moves,
        key=f"bank-match:{numbers[0]}",
        subject=first.account,
        reference=first.booked_on.isoformat(),
        actor=actor,
        reason=found[0].reason if len(found) == 1 else "",
    )
    matches = [_match(number, one, posting, actor) for number, one in zip(numbers, found, strict=True)]
    insert(matches)
    insert(
        [
            Matched(match_id=match.pk, line_id=payment.line)
            for match, one in zip(matches, found, strict=True)
            for payment in one.payments
        ]
    )
    for match, one in zip(matches, found, strict=True):
        if one.batch:
            _join_batch(match, one)
    _clear_up(matches, actor)
    return matches


def _match(number: UUID, one: Found, posting: Posting, actor: Actor) -> Match:
    return Match(
        pk=number,
        book_id=one.line.book_id,
        line_id=one.line.pk,
        rule=one.rule,
        gross=one.gross,
        commission=one.commission,
        difference=one.difference,
        posting=posting,
        reason=one.reason,
        by=actor.party,
        confirmed_by=one.confirmed_by,
        at=clock.now(),
    )


def _join_batch(match: Match, one: Found) -> None:
    """All payments on the account in these days, in one statement: they may be tens of thousands."""
    assert one.batch is not None  # noqa: S101 - asked by the caller
    account, first, last = one.batch
    lines = bank.on_the_way([account]).filter(posting__day__gte=first, posting__day__lte=last)
    sql, parameters = lines.order_by().values("id").query.sql_with_params()
    number = Match._meta.pk.get_db_prep_value(match.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO payments_matched (match_id, line_id, stands) SELECT %s, q.id, %s FROM ({sql}) q",  # noqa: S608
            [number, True, *parameters],
        )
    if Matched.objects.filter(match=match).aggregate(total=Sum("line__amount"))["total"] != one.gross:
        raise IsMatched


def _clear_up(matches: Sequence[Match], actor: Actor) -> None:
    """Differences that are known now are closed; what was more or less becomes one, whoever accepted it owns it."""
    lines = [match.line_id for match in matches]
    Discrepancy.objects.filter(line__in=lines, closed_at=None).update(closed_at=clock.now(), closed_by=actor.party)
    discrepancies.note(
        [
            Discrepancy(
                kind=Discrepancy.Kind.DIFFERENCE,
                book_id=match.book_id,
                match=match,
                day=clock.today(),
                amount=match.difference,
                currency=match.line.currency,
                owner=match.by,
            )
            for match in matches
            if match.difference and match.rule != Match.Rule.OTHER
        ]
    )
