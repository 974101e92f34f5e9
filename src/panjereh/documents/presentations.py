"""Judging what a wallet shows: an SD-JWT VC of ours with what its holder chose to disclose, and the holder's proof."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from panjereh.documents import jose, sdjwt
from panjereh.documents.checking import PublicField, State, Verdict, of_certificate
from panjereh.documents.credentials import FORMAT, issuer_of, type_of
from panjereh.documents.errors import BadPresentation
from panjereh.documents.models import Certificate, StatusPlace, WalletCopy
from panjereh.documents.sdjwt import Malformed, Parts
from panjereh.documents.status import SIZE, address
from panjereh.kernel import clock
from panjereh.signing import queries as seals
from panjereh.signing.keys import Seal

KEY_BINDING = "kb+jwt"
OLDEST = timedelta(minutes=5)
"""Of a holder's proof that was asked for."""
SKEW = timedelta(minutes=2)
STATES: dict[str, State] = {"not_a_credential": "unreadable", "unknown_key": "foreign"}


def looks_like_one(text: str) -> bool:
    """A token, and what it hides, separated by ~."""
    head = text.strip().partition("~")[0]
    return "~" in text and head.count(".") == 2


def check(text: str, *, audience: str | None = None, nonce: str | None = None) -> Verdict:
    """What is true of a credential or presentation.

    audience, nonce: what the holder was asked to sign; without them the holder's proof is checked as far as it goes
    """
    try:
        copy, parts, payload, fields = _read(text)
        proof = _holder_proof(parts, payload, audience, nonce)
    except BadPresentation as bad:
        reason = str(bad.params["reason"])
        return Verdict(STATES.get(reason, "altered"), (reason,), seen="presentation")
    verdict = replace(of_certificate(copy.certificate), fields=_labelled(copy.certificate, fields), seen="presentation")
    if verdict.state == "valid" and copy.ended_at is not None:
        verdict = replace(verdict, state="revoked", changed_at=copy.ended_at, reasons=(*verdict.reasons, "copy_ended"))
    if verdict.state == "valid" and payload["exp"] <= clock.now().timestamp():
        verdict = replace(verdict, state="expired", reasons=(*verdict.reasons, "copy_expired"))
    return replace(verdict, reasons=(*verdict.reasons, *proof))


def _read(text: str) -> tuple[WalletCopy, Parts, dict[str, Any], dict[str, Any]]:
    """The copy of ours that it is, its parts, the issuer's claims, and what is disclosed. Raises BadPresentation."""
    try:
        parts = sdjwt.split(text.strip())
        token = jose.read(parts.issuer, FORMAT)
    except Malformed as error:
        raise BadPresentation(reason="not_a_credential") from error
    seal = _seal_of(token.header.get("kid"))
    if not token.is_signed_by(seal.public_jwk):
        raise BadPresentation(reason="signature_wrong")
    copy = _copy_of(token.claims, seal)
    try:
        fields = sdjwt.disclosed(parts, token.claims)
        holder = jose.public_key(token.claims.get("cnf", {}).get("jwk"))
    except (AttributeError, Malformed) as error:
        raise BadPresentation(reason="disclosure_wrong") from error
    issued = {name: copy.certificate.data.get(name) for name in copy.fields}
    if holder.thumbprint() != copy.holder or not fields.items() <= issued.items():
        raise BadPresentation(reason="not_our_record")
    return copy, parts, token.claims, fields


def _seal_of(kid: object) -> Seal:
    seal = seals.find_seal(kid) if isinstance(kid, str) else None
    if seal is None:
        raise BadPresentation(reason="unknown_key")
    return seal


def _copy_of(claims: dict[str, Any], seal: Seal) -> WalletCopy:
    """The copy whose place in the status lists the credential names."""
    match claims:
        case {"iss": iss, "vct": vct, "exp": int(), "status": {"status_list": {"idx": int(index), "uri": str(uri)}}}:
            number = uri.rpartition("/")[2]
            if iss != issuer_of(seal.agency) or not number.isdecimal():
                raise BadPresentation(reason="other_agency")
            place = StatusPlace.objects.filter(pk=int(number) * SIZE + index, agency=seal.agency).first()
            copies = WalletCopy.objects.select_related("certificate", "certificate__status_change", "end")
            copy = copies.filter(pk=place.copy).first() if place and place.copy else None
            if copy and vct == type_of(copy.certificate.kind) and uri == address(seal.agency, place.pk if place else 0):
                return copy
    raise BadPresentation(reason="sealed_but_not_recorded")


def _holder_proof(parts: Parts, claims: dict[str, Any], audience: str | None, nonce: str | None) -> tuple[str, ...]:
    """Whether its holder shows it (RFC 9901, section 7.3): reasons to tell, or BadPresentation."""
    if not parts.holder:
        if nonce is not None:
            raise BadPresentation(reason="no_holder_proof")
        return ("no_holder_proof",)
    try:
        proof = jose.read(parts.holder, KEY_BINDING)
        key = jose.public_key(claims.get("cnf", {}).get("jwk"))
    except Malformed as error:
        raise BadPresentation(reason="holder_wrong") from error
    if not proof.is_signed_by(key):
        raise BadPresentation(reason="holder_wrong")
    if proof.claims.get("sd_hash") != sdjwt.digest(parts.shown):
        raise BadPresentation(reason="disclosures_changed")
    made = proof.claims.get("iat")
    if type(made) is not int or made > (clock.now() + SKEW).timestamp():
        raise BadPresentation(reason="proof_not_now")
    if nonce is None:
        return ("proof_not_asked",)
    if proof.claims.get("aud") != audience:
        raise BadPresentation(reason="other_verifier")
    if proof.claims.get("nonce") != nonce:
        raise BadPresentation(reason="other_question")
    if datetime.fromtimestamp(made, UTC) < clock.now() - OLDEST:
        raise BadPresentation(reason="proof_not_now")
    return ("holder_proven",)


def _labelled(certificate: Certificate, fields: dict[str, Any]) -> tuple[PublicField, ...]:
    return tuple(PublicField(name, certificate.labels.get(name, {}), value) for name, value in fields.items())
