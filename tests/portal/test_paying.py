"""Paying as a person sees it: find the bill, pay in two steps, come back; no failure looks like a success."""

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from tests.pages import Page
from tests.portal.conftest import Person

from panjereh.documents.models import Certificate
from panjereh.kernel.actor import SYSTEM
from panjereh.payments import operations as payments
from panjereh.payments.gateways import demo
from panjereh.payments.models import Bill, Payment
from panjereh.payments.operations import NewBill, NewLine
from panjereh.portal import paying

pytestmark = pytest.mark.django_db
TEXT = {"fa": "عوارض نوسازی", "en": "Renewal duty"}


@pytest.fixture
def bill(nilufar: Person) -> Bill:
    lines = [
        NewLine("municipality", 600_000, TEXT, law="municipal-duties#3"),
        NewLine("municipality", -100_000, {"fa": "تخفیف", "en": "Reduction"}),
    ]
    new = NewBill("b1", "municipality", "1404-77", TEXT, lines, payer=nilufar.number)
    return payments.issue(new, actor=SYSTEM)


@pytest.fixture
def stranger() -> Page:
    return Page(Client())


def paid(page: Page, bill: Bill, habit: str = "pay", language: str = "/en") -> Payment:
    """Two steps: the button of the bill, the button of the gateway; then back."""
    sent = page.client.post(f"{language}/pay/{bill.number}/")
    assert sent.status_code == 302, sent.content.decode()[:200]
    back = page.client.post(sent.headers["Location"], {"habit": habit})
    if back.status_code == 302:
        parts = urlsplit(back.headers["Location"])
        page.client.get(f"{parts.path}?{parts.query}")
    return Payment.objects.latest("begun_at")


def test_whoever_has_no_account_finds_a_bill_by_its_number_and_what_it_is_about(bill, stranger):
    stranger.open("/en/pay/")
    grouped = f"{bill.number[:4]} {bill.number[4:8]}-{bill.number[8:]}"

    found = stranger.client.post("/en/pay/", {"number": grouped, "second": " ۱۴۰۴-۷۷ "})

    assert found.headers["Location"] == f"/en/pay/{bill.number}/"
    text = stranger.open(found.headers["Location"]).text
    assert "Renewal duty" in text
    assert "50,000 toman" in text
    assert "نیلوفر" not in text


@pytest.mark.parametrize(
    ("number", "second", "said"),
    [
        ("123", "1404-77", "A bill number has 12 digits"),
        ("", "", "Write the second number too"),
        (None, "1404-78", "No bill fits these two together"),
    ],
)
def test_a_wrong_number_or_second_fact_shows_nothing(bill, stranger, number, second, said):
    shown = stranger.send("/en/pay/", {"number": bill.number if number is None else number, "second": second})

    assert said in shown.text
    assert "Renewal duty" not in shown.text


def test_a_bill_opens_for_nobody_who_only_knows_its_number(bill, stranger, arash):
    for page in (stranger, arash.page):
        answer = page.client.get(f"/en/pay/{bill.number}/")
        assert answer.headers["Location"] == f"/en/pay/?number={bill.number}"


def test_with_its_address_somebody_else_can_pay_it(bill, stranger):
    address = f"/en/pay/{bill.number}/?k={paying.key_of(bill.number)}"

    assert "Pay 50,000 toman" in stranger.open(address).text

    assert paid(stranger, bill).state == "settled"


@pytest.mark.parametrize("language", ["", "/en"])
def test_paid_in_two_steps_it_says_so_and_gives_a_receipt_that_can_be_checked(bill, nilufar, language):
    payment = paid(nilufar.page, bill, language=language)

    shown = nilufar.page.open(f"{language}/pay/payment/{payment.pk}/")
    answer = nilufar.client.get(f"{language}/pay/payment/{payment.pk}/receipt.pdf")

    assert shown.h1 == ("50,000 toman paid" if language else "۵۰٬۰۰۰ تومان پرداخت شد")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    code = Certificate.objects.get(kind="receipt").code
    checked = nilufar.page.open(f"{language}/check/{code}/").text
    assert ("50,000" if language else "۵۰٬۰۰۰") in checked


@pytest.mark.parametrize(
    ("habit", "heading"),
    [
        ("refuse", "Not paid"),
        ("cancel", "Not paid"),
        ("away", "Not heard from the bank yet"),
        ("late", "Not heard from the bank yet"),
    ],
)
def test_what_failed_or_is_unknown_never_looks_like_a_success(bill, nilufar, habit, heading):
    payment = paid(nilufar.page, bill, habit)

    shown = nilufar.page.open(f"/en/pay/payment/{payment.pk}/")

    assert shown.h1 == heading
    assert not [each for each in shown.root.iter() if "done-panel" in (each.get("class") or "")]
    assert nilufar.client.get(f"/en/pay/payment/{payment.pk}/receipt.pdf").status_code == 404
    assert "Pay 50,000 toman" in nilufar.page.open(f"/en/pay/{bill.number}/").text


