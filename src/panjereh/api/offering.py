"""How an operation is offered: one way to say its address, what it needs, and that it happens once."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_noop
from ninja import Router

from panjereh.api.access import Bearer
from panjereh.api.keeping import HEADER, kept
from panjereh.identity.software import Scope

KEY = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": gettext_noop("a new random value for each thing to be done"),
    "schema": {"type": "string"},
}


def offer(
    router: Router, method: str, path: str, *, scope: Scope, summary: str, name: str, response: Any
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Offer a function at an address. What is not asked by GET is done once for each idempotency key."""
    changes = method != "GET"
    extra: dict[str, Any] = {"x-scope": scope.value, **({"parameters": [KEY]} if changes else {})}
    register = router.api_operation(
        [method], path, auth=Bearer(scope), response=response, summary=summary, url_name=name, openapi_extra=extra
    )

    def decorate(act: Callable[..., Any]) -> Callable[..., Any]:
        register(kept(act) if changes else act)
        return act

    return decorate
