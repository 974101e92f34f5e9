"""What every answer carries, and what becomes of the errors that a page meets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from panjereh.kernel.errors import PanjerehError
from panjereh.ui import errors, http

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

Answer = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """Nothing from elsewhere, no script or style in the page, no device, and no copy of personal pages kept."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("X-Frame-Options", "DENY")  # for browsers that don't know frame-ancestors
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store" if is_personal(request) else "no-cache, private")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An error of the house becomes a page in the reader's words. Anything else is a fault of ours: 500."""
        if isinstance(exception, http.SignInFirst):
            return http.sign_in_page(request)
        if isinstance(exception, PanjerehError):
            return errors.page_for(request, exception)
        return None


def is_personal(request: HttpRequest) -> bool:
    """Somebody is signed in, or has begun something that the session remembers, or sent a form."""
    session = getattr(request, "session", None)
    return request.method == "POST" or (session is not None and not session.is_empty())
