"""Lines of the bank find their payments; nothing is matched twice; the ledger follows; what is left has an owner."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from tests.payments.statement_files import IBAN, camt, mt940, table

from panjereh.config.handlers import HANDLERS
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect
from panjereh.payments import operations as payments
from panjereh.payments import queries, verify, verify_bank
from panjereh.payments.books import Claim, Place
from panjereh.payments.errors import IsMatched, NoSuchLine, SameHands, StatementRefused
from panjereh.payments.models import BankLine, Discrepancy, Match, Matched, Posting, Statement, Suggestion
from panjereh.payments.operations import NewBill, NewLine, discrepancies, matching, reconciling
from panjereh.payments.operations import statements as loading
from panjereh.payments.queries import days
from panjereh.payments.queries import reconciling as seen

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 10, tzinfo=UTC)
TODAY = date(2026, 11, 23)
BOOK = "municipality"
CASHIER = Actor(party=UUID(int=1), agency=BOOK, roles=frozenset({"officer"}))
ONE = Actor(party=UUID(int=2), agency=BOOK, roles=frozenset({"accountant"}))
OTHER = Actor(party=UUID(int=3), agency=BOOK, roles=frozenset({"accountant"}))
ACCOUNT = Place("bank", IBAN)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def paid(amount: int, reference: str = "84-1", how: str = "bank", subject: str = "4058317263") -> Posting:
    claim = Claim(BOOK, subject)
    payments.charge(claim, queries.charged(claim) + amount, key=f"c{reference}", actor=SYSTEM)
    return payments.take(claim, amount, how=how, reference=reference, key=f"t{reference}", actor=CASHIER)


def by_gateway(*amounts: int, name: str = "demo") -> None:
    for place, amount in enumerate(amounts):
        subject = f"g{clock.today()}{place}"
        moves = {Place("gateway", name): amount, Place("receivable"): -amount}
        payments.post(BOOK, "receipt", moves, key=f"{name}{subject}", subject=subject, reference=subject, actor=SYSTEM)


def load(content: bytes, actor: Actor = ONE) -> loading.Loaded:
    return loading.load(BytesIO(content), name="nov.xml", agency=BOOK, actor=actor)


def told(*rows: tuple[str, int, str, str], day: date = TODAY) -> int:
    """The bank tells these lines, and they are matched. How many were found."""
    loaded = load(camt(rows, day=day))
    return matching.match_statement(loaded.statements[0])


def left() -> dict[str, int]:
    found = queries.balances(BOOK, clock.today())
    return {str(place).removesuffix("IRR").rstrip("/"): amount for place, amount in found.items() if amount}


def whole() -> bool:
    return [*verify.books(), *verify_bank.matches()] == []


class TestLoading:
    def test_the_same_statement_twice_changes_nothing(self):
        first, again = load(camt([("B-1", 500, "R", "x")])), load(camt([("B-1", 500, "R", "x")]))

        assert (first.new, again.new, again.stood) == (1, 0, 1)
        assert first.statements == again.statements
        assert Statement.objects.count() == BankLine.objects.count() == Effect.objects.count() == 1

    def test_a_day_that_comes_again_in_the_file_of_the_month_counts_once(self):
        load(camt([("B-1", 500, "R", "x")]))
        again = load(camt([("B-1", 500, "R", "x"), ("B-2", 700, "R", "x")]))

        assert (again.new, again.stood) == (1, 1)
        assert BankLine.objects.count() == 2

    def test_lines_that_are_alike_are_all_kept_and_known_again(self):
        rows = [("", 500, "R", "x"), ("", 500, "R", "x"), ("SAME", 5, "R", "x"), ("SAME", 6, "R", "x")]

        assert load(table(rows)).new == 4
        assert load(table([*rows, ("", 500, "R", "x")])).new == 1

    def test_a_file_with_a_fault_is_refused_as_a_whole(self):
        with pytest.raises(StatementRefused) as refused, override("en"):
            load(table([("B-1", 500, "R", "x"), ("B-2", "x", "R", "x")]))

        assert [(fault.line, str(fault.sentence)) for fault in refused.value.faults] == [(3, "“x” is no amount.")]
        assert not BankLine.objects.exists()

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (camt([("B-1", 500, "R", "x")], iban="IR290170000000001052345602"), "none of your agency"),
            (camt([("B-1", 500, "R", "x")], currency="EUR"), "This is in EUR, but the account is in IRR."),
            (camt([("B-1", 500, "R", "x")]).replace(b">1500<", b">1501<"), "the closing balance is 1501."),
            (camt([]), "The file has no booked entry."),
        ],
    )
    def test_foreign_accounts_currencies_and_wrong_sums_are_refused(self, content, said):
        with override("en"):
            with pytest.raises(StatementRefused) as refused:
                load(content)
            assert said in str(refused.value.faults[0].sentence)
        assert not Statement.objects.exists()

    def test_days_that_stand_from_another_format_would_count_twice_and_are_refused(self):
        load(camt([("B-1", 500, "R", "x")]))

        with pytest.raises(StatementRefused):
            load(mt940([("B-1", 500, "R", "x")]))

    def test_a_number_of_the_bank_that_now_has_another_amount_is_refused(self):
        load(camt([("B-1", 500, "R", "x")]))

        with pytest.raises(StatementRefused):
            load(camt([("B-1", 600, "R", "x")]))

    def test_only_accountants_of_the_agency_load_and_only_its_own_accounts(self):
        with pytest.raises(NotAllowed):
            load(camt([("B-1", 500, "R", "x")]), CASHIER)
        with pytest.raises(NotAllowed):
            loading.load(BytesIO(b""), name="x", agency="civil-registry", actor=ONE)
        with pytest.raises(NotAllowed):
            loading.load(BytesIO(b""), name="x", agency=BOOK, actor=ONE, account="IR290170000000001052345602")

    def test_a_file_that_was_cut_off_by_a_crash_goes_on(self, monkeypatch):
        rows = [(f"B-{place}", 5, "R", "x") for place in range(7)]
        monkeypatch.setattr(loading, "TOGETHER", 3)
        store, calls = loading._store, []

        def dies(entries: Any, held: Any) -> int:
            calls.append(len(entries))
            if len(calls) == 2:
                raise KeyboardInterrupt
            return store(entries, held)

        monkeypatch.setattr(loading, "_store", dies)
        with pytest.raises(KeyboardInterrupt):
            load(camt(rows))
        assert BankLine.objects.count() == 3

        assert load(camt(rows)).new == 4
        assert Statement.objects.count() == 1

    def test_nothing_that_the_bank_said_is_changed_but_who_paid_can_be_erased(self):
        load(camt([("B-1", 500, "R", "Laleh")]))

        BankLine.objects.update(text=None)
        for change in (
            "UPDATE payments_bankline SET amount = 5",
            "UPDATE payments_bankline SET text = 'other'",
            "DELETE FROM payments_bankline",
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change)


class TestByReference:
    def test_a_transfer_finds_its_payment_and_the_money_goes_to_the_account(self):
        paid(500, "TR-771")

        assert told(("B-1", 500, "TR-771", "Laleh")) == 1
        assert left() == {f"bank/{IBAN}": 500, "revenue": -500}
        assert Match.objects.get().rule == "reference"
        assert whole()

    def test_a_reference_in_the_text_or_in_groups_of_digits_is_found_too(self):
        paid(500, "TR-771")
        paid(700, "8400")

        assert told(("B-1", 500, "", "for TR-771 thanks"), ("B-2", 700, "", "405 831 7263")) == 2
        assert whole()

    def test_many_lines_are_followed_by_one_entry(self):
        for place in range(5):
            paid(100 + place, f"R-{place}00")

        assert told(*((f"B-{place}", 100 + place, f"R-{place}00", "x") for place in range(5))) == 5
        assert Posting.objects.filter(kind="settlement").count() == 1
        assert left() == {f"bank/{IBAN}": 510, "revenue": -510}
        assert whole()

    def test_a_payment_of_another_amount_is_not_taken_and_becomes_a_difference_of_whoever_loaded_it(self):
        paid(500, "TR-771")

        assert told(("B-1", 400, "TR-771", "x")) == 0
        item = Discrepancy.objects.get()
        assert (item.kind, item.amount, item.owner, item.due) == ("unknown", 400, ONE.party, date(2026, 12, 3))

    def test_a_payment_is_matched_once_even_if_the_bank_tells_its_reference_twice(self):
        paid(500, "TR-771")

        assert told(("B-1", 500, "TR-771", "x"), ("B-2", 500, "TR-771", "x")) == 1
        assert Matched.objects.count() == 1
        assert whole()

    def test_the_database_lets_neither_side_be_in_two_matches(self):
        paid(500, "TR-771")
        told(("B-1", 500, "TR-771", "x"))
        match, matched = Match.objects.get(), Matched.objects.get()

        for forged in (
            Match(book_id=BOOK, line_id=match.line_id, rule="official", gross=500, posting_id=match.posting_id),
            Matched(match=match, line_id=matched.line_id),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                forged.save(force_insert=True)

    def test_what_another_agency_has_and_what_was_taken_back_is_not_found(self):
        wrong = paid(500, "TR-771")
        payments.reverse(BOOK, wrong.number, actor=ONE, reason="Typed wrongly.")
        claim = Claim("civil-registry", "5558317263")
        payments.charge(claim, 700, key="c", actor=SYSTEM)
        payments.take(claim, 700, how="bank", reference="TR-772", key="t", actor=SYSTEM)

        assert told(("B-1", 500, "TR-771", "x"), ("B-2", 700, "TR-772", "x")) == 0

    def test_a_transfer_that_names_an_open_bill_pays_it(self):
        line = NewLine(BOOK, 500, {"en": "Parking"})
        bill = payments.issue(NewBill("k", BOOK, "12A34567", {"en": "Parking"}, [line]), actor=SYSTEM)

        assert told(("B-1", 500, bill.number, "x")) == 1
        bill.refresh_from_db()
        assert bill.state == "settled"
        assert left() == {f"bank/{IBAN}": 500, "revenue": -500}
        assert whole()

    def test_a_transfer_of_more_than_a_bill_asks_for_is_left_to_officials(self):
        line = NewLine(BOOK, 500, {"en": "Parking"})
        bill = payments.issue(NewBill("k", BOOK, "12A34567", {"en": "Parking"}, [line]), actor=SYSTEM)

        assert told(("B-1", 501, bill.number, "x")) == 0
        assert queries.owed_on(bill.number) == 500

    def test_money_that_goes_out_finds_what_went_back(self):
        paid(500, "TR-771")
        moves = {Place("bank"): -500, Place("payable"): 500}
        payments.post(BOOK, "refund", moves, key="r", subject="4058317263", reference="RF-9001", actor=SYSTEM)

        assert told(("B-1", -500, "RF-9001", "x")) == 1
        assert left()[f"bank/{IBAN}"] == -500


class TestByAmount:
    def test_the_only_payment_of_an_amount_is_found(self):
        paid(123_456, "slip 7", how="cash")

        assert told(("B-1", 123_456, "", "deposit")) == 1
        assert Match.objects.get().rule == "amount"

    def test_two_payments_or_two_lines_of_an_amount_are_left_to_officials(self):
        paid(500, "A-1", how="card")
        paid(500, "A-2", how="card")
        assert told(("B-1", 500, "", "x")) == 0

        paid(700, "A-3", how="card")
        assert told(("B-2", 700, "", "x"), ("B-3", 700, "", "x")) == 0

    def test_a_payment_of_long_ago_is_not_meant_by_its_amount(self):
        paid(500, "A-1", how="card")
        clock.advance(timedelta(days=9))

        assert told(("B-1", 500, "", "x"), day=clock.today()) == 0


class TestSums:
    def test_a_gateways_payments_of_a_day_come_less_the_commission(self):
        by_gateway(100_000, 250_000)
        by_gateway(9_000, name="another")
        clock.advance(timedelta(days=1))

        assert told(("B-1", 349_300, "", "تسويه درگاه"), day=clock.today()) == 1
        assert left() == {"gateway/another": 9_000, f"bank/{IBAN}": 349_300, "commission": 700, "receivable": -359_000}
        assert Matched.objects.count() == 2
        assert whole()

    def test_two_days_in_one_sum_and_a_commission_by_invoice_are_found(self):
        by_gateway(100_000)
        clock.advance(timedelta(days=1))
        by_gateway(200_000)
        clock.advance(timedelta(days=1))

        assert told(("B-1", 300_000, "", "تسویه درگاه"), day=clock.today()) == 1
        assert Match.objects.get().commission == 0

    def test_a_sum_that_no_run_of_days_makes_is_proposed_with_its_difference(self):
        by_gateway(100_000)
        assert told(("B-1", 99_000, "", "تسویه درگاه")) == 0

        (proposal, _unknown) = seen.open_line(ONE, BankLine.objects.get().pk).proposals
        assert (proposal.gross, proposal.commission, proposal.difference) == (100_000, 200, -800)

    def test_commissions_are_rounded_down_for_each_payment(self):
        by_gateway(499, 499, 1_501)

        assert told(("B-1", 2_499 - 3, "", "تسویه درگاه")) == 1


class TestOfficials:
    def key(self, wanted: str) -> tuple[int, str]:
        line = BankLine.objects.get()
        return line.pk, next(one.key for one in seen.open_line(ONE, line.pk).proposals if one.key.startswith(wanted))

    def test_a_proposal_of_the_same_amount_is_accepted_by_one(self):
        paid(500, "A-1", how="card")
        paid(500, "A-2", how="card")
        told(("B-1", 500, "", "x"))

        reconciling.accept(*self.key("lines:"), actor=ONE)

        assert (Match.objects.get().rule, Match.objects.get().by) == ("official", ONE.party)
        assert Discrepancy.objects.get().closed_by == ONE.party
        assert whole()

    def test_what_differs_needs_a_reason_and_a_second_official(self):
        paid(500, "TR-771")
        told(("B-1", 450, "TR-771", "x"))
        line, key = self.key("lines:")

        with pytest.raises(Invalid):
            reconciling.accept(line, key, actor=ONE)
        waits = reconciling.accept(line, key, actor=ONE, reason="The bank kept 50.")
        assert not Match.objects.exists()
        with pytest.raises(SameHands):
            reconciling.decide(waits.pk, agree=True, actor=ONE)
        with pytest.raises(IsMatched):
            reconciling.accept(line, "enter:unknown", actor=OTHER, reason="Or not.")
        reconciling.decide(waits.pk, agree=True, actor=OTHER)

        assert left() == {f"bank/{IBAN}": 450, "difference": 50, "revenue": -500}
        item = Discrepancy.objects.get(kind="difference")
        assert (item.amount, item.owner, item.is_open) == (-50, ONE.party, True)
        assert whole()

    def test_a_second_official_who_does_not_agree_leaves_the_line_open_and_it_is_not_proposed_again(self):
        paid(500, "TR-771")
        told(("B-1", 450, "TR-771", "x"))
        line, key = self.key("lines:")
        waits = reconciling.accept(line, key, actor=ONE, reason="The bank kept 50.")

        reconciling.decide(waits.pk, agree=False, actor=OTHER)

        assert not Match.objects.exists()
        assert key not in [one.key for one in seen.open_line(ONE, line).proposals]
        with pytest.raises(NoSuchLine):
            reconciling.decide(waits.pk, agree=True, actor=OTHER)

    def test_what_was_refused_is_not_proposed_again(self):
        paid(500, "A-1", how="card")
        paid(500, "A-2", how="card")
        told(("B-1", 500, "", "x"))
        line, key = self.key("lines:")

        reconciling.refuse(line, key, actor=ONE)

        assert Suggestion.objects.get().state == "refused"
        with pytest.raises(IsMatched):
            reconciling.accept(line, key, actor=ONE)

    def test_money_of_nobody_known_and_what_the_bank_took_are_entered_by_two(self):
        told(("B-1", 450, "", "who is it"))
        waits = reconciling.accept(*self.key("enter:unknown"), actor=ONE, reason="Nobody asked for it.")
        reconciling.decide(waits.pk, agree=True, actor=OTHER)

        assert left() == {f"bank/{IBAN}": 450, "unknown": -450}
        assert not Discrepancy.objects.filter(closed_at=None).exists()
        assert whole()

    def test_a_match_is_undone_by_another_official_and_both_sides_are_open_again(self):
        paid(500, "TR-771")
        told(("B-1", 500, "TR-771", "x"))
        match = Match.objects.get()

        with pytest.raises(Invalid):
            reconciling.undo(match.pk, actor=ONE, reason=" ")
        reconciling.undo(match.pk, actor=ONE, reason="Another payer.")
        reconciling.undo(match.pk, actor=ONE, reason="Another payer.")

        assert left() == {"bank": 500, "revenue": -500}
        assert Discrepancy.objects.get().is_open
        assert whole()
        assert matching.match_lines(BankLine.objects.all(), BOOK) == 1
        assert whole()

    def test_whoever_accepted_does_not_undo_it(self):
        paid(500, "A-1", how="card")
        paid(500, "A-2", how="card")
        told(("B-1", 500, "", "x"))
        reconciling.accept(*self.key("lines:"), actor=ONE)

        with pytest.raises(SameHands):
            reconciling.undo(Match.objects.get().pk, actor=ONE, reason="Oh.")

    def test_a_payment_that_the_bank_has_shown_is_not_reversed_before_its_match_is_undone(self):
        entry = paid(500, "TR-771")
        told(("B-1", 500, "TR-771", "x"))

        for number in (entry.number, Posting.objects.get(kind="settlement").number):
            with pytest.raises(IsMatched):
                payments.reverse(BOOK, number, actor=ONE, reason="Oh.")

    def test_others_decide_nothing(self):
        told(("B-1", 450, "", "x"))
        line = BankLine.objects.get().pk
        foreign = Actor(party=UUID(int=9), agency="civil-registry", roles=frozenset({"accountant"}))

        for actor, refusal in ((CASHIER, NotAllowed), (foreign, NoSuchLine)):
            with pytest.raises(refusal):
                reconciling.accept(line, "enter:unknown", actor=actor, reason="Mine.")
            with pytest.raises(refusal):
                seen.open_line(actor, line)


class TestDiscrepancies:
    def test_payments_that_do_not_come_into_the_bank_become_a_difference_that_closes_when_they_do(self):
        by_gateway(100_000, 250_000)
        clock.advance(timedelta(days=6))
        told(("B-1", 5, "", "x"), day=clock.today())
        discrepancies.find_missing()
        discrepancies.find_missing()

        item = Discrepancy.objects.get(kind="missing")
        assert (item.amount, item.day, item.account.holder) == (350_000, TODAY, "demo")

        told(("B-2", 349_300, "", "تسویه درگاه"), day=TODAY + timedelta(days=4))
        discrepancies.find_missing()
        item.refresh_from_db()
        assert not item.is_open

    def test_whoever_owns_it_is_reminded_on_its_day_and_again_while_it_is_open(self, django_user_model):
        from panjereh.correspondence.models import Message
        from panjereh.identity import operations as identity

        held = identity.put_in_office(
            "a@example.org", agency=BOOK, roles=["accountant"], given_name="A", family_name="B"
        )
        told(("B-1", 450, "", "x"))
        Discrepancy.objects.update(owner=held.party_id)
        outbox.run_until_idle(HANDLERS)
        assert not Message.objects.exists()

        clock.advance(timedelta(days=10))
        outbox.run_until_idle(HANDLERS)
        assert Message.objects.filter(party=held.party_id).count() == 1

        clock.advance(timedelta(days=3))
        outbox.run_until_idle(HANDLERS)
        assert Message.objects.count() == 2

        Discrepancy.objects.update(closed_at=clock.now())
        clock.advance(timedelta(days=9))
        outbox.run_until_idle(HANDLERS)
        assert Message.objects.count() == 2

    def test_one_takes_a_difference_over_and_closes_it_with_a_note(self):
        by_gateway(100_000)
        clock.advance(timedelta(days=6))
        told(("B-1", 5, "", "x"), day=clock.today())
        discrepancies.find_missing()
        missing, unknown = Discrepancy.objects.get(kind="missing"), Discrepancy.objects.get(kind="unknown")

        assert discrepancies.take_over(missing.pk, actor=OTHER).owner == OTHER.party
        with pytest.raises(Invalid):
            discrepancies.close(missing.pk, actor=OTHER, note=" ")
        with pytest.raises(Invalid):
            discrepancies.close(unknown.pk, actor=OTHER, note="Let it be.")
        discrepancies.close(missing.pk, actor=OTHER, note="The gateway pays it on Sunday.")
        with pytest.raises(NoSuchLine):
            discrepancies.close(missing.pk, actor=OTHER, note="Again.")


def test_each_day_says_why_what_was_paid_is_not_what_is_in_the_bank():
    by_gateway(100_000, 250_000)
    paid(500, "TR-771")
    paid(900, "TR-772")
    told(("B-1", 500, "TR-771", "x"), ("B-2", 44, "", "who is it"))
    clock.advance(timedelta(days=1))
    told(("B-3", 349_300, "", "تسویه درگاه"), day=clock.today())

    second, first = days.days(ONE, TODAY, clock.today())

    assert (first.asked, first.paid, first.settled, first.banked) == (1_400, 351_400, 350_500, 544)
    assert first.reasons == [("on_the_way", 900), ("later", 350_000), ("unknown", -44)]
    assert (second.paid, second.banked) == (0, 349_300)
    assert second.reasons == [("earlier", -350_000), ("commission", 700)]
    assert first.adds_up
    assert second.adds_up


def test_what_was_tampered_with_is_told():
    paid(500, "TR-771")
    told(("B-1", 500, "TR-771", "x"))
    from panjereh.storage.append_only import lifted

    with lifted("payments_match"):
        Match.objects.update(gross=499)
    assert any("is not what the bank" in fault for fault in verify_bank.matches())
    with lifted("payments_match"):
        Match.objects.update(gross=500)
    Matched.objects.update(stands=None)

    assert any("only some of its payments" in fault for fault in verify_bank.matches())
