"""Bill and payment identifiers: made and read back, with every mistake told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjereh.localisation import bill_ids, digits
from panjereh.localisation.bill_ids import PaymentId, Utility
from panjereh.localisation.errors import IdentifierProblem

BILLS = st.builds(bill_ids.make_bill_id, st.integers(1, 10**8 - 1), st.integers(0, 999), st.sampled_from(Utility))
PAYMENTS = st.builds(
    lambda thousands, year, period: bill_ids.make_payment_id(thousands * 1000, year, period),
    st.integers(1, 10**8 - 1),
    st.integers(0, 9),
    st.integers(0, 99),
)


def test_a_telephone_bill_as_it_is_printed():
    bill = bill_ids.parse_bill_id("۷۷۴۸۳۱۷۸-۰۰۱-۴۲")

    assert (bill.account, bill.company, bill.utility) == (77483178, 1, Utility.FIXED_TELEPHONE)
    assert bill_ids.parse_payment_id("1770160", bill) == PaymentId(rials=17_000, year=7, period=1)
    assert bill_ids.barcode(bill, PaymentId(17_000, 7, 1)) == "77483178001420000001770160"


@given(
    BILLS, PAYMENTS, st.sampled_from([digits.to_ascii, digits.to_persian, lambda text: digits.for_language(text, "ar")])
)
def test_what_is_made_is_read_back_in_any_digits(bill, payment, written):
    assert bill_ids.parse_bill_id(written(str(bill))) == bill
    assert bill_ids.parse_payment_id(written(payment.for_bill(bill)), bill) == payment
    assert bill_ids.parse_barcode(written(bill_ids.barcode(bill, payment))) == (bill, payment)


@given(BILLS, st.data())
def test_one_wrong_digit_is_noticed_or_gives_no_number_twice(bill, data):
    number = str(bill)
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    changed = number[:place] + wrong + number[place + 1 :]

    try:
        read = bill_ids.parse_bill_id(changed)
    except IdentifierProblem as problem:
        assert problem.code in ("check_digit", "utility")  # noqa: PT017 - either is right
    else:
        assert bill_ids.check_digit(changed[:-1]) == bill_ids.check_digit(number[:-1]) == "0"  # a rest of 0 or of 1
        assert read != bill


@given(BILLS, BILLS, PAYMENTS)
def test_a_payment_identifier_of_another_bill_is_refused_or_shares_its_check_digit(bill, other, payment):
    number = payment.for_bill(bill)
    if number[-1] == payment.for_bill(other)[-1]:
        assert bill_ids.parse_payment_id(number, other) == payment
    else:
        with pytest.raises(IdentifierProblem) as refused:
            bill_ids.parse_payment_id(number, other)
        assert refused.value.code == "other_bill"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "missing"),
        ("12a4567890", "characters"),
        ("12345", "length"),
        ("12345678901234", "length"),
        ("7748317800143", "check_digit"),
        ("10010107", "check_digit"),
        ("100170", "utility"),
    ],
)
def test_what_is_no_bill_identifier_is_refused_with_its_reason(typed, code):
    with pytest.raises(IdentifierProblem) as refused:
        bill_ids.parse_bill_id(typed)

    assert refused.value.code == code


@pytest.mark.parametrize("rials", [0, -1000, 500, 17_500, 10**11])
def test_only_whole_thousands_of_rials_have_a_payment_identifier(rials):
    with pytest.raises(IdentifierProblem) as refused:
        bill_ids.make_payment_id(rials, 5, 1)

    assert refused.value.code == "amount"


@pytest.mark.parametrize(("account", "company"), [(0, 1), (10**8, 1), (1, 1000), (-5, 1)])
def test_a_subscription_or_company_that_does_not_fit_is_refused(account, company):
    with pytest.raises(IdentifierProblem):
        bill_ids.make_bill_id(account, company, Utility.GAS)


def test_a_barcode_of_another_length_is_refused():
    with pytest.raises(IdentifierProblem) as refused:
        bill_ids.parse_barcode("7748317800142" + "1770160")

    assert refused.value.params == {"expected": 26, "got": 20}
