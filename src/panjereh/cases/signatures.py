"""Signatures of people: what is signed, that a passkey has signed just this, and what is needed to check it later.

The statement is what the person saw on the page where they checked their answers, in one canonical form (RFC 8785).
The passkey's challenge is its SHA-256 (W3C Web Authentication 3, 5.8.1), so the assertion commits to every answer.
The statement lies encrypted beside the case; its hash, the assertion and the key that checks it are kept as they came.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from fido2.utils import websafe_decode, websafe_encode

from panjereh.audit import chain
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotSigned
from panjereh.cases.models import Case, Draft, Signature
from panjereh.definitions import Service
from panjereh.definitions.screens import Answers, Facts
from panjereh.identity import passkeys
from panjereh.identity.passkeys import Assertion
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor

TYPE = "panjereh.statement/1"
ROUND = "panjereh.statement/2"
"""A document that several sign: each answer stands in it as a salted digest, and is shown to whom it concerns."""

Disclosure = tuple[str, str, str, Any]
"""Question, salt in hexadecimal, label, answer as shown."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What makes one signing unlike any other. Kept until the person has signed; nothing in it is personal.

    secret: from which the salts of answers are made that not every signatory sees; it stands in no document
    """

    at: str
    nonce: str
    language: str
    secret: str = ""

    @classmethod
    def now(cls, language: str) -> Self:
        return cls(clock.now().isoformat(), secrets.token_hex(16), language, secrets.token_hex(32))


@dataclass(frozen=True, slots=True)
class Signed:
    """A passkey's answer to the question of an occasion. public_key: COSE_Key in CBOR, as it was made."""

    occasion: Occasion
    proof: Assertion
    public_key: bytes


def statement(
    draft: Draft, service: Service, answers: Answers, facts: Facts, when: Occasion, signer: UUID | None
) -> str:
    """What is signed: every question and answer as shown, the files by their hash, the fee, and the declaration."""
    rows = service.rows(answers, facts, asking_for(when.language))
    said = {
        "type": TYPE,
        "service": service.id,
        "version": service.hash,
        "title": service.title.in_(when.language),
        "application": str(draft.pk),
        "signer": str(signer),
        "applicant": str(draft.applicant_id),
        "language": when.language,
        "answers": [[row.label, row.shown] for row in rows],
        "files": sorted(hashes_in(answers)),
        "fee": str(service.fee_for(service.context(answers, facts)).money.amount),
        "at": when.at,
        "nonce": when.nonce,
    }
    return chain.canonical(said).decode()


def act_statement(
    case: Case, service: Service, act: str, when: Occasion, signer: UUID | None, *, answers: Answers, reason: str = ""
) -> str:
    """What somebody signs who corrects, withdraws or objects: the answers as they will stand, or their own words."""
    said = {
        "type": TYPE,
        "act": act,
        "service": service.id,
        "version": service.hash,
        "title": service.title.in_(when.language),
        "case": case.number,
        "signer": str(signer),
        "applicant": str(case.applicant_id),
        "language": when.language,
        "answers": [[label, shown] for _question, label, shown in rows_of(service, answers, case.facts, when.language)],
        "files": sorted(hashes_in(answers)),
        "reason": reason,
        "at": when.at,
        "nonce": when.nonce,
    }
    return chain.canonical(said).decode()


def rows_of(service: Service, answers: Answers, facts: Facts, language: str) -> list[tuple[str, str, Any]]:
    """Question, label and answer in words: what a document says."""
    return [(row.question, row.label, row.shown) for row in service.rows(answers, facts, asking_for(language))]


def disclosures(service: Service, answers: Answers, facts: Facts, when: Occasion) -> list[Disclosure]:
    """Every answer in words, with the salt that keeps its digest from being guessed."""
    rows = rows_of(service, answers, facts, when.language)
    return [(question, _salt(when, place), label, shown) for place, (question, label, shown) in enumerate(rows)]


def _salt(when: Occasion, place: int) -> str:
    return hmac.new(bytes.fromhex(when.secret), str(place).encode(), hashlib.sha256).hexdigest()[:32]


def sealed(disclosure: Disclosure) -> str:
    """The digest by which an answer stands in the document: SHA-256 over [salt, label, answer] as canonical JSON."""
    _question, salt, label, shown = disclosure
    return hashlib.sha256(chain.canonical([salt, label, shown])).hexdigest()


def document(
    draft: Draft,
    service: Service,
    answers: Answers,
    facts: Facts,
    when: Occasion,
    signatories: Sequence[tuple[str, UUID]],
    applicant: UUID | None,
) -> tuple[str, list[Disclosure]]:
    """What several people sign, the same for all, and what opens its answers.

    signatories: as what, and who: everybody besides the applicant (who signs as `applicant`)
    """
    opened = disclosures(service, answers, facts, when)
    said = {
        "type": ROUND,
        "service": service.id,
        "version": service.hash,
        "title": service.title.in_(when.language),
        "application": str(draft.pk),
        "applicant": str(draft.applicant_id),
        "language": when.language,
        "answers": [sealed(each) for each in opened],
        "files": sorted(hashes_in(answers)),
        "fee": str(service.fee_for(service.context(answers, facts)).money.amount),
        "signatories": [["applicant", str(applicant)], *([who, str(party)] for who, party in signatories)],
        "at": when.at,
        "nonce": when.nonce,
    }
    return chain.canonical(said).decode(), opened


