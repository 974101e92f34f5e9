"""The code that was sent to somebody, as their session remembers it until they type it."""

from django.http import HttpRequest

from panjereh.identity.errors import CodeIsWrong
from panjereh.identity.operations import codes
from panjereh.ui.jinja import language

KEY = "code"


def send(request: HttpRequest, to: str, *, by: str, purpose: str, known: bool = True) -> None:
    """Send one and remember it; a newer one voids the older."""
    request.session[KEY] = codes.send_code(to, by=by, purpose=purpose, language=language(), known=known)


def waits(request: HttpRequest, purpose: str) -> str:
    """Where the code went that is waited for; empty when none is."""
    state = request.session.get(KEY)
    return str(state["to"]) if state and state["purpose"] == purpose else ""


def check(request: HttpRequest, typed: str, *, purpose: str) -> str:
    """Where the code was sent to, once. Raises CodeIsWrong."""
    state = request.session.get(KEY)
    try:
        to = codes.check_code(state, typed, purpose=purpose)
    except CodeIsWrong as wrong:
        if wrong.params["over"]:
            request.session.pop(KEY, None)
        request.session.modified = True  # the tries are counted in it
        raise
    del request.session[KEY]
    return to
