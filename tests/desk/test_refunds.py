"""Refunds at the desk: one proposes, another agrees, what no gateway gives back is paid out by hand."""

import pytest
from tests.desk.conftest import AGENCY, Desk

from panjereh.config.handlers import HANDLERS
from panjereh.kernel.actor import SOMEBODY, SYSTEM
from panjereh.outbox import operations as outbox
from panjereh.payments import operations as payments
from panjereh.payments.gateways import demo
from panjereh.payments.gateways.port import Call
from panjereh.payments.models import Payment, Refund
from panjereh.payments.operations import NewBill, NewLine

pytestmark = pytest.mark.django_db
TEXT = {"fa": "هزینهٔ ثبت", "en": "Registration fee"}
PAGE = "/en/desk/refunds/"


@pytest.fixture
def daneshvar() -> Desk:
    return Desk("daneshvar", "accountant")


@pytest.fixture
def paid() -> Payment:
    new = NewBill("b1", AGENCY, "4058317263", TEXT, [NewLine(AGENCY, 500_000, TEXT)])
    bill = payments.issue(new, actor=SYSTEM)
    payment, _way = payments.begin(bill.number, "demo", back="http://us/?order={order}", actor=SOMEBODY)
    return payments.hear("demo", Call(demo.press(payment.reference, "pay")[1]))


def propose(
    desk: Desk, payment: Payment, amount: str = "20,000", reason: str = "Charged twice.", status: int = 302
) -> str:
    sent = {"act": "propose", "order": payment.order, "amount": amount, "reason": reason}
    answer = desk.client.post(PAGE, sent)
    assert answer.status_code == status
    return answer.content.decode()


def test_one_proposes_another_agrees_and_the_money_goes_back(amini: Desk, daneshvar: Desk, paid: Payment) -> None:
    propose(amini, paid)
    waiting = daneshvar.page.open(PAGE)
    assert "20,000 toman" in waiting.text
    assert "Proposed by Amini Test" in waiting.text
    daneshvar.page.open("/desk/refunds/")

    daneshvar.client.post(PAGE, {"act": "agree", "refund": str(Refund.objects.get().pk)})
    outbox.run_until_idle(HANDLERS)

    assert Refund.objects.get().state == "done"
    assert "Given back" in daneshvar.page.open(PAGE).text


def test_who_proposed_sees_no_button_to_agree_and_pressing_it_all_the_same_is_refused(daneshvar: Desk, paid: Payment):
    propose(daneshvar, paid)

    assert "Another official decides." in daneshvar.page.open(PAGE).text
    answer = daneshvar.client.post(PAGE, {"act": "agree", "refund": str(Refund.objects.get().pk)})

    assert answer.status_code == 409
    assert Refund.objects.get().state == "proposed"


@pytest.mark.parametrize(
    ("amount", "reason", "said"),
    [
        ("50,001", "Why", "more than can be given back"),
        ("-5", "Why", "more than can be given back"),
        ("much", "Why", "Write the amount in toman"),
        ("5", " ", "Write why the money is given back"),
    ],
)
def test_a_wrong_proposal_gets_a_sentence_and_moves_nothing(daneshvar: Desk, paid: Payment, amount, reason, said):
    shown = daneshvar.page.send(
        PAGE, {"act": "propose", "order": paid.order, "amount": amount, "reason": reason}, status=409
    )

    assert said in shown.text
    assert not Refund.objects.exists()


def test_what_the_gateway_would_not_give_back_is_paid_out_by_hand(amini: Desk, daneshvar: Desk, paid: Payment):
    propose(amini, paid)
    payments.decide_refund(Refund.objects.get().pk, agree=True, actor=daneshvar.actor)
    Refund.objects.update(state="failed", failure="card_closed")
    assert "The gateway did not give it back" in amini.page.open(PAGE).text

    amini.client.post(PAGE, {"act": "pay_out", "refund": str(Refund.objects.get().pk), "reference": "TR-77"})

    assert (Refund.objects.get().state, Refund.objects.get().reference) == ("done", "TR-77")


def test_other_agencies_and_other_roles_have_no_part_in_it(amini: Desk, paid: Payment) -> None:
    propose(amini, paid)
    elsewhere = Desk("elsewhere", "accountant", agency="municipality")

    assert "20,000 toman" not in elsewhere.page.open(PAGE).text
    assert elsewhere.client.post(PAGE, {"act": "agree", "refund": str(Refund.objects.get().pk)}).status_code == 409
    assert Desk("clerk", "registry-clerk").client.get(PAGE).status_code == 403
    assert Refund.objects.get().state == "proposed"
