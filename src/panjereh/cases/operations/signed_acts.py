"""Corrections, withdrawals and objections are signed as the application was, where the service asks for that."""

from panjereh.cases import history, signatures
from panjereh.cases.access import find_own, service_of
from panjereh.cases.models import Case, Correction
from panjereh.cases.signatures import Occasion, Signed
from panjereh.definitions.screens import Answers
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound

CORRECT, WITHDRAW, APPEAL = "correct", "withdraw", "appeal"
ACTS = (CORRECT, WITHDRAW, APPEAL)


def act_to_sign(number: str, *, actor: Actor, act: str, occasion: Occasion, reason: str = "") -> str:
    """The statement that somebody is about to sign. Done unchanged, it is the one that is checked. Raises NotFound."""
    if act not in ACTS:
        raise NotFound
    case = find_own(actor, number)
    answers = _corrected(case) if act == CORRECT else case.answers
    return signatures.act_statement(
        case, service_of(case), act, occasion, actor.party, answers=answers, reason=reason.strip()
    )


def _corrected(case: Case) -> Answers:
    """The answers as they stand when what was mended is sent."""
    mended = Correction.objects.filter(case=case, answered_at=None).order_by("-asked_at", "-pk").first()
    if mended is None:
        raise NotFound
    return service_of(case).prune(mended.answers, case.facts)


def must_be_signed(
    case: Case, act: str, signed: Signed | None, *, actor: Actor, answers: Answers | None = None, reason: str = ""
) -> None:
    """Raises NotSigned where the service asks for a passkey and none has signed just this; else the signature is kept
    with the case. The caller holds the lock on the case and saves its new head."""
    service, text = service_of(case), ""
    if signed is not None:
        given = case.answers if answers is None else answers
        text = signatures.act_statement(case, service, act, signed.occasion, actor.party, answers=given, reason=reason)
    signatures.must_be_signed(service, text, signed, actor=actor)
    if signed is not None:
        kept = signatures.keep(case, text, signed, actor=actor, act=act)
        history.append(case, "signed", actor=actor, sha256=kept.sha256, with_="passkey", act=act)
