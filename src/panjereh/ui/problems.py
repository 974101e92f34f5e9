"""Problem documents for programs (RFC 9457): what pages of errors are for people."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PATH = "/api/"
TYPE = "application/problem+json"
AGAIN = {HTTPStatus.TOO_MANY_REQUESTS: "60", HTTPStatus.SERVICE_UNAVAILABLE: "30"}
"""Seconds after which the same request may succeed."""

TITLES: dict[HTTPStatus, Promise] = {
    HTTPStatus.BAD_REQUEST: _("The request can’t be read"),
    HTTPStatus.UNAUTHORIZED: _("Show a valid access token"),
    HTTPStatus.FORBIDDEN: _("This program may not do that"),
    HTTPStatus.NOT_FOUND: _("There is nothing at this address"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("This address has no such method"),
    HTTPStatus.CONFLICT: _("The thing is in another state than this needs"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("The request is too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("Send JSON"),
    HTTPStatus.UNPROCESSABLE_ENTITY: _("What was sent does not fit"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("The fault is ours"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Something we rely on does not answer"),
}


def is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith(PATH)


def language(request: HttpRequest) -> str:
    """The first language of Accept-Language that the installation has, or its main one."""
    asked = [part.partition(";") for part in request.headers.get("Accept-Language", "").lower().split(",")]
    ranked = sorted(asked, key=lambda part: -_quality(part[2]))
    known = {code for code, _name in settings.LANGUAGES}
    for name, _semicolon, weight in ranked:
        code = name.strip().partition("-")[0]
        if code in known and _quality(weight) > 0:
            return code
    return settings.LANGUAGE_CODE


def _quality(weight: str) -> float:
    try:
        return float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0


def answer(
    status: HTTPStatus,
    *,
    code: str = "about:blank",
    detail: str = "",
    errors: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    """A problem document in the caller's language.

    code: names the situation; the page for developers explains it. errors: {"pointer" (RFC 6901), "code", "detail"}
    """
    said: dict[str, Any] = {
        "type": code if code == "about:blank" else f"{settings.PUBLIC_ADDRESS}/developers/#{code}",
        "title": str(TITLES.get(status, status.phrase)),
        "status": int(status),
    }
    if detail:
        said["detail"] = detail
    if errors:
        said["errors"] = list(errors)
    response = HttpResponse(json.dumps(said, ensure_ascii=False), status=status, content_type=TYPE)
    response.headers["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response.headers["Cache-Control"] = "no-store"
    if status in AGAIN:
        response.headers["Retry-After"] = AGAIN[status]
    return response
