"""Access tokens for programs: OAuth 2.0 client credentials (RFC 6749, 4.4), answered and refused in its words."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_noop
from ninja import Router

from panjereh.api.schemas import Token
from panjereh.identity import operations as identity
from panjereh.identity.errors import ClientRefused
from panjereh.ui.http import address_of, count_or_refuse

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TRIES = 30  # a minute from one address
router = Router()

FORM = {
    "type": "object",
    "required": ["grant_type"],
    "properties": {
        "grant_type": {
            "type": "string",
            "enum": ["client_credentials"],
            "description": gettext_noop("always this word"),
        },
        "client_id": {"type": "string", "description": gettext_noop("number of the program; or both by HTTP Basic")},
        "client_secret": {"type": "string", "description": gettext_noop("what the operator was shown")},
        "client_assertion_type": {
            "type": "string",
            "enum": [ASSERTION],
            "description": gettext_noop("with a signed assertion, instead of the secret"),
        },
        "client_assertion": {"type": "string", "description": gettext_noop("a JWT signed with the key of the program")},
        "scope": {"type": "string", "description": gettext_noop("words with spaces between; all if it is left out")},
    },
}


@router.post(
    "/token",
    auth=None,
    response=Token,
    url_name="token",
    summary=gettext_noop("Get an access token"),
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": FORM}}}
    },
)
def token(request: HttpRequest) -> HttpResponse:
    """An access token for ten minutes, by client secret or by an assertion that the program signs (RFC 7523)."""
    count_or_refuse(f"api-token:{address_of(request)}", TRIES, 60)
    try:
        answer: HttpResponse = JsonResponse(_granted(request))
    except ClientRefused as refused:
        answer = _refused(str(refused.params["error"]))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _granted(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    if any(len(sent.getlist(name)) > 1 for name in sent):
        raise ClientRefused(error="invalid_request")
    if sent.get("grant_type") != "client_credentials":
        raise ClientRefused(error="unsupported_grant_type" if sent.get("grant_type") else "invalid_request")
    scope = sent.get("scope", "")
    if "client_assertion" in sent:
        if sent.get("client_assertion_type") != ASSERTION or "client_secret" in sent:
            raise ClientRefused(error="invalid_request")
        return identity.token_by_assertion(sent["client_assertion"], audiences=audiences(), scope=scope)
    client_id, secret = _credentials(request)
    return identity.token_by_secret(client_id, secret, scope)


def audiences() -> set[str]:
    """The addresses by which an assertion means us."""
    return {settings.PUBLIC_ADDRESS, settings.PUBLIC_ADDRESS + reverse("api:token")}


def _credentials(request: HttpRequest) -> tuple[str, str]:
    """By HTTP Basic (RFC 6749, 2.3.1) or in the body, never by both."""
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    if "client_secret" in request.POST:
        raise ClientRefused(error="invalid_request")
    try:
        client_id, _colon, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise ClientRefused(error="invalid_client") from error
    return unquote_plus(client_id), unquote_plus(secret)


def _refused(error: str) -> HttpResponse:
    """RFC 6749, 5.2."""
    answer = JsonResponse({"error": error}, status=401 if error == "invalid_client" else 400)
    if error == "invalid_client":
        answer.headers["WWW-Authenticate"] = 'Basic realm="panjereh", charset="UTF-8"'
    return answer
