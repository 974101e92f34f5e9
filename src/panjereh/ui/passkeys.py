"""Asking a browser for a passkey: the question waits in the session, the answer comes in the form's `credential` box.

A page includes `ui/passkey.html`; `ui/static/ui/passkeys.js` does what only a script can.
"""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from panjereh.identity.passkeys import Asked, RelyingParty

KEY = "passkey"
LARGEST = 20_000  # signs of an answer; with the longest permitted credential it is under 8,000


def relying_party(request: HttpRequest) -> RelyingParty:
    """In production the address that the operator set, whatever the request says; else where the browser is."""
    public = RelyingParty.at(settings.PUBLIC_ADDRESS)
    if settings.PRODUCTION or public.origin.endswith(f"//{request.get_host()}"):
        return public
    return RelyingParty.at(request.build_absolute_uri("/"))


def put(request: HttpRequest, asked: Asked, purpose: str) -> dict[str, Any]:
    """Remember what was asked, and for what. Returns what the browser gets. A newer question voids an older one."""
    request.session[KEY] = {"for": purpose, "state": asked.state}
    return asked.options


def take(request: HttpRequest, purpose: str) -> dict[str, Any] | None:
    """What was asked for this purpose: once, so that an answer sent twice proves nothing."""
    kept = request.session.pop(KEY, None)
    if kept is None or kept["for"] != purpose:
        return None
    state: dict[str, Any] = kept["state"]
    return state


def answer(request: HttpRequest) -> dict[str, Any]:
    """What the browser sent, as far as it is an object at all; empty otherwise, which proves nothing."""
    text = request.POST.get("credential", "")
    try:
        sent = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}
