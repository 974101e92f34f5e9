"""Signing what was answered with a passkey: the question to the browser, and what came back."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from panjereh.cases import operations as cases
from panjereh.cases.queries import DraftView
from panjereh.cases.signatures import Occasion, Signed, digest
from panjereh.identity import passkeys
from panjereh.identity import queries as identity
from panjereh.identity.errors import PasskeyRefused
from panjereh.identity.operations import passkeys as operations
from panjereh.kernel.actor import Actor
from panjereh.ui import passkeys as asking
from panjereh.ui.http import count_or_refuse, signed_in_account
from panjereh.ui.jinja import language


def has_passkey(request: HttpRequest) -> bool:
    return bool(identity.passkeys_of(signed_in_account(request)))


def question(request: HttpRequest, view: DraftView, actor: Actor) -> dict[str, Any]:
    """Options for the browser. The occasion waits in the session; the statement is made anew when the answer comes."""
    account = signed_in_account(request)
    count_or_refuse(f"sign:{account.pk}", 60, 600)
    occasion = Occasion.now(language())
    challenge = digest(cases.to_sign(view, actor=actor, occasion=occasion))
    asked = passkeys.ask(asking.relying_party(request), identity.passkeys_of(account), challenge=challenge)
    asked = replace(asked, state={**asked.state, "occasion": asdict(occasion)})
    return asking.put(request, asked, _purpose(view.draft.pk))


def signed(request: HttpRequest, draft_id: UUID) -> Signed:
    """The passkey's answer to the question about this draft. Raises PasskeyRefused."""
    return _answered(request, draft_id, lambda state: Occasion(**state["occasion"]))


def act_question(request: HttpRequest, number: str, act: str, actor: Actor, reason: str = "") -> dict[str, Any]:
    """Options for the browser of somebody who corrects, withdraws or objects."""
    account = signed_in_account(request)
    count_or_refuse(f"sign:{account.pk}", 60, 600)
    occasion = Occasion.now(language())
    challenge = digest(cases.act_to_sign(number, actor=actor, act=act, occasion=occasion, reason=reason))
    asked = passkeys.ask(asking.relying_party(request), identity.passkeys_of(account), challenge=challenge)
    asked = replace(asked, state={**asked.state, "occasion": asdict(occasion)})
    return asking.put(request, asked, _purpose(f"{act}:{number}"))


def signed_act(request: HttpRequest, number: str, act: str) -> Signed | None:
    """The passkey's answer, if the form brings one. Raises PasskeyRefused."""
    if "credential" not in request.POST:
        return None
    return _answered(request, f"{act}:{number}", lambda state: Occasion(**state["occasion"]))


def _answered(request: HttpRequest, what: UUID | str, occasion_of: Callable[[dict[str, Any]], Occasion]) -> Signed:
    state = asking.take(request, _purpose(what))
    if state is None:
        raise PasskeyRefused.because("nothing was asked")
    account, rp = signed_in_account(request), asking.relying_party(request)
    _account, proof = operations.use_passkey(rp, state, asking.answer(request), account=account)
    key = next(one for one in identity.passkeys_of(account) if one.credential_id == proof.credential_id)
    return Signed(occasion_of(state), proof, bytes(key.public_key))


def question_about(request: HttpRequest, signatory_id: UUID, challenge: bytes) -> dict[str, Any]:
    """Options for the browser of somebody who signs a document that others sign, too."""
    account = signed_in_account(request)
    count_or_refuse(f"sign:{account.pk}", 60, 600)
    asked = passkeys.ask(asking.relying_party(request), identity.passkeys_of(account), challenge=challenge)
    return asking.put(request, asked, _purpose(signatory_id))


def signed_document(request: HttpRequest, signatory_id: UUID) -> Signed:
    """The passkey's answer to the question about this document. Raises PasskeyRefused."""
    return _answered(request, signatory_id, lambda _state: Occasion.now(language()))


def _purpose(what: UUID | str) -> str:
    return f"sign:{what}"
