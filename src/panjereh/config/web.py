"""What stands between the web server and our pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache import close_caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import DEFAULT_DB_ALIAS, close_old_connections, reset_queries
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from panjereh.storage.connections import connection_to

Application = Callable[..., Iterable[bytes]]

NEEDLESS = (
    (request_started, reset_queries),  # queries are not kept in this process
    (request_started, close_old_connections),  # the handler looks at the one connection of its thread
    (request_finished, close_old_connections),
    (request_finished, close_caches),  # ours have nothing to close
)


def in_utf8(application: Application) -> Application:
    """Everything that is sent to us counts as UTF-8, whatever it says of itself.

    Django would look for another encoding by its name before any middleware can answer, and some names make it fail.
    """

    def door(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind, *parameters = environ.get("CONTENT_TYPE", "").split(";")
        kept = [each for each in parameters if not each.strip().lower().startswith("charset")]
        environ["CONTENT_TYPE"] = ";".join([kind, *kept])
        return application(environ, start_response)

    return door


class Handler(WSGIHandler):
    """Django's, without what it does at each request for installations of other shapes (measured: a twentieth of it).

    When an answer has been sent nothing of its request is kept. A request knows its user and its messages, and they
    know it: without an end to that circle all that a page has read would lie in memory until the collector comes, and
    the next pages could not use what the processor has at hand.
    """

    def __init__(self) -> None:
        for signal, receiver in NEEDLESS:
            signal.disconnect(receiver)
        super().__init__()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        connection_to(DEFAULT_DB_ALIAS).close_if_unusable_or_obsolete()
        return super().__call__(environ, start_response)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        response = super().get_response(request)
        response._resource_closers.append(request.__dict__.clear)  # type: ignore[attr-defined]  # the last of them
        return response
