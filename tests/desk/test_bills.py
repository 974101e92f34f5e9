"""Files of bills at the desk: brought by the accountant of a biller, followed, their bad lines handed out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.pages import Page
from tests.project import town

from panjereh.config.handlers import HANDLERS
from panjereh.identity.adapters import sessions
from panjereh.identity.models import Client
from panjereh.kernel import clock
from panjereh.outbox import operations as outbox
from panjereh.payments.models import Bill, BillLoad

pytestmark = pytest.mark.django_db
BILLER = "electricity-company"


@pytest.fixture
def desk() -> Page:
    return Page(town.signed_in(town.official("accountant", agency=BILLER)))


def file_of(*lines: str, name: str = "bills.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(["reference,account,amount,due", *lines]).encode())


def line(number: int, amount: int = 1000) -> str:
    return f"E-{number},A{number},{amount},{clock.today().isoformat()}"


def test_a_file_is_brought_read_and_its_bad_lines_are_told_in_both_languages(desk):
    assert "No file was brought yet" in desk.open("/en/desk/bills/").text
    sent = desk.client.post("/en/desk/bills/", {"file": file_of(line(1), line(2, -5), line(3))})
    there = sent.headers["Location"]
    assert "0% read" in desk.open(there).text
    outbox.run_until_idle(HANDLERS)

    shown = desk.open(there)
    assert "The amount must be greater than nothing" in shown.text
    assert "مبلغ باید بیشتر از صفر باشد" in desk.open(there.removeprefix("/en")).text
    table = b"".join(desk.client.get(f"{there.rstrip('/')}.csv").streaming_content).decode()
    assert table.splitlines()[1].startswith("3,amount,amount_not_positive,")
    assert Bill.objects.count() == 2
    assert "bills.csv" in desk.open("/en/desk/bills/").text


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Choose a file to send"),
        (SimpleUploadedFile("a.csv", b"number,sum\n1,2\n"), "lacks these columns: reference, account, amount, due"),
        (SimpleUploadedFile("a.xlsx", b"PK"), "ends with .csv or .jsonl"),
    ],
)
def test_what_is_no_file_of_bills_is_refused_in_words(desk, file, said):
    shown = desk.send("/en/desk/bills/", {"file": file} if file else {}, status=422)

    assert said in shown.text
    assert not BillLoad.objects.exists()


def test_an_agency_without_bills_is_told_so():
    desk = Page(town.signed_in(town.official("accountant", agency="civil-registry")))

    assert "hands in no bills" in desk.open("/en/desk/bills/").text
    desk.client.post("/en/desk/bills/", {"file": file_of(line(1))})
    assert not BillLoad.objects.exists()


def test_programs_are_registered_shown_their_secret_once_and_shut_out():
    desk = Page(town.signed_in(town.official("operator", agency=BILLER)))
    said = {"name": "صدور قبض", "agency": BILLER, "scopes": ["bills:write", "bills:read"]}
    first = desk.client.post("/en/desk/officials/programs/", said)
    assert first.headers["Location"].startswith(
        "/en/signin/again/"
    )  # whoever lets programs in proves anew who they are
    assert not Client.objects.exists()
    session = desk.client.session
    session[sessions.WAYS] = [["email", int(clock.now().timestamp())]]
    session.save()
    made = desk.send("/en/desk/officials/programs/", said)
    assert "It is shown this once" in made.text
    again = desk.open("/en/desk/officials/programs/")
    assert "It is shown this once" not in again.text
    assert "صدور قبض" in again.text
    client = Client.objects.get()
    there = f"/en/desk/officials/programs/{client.pk}/"
    assert "It is shown this once" in desk.send(there, {"do": "rotate"}).text
    desk.send(there, {"do": "revoke", "reason": ""}, status=422)
    assert desk.client.post(there, {"do": "revoke", "reason": "replaced"}).status_code == 302
    assert "shut out" in desk.open("/en/desk/officials/programs/").text
    assert desk.client.post(there, {"do": "rotate"}).status_code == 404