def hashes_in(answers: Any) -> set[str]:
    """SHA-256 of each file that the answers name."""
    if isinstance(answers, list):
        return set().union(*(hashes_in(each) for each in answers))
    if isinstance(answers, Mapping):
        if "sha256" in answers:
            return {str(answers["sha256"])}
        return set().union(*(hashes_in(each) for each in answers.values()))
    return set()


def digest(text: str) -> bytes:
    """What the passkey is asked to sign: the challenge that commits to a statement."""
    return hashlib.sha256(text.encode()).digest()


def must_fit(text: str, proof: Assertion) -> None:
    """Raises NotSigned unless a passkey was asked for just this text."""
    if challenge_of(proof.client_data) != digest(text):
        raise NotSigned(_("Something changed after you signed. Check your answers again, then sign and send."))


def must_be_signed(service: Service, text: str, signed: Signed | None, *, actor: Actor) -> None:
    """Raises NotSigned unless a passkey has signed just this statement, where the service asks for that.

    At the office people sign on paper, before an official who has seen their papers.
    """
    if service.definition.signature != "passkey" or actor.is_official:
        return
    if signed is None:
        raise NotSigned(_("This application is signed with a passkey. Check your answers, then sign and send."))
    must_fit(text, signed.proof)


def challenge_of(client_data: bytes) -> bytes:
    """What the browser says that it was asked (WebAuthn, 5.8.1); empty when it says nothing usable."""
    try:
        return websafe_decode(json.loads(client_data)["challenge"])
    except (ValueError, KeyError, TypeError):
        return b""


def keep(case: Case, text: str, signed: Signed, *, actor: Actor, act: str = "") -> Signature:
    """Write the signature down with all that is needed to check it again. act: what was done with it to a case."""
    proof = signed.proof
    return Signature.objects.create(
        case=case,
        party_id=actor.party or case.applicant_id,
        statement=text,
        sha256=digest(text).hex(),
        credential_id=proof.credential_id,
        public_key=signed.public_key,
        client_data=proof.client_data,
        authenticator_data=proof.authenticator_data,
        signature=proof.signature,
        act=act,
    )


def as_json(signed: Signed) -> dict[str, str]:
    """A passkey's answer, to be kept until the document is sent."""
    proof = signed.proof
    parts = {
        "public_key": signed.public_key,
        "client_data": proof.client_data,
        "authenticator_data": proof.authenticator_data,
        "signature": proof.signature,
    }
    return {"credential": proof.credential_id, **{name: websafe_encode(content) for name, content in parts.items()}}


def keep_from(case: Case, text: str, kept: Mapping[str, str], *, party: UUID, who: str, at: datetime) -> Signature:
    """Write down a signature that was made while the document went round."""
    return Signature.objects.create(
        case=case,
        party_id=party,
        statement=text,
        sha256=digest(text).hex(),
        credential_id=kept["credential"],
        public_key=websafe_decode(kept["public_key"]),
        client_data=websafe_decode(kept["client_data"]),
        authenticator_data=websafe_decode(kept["authenticator_data"]),
        signature=websafe_decode(kept["signature"]),
        who=who,
        at=at,
    )


def fault(signature: Signature) -> str:
    """What is wrong with a signature that is kept; empty when it holds. A statement that was erased is not compared."""
    client_data = bytes(signature.client_data)
    if challenge_of(client_data).hex() != signature.sha256:
        return "the passkey signed something else"
    if signature.statement and digest(signature.statement).hex() != signature.sha256:
        return "the statement was changed"
    if not passkeys.holds(
        bytes(signature.public_key), client_data, bytes(signature.authenticator_data), bytes(signature.signature)
    ):
        return "the passkey's signature does not fit"
    return ""


def evidence(signature: Signature, opened: Sequence[Disclosure] = ()) -> dict[str, Any]:
    """All that a doubter needs, as JSON: the script `check_signature.py` reads it.

    opened: of a document that several signed, the answers that whoever gets this may see
    """
    shown = {"disclosures": [[salt, label, answer] for _question, salt, label, answer in opened]} if opened else {}
    return {
        "type": "panjereh.signature/1",
        "case": signature.case.number,
        "act": signature.act,
        "signed_at": signature.at.isoformat(),
        "statement": signature.statement,
        "sha256": signature.sha256,
        "credential": signature.credential_id,
        "public_key": websafe_encode(bytes(signature.public_key)),
        "client_data": websafe_encode(bytes(signature.client_data)),
        "authenticator_data": websafe_encode(bytes(signature.authenticator_data)),
        "signature": websafe_encode(bytes(signature.signature)),
        **shown,
    }
