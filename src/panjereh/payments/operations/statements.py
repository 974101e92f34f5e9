"""Bank statements are read, checked as a whole and kept. The same one twice changes nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.definitions import BankAccount
from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotAllowed
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect
from panjereh.payments import statements
from panjereh.payments.errors import StatementRefused
from panjereh.payments.models import BankLine, Statement
from panjereh.payments.operations.ledger import locked_book
from panjereh.payments.queries.bank import accounts_of
from panjereh.payments.statements import Balance, BankEntry, Fault
from panjereh.storage import insert

MATCH = "payments.match"
"""The effect that looks for what the lines of a statement are."""
MOST_FAULTS = 100
TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file: its statements, one for each account; how many entries are new, and how many stood."""

    statements: list[Statement]
    new: int
    stood: int


@dataclass(slots=True)
class _Sums:
    """What the entries of one account in a file come to."""

    account: str
    currency: str
    lines: int = 0
    total: int = 0
    first: date = date.max
    last: date = date.min
    opening: int | None = None
    closing: Balance | None = None

    def add(self, entry: BankEntry) -> None:
        self.lines += 1
        self.total += entry.amount
        self.first, self.last = min(self.first, entry.booked_on), max(self.last, entry.booked_on)

    def note(self, balance: Balance) -> None:
        if balance.kind == "closing":
            self.closing = balance
        elif self.opening is None:
            self.opening = balance.amount

    def faults(self) -> Iterator[Fault]:
        if self.opening is not None and self.closing and self.opening + self.total != self.closing.amount:
            sentence = _("The entries make %(sum)s of the opening balance, but the closing balance is %(closing)s.")
            numbers = {"sum": self.opening + self.total, "closing": self.closing.amount}
            yield Fault(self.closing.line, sentence % numbers)


@dataclass(slots=True)
class _Checked:
    """A file that was read to its end: its entries lie in `spool`, one JSON list a line."""

    format: str
    digest: str
    spool: IO[bytes]
    sums: dict[str, _Sums] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def entries(self) -> Iterator[BankEntry]:
        self.spool.seek(0)
        for text in self.spool:
            line, account, booked, value, *rest = json.loads(text)
            yield BankEntry(line, account, date.fromisoformat(booked), date.fromisoformat(value), *rest)


def load(stream: BinaryIO, *, name: str, agency: str, actor: Actor, account: str = "") -> Loaded:
    """Take a bank's file in: all of it or, when anything in it is wrong, nothing.

    account: IBAN of the account where the file doesn't tell it
    Raises NotAllowed, StatementRefused with every fault and its line.
    """
    policy.require(actor, "money.reconcile", Target(agency=agency))
    known = accounts_of(agency)
    if account and account not in known:
        raise NotAllowed(_("This account is none of your agency’s."))
    chosen = known.get(account) or (next(iter(known.values())) if len(known) == 1 else None)
    with TemporaryFile() as spool:
        checked = _checked(stream, spool, chosen, known)
        if checked.faults:
            raise StatementRefused(checked.faults)
        return _kept(checked, name, agency, actor)


def _checked(
    stream: BinaryIO, spool: IO[bytes], chosen: BankAccount | None, known: Mapping[str, BankAccount]
) -> _Checked:
    checked = _Checked(statements.format_of(stream), _digest(stream), spool)
    for item in statements.read(stream, chosen):
        if isinstance(item, Fault):
            checked.faults.append(item)
        else:
            checked.faults += _taken(checked, item, known)
        if len(checked.faults) >= MOST_FAULTS:
            return checked
    if not checked.faults:
        checked.faults += [fault for sums in checked.sums.values() for fault in sums.faults()]
    if not checked.faults and not any(sums.lines for sums in checked.sums.values()):
        checked.faults.append(Fault(1, _("The file has no booked entry.")))
    if not checked.faults:
        checked.faults += _against_what_stands(checked)
    return checked


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(1 << 16):
        digest.update(piece)
    stream.seek(0)
    return digest.hexdigest()


def _taken(checked: _Checked, item: BankEntry | Balance, known: Mapping[str, BankAccount]) -> Iterator[Fault]:
    account = known.get(item.account)
    if account is None:
        yield Fault(item.line, _("Account %(account)s is none of your agency’s.") % {"account": item.account[:40]})
        return
    if item.currency != account.currency:
        sentence = _("This is in %(given)s, but the account is in %(wanted)s.")
        yield Fault(item.line, sentence % {"given": item.currency, "wanted": account.currency})
        return
    sums = checked.sums.setdefault(item.account, _Sums(item.account, item.currency))
    if isinstance(item, Balance):
        sums.note(item)
        return
    sums.add(item)
    checked.spool.write(json.dumps(astuple(item), default=date.isoformat).encode() + b"\n")


