"""Real kinds of gateways, against simulated companies: what they are told, and what is believed of what they say."""

from collections.abc import Iterator

import pytest
from tests.payments.companies import PaymentCompany, PaypalCompany, serving

from panjereh.config.handlers import HANDLERS
from panjereh.kernel.actor import SOMEBODY, SYSTEM, Actor
from panjereh.outbox import operations as outbox
from panjereh.payments import gateways, queries, verify
from panjereh.payments import operations as payments
from panjereh.payments.errors import GatewayIsAway, GatewayRefused, NotOfTheGateway
from panjereh.payments.gateways.port import Call
from panjereh.payments.models import Bill, Payment, Refund
from panjereh.payments.operations import NewBill, NewLine, paying

pytestmark = pytest.mark.django_db
TEXT = {"fa": "عوارض", "en": "Duty"}
OFFICER = Actor(party=None, agency="municipality", roles=frozenset({"officer"}))
ACCOUNTANT = Actor(party=None, agency="municipality", roles=frozenset({"accountant"}))


@pytest.fixture
def company(settings) -> Iterator[PaymentCompany]:
    with serving(PaymentCompany()) as company:
        host = company.address.removeprefix("http://")
        settings.GATEWAYS = [f"shaparak+http://town:se%20cret@{host}/ipg?terminal=7"]
        yield company


@pytest.fixture
def paypal(settings) -> Iterator[PaypalCompany]:
    with serving(PaypalCompany()) as company:
        settings.GATEWAYS = [f"paypal+http://id:secret@{company.address.removeprefix('http://')}"]
        yield company


def issue(currency: str = "IRR", amount: int = 500_000) -> Bill:
    lines = [NewLine("municipality", amount - 100, TEXT), NewLine("ministry", 100, TEXT)]
    return payments.issue(NewBill("b1", "municipality", "1404-77", TEXT, lines, currency=currency), actor=SYSTEM)


def begin(bill: Bill, gateway: str = "shaparak") -> Payment:
    back = "http://testserver/pay/back/?order={order}"
    return payments.begin(bill.number, gateway, back=back, actor=SOMEBODY, text="Duty")[0]


def called(payment: Payment) -> Call:
    """What the payment company's page sends back with the browser."""
    return Call({"token": payment.reference, "saleOrderId": payment.order, "resCode": "0"})


def refund(payment: Payment, amount: int) -> Refund:
    proposed = payments.propose(payment.order, amount, actor=OFFICER, reason="Charged wrongly.")
    payments.decide_refund(proposed.pk, agree=True, actor=ACCOUNTANT)
    outbox.run_until_idle(HANDLERS)
    return Refund.objects.get(pk=proposed.pk)


