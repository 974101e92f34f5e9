"""The first version of the interface for programs: its operations, and how it says what is wrong."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from panjereh.api import bills, client, payments, token, words
from panjereh.api.access import Bearer, within_limits
from panjereh.api.errors import BillIsWrong, KeyIsReused, NotJson, ScopeIsMissing, TooLarge
from panjereh.kernel.errors import Invalid, PanjerehError
from panjereh.ui import errors, problems

DESCRIPTION = """For programs of agencies and billers. Register a program with the operator, fetch an access token,
send it with every request. Amounts are whole numbers of the currency's smallest unit; days and moments are ISO 8601.
Errors are problem documents (RFC 9457) in the language of Accept-Language."""

api = NinjaAPI(
    title="Panjereh",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Bearer(),
)
api.add_decorator(within_limits, mode="view")
api.add_router("", token.router, tags=["access"])
api.add_router("", client.router, tags=["access"])
api.add_router("", bills.router, tags=["bills"])
api.add_router("", payments.router, tags=["payments"])

STATUS: dict[type[PanjerehError], HTTPStatus] = {
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotJson: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    KeyIsReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    BillIsWrong: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Where programs expect another status than people's pages have."""


@api.exception_handler(PanjerehError)
def refused(_request: HttpRequest, error: PanjerehError) -> HttpResponse:
    status = STATUS.get(type(error)) or errors.status_of(error)
    pointer = error.params.get("pointer") if isinstance(error, Invalid) else None
    detail = str(error.message) if error.message else ""
    reason = error.params.get("reason", error.code)
    at = [{"pointer": pointer, "code": reason, "detail": detail}] if pointer else []
    answer = problems.answer(status, code=error.code, detail=detail, errors=at)
    if isinstance(error, ScopeIsMissing):
        scope = error.params["scope"]
        answer.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{scope}"'
    return answer


@api.exception_handler(ValidationError)
def misshapen(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is wrong where, as JSON pointers (RFC 6901) into what was sent."""
    found = [_problem(each) for each in error.errors[:100]]
    return problems.answer(HTTPStatus.UNPROCESSABLE_ENTITY, code="invalid", errors=found)


def _problem(error: dict[str, Any]) -> dict[str, Any]:
    where, *path = (str(part) for part in error["loc"])
    steps = path[1:] if where == "body" else path
    pointer = "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)
    return {"in": where, "pointer": pointer, "code": str(error["type"]), "detail": words.sentence(error)}


@api.exception_handler(AuthenticationError)
def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    answer = problems.answer(HTTPStatus.UNAUTHORIZED, code="invalid_token")
    answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer


@api.exception_handler(HttpError)
def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problems.answer(HTTPStatus(error.status_code), code="unreadable")


@api.exception_handler(Http404)
def nothing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problems.answer(HTTPStatus.NOT_FOUND)
