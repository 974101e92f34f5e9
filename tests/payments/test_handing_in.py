"""Bills that billers hand in: checked, issued once, told to whoever is asked or cares."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.project import town

from panjereh.identity.models import Party
from panjereh.identity.policy import OF_OFFICIALS
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.errors import Invalid, NotAllowed
from panjereh.kernel.ids import new_id
from panjereh.localisation import bill_ids
from panjereh.outbox.models import Effect
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.errors import NoBiller, NoSuchAccount
from panjereh.payments.models import Bill, LookedAfter, Presentment
from panjereh.payments.operations import Presented
from panjereh.payments.operations.standing import CAME, DUE

BILLER = "electricity-company"


def numbers(rials: int, account: int = 12345, company: int = 120) -> dict[str, str]:
    bill = bill_ids.make_bill_id(account, company, bill_ids.Utility.ELECTRICITY)
    return {"bill_id": str(bill), "payment_id": bill_ids.make_payment_id(rials, 5, 3).for_bill(bill)}


def presented(reference: str = "E-1", **changed: Any) -> Presented:
    due = clock.today() + timedelta(days=20)
    return Presented(**{"reference": reference, "account": "12345", "amount": 450_000, "due": due, **changed})


def handed(*bills: Presented) -> list[Any]:
    return payments.hand_in(BILLER, bills, actor=SYSTEM)


def test_a_bill_is_issued_and_charged_in_the_books_of_its_biller(db):
    [outcome] = handed(presented(**numbers(450_000), postal_code="۱۹۳۹۵-۴۶۹۷۵", payer="0012345679"))

    bill = Bill.objects.get(number=outcome.number)
    assert (outcome.kind, bill.agency, bill.subject, bill.payer_id) == ("fresh", BILLER, "12345", None)
    assert bill.title == {"fa": "قبض برق", "en": "Electricity bill"}
    assert queries.owed_on(bill.number) == 450_000
    row = Presentment.objects.get(bill=bill)
    assert {"bill_id": row.bill_number, "payment_id": row.payment_number} == numbers(450_000)
    assert "0012345679" not in str(row.__dict__)
    assert "1939546975" not in str(row.__dict__)


def test_the_same_again_changes_nothing_and_something_else_under_its_number_is_refused(db):
    [first] = handed(presented())
    again, other, new = handed(presented(), presented(amount=1000), presented("E-2"))

    assert (again.kind, again.number) == ("known", first.number)
    assert (other.kind, other.problem.code, other.problem.params) == (
        "refused",
        "reference_used",
        {"number": first.number},
    )
    assert new.kind == "fresh"
    assert Bill.objects.count() == 2
    assert queries.owed_on(first.number) == 450_000


def test_a_bill_twice_in_one_batch_is_issued_once(db):
    first, second, third = handed(presented(), presented(), presented(amount=5))

    assert (first.kind, second.kind, second.number) == ("fresh", "known", first.number)
    assert third.problem.code == "reference_used"
    assert Bill.objects.count() == 1


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"amount": 0}, "amount", "amount_not_positive"),
    ({"amount": -5}, "amount", "amount_not_positive"),
    ({"amount": 10**14}, "amount", "amount_too_large"),
    ({"currency": "USD"}, "currency", "other_currency"),
    ({"due": clock.today() + timedelta(days=5000)}, "due", "date_far_away"),
    ({"account": "شماره"}, "account", "characters"),
    ({"account": "1" * 31}, "account", "length"),
    ({"reference": ""}, "reference", "missing"),
    ({"reference": "=1+1"}, "reference", "characters"),
    ({"bill_id": numbers(450_000)["bill_id"]}, "payment_id", "missing"),
    ({"payment_id": numbers(450_000)["payment_id"]}, "bill_id", "missing"),
    ({**numbers(450_000), "bill_id": "10012347"}, "bill_id", "check_digit"),
    (numbers(450_000, company=121), "bill_id", "other_company"),
    (numbers(451_000), "payment_id", "other_amount"),
    ({"postal_code": "12345"}, "postal_code", "length"),
    ({"payer": "0012345678"}, "payer", "check_digit"),
    ({"payer": "14007650913"}, "payer", "check_digit"),
]


@pytest.mark.parametrize(("changed", "column", "code"), WRONG)
def test_what_is_wrong_is_refused_by_name_and_the_others_are_issued(db, changed, column, code):
    bad, good = handed(
        presented("E-bad", **changed) if "reference" not in changed else presented(**changed), presented("E-9")
    )

    assert (bad.kind, bad.problem.column, bad.problem.code) == ("refused", column, code)
    assert good.kind == "fresh"
    assert list(Bill.objects.values_list("key", flat=True)) == [f"presented:{BILLER}:E-9"]


def test_a_gas_identifier_on_an_electricity_bill_is_refused(db):
    bill = bill_ids.make_bill_id(5, 120, bill_ids.Utility.GAS)
    payment = bill_ids.make_payment_id(450_000, 5, 3).for_bill(bill)
    [outcome] = handed(presented(bill_id=str(bill), payment_id=payment))

    assert outcome.problem.code == "other_utility"


def test_only_billers_hand_in_bills_and_only_for_themselves(db):
    with pytest.raises(NoBiller):
        payments.hand_in("civil-registry", [presented()], actor=SYSTEM)
    for role in OF_OFFICIALS:
        for agency in (BILLER, "gas-company"):
            actor = town.actor_of(town.official(role, agency=agency), as_official=True)
            if (role, agency) == ("accountant", BILLER):
                continue
            with pytest.raises(NotAllowed):
                payments.hand_in(BILLER, [presented()], actor=actor)
    assert not Bill.objects.exists()


def resident(number: str) -> Any:
    account = town.person(f"{number}@example.org", "سارا")
    Party.objects.filter(pk=account.party_id).update(national_id=number, entity=new_id(), linked_by="papers")
    return account


def test_whoever_is_asked_and_known_for_certain_is_told_at_once_and_three_days_before(db):
    account = resident("0012345679")
    [outcome] = handed(presented(payer="۰۰۱۲۳۴۵۶۷۹"))

    assert Bill.objects.get().payer_id == account.party_id
    effects = {effect.kind: effect for effect in Effect.objects.filter(kind__in=[CAME, DUE])}
    assert effects[CAME].payload == {"bill": outcome.number, "party": str(account.party_id)}
    due = Bill.objects.get().due
    assert effects[DUE].run_at.astimezone(clock.home_zone()).date() == due - timedelta(days=3)
    assert {effect.lane for effect in effects.values()} == {Effect.Lane.CROWD}


def test_a_number_that_somebody_only_typed_makes_no_payer(db):
    account = town.person("sara@example.org", "سارا")
    Party.objects.filter(pk=account.party_id).update(national_id="0012345679")
    handed(presented(payer="0012345679"))

    assert Bill.objects.get().payer_id is None


def test_who_looks_after_an_account_hears_of_the_next_bill_of_it(db):
    actor = town.actor_of(town.person("sara@example.org", "سارا"))
    handed(presented("E-1"))
    looked = payments.look_after(Bill.objects.get(), actor=actor, label="خانهٔ مادر")
    assert payments.look_after(Bill.objects.get(), actor=actor) == looked
    handed(presented("E-2"), presented("E-3", account="777"))

    told = [effect.payload["bill"] for effect in Effect.objects.filter(kind=CAME)]
    assert told == [Bill.objects.get(key=f"presented:{BILLER}:E-2").number]
    payments.change_standing(looked.pk, actor=actor, label="مادر", remind=False, most=500_000)
    handed(presented("E-4"))
    assert Effect.objects.filter(kind=CAME).count() == 2
    assert Effect.objects.filter(kind=DUE).count() == 1


def test_an_account_that_somebody_looks_after_is_nobody_elses(db):
    actor = town.actor_of(town.person("sara@example.org", "سارا"))
    other = town.actor_of(town.person("arash@example.org", "آرش"))
    handed(presented())
    looked = payments.look_after(Bill.objects.get(), actor=actor)

    with pytest.raises(NoSuchAccount):
        payments.leave_alone(looked.pk, actor=other)
    with pytest.raises(NoSuchAccount):
        payments.change_standing(looked.pk, actor=other, label="", remind=True, most=None)
    with pytest.raises(Invalid):
        payments.change_standing(looked.pk, actor=actor, label="", remind=True, most=0)
    payments.leave_alone(looked.pk, actor=actor)
    assert not LookedAfter.objects.exists()


def test_a_batch_is_issued_whole_or_not_at_all(db, monkeypatch):
    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("panjereh.payments.operations.handing_in.standing.news_of", broken)
    with pytest.raises(RuntimeError):
        handed(presented(), replace(presented("E-2"), amount=5))

    assert not Bill.objects.exists()
    assert not Presentment.objects.exists()