def _against_what_stands(checked: _Checked) -> Iterator[Fault]:
    """An account is told in one format, or entries would count twice; and a number of the bank means one entry."""
    for sums in checked.sums.values():
        others = Statement.objects.filter(account=sums.account, first_day__lte=sums.last, last_day__gte=sums.first)
        other = others.exclude(format=checked.format).first()
        if other is not None:
            sentence = _("These days of the account stand already from a file of another format: %(name)s.")
            yield Fault(1, sentence % {"name": other.name})
            return
    for together in _chunks(_numbered(checked)):
        stands = _standing(together)
        for entry in together:
            known = stands.get((entry.account, entry.bank_id))
            if known not in (None, (entry.booked_on, entry.amount)):
                yield Fault(entry.line, _("The bank’s number %(id)s stands with another amount or day.") % _id(entry))


def _id(entry: BankEntry) -> dict[str, str]:
    return {"id": entry.bank_id}


def _standing(entries: list[BankEntry]) -> dict[tuple[str, str], tuple[date, int]]:
    """Those that stand already, by account and the bank's number."""
    rows = BankLine.objects.filter(
        account__in={entry.account for entry in entries}, bank_id__in=[entry.bank_id for entry in entries]
    )
    columns = rows.values_list("account", "bank_id", "booked_on", "amount")
    return {(account, bank_id): (booked, amount) for account, bank_id, booked, amount in columns}


def _numbered(checked: _Checked) -> Iterator[BankEntry]:
    """The entries, each with a number of its own: banks repeat theirs, or give none."""
    seen: Counter[bytes] = Counter()
    for entry in checked.entries():
        content = json.dumps(astuple(entry)[1:], default=date.isoformat)
        number = entry.bank_id or "~" + hashlib.sha256(content.encode()).hexdigest()[:24]
        place = hashlib.sha256(f"{entry.account} {number}".encode()).digest()[:8]
        seen[place] += 1
        suffix = f"#{seen[place]}" if seen[place] > 1 else ""
        yield replace(entry, bank_id=number[: 80 - len(suffix)] + suffix)


def _kept(checked: _Checked, name: str, agency: str, actor: Actor) -> Loaded:
    """The statements with their lines, some hundred to a transaction: after a crash the same file goes on."""
    told = {account: sums for account, sums in checked.sums.items() if sums.lines}
    held = {account: _statement(sums, checked, name, agency, actor) for account, sums in told.items()}
    new = 0
    for together in _chunks(_numbered(checked)):
        new += _store(together, held)
    with transaction.atomic():
        outbox.queue_many(
            outbox.Order(MATCH, {"statement": str(one.pk)}, f"{MATCH}:{one.pk}", lane=Effect.Lane.CROWD)
            for one in held.values()
        )
    return Loaded(list(held.values()), new, sum(sums.lines for sums in checked.sums.values()) - new)


@transaction.atomic
def _statement(sums: _Sums, checked: _Checked, name: str, agency: str, actor: Actor) -> Statement:
    book = locked_book(agency)
    known = Statement.objects.filter(account=sums.account, digest=checked.digest).first()
    return known or Statement.objects.create(
        book=book,
        account=sums.account,
        currency=sums.currency,
        format=checked.format,
        name=name[:120],
        digest=checked.digest,
        first_day=sums.first,
        last_day=sums.last,
        opening=sums.opening,
        closing=sums.closing.amount if sums.closing else None,
        lines=sums.lines,
        by=actor.party,
    )


@transaction.atomic
def _store(entries: list[BankEntry], held: Mapping[str, Statement]) -> int:
    """How many of them are new."""
    stands = _standing(entries)
    fresh = [entry for entry in entries if (entry.account, entry.bank_id) not in stands]
    insert([_row(entry, held[entry.account]) for entry in fresh])
    return len(fresh)


def _row(entry: BankEntry, statement: Statement) -> BankLine:
    return BankLine(
        statement_id=statement.pk,
        book_id=statement.book_id,
        account=entry.account,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=entry.amount,
        currency=entry.currency,
        reference=entry.reference,
        text=entry.text,
        bank_id=entry.bank_id,
    )


def _chunks(entries: Iterator[BankEntry]) -> Iterator[list[BankEntry]]:
    while together := list(islice(entries, TOGETHER)):
        yield together


def statement_of(payload: Mapping[str, str]) -> Statement:
    """The one that an effect is about."""
    return Statement.objects.get(pk=UUID(payload["statement"]))