def test_who_looks_again_finds_what_came_meanwhile(bill, nilufar):
    payment = paid(nilufar.page, bill, "away")

    nilufar.client.post(f"/en/pay/payment/{payment.pk}/")

    assert "paid" in nilufar.page.open(f"/en/pay/payment/{payment.pk}/").h1


def test_a_forged_return_is_refused_by_a_page_and_changes_nothing(bill, nilufar):
    sent = nilufar.client.post(f"/en/pay/{bill.number}/")
    back = nilufar.client.post(sent.headers["Location"], {"habit": "forged"})
    parts = urlsplit(back.headers["Location"])

    answer = nilufar.client.get(f"{parts.path}?{parts.query}")

    assert answer.status_code == 403
    assert Payment.objects.get().state == "sent"


def test_a_gateway_posts_without_our_cookies_and_token(bill, nilufar):
    nilufar.client.post(f"/en/pay/{bill.number}/")
    payment = Payment.objects.get()

    elsewhere = Client(enforce_csrf_checks=True)
    address, fields = demo.press(payment.reference, "pay")
    parts = urlsplit(address)
    answer = elsewhere.post(f"{parts.path}?{parts.query}", fields)

    assert answer.headers["Location"] == f"/en/pay/payment/{payment.pk}/"
    payment.refresh_from_db()
    assert payment.state == "settled"


def test_a_part_says_what_is_left(bill, nilufar):
    payment = paid(nilufar.page, bill, "part")

    text = nilufar.page.open(f"/en/pay/payment/{payment.pk}/").text

    assert "25,000 toman is still to be paid" in text


def test_my_payments_shows_what_is_to_be_paid_what_was_paid_and_what_comes_back(bill, nilufar):
    assert "Renewal duty" in nilufar.page.open("/en/my/payments/").text
    nilufar.client.post(f"/en/pay/{bill.number}/")
    late = Payment.objects.get()
    paid(nilufar.page, bill)
    demo.press(late.reference, "away")
    payments.look(late.pk)

    text = nilufar.page.open("/en/my/payments/").text

    assert "Nothing is to be paid" in text
    assert "is given back" in text
    assert "The agency looks at it" in text
    nilufar.page.open("/my/payments/")


def test_the_pages_of_payments_show_nothing_to_others(bill, nilufar, arash, stranger):
    assert stranger.client.get("/en/my/payments/").status_code == 302
    assert "Renewal duty" not in arash.page.open("/en/my/payments/").text
    assert stranger.client.get(f"/en/pay/payment/{uuid4()}/").status_code == 404


def test_a_paid_and_a_cancelled_bill_say_so_and_ask_for_nothing(bill, nilufar):
    paid(nilufar.page, bill)
    assert "This bill is paid." in nilufar.page.open(f"/en/pay/{bill.number}/").text

    other = payments.issue(
        NewBill("b2", "municipality", "x", TEXT, [NewLine("municipality", 50, TEXT)], payer=nilufar.number),
        actor=SYSTEM,
    )
    payments.cancel(other.number, key="c", actor=SYSTEM)

    assert "need not be paid any more" in nilufar.page.open(f"/en/pay/{other.number}/").text
    assert nilufar.page.send(f"/en/pay/{other.number}/", status=409)


def test_the_demonstration_gateway_has_pages_in_both_languages_and_no_unknown_buttons(bill, nilufar):
    place = nilufar.client.post(f"/en/pay/{bill.number}/").headers["Location"]

    nilufar.page.open(f"/en{place}")
    nilufar.page.open(place)

    assert nilufar.client.post(place, {"habit": "steal"}).status_code == 404


def test_where_no_gateway_is_set_the_bill_says_where_to_pay(bill, nilufar, settings):
    settings.GATEWAYS = []

    shown = nilufar.page.open(f"/en/pay/{bill.number}/")

    assert "can’t be paid online here" in shown.text
    assert nilufar.client.get("/demo-gateway/abc/").status_code == 404


def test_browsers_are_told_to_which_gateways_the_form_may_lead(bill, nilufar, settings):
    settings.GATEWAYS = ["shaparak+https://u:p@pay.example.ir/ipg?terminal=1"]

    policy = nilufar.client.get(f"/en/pay/{bill.number}/").headers["Content-Security-Policy"]

    assert "form-action 'self' https://pay.example.ir;" in policy
