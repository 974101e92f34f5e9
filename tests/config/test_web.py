"""What stands between the web server and our pages: nothing of a request stays behind."""

import gc
import io
import weakref
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import connection

from panjereh.config import web

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler(settings: Any) -> Any:
    settings.ALLOWED_HOSTS = ["testserver"]
    yield web.Handler()
    for signal, receiver in web.NEEDLESS:
        signal.connect(receiver)


def asked(handler: Any, method: str, path: str) -> tuple[Any, list[Any]]:
    """The answer, and a weak hold on each request that it came from."""
    seen: list[Any] = []
    make = handler.request_class
    handler.request_class = lambda environ: _noted(make(environ), seen)
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    return handler(environ, lambda *_start: None), seen


def _noted(request: Any, seen: list[Any]) -> Any:
    seen.append(weakref.ref(request))
    return request


@pytest.mark.skipif(connection.vendor == "postgresql", reason="a request closes the connection that a test lives in")
def test_when_an_answer_is_closed_its_request_is_freed_without_the_collector(handler: Any):
    gc.disable()
    try:
        answer, seen = asked(handler, "GET", "/services/")
        assert answer.status_code == 200
        b"".join(answer)
        answer.close()
        del answer
        assert [each() for each in seen] == [None]
    finally:
        gc.enable()


def test_the_handler_hears_no_signal_that_only_other_installations_need(handler: Any):
    heard = [receiver for signal in (request_started, request_finished) for receiver in signal.receivers]

    names = {getattr(_held(each), "__name__", "") for each in heard}
    assert not names & {receiver.__name__ for _signal, receiver in web.NEEDLESS}


def _held(receiver: Any) -> Any:
    kept = receiver[1] if isinstance(receiver[1], weakref.ref) else receiver[2]
    return kept() if isinstance(kept, weakref.ref) else kept
