"""The books of an agency: each day's entries, every account, what is owed; days are closed, mistakes taken back."""

import csv
from datetime import date, timedelta
from io import StringIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse as url_of
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.desk import book_reports, words
from panjereh.desk.book_reports import Report
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import PanjerehError
from panjereh.payments import operations as payments
from panjereh.payments import queries
from panjereh.payments.errors import IsReversed, NoSuchPosting
from panjereh.payments.queries import Entry, reports
from panjereh.payments.statements import cells
from panjereh.payments.statements.shape import Unreadable
from panjereh.ui.http import desk_actor


@require_http_methods(["GET", "POST"])
def books(request: HttpRequest) -> HttpResponse:
    """A day of the books; POST closes that day."""
    actor = desk_actor(request)
    day = _day(request.POST.get("day") or request.GET.get("day", ""))
    problem = ""
    if request.method == "POST":
        try:
            payments.close_day(actor.agency or "", day, actor=actor)
        except PanjerehError as error:
            problem = str(error.message)
        else:
            return redirect(f"{request.path}?day={day.isoformat()}")
    return page(request, actor, "books.html", _shown(actor, day, problem), status=409 if problem else 200)


def _shown(actor: Actor, day: date, problem: str) -> dict[str, object]:
    entries = queries.day_book(actor, day)
    closed = queries.closed_until(actor)
    return {
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < clock.today() else None,
        "entries": entries,
        "balances": queries.trial_balance(actor, day),
        "open_items": queries.open_items(actor),
        "is_closed": closed is not None and closed >= day,
        "may_close": day < clock.today() and _may(actor, "money.close"),
        "may_reverse": _may(actor, "money.reverse"),
        "names": identity.names_of(entry.posting.by for entry in entries if entry.posting.by),
        "kinds": words.POSTINGS,
        "accounts": words.account,
        "agency": words.agency(actor.agency or ""),
        "reports": [(name, title) for name, (title, _heads, _rows) in book_reports.KINDS.items()],
        "problem": problem,
    }


def _may(actor: Actor, action: str) -> bool:
    return policy.may(actor, action, policy.Target(agency=actor.agency))


def _day(text: str) -> date:
    """The day that an address or a button names; today where it names none."""
    try:
        return min(date.fromisoformat(text), clock.today())
    except ValueError:
        return clock.today()


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The entries of a day as CSV: one line for each side, amounts in the currency's smallest unit."""
    actor, of = desk_actor(request), _day(request.GET.get("day", ""))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["number", "day", "kind", "subject", "reference", "account", "holder", "fund", "currency", "debit", "credit"]
    )
    for entry in queries.day_book(actor, of):
        writer.writerows(_sides(entry))
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{actor.agency}-{of.isoformat()}.csv"'
    return response


def _sides(entry: Entry) -> list[list[str]]:
    of = entry.posting
    about = [str(of.number), of.day.isoformat(), str(of.kind), of.subject, _plain(of.reference)]
    return [
        [*about, place.kind, place.holder, place.fund, place.currency, str(max(amount, 0)), str(max(-amount, 0))]
        for place, amount in entry.lines
    ]


def _plain(text: str) -> str:
    """What an official typed begins with no sign that a spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


@require_http_methods(["GET", "POST"])
def reverse(request: HttpRequest, number: int) -> HttpResponse:
    """Take an entry back, with a reason."""
    actor = desk_actor(request)
    policy.require(actor, "money.reverse", policy.Target(agency=actor.agency))
    entry = queries.entry(actor, number)
    if entry is None:
        raise NoSuchPosting(_("There is no such entry in this book."))
    reason = request.POST.get("reason", "").strip()[:300]
    problem = ""
    if request.method == "POST":
        try:
            back = payments.reverse(actor.agency or "", number, actor=actor, reason=reason)
        except IsReversed:
            return redirect("desk:books")
        except PanjerehError as error:
            problem = str(error.message)
        else:
            return redirect(f"{url_of('desk:books')}?day={back.day.isoformat()}")
    context = {
        "entry": entry,
        "kinds": words.POSTINGS,
        "accounts": words.account,
        "reason": reason,
        "problem": problem,
        "day": entry.posting.day,
    }
    return page(request, actor, "posting.html", context, status=422 if problem else 200)


@require_GET
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """A report over some days: as a page, as a table to take along (`form=csv`), or as a PDF (`form=pdf`)."""
    actor = desk_actor(request)
    if kind not in book_reports.KINDS:
        raise Http404
    first, last, problem = _period(request)
    made = book_reports.make(kind, actor, first, last)
    form = request.GET.get("form", "")
    if form in ("csv", "pdf") and not problem:
        return _file(made, form, actor.agency or "")
    language = get_language() or "fa"
    context = {
        "report": made,
        "rows": [[book_reports.shown(cell, language) for cell in row] for row in (*made.rows[:SHOWN], *made.totals)],
        "left_out": max(len(made.rows) - SHOWN, 0),
        "kinds": [(name, title) for name, (title, _heads, _rows) in book_reports.KINDS.items()],
        "typed": {name: request.GET.get(name, "") for name in ("from", "until")},
        "problem": problem,
        "agency": words.agency(actor.agency or ""),
    }
    return page(request, actor, "books_report.html", context, status=422 if problem else 200)


SHOWN = 500  # rows on the page; files hold all of them


def _period(request: HttpRequest) -> tuple[date, date, str]:
    """The first and last day that the address names, else the month until today; and what is wrong with them."""
    today = clock.today()
    texts = [request.GET.get(name, "").strip() for name in ("from", "until")]
    try:
        last = cells.day(texts[1]) if texts[1] else today
        first = cells.day(texts[0]) if texts[0] else last - timedelta(days=30)
    except Unreadable as unreadable:
        return today - timedelta(days=30), today, str(unreadable.sentence)
    if not first <= last <= today or (last - first).days >= reports.LONGEST:
        sentence = _("The first day comes before the last, the last is not after today, and there are 366 at most.")
        return today - timedelta(days=30), today, sentence
    return first, last, ""


def _file(made: Report, form: str, agency: str) -> HttpResponse:
    if form == "csv":
        response = HttpResponse(book_reports.as_csv(made), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(book_reports.as_pdf(made, agency), content_type="application/pdf")
    name = f"{agency}-{made.kind}-{made.first.isoformat()}-{made.last.isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
