"""Checking certificates without a network: the page that stays in the browser, its worker, and the signed lists."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from panjereh.documents import queries as documents
from panjereh.ui.addresses import url
from panjereh.ui.jinja import language, static

SCRIPTS = [f"portal/check/{name}.js" for name in ("cbor", "token", "trust", "verdict", "showing", "page")]
WORKER = Path(__file__).parents[1] / "static" / "portal" / "check" / "worker.js"
STAYS = ["ui/panjereh.css", "ui/lattice.svg", "ui/mark.svg", *SCRIPTS]
FONT = "ui/fonts/vazirmatn-fa.woff2"


def for_scripts() -> dict[str, object]:
    """What a page with the checking scripts says to them."""
    return {"scripts": SCRIPTS, "list_key": json.dumps(documents.key_of_keys()), "workers": json.dumps(_workers())}


def with_camera(response: HttpResponse) -> HttpResponse:
    """The one kind of page that may ask for the camera."""
    policy = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
    response["Permissions-Policy"] = policy
    return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page as the browser keeps it: it names nobody and sends nothing."""
    response = with_camera(render(request, "portal/check_offline.html", for_scripts()))
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker of this language, with the names of what it keeps. It changes when any of that does."""
    files = [url("portal:check_offline"), *(static(path) for path in _files())]
    content = render_to_string("portal/check_offline.html", for_scripts(), request=request)
    version = hashlib.sha256("\n".join([content, *files]).encode()).hexdigest()[:16]
    suffix = f"-{language()}"
    given = {"VERSION": version + suffix, "LANGUAGE": suffix, "FILES": files}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    response = HttpResponse(head + WORKER.read_text(encoding="utf-8"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """So that a phone can keep the page among its programs (W3C Web Application Manifest)."""
    content = {
        "name": _("Is this certificate genuine?"),
        "short_name": _("Check"),
        "lang": language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": url("portal:check"),
        "scope": url("portal:check"),
        "display": "standalone",
        "background_color": "#faf7f1",
        "theme_color": "#073b3e",
        "icons": [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return _public(json.dumps(content, ensure_ascii=False), "application/manifest+json")


@require_safe
def keys(_request: HttpRequest) -> HttpResponse:
    """The keys of all agencies, signed: documents/keylist.py."""
    return _public(documents.signed_keys(), "application/jwt")


@require_safe
def status_list(_request: HttpRequest, agency: str, number: int) -> HttpResponse:
    """Which certificates of an agency no longer hold (Token Status List)."""
    return _public(documents.status_list(agency, number), "application/statuslist+jwt")


def _public(content: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=60"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _files() -> list[str]:
    return [*STAYS, FONT] if language() == "fa" else STAYS


def _workers() -> dict[str, str]:
    """The part of the site that each worker keeps, to its address: one for each language."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[url("portal:check")] = url("portal:check_worker")
    return found
