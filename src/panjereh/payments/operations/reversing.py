"""A counter-entry takes back what was entered wrongly; nothing is ever changed."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.payments.books import Place
from panjereh.payments.errors import IsMatched, IsReversed, NoSuchPosting, SameHands
from panjereh.payments.models import Bill, Matched, Posting
from panjereh.payments.operations import bills, ledger


@transaction.atomic
def reverse(book: str, number: int, *, actor: Actor, reason: str) -> Posting:
    """Take an entry back by a counter-entry, with a reason. Whoever made it can't: a second official looks.

    Raises NotAllowed, NoSuchPosting, IsReversed, SameHands.
    """
    policy.require(actor, "money.reverse", Target(agency=book))
    if not reason.strip():
        raise Invalid(_("Write why the entry is taken back."))
    wrong = Posting.objects.filter(book=book, number=number).first()
    if wrong is None:
        raise NoSuchPosting(_("There is no such entry in this book."))
    bill = Bill.objects.select_for_update().filter(number=wrong.subject).first()
    ledger.locked_book(book)
    if wrong.reverses_id is not None or Posting.objects.filter(reverses=wrong).exists():
        raise IsReversed(_("This entry was taken back before, or takes one back itself."))
    if wrong.kind == Posting.Kind.SETTLEMENT or Matched.objects.filter(line__posting=wrong, stands=True).exists():
        raise IsMatched(_("The bank has shown this money. Undo its match first, on the page of that day."))
    if wrong.by is not None and wrong.by == actor.party:
        raise SameHands(_("You made this entry, so another official must take it back."))
    moves = {Place.of(line.account): -line.amount for line in wrong.lines.select_related("account")}
    back = ledger.post(
        book,
        Posting.Kind.REVERSAL,
        moves,
        key=f"reversal:{wrong.pk}",
        subject=wrong.subject,
        actor=actor,
        reason=reason.strip(),
        reverses=wrong,
    )
    if bill is not None:
        bills.mark(bill)
    return back
