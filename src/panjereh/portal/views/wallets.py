"""OpenID for Verifiable Credential Issuance 1.0: the addresses that wallets call, each agency an issuer of its own."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from panjereh.documents import operations as sealing
from panjereh.documents import queries as documents
from panjereh.documents.errors import WalletRefused
from panjereh.kernel.errors import NotFound
from panjereh.ui.http import TooOften, address_of, count_or_refuse

BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{20,200})", re.IGNORECASE)
LARGEST = 20_000
"""Bytes of a request. A proof has some hundred."""

View = Callable[..., HttpResponse]


def public(view: Callable[..., dict[str, Any]]) -> View:
    """What anybody may read, also a wallet in a browser of another site."""

    @require_safe
    @wraps(view)
    def answer(_request: HttpRequest, **named: str) -> HttpResponse:
        try:
            response = JsonResponse(view(**named), json_dumps_params={"ensure_ascii": False})
        except NotFound:
            return _error("not_found", "there is no such issuer or type", 404)
        response["Cache-Control"] = "public, max-age=300"
        return response

    return answer


def called_by_wallets(times: int) -> Callable[[View], View]:
    """A POST without cookies, at most `times` in ten minutes from one address, answered in JSON and never kept."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_POST
        @wraps(view)
        def answer(request: HttpRequest, **named: str) -> HttpResponse:
            try:
                count_or_refuse(f"wallets-{view.__name__}:{address_of(request)}", times, 600)
                response = view(request, **named)
            except WalletRefused as refused:
                response = _refused(refused)
            except TooOften:
                response = _error("slow_down", "too many requests from this address", 429)
            response["Cache-Control"] = "no-store"
            return response

        return answer

    return decorate


@public
def issuer(agency: str) -> dict[str, Any]:
    return documents.issuer_metadata(agency)


@public
def server(agency: str) -> dict[str, Any]:
    return documents.server_metadata(agency)


@public
def keys(agency: str) -> dict[str, Any]:
    return documents.key_metadata(agency)


@public
def credential_type(service_id: str, result: str) -> dict[str, Any]:
    return documents.type_metadata(service_id, result)


@called_by_wallets(60)
def token(request: HttpRequest, agency: str) -> HttpResponse:
    """A code and its PIN become an access token."""
    sent = request.POST
    if any(len(sent.getlist(name)) > 1 for name in sent):
        raise WalletRefused(error="invalid_request", description="a parameter stands there twice")
    answer = sealing.redeem_offer(
        agency,
        grant=sent.get("grant_type", ""),
        code=sent.get("pre-authorized_code", ""),
        pin=sent.get("tx_code"),
    )
    return JsonResponse(answer)


@called_by_wallets(200)
def nonce(_request: HttpRequest, agency: str) -> HttpResponse:  # noqa: ARG001  one for all issuers
    return JsonResponse({"c_nonce": documents.nonce()})


@called_by_wallets(60)
def credential(request: HttpRequest, agency: str) -> HttpResponse:
    """An access token and a proof of the wallet's key become a credential."""
    bearer = BEARER.fullmatch(request.headers.get("Authorization", ""))
    if bearer is None:
        raise WalletRefused(error="invalid_token", description="the access token is missing")
    made = sealing.give_to_wallet(agency, bearer[1], _json(request))
    return JsonResponse({"credentials": [{"credential": made}]})


def _json(request: HttpRequest) -> Any:
    if request.content_type != "application/json" or len(request.body) > LARGEST:
        raise WalletRefused(error="invalid_credential_request", description="send a small application/json")
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise WalletRefused(error="invalid_credential_request", description="not JSON") from error


def _refused(refused: WalletRefused) -> HttpResponse:
    error, description = str(refused.params["error"]), str(refused.params["description"])
    response = _error(error, description, 401 if error == "invalid_token" else 400)
    if error == "invalid_token":
        response["WWW-Authenticate"] = f'Bearer error="{error}", error_description="{description}"'
    return response


def _error(error: str, description: str, status: int) -> HttpResponse:
    return JsonResponse({"error": error, "error_description": description}, status=status)
