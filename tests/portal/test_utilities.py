"""Utility bills as people pay them: by the numbers on paper, by account and postal code, and by looking after."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import zxingcpp
from django.test import Client
from tests.pages import Page
from tests.portal.conftest import Person
from tests.portal.test_paying import paid

from panjereh.config.handlers import HANDLERS
from panjereh.correspondence.models import Message
from panjereh.documents.paper_bills import barcode_svg
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.localisation import bill_ids
from panjereh.outbox import operations as outbox
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.models import Bill, LookedAfter
from panjereh.payments.operations import Presented
from panjereh.payments.presenting import DIGITS

pytestmark = pytest.mark.django_db
BILLERS = {
    "water-company": ("water", 110),
    "electricity-company": ("electricity", 120),
    "gas-company": ("gas", 130),
    "telephone-company": ("telephone", 140),
    "municipality": ("municipal-duty", 160),
}
ACCOUNT, POSTAL_CODE = 70_112_233, "1939546975"


def handed_in(agency: str = "water-company", rials: int = 320_000, period: int = 3, **changed: object) -> Bill:
    utility, company = BILLERS[agency]
    number = bill_ids.make_bill_id(ACCOUNT, company, DIGITS[utility])
    presented = Presented(
        reference=f"R-{period}",
        account=str(ACCOUNT),
        amount=rials,
        due=clock.today() + timedelta(days=20),
        bill_id=str(number),
        payment_id=bill_ids.make_payment_id(rials, 5, period).for_bill(number),
        postal_code=POSTAL_CODE,
        **changed,  # type: ignore[arg-type]
    )
    [outcome] = payments.hand_in(agency, [presented], actor=SYSTEM)
    return Bill.objects.get(number=outcome.number)


@pytest.fixture
def stranger() -> Page:
    return Page(Client())


@pytest.mark.parametrize("agency", BILLERS)
def test_each_kind_of_bill_is_found_by_the_numbers_on_it_and_paid_without_an_account(agency, stranger):
    bill = handed_in(agency)
    bill_id, payment_id = queries.identifiers_of(bill)
    stranger.open("/en/pay/utility/")

    found = stranger.client.post("/en/pay/utility/", {"by": "numbers", "bill_id": bill_id, "payment_id": payment_id})
    assert found.headers["Location"] == f"/en/pay/{bill.number}/"
    assert "32,000 toman" in stranger.open(found.headers["Location"]).text
    payment = paid(stranger, bill)

    bill.refresh_from_db()
    assert (payment.state, bill.state) == ("settled", Bill.State.SETTLED)
    assert queries.owed_on(bill.number) == 0


def test_the_digits_of_the_barcode_do_alone_in_any_script(stranger):
    bill = handed_in()
    bill_id, payment_id = queries.identifiers_of(bill)
    code = (bill_id.zfill(13) + payment_id.zfill(13)).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

    found = stranger.client.post("/pay/utility/", {"by": "numbers", "bill_id": code})
    assert found.headers["Location"] == f"/pay/{bill.number}/"


@pytest.mark.parametrize(
    ("bill_id", "payment_id", "said"),
    [
        ("", "", "Write the bill identifier"),
        ("1234567", "1234567", "check digit does not fit"),
        ("7748317800142", "", "Nothing stands there"),
        ("7748317800142", "1770161", "belongs to another bill identifier"),
        ("7748317800142", "1770160", "has not handed this bill in here"),
        ("<script>", "1", "Only digits"),
    ],
)
def test_wrong_or_unknown_numbers_are_told_in_words(stranger, bill_id, payment_id, said):
    shown = stranger.send("/en/pay/utility/", {"by": "numbers", "bill_id": bill_id, "payment_id": payment_id})

    assert said in shown.text


def test_an_account_and_its_postal_code_show_what_is_open_and_names_nobody(stranger):
    first, second = handed_in(period=3), handed_in(period=4, rials=99_000)
    said = {"by": "account", "agency": "water-company", "account": "۷۰۱۱۲۲۳۳", "postal_code": "۱۹۳۹۵-۴۶۹۷۵"}
    shown = stranger.send("/en/pay/utility/", said)

    assert "32,000 toman" in shown.text
    assert "9,900 toman" in shown.text
    stranger.open(f"/en/pay/{first.number}/")
    paid(stranger, second)
    alone = stranger.client.post("/en/pay/utility/", said)
    assert alone.headers["Location"] == f"/en/pay/{first.number}/"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"postal_code": "1939546976"}, "the postal code is not that of its place"),
        ({"account": "70112234"}, "Nothing is to be paid for this account"),
        ({"agency": "gas-company"}, "Nothing is to be paid for this account"),
        ({"agency": "civil-registry"}, "Choose one of these"),
        ({"postal_code": "12"}, "A postal code has 10 digits"),
        ({"account": "شماره"}, "digits and Latin letters"),
    ],
)
def test_without_the_second_fact_an_account_shows_nothing(stranger, changed, said):
    bill = handed_in()
    right = {"by": "account", "agency": "water-company", "account": str(ACCOUNT), "postal_code": POSTAL_CODE}
    shown = stranger.send("/en/pay/utility/", {**right, **changed})

    assert said in shown.text
    assert bill.number not in shown.text
    assert stranger.client.get(f"/en/pay/{bill.number}/").status_code == 302


def test_whoever_guesses_postal_codes_is_stopped(monkeypatch):
    monkeypatch.setattr("panjereh.portal.views.utilities.GUESSES", 3)
    handed_in()
    said = {"by": "account", "agency": "water-company", "account": str(ACCOUNT)}
    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/pay/utility/", {**said, "postal_code": f"193954697{n}"}).status_code
        for n in range(5)
    ]

    assert statuses == [200, 200, 200, 429, 429]


def test_a_bill_on_paper_is_for_those_who_may_see_it(stranger):
    bill = handed_in()
    assert stranger.client.get(f"/en/pay/{bill.number}/bill.pdf").status_code == 302
    bill_id, payment_id = queries.identifiers_of(bill)
    stranger.client.post("/pay/utility/", {"by": "numbers", "bill_id": bill_id, "payment_id": payment_id})

    for path in (f"/pay/{bill.number}/bill.pdf", f"/en/pay/{bill.number}/bill.pdf"):
        answer = stranger.client.get(path)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")


def test_the_barcode_is_read_by_a_scanner_as_both_numbers():
    code = "77483178001420000001770160"
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.Code128)
    [read] = zxingcpp.read_barcodes(zxingcpp.write_barcode_to_image(drawn, scale=3, add_quiet_zones=True))

    assert read.text == code
    assert barcode_svg(code).startswith("<?xml") or barcode_svg(code).startswith("<svg")
    bill, payment = bill_ids.parse_barcode(read.text)
    assert (str(bill), payment.rials) == ("7748317800142", 17_000)


@pytest.mark.poppler
def test_the_codes_on_a_printed_bill_can_be_scanned(stranger, tmp_path):
    import subprocess

    from PIL import Image

    bill = handed_in()
    bill_id, payment_id = queries.identifiers_of(bill)
    stranger.client.post("/pay/utility/", {"by": "numbers", "bill_id": bill_id, "payment_id": payment_id})
    (tmp_path / "bill.pdf").write_bytes(stranger.client.get(f"/pay/{bill.number}/bill.pdf").content)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "bill.pdf", "page"], cwd=tmp_path, check=True)
    with Image.open(BytesIO(next(tmp_path.glob("page*.png")).read_bytes())) as picture:
        read = {each.format.name: each.text for each in zxingcpp.read_barcodes(picture.convert("L"))}

    assert read["Code128"] == bill_id.zfill(13) + payment_id.zfill(13)
    parts = urlsplit(read["QRCode"])
    assert Page(Client()).open(f"{parts.path}?{parts.query}").status == 200


def test_who_looks_after_an_account_sees_its_bills_and_is_told_of_the_next(nilufar: Person):
    first = handed_in()
    bill_id, payment_id = queries.identifiers_of(first)
    client = nilufar.page.client
    assert client.post("/en/my/bills/", {"bill": first.number}).headers["Location"] == "/en/pay/utility/"
    client.post("/en/pay/utility/", {"by": "numbers", "bill_id": bill_id, "payment_id": payment_id})
    assert "Look after this account" in nilufar.page.open(f"/en/pay/{first.number}/").text
    there = client.post("/en/my/bills/", {"bill": first.number}).headers["Location"]

    nilufar.page.open(there)
    wrong = nilufar.page.send(there, {"label": "", "most": "much"})
    assert "Write the limit in whole toman" in wrong.text
    client.post(there, {"label": "خانهٔ مادر", "remind": "yes", "most": "۵۰٬۰۰۰"})
    assert LookedAfter.objects.get().most == 500_000
    second = handed_in(period=4)
    outbox.run_until_idle(HANDLERS)
    message = Message.objects.latest("sent_at")
    assert "خانهٔ مادر" in message.subject
    assert second.number in message.text
    assert "دستور همیشگی" in message.text

    shown = nilufar.page.open("/en/my/bills/")
    assert "2 to be paid" in shown.text
    nilufar.page.open(f"/en/pay/{second.number}/")
    assert client.post(f"{there}leave/").status_code == 302
    assert "You look after no account yet" in nilufar.page.open("/en/my/bills/").text


def test_a_paid_bill_is_not_reminded_of(nilufar: Person):
    bill = handed_in()
    payments.look_after(bill, actor=nilufar.actor)
    next_one = handed_in(period=4)
    paid_now = queries.owed_on(next_one.number)
    outbox.run_until_idle(HANDLERS)
    before = Message.objects.count()
    from panjereh.payments.books import Place

    payments.settle(next_one.number, paid_now, into=Place("cash"), key="k", actor=SYSTEM)
    with clock.at(clock.now() + timedelta(days=18)):
        outbox.run_until_idle(HANDLERS)

    assert Message.objects.count() == before


def test_a_bill_that_is_not_paid_is_reminded_of_three_days_before(nilufar: Person):
    payments.look_after(handed_in(), actor=nilufar.actor)
    handed_in(period=4)
    outbox.run_until_idle(HANDLERS)
    before = Message.objects.count()
    with clock.at(clock.now() + timedelta(days=18)):
        outbox.run_until_idle(HANDLERS)

    assert Message.objects.count() == before + 1
    assert "مهلت" in Message.objects.latest("sent_at").subject
