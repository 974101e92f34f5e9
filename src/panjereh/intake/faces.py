"""The two faces that show the same screens: people in the portal, officials at the desk for a visitor."""

from typing import Any

from django.http import HttpRequest

from panjereh.kernel.actor import Actor
from panjereh.ui.addresses import url
from panjereh.ui.http import desk_actor, signed_in_actor

PORTAL, DESK = "portal", "desk"


def actor_of(request: HttpRequest, face: str) -> Actor:
    return desk_actor(request) if face == DESK else signed_in_actor(request)


def address(face: str, name: str, **kwargs: Any) -> str:
    """Of one of these screens, as this face has it."""
    return url(f"{'assist' if face == DESK else 'intake'}:{name}", **kwargs)


def leave_to(face: str) -> str:
    return url("desk:home" if face == DESK else "portal:my")
