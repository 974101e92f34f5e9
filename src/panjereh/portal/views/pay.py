"""Paying: find a bill, see what it asks for, go to the gateway, come back, and keep the receipt."""

from contextlib import suppress
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.documents import operations as issuing
from panjereh.kernel.errors import Invalid, PanjerehError
from panjereh.payments import gateways, queries
from panjereh.payments import operations as payments
from panjereh.payments.errors import GatewayIsAway, NoSuchPayment
from panjereh.payments.gateways.port import Call, Way
from panjereh.payments.models import Bill, Payment
from panjereh.portal import mine as own
from panjereh.portal import paying
from panjereh.portal.forms import BillForm
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, count_or_refuse, signed_in_actor
from panjereh.ui.laws import law_words
from panjereh.ui.middleware import CONTENT_SECURITY_POLICY

GUESSES = 30  # an hour and bill, from whichever addresses


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="bills")
def find(request: HttpRequest) -> HttpResponse:
    """A bill by its number and what it is about: for whoever has no account, or pays for somebody else."""
    form = BillForm.of(request, number=request.GET.get("number", "")[:20])
    if form.is_valid():
        count_or_refuse(f"bill:{form.cleaned_data['number']}", GUESSES, 3600)
        found = queries.bill_by(form.cleaned_data["number"], form.cleaned_data["second"])
        if found is not None:
            paying.remember(request, found)
            return HttpResponseRedirect(url("portal:bill", found.number))
        form.add_error("number", _("No bill fits these two together. Check both"))
    return render(request, "portal/pay_find.html", {"form": form, "problems": form.problems})


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="paying")
def bill(request: HttpRequest, bill: str) -> HttpResponse:
    """What a bill asks for; POST goes to the gateway."""
    found = queries.bill_or_none(bill)
    if found is None or not paying.may_see(request, found):
        return HttpResponseRedirect(f"{url('portal:pay')}?{urlencode({'number': bill[:12]})}")
    paying.remember(request, found)
    problem = ""
    if request.method == "POST":
        try:
            return _to(_begin(request, found))
        except PanjerehError as error:
            problem = str(error.message or error)
    view = paying.view_of(found)
    context = {
        "view": view,
        "problem": problem,
        "law": law_words,
        "link": paying.link_of(found),
        "follows": queries.is_presented(found),
    }
    response = render(request, "portal/bill.html", context, status=409 if problem else 200)
    return _may_go_to(response, view.gateways)


def _begin(request: HttpRequest, found: Bill) -> Way:
    offered = gateways.offered(found.currency)
    names = [gateway.name for gateway in offered]
    name = request.POST.get("gateway") or (names[0] if len(names) == 1 else "")
    if name not in names:
        raise Invalid(_("Choose how you want to pay."))
    back = f"{settings.PUBLIC_ADDRESS}{url('portal:pay_back', name)}?order={{order}}"
    return payments.begin(found.number, name, back=back, actor=paying.actor_of(request), text=found.number)[1]


def _to(way: Way) -> HttpResponse:
    return HttpResponseRedirect(f"{way.address}?{urlencode(way.fields)}" if way.fields else way.address)


def _may_go_to(response: HttpResponse, offered: list[gateways.Gateway]) -> HttpResponse:
    """The form of this page leads to the gateways' pages: browsers ask for leave beforehand."""
    origins = " ".join(origin for gateway in offered for origin in gateway.pages)
    policy = CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action 'self' {origins}".rstrip())
    response["Content-Security-Policy"] = policy
    return response


@csrf_exempt
@require_http_methods(["GET", "POST"])
def back(request: HttpRequest, gateway: str) -> HttpResponse:
    """Where gateways send people back, and call. What is said here is believed by nobody: see `operations.paying`."""
    fields = {name: str(value)[:500] for name, value in [*request.GET.items(), *request.POST.items()]}
    count_or_refuse(f"gateway-orders:{gateway}:{fields.get('order', '')[:20]}", 60, 600)
    payment = payments.hear(gateway, Call(fields))
    return HttpResponseRedirect(url("portal:payment", payment.pk))


@require_http_methods(["GET", "POST"])
def payment(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """What has become of a payment. Its address is known to whoever paid alone; it names nobody."""
    found = _payment(payment_id)
    if request.method == "POST":
        count_or_refuse(f"look:{payment_id}", 30, 600)
        with suppress(GatewayIsAway):  # the page says that nothing is known yet
            payments.look(found.pk)
        return HttpResponseRedirect(request.path)
    return render(request, "portal/payment.html", {"view": paying.attempt_of(found)})


@require_safe
def receipt(request: HttpRequest, payment_id: UUID) -> HttpResponse:
    """The sealed receipt of a payment that came."""
    found = _payment(payment_id)
    if found.state != Payment.State.SETTLED:
        raise NoSuchPayment(_("There is no receipt: this payment did not come, or was taken back."))
    response = HttpResponse(
        issuing.payment_receipt(own.payment_receipt_of(found), request.LANGUAGE_CODE), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'attachment; filename="{found.order}.pdf"'
    return response


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person is to pay, what they paid, and what they get back."""
    actor = signed_in_actor(request)
    own.whole(actor)
    context = {"bills": paying.bills_of(actor), "attempts": paying.attempts_of(actor), "unread": 0}
    return render(request, "portal/payments.html", context)


def _payment(payment_id: UUID) -> Payment:
    found = queries.payment(payment_id)
    if found is None:
        raise NoSuchPayment(_("There is no such payment."))
    return found
