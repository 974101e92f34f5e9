"""What machines ask about the certificates of seals: authorities, lists of revoked ones, OCSP (RFC 5280, RFC 6960).

The addresses stand in the certificates, so they must stay good for decades.
"""

import base64
import binascii

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from panjereh.signing import queries as signing

LARGEST = 4096  # bytes of a request
HOUR = "public, max-age=3600"


@require_GET
def certificate(_request: HttpRequest, name: str) -> HttpResponse:
    return _given(signing.certificate_of(name), "application/pkix-cert")


@require_GET
def revocation_list(_request: HttpRequest, name: str) -> HttpResponse:
    return _given(signing.revocation_list(name), "application/pkix-crl")


@require_GET
def root(_request: HttpRequest) -> HttpResponse:
    """The certificate that others must trust, for people who download it."""
    return _given(signing.root_pem(), "application/x-pem-file")


@csrf_exempt  # machines ask, without a session; nothing is changed
@require_POST
def ocsp(request: HttpRequest) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return _answer(b"")
    return _answer(request.read(LARGEST))


@require_GET
def ocsp_by_get(_request: HttpRequest, asked: str) -> HttpResponse:
    """The request in base64 in the address, so that caches can answer (RFC 6960, A.1)."""
    try:
        return _answer(base64.b64decode(asked, validate=True))
    except (binascii.Error, ValueError):
        return _answer(b"")


def _answer(request: bytes) -> HttpResponse:
    return _given(signing.ocsp_answer(request), "application/ocsp-response")


def _given(content: bytes | None, kind: str) -> HttpResponse:
    if content is None:
        raise Http404
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": HOUR})


app_name = "pki"
urlpatterns = [
    path("root.pem", root, name="root"),
    path("<slug:name>.crt", certificate, name="certificate"),
    path("<slug:name>.crl", revocation_list, name="list"),
    path("ocsp", ocsp, name="ocsp"),
    path("ocsp/<path:asked>", ocsp_by_get, name="ocsp_by_get"),
]
