"""The web entry point, served by Granian."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from panjereh.config import collector, env

Application = Callable[..., Iterable[bytes]]


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


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.demo")
application = wrap_wsgi_with_proxy_headers(in_utf8(get_wsgi_application()), env.proxies())
collector.ease()
