"""What officials decide about lines of the bank. Where amounts differ, or there is no payment, two of them agree."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.payments.books import Place
from panjereh.payments.errors import IsMatched, NoSuchLine, SameHands
from panjereh.payments.models import BankLine, Discrepancy, Match, Matched, Posting, Suggestion, Undone
from panjereh.payments.operations import ledger
from panjereh.payments.operations.discrepancies import note
from panjereh.payments.operations.matching import Found, enter
from panjereh.payments.queries import bank, reconciling
from panjereh.payments.queries.bank import Payment
from panjereh.payments.queries.reconciling import Proposal

WAITING, ACCEPTED, REFUSED = Suggestion.State.WAITING, Suggestion.State.ACCEPTED, Suggestion.State.REFUSED


@transaction.atomic
def accept(number: int, key: str, *, actor: Actor, reason: str = "") -> Suggestion:
    """A line of the bank is what `key` says. It is entered at once, or waits for a second official.

    Raises NotAllowed, NoSuchLine, IsMatched, Invalid.
    """
    line = _line(number, actor)
    proposal = _possible(line, key)
    if proposal.needs_two and not reason.strip():
        raise Invalid(_("Write why: a second official will read it."))
    suggestion = _said(line, key, WAITING if proposal.needs_two else ACCEPTED, actor, reason)
    if not proposal.needs_two:
        enter(line.book_id, [_found(line, proposal, reason)], actor=actor)
    return suggestion


@transaction.atomic
def refuse(number: int, key: str, *, actor: Actor, reason: str = "") -> Suggestion:
    """A line of the bank is not what `key` says: it is not proposed again. Raises NotAllowed, NoSuchLine, IsMatched."""
    line = _line(number, actor)
    _possible(line, key)
    return _said(line, key, REFUSED, actor, reason)


@transaction.atomic
def decide(number: int, *, agree: bool, actor: Actor) -> Suggestion:
    """The second official agrees with what the first one has said, or not.

    Raises NotAllowed, NoSuchLine, SameHands, IsMatched.
    """
    policy.require(actor, "money.confirm", Target(agency=actor.agency))
    rows = Suggestion.objects.select_for_update(of=("self",)).filter(line__book=actor.agency or "", state=WAITING)
    suggestion = rows.filter(pk=number).select_related("line").first()
    if suggestion is None:
        raise NoSuchLine(_("Nothing waits here for a second official any more."))
    if suggestion.by == actor.party:
        raise SameHands(_("You have said this yourself, so another official must agree."))
    suggestion.state, suggestion.decided_by = ACCEPTED if agree else REFUSED, actor.party
    suggestion.decided_at = clock.now()
    suggestion.save(update_fields=["state", "decided_by", "decided_at"])
    if agree:
        line = suggestion.line
        proposal = _possible(line, suggestion.key)
        first = Actor(party=suggestion.by, agency=actor.agency)
        enter(line.book_id, [_found(line, proposal, suggestion.reason, actor.party)], actor=first)
    return suggestion


def _line(number: int, actor: Actor) -> BankLine:
    policy.require(actor, "money.reconcile", Target(agency=actor.agency))
    line = BankLine.objects.filter(book=actor.agency or "", pk=number).first()
    if line is None:
        raise NoSuchLine(_("Your agency has no such line of the bank."))
    ledger.locked_book(line.book_id)
    if Match.objects.filter(line=line, stands=True).exists():
        raise IsMatched(_("It is known by now what this line is."))
    return line


def _possible(line: BankLine, key: str) -> Proposal:
    proposal = reconciling.proposal(line, key)
    if proposal is None:
        raise IsMatched(_("This is not possible any more. Look at the line again."))
    return proposal


def _said(line: BankLine, key: str, state: str, actor: Actor, reason: str) -> Suggestion:
    if actor.party is None:
        raise NotAllowed(_("Only an official can say what a line of the bank is."))
    if Suggestion.objects.filter(line=line, state=WAITING).exists():
        raise IsMatched(_("About this line something waits for a second official already."))
    suggestion, _new = Suggestion.objects.update_or_create(
        line=line,
        key=key,
        defaults={
            "state": state,
            "reason": reason.strip()[:300],
            "by": actor.party,
            "at": clock.now(),
            "decided_by": None,
            "decided_at": None,
        },
    )
    return suggestion


def _found(line: BankLine, proposal: Proposal, reason: str, confirmed_by: UUID | None = None) -> Found:
    if proposal.enters:
        return Found(
            line,
            Match.Rule.OTHER,
            0,
            reason=reason.strip()[:300],
            confirmed_by=confirmed_by,
            enters=Place(proposal.enters, currency=line.currency),
        )
    payments = [Payment(one.pk, one.amount, one.account_id, one.posting.day, frozenset()) for one in proposal.payments]
    batch = None
    if proposal.sum:
        batch = (int(proposal.key.split(":")[1]), proposal.sum.first, proposal.sum.last)
    return Found(
        line,
        Match.Rule.OFFICIAL,
        proposal.gross,
        payments,
        batch,
        commission=proposal.commission,
        reason=reason.strip()[:300],
        confirmed_by=confirmed_by,
    )


@transaction.atomic
def undo(number: UUID, *, actor: Actor, reason: str) -> Undone:
    """A match was wrong: both sides are open again, and a counter-entry takes back what the ledger followed it by.

    Raises NotAllowed, NoSuchLine, SameHands when the actor made it, Invalid.
    """
    policy.require(actor, "money.reconcile", Target(agency=actor.agency))
    if not reason.strip():
        raise Invalid(_("Write why it was wrong."))
    match = Match.objects.select_related("line", "posting").filter(pk=number, book=actor.agency or "").first()
    if match is None:
        raise NoSuchLine(_("Your agency has no such match."))
    ledger.locked_book(match.book_id)
    if actor.party in (match.by, match.confirmed_by):
        raise SameHands(_("You have agreed to it yourself, so another official must take it back."))
    if Undone.objects.filter(match=match).exists():
        return match.undone
    posting = ledger.post(
        match.book_id,
        Posting.Kind.SETTLEMENT,
        {place: -amount for place, amount in moves_of(match).items()},
        key=f"bank-match:{match.pk}:undone",
        subject=match.posting.subject,
        reference=match.posting.reference,
        actor=actor,
        reason=reason.strip()[:300],
    )
    Matched.objects.filter(match=match).update(stands=None)
    Match.objects.filter(pk=match.pk).update(stands=None)
    _open_again(match)
    return Undone.objects.create(
        match=match, posting=posting, reason=reason.strip()[:300], by=actor.party, at=clock.now()
    )


def moves_of(match: Match) -> dict[Place, int]:
    """What one match moved, of an entry that may be about hundreds."""
    if match.rule == Match.Rule.OTHER:
        return {Place.of(line.account): line.amount for line in match.posting.lines.select_related("account")}
    line, sums = match.line, defaultdict[Place, int](int)
    sums[Place("bank", line.account, currency=line.currency)] += line.amount
    sums[Place("commission", currency=line.currency)] += match.commission
    sums[Place("difference", currency=line.currency)] -= match.difference
    places = bank.ways(match.book_id)
    for account, total in (
        Matched.objects.filter(match=match).values_list("line__account").annotate(Sum("line__amount"))
    ):
        sums[places[account]] -= int(total)
    return {place: amount for place, amount in sums.items() if amount}


def _open_again(match: Match) -> None:
    line = match.line
    Discrepancy.objects.filter(line=line).update(closed_at=None, closed_by=None)
    Discrepancy.objects.filter(match=match, closed_at=None).update(closed_at=clock.now())
    note(
        [
            Discrepancy(
                kind=Discrepancy.Kind.UNKNOWN,
                line=line,
                book_id=line.book_id,
                day=line.booked_on,
                amount=line.amount,
                currency=line.currency,
            )
        ]
    )
