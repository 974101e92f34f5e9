"""What every answer carries, and what becomes of the errors that a page meets."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from panjereh.identity.adapters import sessions
from panjereh.identity.errors import ProveAgain, SignInIsTooWeak
from panjereh.kernel.errors import PanjerehError
from panjereh.ui import errors, http, problems
from panjereh.ui.jinja import UNPRINTABLE, printable

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()" for feature in ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")
)

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),  # where Django's own middleware did not come
    ("Referrer-Policy", "same-origin"),
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Frame-Options", "DENY"),  # for browsers that don't know frame-ancestors
    ("Permissions-Policy", PERMISSIONS_POLICY),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

READY = [(name.lower(), (name, value)) for name, value in HEADERS]

Answer = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """Nothing from elsewhere, no script or style in the page, no device, and no copy of personal pages kept.

    Stands before all others, so that their refusals carry the headers, too.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_told = request.method in ("GET", "POST") or problems.is_for_programs(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and is_told:
            response = errors.method_not_allowed(request, response)
        kept = response.headers._store  # plain ASCII needs none of Django's questions
        for key, header in READY:
            kept.setdefault(key, header)
        response.headers.setdefault("Cache-Control", "no-store" if is_personal(request) else "no-cache, private")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An error of the house becomes a page in the reader's words. Anything else is a fault of ours: 500."""
        if isinstance(exception, http.SignInFirst):
            return http.sign_in_page(request)
        if isinstance(exception, SignInIsTooWeak):
            return http.prove_page(request, exception.params["wanted"])
        if isinstance(exception, ProveAgain):
            return http.prove_page(request)
        if isinstance(exception, PanjerehError):
            return errors.page_for(request, exception)
        return None


class Language:
    """The language of a page stands in its address: as the first part, or it is the main one.

    Django's own would also read cookies and headers, and then forget what it found: here the address alone decides.
    Programs have one address for all languages, and say in a header which one they want (RFC 9110, 12.5.4).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if problems.is_for_programs(request):
            language = problems.language(request)
        else:
            language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignedIn:
    """Who is signed in stands at the request, looked up when the page first asks."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(sessions.account_of, request))  # type: ignore[assignment]  # acts as one
        return self.get_response(request)


class OnlyText:
    """Takes signs that stand in no text (NUL and its like) out of whatever a request brings. No database keeps them."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {printable(name): printable(value) for name, value in request.COOKIES.items()}
        if request.META.get("QUERY_STRING"):
            request.GET = only_text(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        if request.method == "POST":
            with suppress(UnreadablePostError):  # whoever sent it has gone: nobody reads an answer
                request.POST = only_text(request.POST)


def only_text(sent: QueryDict) -> Any:
    """The same boxes, without the signs that no page may hold. Usually that is the same object."""
    if not any(UNPRINTABLE.search(text) for name, values in sent.lists() for text in (name, *values)):
        return sent
    cleaned = QueryDict(mutable=True)
    for name, values in sent.lists():
        cleaned.setlist(printable(name), [printable(value) for value in values])
    cleaned._mutable = False
    return cleaned


def is_personal(request: HttpRequest) -> bool:
    """Somebody is signed in, or has begun something that the session remembers, or sent a form."""
    session = getattr(request, "session", None)
    return request.method == "POST" or (session is not None and not session.is_empty())
