"""Forms that nobody else can send in somebody's name: Django's tokens, drawn and masked in one go.

Django draws each of the 32 signs of a mask for itself and sends the cookie again with every form: measured, a twelfth
of a page with a question.
"""

import os
import string
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare
from markupsafe import Markup

SIGNS = (string.ascii_letters + string.digits).encode()  # those of Django's tokens
NUMBERS = bytes.maketrans(SIGNS, bytes(range(len(SIGNS))))
FAIR = 256 - 256 % len(SIGNS)  # bytes from here on would make the first signs more frequent
DRAWN = bytes(number % len(SIGNS) for number in range(256))
UNFAIR = bytes(range(FAIR, 256))
TWICE = SIGNS * 2


class FormTokens(CsrfViewMiddleware):
    """As Django's, but what the browser holds already is not sent to it again."""

    def _check_token(self, request: HttpRequest) -> None:
        """The token of a form is compared in one go; what doesn't match is Django's to judge, and to say why."""
        secret = request.META.get("CSRF_COOKIE", "")
        token = request.POST.get("csrfmiddlewaretoken", "") if secret == self._held_by(request) else ""
        if not (len(token) == 2 * len(secret) > 0 and constant_time_compare(unmasked(token), secret)):
            super()._check_token(request)  # type: ignore[misc]  # its stubs leave it out

    @staticmethod
    def _held_by(request: HttpRequest) -> str:
        """The secret as the browser brings it."""
        return request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")

    def _set_csrf_cookie(self, request: HttpRequest, response: Any) -> None:
        if self._held_by(request) == request.META["CSRF_COOKIE"]:
            patch_vary_headers(response, ("Cookie",))
        else:
            super()._set_csrf_cookie(request, response)  # type: ignore[misc]  # its stubs leave it out


class Hidden:
    """The hidden box of a form. A page without a form makes no token, and its reader gets no cookie."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._made: Markup | None = None

    def __html__(self) -> Markup:
        if self._made is None:
            token = token_for(self._request)
            self._made = Markup(f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">')  # noqa: S704 - letters and digits
        return self._made

    def __str__(self) -> str:
        return self.__html__()


def token_for(request: HttpRequest) -> str:
    """The secret of the browser behind a mask that is new each time, so that no compressed page gives it away."""
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return masked(secret)


def masked(secret: str) -> str:
    """A mask and, after it, the secret shifted by it, sign for sign."""
    numbers = secret.encode().translate(NUMBERS)
    mask = _drawn(len(numbers))
    shifted = bytes([TWICE[number + shift] for number, shift in zip(numbers, mask, strict=True)])
    return bytes([SIGNS[shift] for shift in mask]).decode() + shifted.decode()


def unmasked(token: str) -> str:
    """The secret behind the mask; nothing behind what is no token."""
    if not (token.isascii() and token.isalnum()):
        return ""
    numbers = token.encode().translate(NUMBERS)
    half = len(numbers) // 2
    return bytes([SIGNS[shift - number] for number, shift in zip(numbers, numbers[half:], strict=False)]).decode()


def _drawn(number: int) -> bytes:
    """So many numbers below 62, each as likely as the others."""
    found = b""
    while len(found) < number:
        found += os.urandom(number + 16).translate(DRAWN, UNFAIR)
    return found[:number]
