"""The transparency log for everybody: its page, its files, the key, and the script that checks a proof."""

import hashlib
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from panjereh import audit, cases
from panjereh.audit import policy_file, queries, store, witness
from panjereh.audit.memory import DatabaseMemory
from panjereh.audit.tiles import Tile
from panjereh.cases import queries as case_queries
from panjereh.documents import queries as documents
from panjereh.portal import mine
from panjereh.signing import queries as signing
from panjereh.ui.http import address_of, count_or_refuse, signed_in_actor

FOREVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=5"
TEXT = "text/plain; charset=utf-8"
SCRIPT = Path(audit.__path__[0]) / "check_proof.py"
SIGNATURE_SCRIPT = Path(cases.__path__[0]) / "check_signature.py"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "portal/log.html",
        {
            "checkpoint": queries.latest_checkpoint(),
            "witnesses": queries.witnesses(),
            "disputed": queries.is_disputed(),
            "key": signing.log_key().vkey,
            "address": queries.address(),
        },
    )


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """C2SP tlog-tiles: the newest signed word of the log."""
    newest = queries.latest_checkpoint()
    if newest is None:
        raise Http404
    return _file(queries.published(newest), TEXT, FOR_A_MOMENT)


@require_safe
def tile(_request: HttpRequest, path: str) -> HttpResponse:
    """C2SP tlog-tiles: a tile of hashes, or a bundle of entries."""
    wanted = Tile.parse(f"tile/{path}")
    content = store.resource(wanted) if wanted else None
    if content is None:
        raise Http404
    return _file(content, "application/octet-stream", FOREVER)


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """The log's key, as C2SP signed-note writes it."""
    return _file(f"{signing.log_key().vkey}\n", TEXT, FOR_A_MOMENT)


@csrf_exempt
@require_POST
def add_checkpoint(request: HttpRequest) -> HttpResponse:
    """C2SP tlog-witness: another log asks this installation to sign its newest checkpoint. Off unless it is named."""
    logs = policy_file.current().logs
    if not logs:
        raise Http404
    count_or_refuse(f"witness:{address_of(request)}", 120, 60)
    body = request.read(witness.LARGEST + 1)
    answer = witness.add_checkpoint(body, logs=logs, memory=DatabaseMemory(), signer=signing.witness_signer())
    return HttpResponse(answer.text, status=answer.status, content_type=answer.type)


@require_safe
def witnessed(_request: HttpRequest, origin: str) -> HttpResponse:
    """C2SP tlog-witness: the newest checkpoint that we signed of a log, by the SHA-256 of its name."""
    names = [name for name in policy_file.current().logs if hashlib.sha256(name.encode()).hexdigest() == origin]
    seen = DatabaseMemory().seen(names[0]) if names else None
    if seen is None or not seen.note:
        raise Http404
    return _file(seen.note, TEXT, FOR_A_MOMENT)


@require_safe
def witness_key(_request: HttpRequest) -> HttpResponse:
    """The key of this installation as a witness, if it is one."""
    if not policy_file.current().logs:
        raise Http404
    return _file(f"{signing.witness_key().vkey}\n", TEXT, FOR_A_MOMENT)


@require_safe
def script(_request: HttpRequest) -> HttpResponse:
    """The one file with which anybody checks a proof."""
    answer = _file(SCRIPT.read_bytes(), "text/x-python; charset=utf-8", FOR_A_MOMENT)
    answer["Content-Disposition"] = 'attachment; filename="check_proof.py"'
    return answer


@require_safe
def proof_of_document(request: HttpRequest, code: str) -> HttpResponse:
    """For its owner."""
    found = mine.certificate_of(signed_in_actor(request), code)
    return _proof(documents.proof(found), found.code)


@require_safe
def proof_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """For everybody who holds the code."""
    count_or_refuse(f"certificates:{address_of(request)}", 120, 600)
    found = documents.by_code(code)
    return _proof(documents.proof(found), found.code)


@require_safe
def proof_of_case(request: HttpRequest, number: str) -> HttpResponse:
    return _proof(case_queries.proof(signed_in_actor(request), number), number)


@require_safe
def signature(request: HttpRequest, number: str) -> HttpResponse:
    """What the person signed with their passkey, to be checked by anybody."""
    answer = JsonResponse(
        case_queries.signature(signed_in_actor(request), number), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="signature-{number}.json"'
    return answer


@require_safe
def signature_script(_request: HttpRequest) -> HttpResponse:
    """The one file with which anybody checks a signature."""
    answer = _file(SIGNATURE_SCRIPT.read_bytes(), "text/x-python; charset=utf-8", FOR_A_MOMENT)
    answer["Content-Disposition"] = 'attachment; filename="check_signature.py"'
    return answer


def _proof(proof: dict[str, Any], name: str) -> HttpResponse:
    answer = JsonResponse(proof, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="proof-{name}.json"'
    return answer


def _file(content: str | bytes, type_: str, caching: str) -> HttpResponse:
    return HttpResponse(content, content_type=type_, headers={"Cache-Control": caching})
