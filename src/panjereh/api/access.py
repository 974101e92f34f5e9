"""Who is let in, how much and how often: access tokens (RFC 6750), scopes, and limits of each request."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from panjereh.api.errors import NotByTls, NotJson, ScopeIsMissing, TooLarge
from panjereh.identity import operations as identity
from panjereh.identity.operations.clients import Program
from panjereh.identity.software import Scope
from panjereh.kernel.actor import Actor
from panjereh.ui.http import address_of, count_or_refuse

A_MINUTE = 600  # requests of one program
STRANGERS = 60  # requests a minute from one address whose token is worth nothing
LARGEST = 2 * 2**20  # bytes of a request


class Bearer(HttpBearer):
    """An access token of a program that is registered and not shut out; with the scope that an operation needs."""

    openapi_description = "An access token from /api/v1/token, good for ten minutes."

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Program | None:
        found = identity.program(token)
        if found is None:
            count_or_refuse(f"api-strangers:{address_of(request)}", STRANGERS, 60)
            return None
        count_or_refuse(f"api:{found.client}", A_MINUTE, 60)
        if self.scope is not None and self.scope not in found.scopes:
            said = _("The access token lacks the scope “%(scope)s”.") % {"scope": self.scope}
            raise ScopeIsMissing(said, scope=self.scope)
        return found


def within_limits(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What is too large, or no JSON, is refused before anything reads it."""

    @wraps(run)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from panjereh.api.v1 import api

        try:
            _within_limits(request)
        except (NotByTls, TooLarge, NotJson) as error:
            return api.on_exception(request, error)
        return run(request, *args, **kwargs)

    return limited


def _within_limits(request: HttpRequest) -> None:
    if settings.PRODUCTION and not request.is_secure():
        raise NotByTls(_("Use https. A secret that was sent without it is known to others: have it changed."))
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        raise TooLarge(_("Send at most two megabytes at once, and the rest in further requests."))
    is_form = request.path_info.endswith("/token") and request.content_type == "application/x-www-form-urlencoded"
    if int(length) and not is_form and request.content_type != "application/json":
        raise NotJson(_("The body must be of the type application/json."))


def actor(request: HttpRequest) -> Actor:
    """As whom the program acts."""
    program: Program = request.auth  # type: ignore[attr-defined]  # whoever gets here was let in
    return program.actor
