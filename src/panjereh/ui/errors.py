"""Pages for what goes wrong. They say what happened and what to do next, and never show the machine."""

import sys
from functools import cache
from http import HTTPStatus
from pathlib import Path

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, PanjerehError, Unavailable
from panjereh.ui import problems
from panjereh.ui.http import TooOften

STATUS: dict[type[PanjerehError], HTTPStatus] = {
    TooOften: HTTPStatus.TOO_MANY_REQUESTS,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Kind of error → status. The first that fits counts, so the particular stands before the general."""


def page_for(request: HttpRequest, error: PanjerehError) -> HttpResponse:
    """The page that tells the person about `error`, with its own sentence if it brings one."""
    status = status_of(error)
    return page(request, status, str(error.message) if error.message else "")


def status_of(error: PanjerehError) -> HTTPStatus:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), HTTPStatus.BAD_REQUEST)


def page(request: HttpRequest, status: HTTPStatus, sentence: str = "") -> HttpResponse:
    """A page for people; for programs, which have addresses of their own, the same as a problem document."""
    if problems.is_for_programs(request):
        return problems.answer(status, detail=sentence)
    return render(request, "ui/error.html", {"status": int(status), "sentence": sentence}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    return page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    return page(request, HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django hands it over
    """The form was open too long, or cookies are off. Nothing was sent."""
    return render(request, "ui/form_expired.html", {"again": request.get_full_path()}, status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    return page(request, HTTPStatus.NOT_FOUND)


def method_not_allowed(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """Somebody opened the address of a button, for instance after signing in again."""
    answer = page(request, HTTPStatus.METHOD_NOT_ALLOWED)
    answer.headers["Allow"] = refusal.headers.get("Allow", "")
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """Made without templates, database or session: any of them may be what broke.

    A database that is busy or away is no fault of the program: then the page says to try again.
    """
    is_away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    if problems.is_for_programs(request):
        return problems.answer(status)
    language = "en" if request.path == "/en" or request.path.startswith("/en/") else translation.get_language() or "fa"
    answer = HttpResponse(_static_page(int(status), "en" if language == "en" else "fa"), status=status)
    if is_away:
        answer.headers["Retry-After"] = "30"
    return answer


@cache
def _static_page(status: int, language: str) -> str:
    return (Path(__file__).parent / "pages" / f"{status}.{language}.html").read_text(encoding="utf-8")