class TestShaparak:
    def test_it_is_told_order_amount_and_shares_and_nothing_of_a_person(self, company):
        bill = issue()

        payment, way = payments.begin(bill.number, "shaparak", back="http://us/{order}", actor=OFFICER, text="Duty")

        assert way.address == f"{company.address}/ipg/startpay"
        assert way.fields == {"token": payment.reference}
        told = company.orders[payment.order]
        assert told["amount"] == 500_000
        assert told["callBackUrl"] == f"http://us/{payment.order}"
        assert told["shares"] == [
            {"account": "ministry", "amount": 100},
            {"account": "municipality", "amount": 499_900},
        ]
        assert set(told) - {"token", "state", "refunds"} == {
            "terminalId", "userName", "userPassword", "amount", "orderId", "callBackUrl", "additionalData", "shares",
        }  # fmt: skip

    def test_what_is_paid_is_verified_settled_and_entered_once(self, company):
        payment = begin(issue())
        company.orders[payment.order]["state"] = "paid"

        for _ in range(2):
            payments.hear("shaparak", called(payment))

        payment.refresh_from_db()
        assert (payment.state, payment.trace) == ("settled", "1234567890")
        assert company.orders[payment.order]["state"] == "settled"
        assert list(verify.bills()) == []

    def test_a_call_back_that_claims_success_without_payment_changes_nothing(self, company):
        payment = begin(issue())

        payments.hear("shaparak", called(payment))

        payment.refresh_from_db()
        assert payment.state == "sent"

    def test_one_that_names_no_order_or_no_token_is_refused(self, company):
        for fields in ({}, {"saleOrderId": "12"}, {"saleOrderId": "x", "token": "T1"}):
            with pytest.raises(NotOfTheGateway):
                payments.hear("shaparak", Call(fields))

    @pytest.mark.parametrize(("code", "failure"), [("17", "cancelled"), ("51", "funds"), ("99", "declined")])
    def test_why_it_was_not_paid_is_said(self, company, code, failure):
        payment = begin(issue())
        company.orders[payment.order].update(state="refused", code=code)

        payments.hear("shaparak", called(payment))

        payment.refresh_from_db()
        assert (payment.state, payment.failure) == ("failed", failure)

    @pytest.mark.parametrize("lies", [{"amount": 600_000}, {"amount": "500000"}, {"orderId": "1"}, {"token": "T9"}])
    def test_what_differs_from_our_order_is_not_even_verified(self, company, lies):
        payment = begin(issue())
        company.orders[payment.order].update(state="paid", lies=lies)

        payments.hear("shaparak", called(payment))

        payment.refresh_from_db()
        assert (payment.state, payment.failure) == ("sent", "differs")
        assert company.orders[payment.order]["state"] == "paid"

    @pytest.mark.parametrize("fault", ["500", "garbage"])
    def test_while_it_does_not_answer_the_payment_stands_and_the_next_question_finds_it(self, company, fault):
        payment = begin(issue())
        company.orders[payment.order]["state"] = "paid"
        company.broken = [fault]

        payments.hear("shaparak", called(payment))
        payment.refresh_from_db()
        assert payment.state == "sent"
        payments.look(payment.pk)

        payment.refresh_from_db()
        assert payment.state == "settled"

    def test_when_we_die_after_it_verified_it_is_entered_all_the_same(self, company):
        payment = begin(issue())
        company.orders[payment.order]["state"] = "verified"

        payments.look(payment.pk)

        payment.refresh_from_db()
        assert payment.state == "settled"

    def test_with_wrong_credentials_nothing_begins(self, company, settings):
        settings.GATEWAYS = [settings.GATEWAYS[0].replace("terminal=7", "terminal=8")]
        bill = issue()

        with pytest.raises(GatewayRefused):
            begin(bill)

        assert Payment.objects.get().state == "failed"

    def test_it_gives_back_once(self, company):
        payment = begin(issue())
        company.orders[payment.order]["state"] = "paid"
        payments.hear("shaparak", called(payment))

        done = refund(payment, 200_000)

        assert (done.state, done.reference) == ("done", "RF1")
        assert company.orders[payment.order]["refunds"] == {str(done.pk): 200_000}


class TestPaypal:
    def test_a_bill_in_euro_is_paid_by_the_library_and_read_from_paypal_itself(self, paypal):
        bill = issue("EUR", 1_999)
        payment = begin(bill, "paypal")
        order = paypal.orders[payment.reference]
        assert order["transactions"][0]["amount"]["total"] == "19.99"
        assert order["transactions"][0]["invoice_number"] == payment.order

        call = Call({"order": payment.order, "token": "EC-1", "paymentId": payment.reference, "PayerID": "P1"})
        for _ in range(2):
            payments.hear("paypal", call)

        payment.refresh_from_db()
        assert (payment.state, payment.captured, payment.trace) == ("settled", 1_999, "S1")
        assert queries.bill(bill.number).state == "settled"
        assert list(verify.bills()) == []

    def test_coming_back_without_having_approved_pays_nothing(self, paypal):
        payment = begin(issue("EUR", 1_999), "paypal")

        payments.hear("paypal", Call({"order": payment.order, "token": "EC-1"}))

        payment.refresh_from_db()
        assert payment.state == "sent"

    def test_another_amount_or_currency_than_we_asked_for_is_not_taken(self, paypal):
        payment = begin(issue("EUR", 1_999), "paypal")
        paypal.orders[payment.reference]["transactions"][0]["amount"]["currency"] = "USD"

        payments.hear("paypal", Call({"order": payment.order, "token": "EC-1", "PayerID": "P1"}))

        payment.refresh_from_db()
        assert (payment.state, payment.failure) == ("sent", "differs")

    def test_it_is_away_when_it_answers_with_an_error(self, paypal):
        paypal.broken = ["500", "500"]

        with pytest.raises(GatewayIsAway):
            begin(issue("EUR", 1_999), "paypal")

    def test_it_gives_back_once_however_often_it_is_asked(self, paypal):
        payment = begin(issue("EUR", 1_999), "paypal")
        payments.hear("paypal", Call({"order": payment.order, "token": "EC-1", "PayerID": "P1"}))

        done = refund(payment, 500)
        again = gateways.named("paypal").refund(paying.order_of(payment), 500, str(done.pk))

        resources = paypal.orders[payment.reference]["transactions"][0]["related_resources"]
        assert [each["refund"]["amount"]["total"] for each in resources if "refund" in each] == ["5.00"]
        assert again.reference == done.reference
