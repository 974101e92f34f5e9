"""Billers hand in bills by program: each once, wrong ones told, answers kept, states and money listed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.api.conftest import Caller, program

from panjereh.api import keeping
from panjereh.api.models import KeptAnswer
from panjereh.audit.models import AccessLog
from panjereh.identity.models import Party
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM
from panjereh.kernel.ids import new_id
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.books import Place
from panjereh.payments.models import Bill

BILLER = "water-company"


@pytest.fixture
def water(db: None) -> Caller:
    return program(BILLER)


def bill(reference: str = "W-1", **changed: Any) -> dict[str, Any]:
    due = (clock.today() + timedelta(days=20)).isoformat()
    return {"reference": reference, "account": "88123", "amount": 320_000, "due": due, **changed}


def test_a_bill_is_handed_in_and_asked_about(water):
    answer = water.post("/bills", bill())
    assert (answer.status_code, answer.json()["outcome"]) == (201, "issued")
    number = answer.json()["number"]

    for asked in (number, "ref:W-1"):
        state = water.get(f"/bills/{asked}").json()
        assert (state["number"], state["state"], state["amount"], state["owed"]) == (number, "open", 320_000, 320_000)
        assert (state["reference"], state["account"], state["settled_at"]) == ("W-1", "88123", None)


def test_the_same_bill_with_a_new_key_is_known_and_another_under_its_number_is_refused(water):
    first = water.post("/bills", bill())
    again = water.post("/bills", bill())
    other = water.post("/bills", bill(amount=5))

    assert (again.status_code, again.json()) == (200, {**first.json(), "outcome": "known"})
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "reference_used"
    assert Bill.objects.count() == 1


def test_the_same_key_gives_the_same_answer_to_the_byte_and_does_nothing_again(water, monkeypatch):
    first = water.post("/bills", bill(), key="abc")
    monkeypatch.setattr(payments, "hand_in", None)  # whoever calls it breaks
    again = water.post("/bills", bill(), key="abc")

    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_or_address_is_refused(water):
    water.post("/bills", bill(), key="abc")
    for answer in (water.post("/bills", bill(amount=7), key="abc"), water.post("/bills/batch", bill(), key="abc")):
        assert answer.status_code == 422
    assert answer.json()["type"].endswith("#invalid")
    assert water.post("/bills", bill(amount=7), key="abc").json()["type"].endswith("#idempotency_key_reused")
    assert Bill.objects.count() == 1


def test_a_key_is_that_of_one_program(water):
    water.post("/bills", bill(), key="abc")
    other = program(BILLER)

    assert other.post("/bills", bill("W-2"), key="abc").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "x" * 201])
def test_without_a_key_nothing_is_changed(water, key):
    answer = water.post("/bills", bill(), key=key)

    assert (answer.status_code, answer.json()["type"].rpartition("#")[2]) == (400, "idempotency_key_missing")
    assert not Bill.objects.exists()


def test_a_process_that_dies_on_the_way_leaves_neither_bill_nor_answer(water, monkeypatch):
    with monkeypatch.context() as dying:
        dying.setattr(keeping.KeptAnswer, "save", lambda *_a, **_n: (_ for _ in ()).throw(RuntimeError("killed")))
        assert water.post("/bills", bill(), key="abc").status_code == 500
    assert not Bill.objects.exists()
    assert not KeptAnswer.objects.exists()

    assert water.post("/bills", bill(), key="abc").status_code == 201


def test_a_refused_request_keeps_no_answer_so_that_it_can_be_mended(water):
    assert water.post("/bills", bill(amount=-1), key="abc").status_code == 422
    assert water.post("/bills", bill(), key="abc").status_code == 201


def test_kept_answers_are_forgotten_after_a_week(water):
    water.post("/bills", bill(), key="abc")
    keeping.forget()
    assert KeptAnswer.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=7, seconds=1)):
        keeping.forget()
    assert not KeptAnswer.objects.exists()


def test_of_a_batch_what_is_right_is_issued_and_each_wrong_one_is_told_in_the_callers_language(water):
    batch = {"bills": [bill("W-1"), bill("W-2", postal_code="12"), bill("W-1"), bill("W-3", payer="0012345678")]}
    answer = water.post("/bills/batch", batch, language="fa")

    said = answer.json()
    assert (answer.status_code, said["issued"], said["known"], said["refused"]) == (200, 1, 1, 2)
    assert [each["outcome"] for each in said["bills"]] == ["issued", "refused", "known", "refused"]
    wrong = said["bills"][3]["problem"]
    assert (wrong["pointer"], wrong["code"]) == ("/bills/3/payer", "check_digit")
    assert "رقم کنترل" in wrong["detail"]
    assert water.post("/bills/batch", batch).json()["bills"][3]["problem"]["detail"].startswith("The check digit")


def test_a_thousand_bills_at_once_are_taken_and_one_more_is_not(water):
    many = [bill(f"W-{number}") for number in range(1001)]

    assert water.post("/bills/batch", {"bills": many[:1000]}).json()["issued"] == 1000
    assert water.post("/bills/batch", {"bills": many}).status_code == 422


MISSHAPEN: list[tuple[Any, int, str, str]] = [
    ("{", 400, "unreadable", ""),
    ("[" * 100_000, 400, "unreadable", ""),
    ([], 422, "invalid", ""),
    ({}, 422, "invalid", "/reference"),
    (bill(amount="many"), 422, "invalid", "/amount"),
    (bill(amount=12.5), 422, "invalid", "/amount"),
    (bill(amount=10**30), 422, "invalid", "/amount"),
    (bill(amount=True), 422, "invalid", "/amount"),
    (bill(due="tomorrow"), 422, "invalid", "/due"),
    (bill(currency="USD"), 422, "invalid", "/currency"),
    (bill(amuont=1), 422, "invalid", "/amuont"),
    (bill(account="x" * 61), 422, "invalid", "/account"),
    (bill(account="a\0b"), 422, "bill_is_wrong", "/account"),
    (bill(bill_id="1"), 422, "bill_is_wrong", "/bill_id"),
]


@pytest.mark.parametrize(("body", "status", "code", "pointer"), MISSHAPEN)
def test_what_does_not_fit_is_a_problem_document_with_a_pointer(water, body, status, code, pointer):
    answer = water.post("/bills", body)

    said = answer.json()
    assert (answer.status_code, said["status"], said["type"].rpartition("#")[2]) == (status, status, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if pointer:
        assert pointer in [each["pointer"] for each in said["errors"]]
    assert not Bill.objects.exists()


def test_other_types_of_content_and_bodies_that_are_too_large_are_refused(water):
    headers = {"Authorization": f"Bearer {water.token}"}
    form = water.browser.post("/api/v1/bills", {"reference": "x"}, headers=headers)
    large = water.post("/bills", " " * (2 * 2**20 + 1))

    assert (form.status_code, large.status_code) == (415, 413)
    assert form.json()["type"].endswith("#not_json")


def test_another_agency_finds_nothing_of_it(water):
    number = water.post("/bills", bill()).json()["number"]
    gas = program("gas-company")

    assert gas.get("/bills").json() == {"bills": [], "next": None}
    for asked in (number, "ref:W-1", "123456789012"):
        assert gas.get(f"/bills/{asked}").status_code == 404
        assert gas.post(f"/bills/{asked}/cancel", {"reason": "mine now"}).status_code == 404
    assert water.get("/bills").json()["bills"][0]["state"] == "open"
    assert program("civil-registry").post("/bills", bill()).status_code == 404


def test_bills_are_listed_in_pages_without_gap_or_repetition(water):
    water.post("/bills/batch", {"bills": [bill(f"W-{number}", account=str(number % 2)) for number in range(7)]})
    seen, cursor = [], ""
    while cursor is not None:
        said = water.get("/bills", limit=3, cursor=cursor).json()
        seen += [each["reference"] for each in said["bills"]]
        cursor = said["next"]

    assert seen == [f"W-{number}" for number in range(7)]
    assert [each["reference"] for each in water.get("/bills", account="1").json()["bills"]] == ["W-1", "W-3", "W-5"]
    assert water.get("/bills", reference="W-4", state="settled").json()["bills"] == []
    for wrong in ({"cursor": "x"}, {"limit": 0}, {"limit": 501}, {"state": "lost"}):
        assert water.get("/bills", **wrong).status_code in (400, 422), wrong


def test_a_bill_is_taken_back_until_it_is_paid(water):
    first, second = (water.post("/bills", bill(f"W-{number}")).json()["number"] for number in (1, 2))
    payments.settle(second, 320_000, into=Place("cash"), key="k", actor=SYSTEM)

    done = water.post(f"/bills/{first}/cancel", {"reason": "wrong meter"})
    assert (done.json()["state"], done.json()["owed"]) == ("cancelled", 0)
    assert queries.owed_on(first) == 0
    assert water.post(f"/bills/{first}/cancel", {"reason": "wrong meter"}).status_code == 200
    late = water.post("/bills/ref:W-2/cancel", {"reason": "wrong meter"})
    assert (late.status_code, late.json()["type"].rpartition("#")[2]) == (409, "bill_is_closed")
    assert water.get("/bills", state="settled").json()["bills"][0]["number"] == second


def test_the_money_of_a_day_is_listed_with_the_billers_own_numbers(water):
    numbers = [water.post("/bills", bill(f"W-{number}")).json()["number"] for number in range(3)]
    for number in numbers:
        payments.settle(number, 320_000, into=Place("gateway", "demo"), key=f"k{number}", actor=SYSTEM, reference="T9")
    today = clock.today().isoformat()

    first = water.get("/payments", day=today, limit=2).json()
    rest = water.get("/payments", day=today, limit=2, cursor=first["next"]).json()
    told = [*first["payments"], *rest["payments"]]
    assert [(each["bill"], each["reference"], each["amount"], each["way"], each["trace"]) for each in told] == [
        (number, f"W-{place}", 320_000, "demo", "T9") for place, number in enumerate(numbers)
    ]
    assert program("gas-company").get("/payments", day=today).json()["payments"] == []
    assert water.get("/payments").status_code == 422


def test_whose_bill_is_read_can_see_that_it_was(water):
    party = Party.objects.create(national_id="0012345679", entity=new_id(), linked_by="papers")
    water.post("/bills", bill(payer="0012345679"))
    water.get("/bills")

    [read] = AccessLog.objects.filter(subject=f"party:{party.pk}")
    assert (read.agency, read.actor_name, read.channel, read.purpose) == (
        BILLER,
        "Billing",
        "api",
        "bills-of-the-agency",
    )


def test_requests_of_one_program_are_limited(water, monkeypatch):
    monkeypatch.setattr("panjereh.api.access.A_MINUTE", 3)
    answers = [water.get("/client") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"] == "60"
    assert program(BILLER).get("/client").status_code == 200


def test_the_document_for_machines_describes_every_operation(water):
    document = json.loads(water.browser.get("/api/v1/openapi.json").content)

    assert set(document["paths"]) >= {
        "/api/v1/bills",
        "/api/v1/bills/batch",
        "/api/v1/bills/{number}",
        "/api/v1/payments",
    }
    written = document["paths"]["/api/v1/bills"]["post"]
    assert written["x-scope"] == "bills:write"
    assert "Idempotency-Key" in [each["name"] for each in written["parameters"]]


@pytest.mark.parametrize("path", ["/developers/", "/en/developers/"])
def test_the_page_for_developers_says_everything_in_both_languages(page, path):
    shown = page.open(path)

    assert "/api/v1/bills/batch" in shown.text
    if path == "/developers/":
        for word in ("your own number", "Hand in", "in rials", "of the bill"):
            assert word not in shown.text
