"""Is this certificate genuine? Anybody may ask, by its code or with the file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.documents import operations as issuing
from panjereh.documents import queries as documents
from panjereh.documents.values import show as in_words
from panjereh.portal.forms import CheckForm
from panjereh.portal.showing import law_words
from panjereh.portal.views import offline
from panjereh.ui.http import address_of, at_most, count_or_refuse
from panjereh.ui.jinja import language


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=600, what="certificates")
def check(request: HttpRequest) -> HttpResponse:
    form = CheckForm.of(request)
    if form.is_valid():
        sent = form.cleaned_data["file"]
        if sent is not None:
            return _answer(request, documents.check_file(sent.read()))
        return _answer(request, documents.check_text(form.cleaned_data["code"]))
    context = {"form": form, "problems": form.problems, **offline.for_scripts()}
    return offline.with_camera(render(request, "portal/check.html", context))


@require_safe
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the picture on a certificate leads."""
    count_or_refuse(f"certificates:{address_of(request)}", 120, 600)
    return _answer(request, documents.check_code(code))


def _answer(request: HttpRequest, verdict: documents.Verdict) -> HttpResponse:
    if verdict.title is not None:
        issuing.note_check(verdict.code)
    return render(
        request,
        "portal/verdict.html",
        {
            "verdict": verdict,
            "law": law_words(verdict.change_law, catalogue.country()) if verdict.change_law else "",
            "agency": catalogue.country().agencies.get(verdict.agency),
            "fields": [(field.label, in_words(field.value, language())) for field in verdict.fields],
        },
    )
