"""Idempotency keys: the same request again gets the same answer, and nothing happens twice.

As draft-ietf-httpapi-idempotency-key-header describes it. The answer is written in the transaction of the act itself: a
process that is killed leaves both or neither. Whoever asks with the same key at the same moment waits for the first.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from panjereh.api.errors import KeyIsMissing, KeyIsReused
from panjereh.api.models import KeptAnswer
from panjereh.kernel import clock
from panjereh.storage import insert

KEPT = timedelta(days=7)
LONGEST = 200
HEADER = "Idempotency-Key"


def kept(act: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The operation is done once for each key of a program; its answer is kept for KEPT."""

    @wraps(act)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request)
        fingerprint = _digest(f"{request.method} {request.get_full_path()}\n".encode() + request.body)
        client = request.auth.client  # type: ignore[attr-defined]  # whoever gets here was let in
        with transaction.atomic():
            row = KeptAnswer(client=client, key=key, fingerprint=fingerprint, at=clock.now())
            insert([row], ignore_conflicts=True)
            stands = KeptAnswer.objects.select_for_update().get(client=client, key=key)
            if stands.fingerprint != fingerprint:
                raise KeyIsReused(_("This Idempotency-Key came before with another request. Make a new one."))
            if stands.status:
                return _answer(stands, again=True)
            response = act(request, *args, **kwargs)
            stands.status, stands.body = response.status_code, response.content.decode()
            stands.save(update_fields=["status", "body"])
            return response

    return answered


def forget() -> None:
    """Answers that nobody needs to ask for any more."""
    KeptAnswer.objects.filter(at__lt=clock.now() - KEPT).delete()


def _key(request: HttpRequest) -> str:
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not 0 < len(key) <= LONGEST:
        raise KeyIsMissing(
            _("Send a header Idempotency-Key with a new random value, such as a UUID, for each thing to be done.")
        )
    return _digest(key.encode())


def _answer(stands: KeptAnswer, *, again: bool) -> HttpResponse:
    response = HttpResponse(stands.body, status=stands.status, content_type="application/json; charset=utf-8")
    if again:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
