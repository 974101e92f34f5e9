"""One case: its page, what is done to it, its files, its documents, its print."""

from collections import defaultdict
from typing import IO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_http_methods

from panjereh.cases import queries as case_queries
from panjereh.cases.models import Upload
from panjereh.desk import showing
from panjereh.desk.acts import ACTS, Order
from panjereh.desk.frame import page
from panjereh.documents import operations as documents
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.ui import way
from panjereh.ui.addresses import url
from panjereh.ui.http import desk_actor


@require_GET
def case(request: HttpRequest, number: str) -> HttpResponse:
    actor = desk_actor(request)
    done = ACTS.get(request.GET.get("done", ""))
    return _case_page(request, actor, number, done=str(done.done) if done else "")


def _case_page(
    request: HttpRequest, actor: Actor, number: str, *, done: str = "", refused: str = "", status: int = 200
) -> HttpResponse:
    view = case_queries.for_official(actor, number, shown=request.GET.getlist("show"))
    drawn = way.of_case(view.service, view.case.marking, official=True)
    context = {**showing.context(view, actor), "way": drawn, "done": done, "refused": refused}
    return page(request, actor, "case.html", context, status=status)


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """The page of one act, or the act itself. What is refused is said on the same page, with what was typed."""
    actor = desk_actor(request)
    chosen = ACTS.get(name)
    if chosen is None:
        raise NotFound
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            chosen.perform(Order(actor, number, request.POST))
        except Invalid as error:
            problems = [(chosen.box_of(error), str(error.message))]
        except Conflict as error:
            if error.code not in chosen.boxes:
                return _case_page(request, actor, number, refused=str(error.message), status=409)
            problems = [(chosen.box_of(error), str(error.message))]
        else:
            return HttpResponseRedirect(f"{url('desk:case', number=number)}?done={name}")
    view = case_queries.for_official(actor, number)
    if not chosen.offered(view) and not problems:
        return HttpResponseRedirect(url("desk:case", number=number))
    context = {
        **showing.context(view, actor),
        "act": chosen,
        "act_name": name,
        "problems": problems,
        "errors": defaultdict(str, problems),
        "posted": defaultdict(str, request.POST.items()),
        "chosen_screens": request.POST.getlist("screens"),
        "chosen_conditions": request.POST.getlist("conditions"),
        "screens": showing.screens_to_correct(view) if name == "correct" else [],
    }
    return page(request, actor, "act.html", context, status=422 if problems else 200)


@require_GET
def file(request: HttpRequest, number: str, upload_id: UUID) -> FileResponse:
    """A file of a case. Pictures may stand in the page; anything else is only ever downloaded."""
    return handed_out(*case_queries.upload_of_case(desk_actor(request), number, upload_id))


def handed_out(upload: Upload, content: IO[bytes]) -> FileResponse:
    shown = upload.type in showing.INLINE
    kind = upload.type if shown or upload.type == "application/pdf" else "application/octet-stream"
    response = FileResponse(content, as_attachment=not shown, filename=upload.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_GET
def document(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The sealed PDF of a document that the case has issued."""
    view = case_queries.for_official(desk_actor(request), number)
    found = next((one for one in view.documents if one.code == code), None)
    if found is None:
        raise NotFound
    response = HttpResponse(documents.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_GET
def print_file(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about the case on one page, for paper."""
    actor = desk_actor(request)
    view = case_queries.for_official(actor, number, shown=None)
    if not view.may["print"]:
        raise NotFound
    return page(request, actor, "print.html", showing.context(view, actor))
