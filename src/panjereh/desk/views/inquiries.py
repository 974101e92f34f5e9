"""Questions that cases of other agencies put to ours: the list, and one with the page on which it is answered."""

from collections.abc import Sequence
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.cases import operations as cases
from panjereh.cases import queries
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotNow
from panjereh.cases.queries import InquiryView
from panjereh.definitions import Problem
from panjereh.definitions.types import Form
from panjereh.desk import showing, words
from panjereh.desk.frame import page
from panjereh.desk.views.case import handed_out
from panjereh.intake import screens
from panjereh.kernel.actor import Actor
from panjereh.ui.addresses import url
from panjereh.ui.http import desk_actor
from panjereh.ui.jinja import language
from panjereh.ui.laws import law_words


@require_GET
def inquiries(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    context = {
        "waiting": queries.waiting_for(actor),
        "due": words.due,
        "sent": request.GET.get("sent") == "yes",
        "over": request.GET.get("over") == "yes",
    }
    return page(request, actor, "inquiries.html", context)


@require_http_methods(["GET", "POST"])
def inquiry(request: HttpRequest, inquiry_id: UUID) -> HttpResponse:
    actor = desk_actor(request)
    problems: Sequence[Problem] = ()
    if request.method == "POST":
        form = Form(dict(request.POST.lists()), dict(request.FILES.lists()))
        try:
            parsed = cases.receive(inquiry_id, actor=actor, form=form, language=language())
        except NotNow:
            return redirect(f"{url('desk:inquiries')}?{urlencode({'over': 'yes'})}")
        if parsed.ok:
            return redirect(f"{url('desk:inquiries')}?{urlencode({'sent': 'yes'})}")
        problems = parsed.problems
    view = queries.to_answer(actor, inquiry_id)
    return page(request, actor, "inquiry.html", _context(request, view, problems), status=422 if problems else 200)


def _context(request: HttpRequest, view: InquiryView, problems: Sequence[Problem]) -> dict[str, object]:
    posted = dict(request.POST.lists()) if request.method == "POST" else None
    asked = screens.asked(view.screen, asking_for(language()), stored={}, posted=posted, problems=problems)
    return {
        "view": view,
        "asked": asked,
        "problems": [error for each in asked for error in each.summary()],
        "multipart": any(each.type == "file" for each in asked),
        "due": words.due,
        "law": law_words,
        "files": showing.files_of,
    }


@require_GET
def file(request: HttpRequest, inquiry_id: UUID, upload_id: UUID) -> FileResponse:
    actor: Actor = desk_actor(request)
    return handed_out(*queries.file_of(actor, inquiry_id, upload_id))
