"""The pages of the gateway that takes no real money: only where the operator offers it, never in production."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from panjereh.kernel.money import Money
from panjereh.localisation.money import format_money
from panjereh.payments import gateways
from panjereh.payments.gateways import demo

WORDS = {
    "pay": _("Pay"),
    "refuse": _("The bank declines the card"),
    "cancel": _("Turn back without paying"),
    "part": _("Pay half of it"),
    "away": _("Pay, and never come back; nobody tells of it"),
    "late": _("Pay, and the bank tells of it after two minutes"),
    "doubled": _("Pay, and the bank tells of it three times"),
    "forged": _("Do not pay, and come back with a forged confirmation"),
    "dispute": _("Pay, and take it back through the bank after two minutes"),
}


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    gateways.named("demo")
    charge = demo.charge(reference)
    if request.method == "POST":
        address, fields = demo.press(reference, request.POST.get("habit", ""))
        if address:
            return HttpResponseRedirect(f"{address}&{urlencode(fields)}")
        return render(request, "portal/demo_gateway.html", {"charge": charge, "gone": True})
    amount = format_money(Money(charge.amount, charge.currency), request.LANGUAGE_CODE)
    context = {"charge": charge, "amount": amount, "habits": list(WORDS.items())[1:], "gone": False}
    return render(request, "portal/demo_gateway.html", context)
