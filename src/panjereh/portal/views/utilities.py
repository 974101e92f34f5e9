"""Utility bills: found without signing in, on paper, and the accounts that somebody looks after."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.documents import queries as documents
from panjereh.identity import queries as identity
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.localisation.errors import IdentifierProblem
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.models import Bill
from panjereh.payments.operations import standing
from panjereh.portal import mine, paying
from panjereh.portal.forms import AccountForm, NumbersForm, StandingForm
from panjereh.ui import bill_words
from panjereh.ui.addresses import url
from panjereh.ui.http import at_most, count_or_refuse, signed_in_actor
from panjereh.ui.terms import agency as agency_words

GUESSES = 20  # an hour and account, from whichever addresses


@require_http_methods(["GET", "POST"])
@at_most(20, seconds=600, what="bills")
def find(request: HttpRequest) -> HttpResponse:
    """A utility bill by the two numbers that stand on it, or by its account and the postal code of the place."""
    by_account = request.POST.get("by", request.GET.get("by", "")) == "account"
    billers = _billers(request)
    numbers = NumbersForm.of(request) if not by_account else NumbersForm()
    account = AccountForm.of(request, known={"billers": billers}) if by_account else AccountForm(billers=billers)
    form = account if by_account else numbers
    found: list[Bill] = []
    if form.is_valid():
        said = form.cleaned_data
        found = _of_account(said) if by_account else _of_numbers(numbers)
        for bill in found:
            paying.remember(request, bill)
        if len(found) == 1:
            return HttpResponseRedirect(url("portal:bill", found[0].number))
        if not found and not form.errors:
            form.add_error("account" if by_account else "bill_id", _nothing(by_account=by_account))
    context = {
        "numbers": numbers,
        "account": account,
        "by_account": by_account,
        "billers": billers,
        "found": [(bill, queries.owed_on(bill.number)) for bill in found],
        "problems": form.problems,
    }
    return render(request, "portal/pay_utility.html", context)


def _nothing(*, by_account: bool) -> str:
    if by_account:
        return _("Nothing is to be paid for this account, or the postal code is not that of its place")
    return _("The numbers are right, but the company has not handed this bill in here. Pay it as it says on the bill")


def _of_numbers(form: NumbersForm) -> list[Bill]:
    said = form.cleaned_data
    try:
        found = queries.bill_by_identifiers(said["bill_id"], said["payment_id"])
    except IdentifierProblem as problem:
        form.add_error(str(problem.params["column"]), bill_words.sentence(problem.code, problem.params))
        return []
    return [found] if found else []


def _of_account(said: dict[str, str]) -> list[Bill]:
    count_or_refuse(f"account:{said['agency']}:{said['account']}", GUESSES, 3600)
    return queries.bills_of_account(said["agency"], said["account"], said["postal_code"])


def _billers(request: HttpRequest) -> list[tuple[str, str]]:
    """Who hands in bills, by name."""
    language = request.LANGUAGE_CODE
    agencies = catalogue.country().agencies.items()
    return sorted(
        ((name, agency_words(name, language)) for name, one in agencies if one.biller), key=lambda one: one[1]
    )


@require_safe
def paper(request: HttpRequest, bill: str) -> HttpResponse:
    """The bill on paper, with its barcode, for whoever may see it."""
    found = queries.bill_or_none(bill)
    if found is None or not paying.may_see(request, found):
        return HttpResponseRedirect(f"{url('portal:pay')}?{urlencode({'number': bill[:12]})}")
    count_or_refuse(f"paper-bill:{found.number}", 30, 600)
    content = documents.paper_bill(paying.paper_bill_of(found), request.LANGUAGE_CODE)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.number}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that somebody looks after, with what is to be paid; POST takes one on, by a bill that they see."""
    actor = _whole(request)
    if request.method == "POST":
        found = queries.bill_or_none(request.POST.get("bill", ""))
        if found is not None and paying.may_see(request, found) and queries.is_presented(found):
            looked = payments.look_after(found, actor=actor)
            return HttpResponseRedirect(url("portal:account", looked.pk))
        return HttpResponseRedirect(url("portal:pay_utility"))
    found_accounts = queries.accounts_of(identity.numbers_of(mine.number_of(actor)))
    for each in found_accounts:
        for bill, _owed in each.bills:
            paying.remember(request, bill)
    return render(request, "portal/my_bills.html", {"accounts": found_accounts, "unread": 0})


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """What somebody calls an account, whether they are reminded, and up to how much a bill needs no second look."""
    actor = _whole(request)
    held = standing.own_account(account_id, actor)
    most = str(held.most // 10) if held.most else ""
    form = StandingForm.of(request, label=held.label, remind=held.remind, most=most)
    if form.is_valid():
        said = form.cleaned_data
        try:
            payments.change_standing(
                account_id, actor=actor, label=said["label"], remind=said["remind"], most=said["most"]
            )
        except PanjerehError as error:
            form.add_error("most", str(error.message))
        else:
            return HttpResponseRedirect(url("portal:my_bills"))
    return render(request, "portal/my_account.html", {"held": held, "form": form, "problems": form.problems})


@require_POST
def leave_account(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Somebody does not look after an account any more."""
    payments.leave_alone(account_id, actor=_whole(request))
    return HttpResponseRedirect(url("portal:my_bills"))


def _whole(request: HttpRequest) -> Actor:
    return mine.whole(signed_in_actor(request))
