"""One-time codes that prove an address or a telephone: made, sent as an effect, checked a few times and then void."""

import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from panjereh.identity.errors import CodeIsWrong
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.localisation import digits
from panjereh.outbox import operations as outbox

TRIES = 5

State = dict[str, Any]


@transaction.atomic
def send_code(to: str, *, by: str, purpose: str, language: str, known: bool = True) -> State:
    """Send a code to an address (`by` "email") or a number ("phone"). Returns what the browser's session remembers.

    purpose: what the code proves, so that none serves for anything else; known: False sends nothing but does the same
    """
    code = f"{secrets.randbelow(10**6):06}"
    until = clock.now().timestamp() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT
    payload = {"to": to, "by": by, "purpose": purpose, "code": code if known else "", "language": language}
    outbox.queue("identity.code", {**payload, "until": until}, key=f"identity.code:{new_id()}")
    digest = _digest(purpose, to, code if known else secrets.token_hex())
    return {"to": to, "by": by, "purpose": purpose, "digest": digest, "until": until, "tries": 0}


def check_code(state: State | None, typed: str, *, purpose: str) -> str:
    """Where the code was sent to, if it is the right one. Counts the try in `state`, which the caller keeps.

    Raises CodeIsWrong, with `over` when another code must be asked for.
    """
    if state is None or state["purpose"] != purpose or state["until"] < clock.now().timestamp():
        raise CodeIsWrong(_("That code holds no longer. Ask for a new one."), over=True)
    state["tries"] += 1
    if state["tries"] > TRIES:
        raise CodeIsWrong(_("There were too many attempts. Ask for a new code."), over=True)
    plain = "".join(sign for sign in digits.to_ascii(typed) if sign.isdigit())
    if not constant_time_compare(state["digest"], _digest(purpose, state["to"], plain)):
        raise CodeIsWrong(_("This isn’t the code that we sent. Check the newest message."), over=False)
    return str(state["to"])


def _digest(purpose: str, to: str, code: str) -> str:
    return salted_hmac("one-time code", f"{purpose}:{to}:{code}").hexdigest()
