"""Documents go into wallets: OpenID for Verifiable Credential Issuance 1.0, with a code that the holder fetched here.

Whoever holds a document asks for an offer on their page (`offer`); the wallet turns its code and the PIN into a token
(`redeem`) and the token, with a proof of its own key, into a credential (`take`). Codes and tokens are good once.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from joserfc.jwk import ECKey

from panjereh.audit import operations as audit
from panjereh.documents import credentials, proofs
from panjereh.documents.errors import WalletRefused
from panjereh.documents.models import Certificate, StatusPlace, WalletCopy, WalletCopyEnd, WalletOffer
from panjereh.identity import policy
from panjereh.identity import queries as identity
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Conflict, NotAllowed, NotFound
from panjereh.localisation import digits
from panjereh.signing import queries as signing

OFFER_LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)
"""How long an offer stays after its end; the next one of the same person clears it away."""
TOKEN_LIFE = timedelta(minutes=5)
SHORT = (",", ":")
PIN_DIGITS = 6
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """What the holder passes on to their wallet. `address`: for a link or QR code; `pin`: to type there."""

    address: str
    pin: str
    minutes: int


def offer(certificate: Certificate, *, actor: Actor) -> Offer:
    """Offer a document to a wallet of its holder. Raises NotAllowed, or Conflict when there is nothing to take."""
    party = _holder(certificate, actor)
    if not certificate.wallet or certificate.state != Certificate.State.VALID or certificate.expired:
        raise Conflict(_("This document can’t be put into a wallet: it is no longer valid, or not meant for one."))
    WalletOffer.objects.filter(party=party, expires_at__lt=clock.now() - KEPT).delete()
    code, pin = secrets.token_urlsafe(32), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    made = WalletOffer(certificate=certificate, party=party, code_hash=_hash(code))
    made.pin_hash, made.expires_at = _pin_hash(made.pk, pin), clock.now() + OFFER_LIFE
    made.save(force_insert=True)
    content = {
        "credential_issuer": credentials.issuer_of(certificate.agency),
        "credential_configuration_ids": [credentials.configuration_of(certificate.kind)],
        "grants": {
            credentials.GRANT: {
                "pre-authorized_code": code,
                "tx_code": {"input_mode": "numeric", "length": PIN_DIGITS},
            }
        },
    }
    address = f"openid-credential-offer://?credential_offer={quote(json.dumps(content, separators=SHORT), safe='')}"
    return Offer(address, pin, int(OFFER_LIFE.total_seconds()) // 60)


def redeem(agency: str, *, grant: str, code: str, pin: str | None) -> dict[str, Any]:
    """The token for a code and its PIN (OpenID4VCI, section 6). Raises WalletRefused."""
    if grant != credentials.GRANT:
        raise WalletRefused(error="unsupported_grant_type", description="only pre-authorized codes are taken")
    if not code or pin is None:
        raise WalletRefused(error="invalid_request", description="the code and the transaction code are needed")
    token = secrets.token_urlsafe(32)
    if not _redeem(agency, code, digits.to_ascii(pin), token):  # refuse only after the try has been counted
        raise WalletRefused(error="invalid_grant", description="unknown, used or expired code, or wrong PIN")
    return {"access_token": token, "token_type": "Bearer", "expires_in": int(TOKEN_LIFE.total_seconds())}


@transaction.atomic
def _redeem(agency: str, code: str, pin: str, token: str) -> bool:
    found = WalletOffer.objects.select_for_update().filter(code_hash=_hash(code), certificate__agency=agency).first()
    now = clock.now()
    if found is None or found.token_hash or found.expires_at <= now or found.tries >= MOST_TRIES:
        return False
    if not constant_time_compare(found.pin_hash, _pin_hash(found.pk, pin)):
        found.tries += 1
        found.save(update_fields=["tries"])
        return False
    found.token_hash, found.token_expires_at = _hash(token), now + TOKEN_LIFE
    found.save(update_fields=["token_hash", "token_expires_at"])
    return True


def take(agency: str, token: str, request: Any) -> str:
    """The credential for a token and a proof of the wallet's key (OpenID4VCI, section 8). Raises WalletRefused."""
    configuration, proof = _asked(request)
    with transaction.atomic():
        found = (
            WalletOffer.objects.select_for_update()
            .select_related("certificate")
            .filter(token_hash=_hash(token), certificate__agency=agency)
            .first()
        )
        if found is None or found.taken_at or found.token_expires_at is None or found.token_expires_at <= clock.now():
            raise WalletRefused(error="invalid_token", description="unknown, used or expired token")
        certificate = found.certificate
        if configuration != credentials.configuration_of(certificate.kind):
            raise WalletRefused(error="unknown_credential_configuration", description="the offer was for another one")
        holder, challenge = proofs.proven(agency, proof)
        return _issue(found, certificate, holder, challenge)


def end_copy(copy_id: UUID, *, actor: Actor) -> WalletCopy:
    """A copy no longer holds, because its holder says so. Raises NotFound; ending it again changes nothing."""
    copy = WalletCopy.objects.select_related("certificate", "end").filter(pk=copy_id).first()
    if copy is None or actor.party is None or copy.party not in identity.numbers_of(actor.party):
        raise NotFound(_("There is no such copy among yours."))
    if copy.ended_at is None:
        WalletCopyEnd(copy=copy, at=clock.now().replace(microsecond=0), by=actor.party).save(force_insert=True)
    return copy


def copies_of(certificate: Certificate, actor: Actor) -> list[WalletCopy]:
    """What the wallets of this person hold of a certificate, the newest first."""
    if actor.party is None:
        return []
    mine = WalletCopy.objects.filter(certificate=certificate, party__in=identity.numbers_of(actor.party))
    return list(mine.select_related("end").order_by("-issued_at", "-pk"))


def _holder(certificate: Certificate, actor: Actor) -> UUID:
    """The party that asks, if it is one of those who hold the document. Raises NotAllowed."""
    if actor.party is None or actor.acting_for is not None:  # a wallet proves who holds it: that is nobody's agent
        raise NotAllowed
    person = identity.party(actor.party)
    names = {f"party:{number}" for number in identity.numbers_of(person.pk)}
    if person.entity:
        names.add(f"population:{person.entity}")
    holders = {person.pk} if names & set(certificate.subjects) else set()
    policy.require(actor, "document.to_wallet", Target(agency=certificate.agency, parties=frozenset(holders)))
    return person.pk


def _asked(request: Any) -> tuple[str, str]:
    """Configuration and proof of a Credential Request: exactly one of each."""
    match request:
        case {"credential_identifier": _any}:
            raise WalletRefused(error="unknown_credential_identifier", description="none was given out")
        case {"credential_configuration_id": str(wanted), "proofs": {"jwt": [str(proof)], **others}} if not others:
            return wanted, proof
        case {"credential_configuration_id": str(), "proofs": _other}:
            raise WalletRefused(error="invalid_proof", description="exactly one proof of type jwt is taken")
        case {"credential_configuration_id": str()}:
            raise WalletRefused(error="invalid_proof", description="a proof of the wallet's key is needed")
    raise WalletRefused(error="invalid_credential_request", description="not a Credential Request")


def _issue(found: WalletOffer, certificate: Certificate, holder: ECKey, challenge: str) -> str:
    if certificate.state != Certificate.State.VALID or certificate.expired:
        raise WalletRefused(error="credential_request_denied", description="the certificate no longer holds")
    now = clock.now().replace(microsecond=0)
    place = StatusPlace(certificate=certificate, agency=certificate.agency)
    copy = WalletCopy(
        certificate=certificate,
        party=found.party,
        holder=holder.thumbprint(),
        nonce=_hash(challenge),
        fields=certificate.wallet,
        issued_at=now,
        expires_at=credentials.end_of(certificate, now),
        kid=signing.current_seal(certificate.agency).kid,
    )
    place.copy = copy.pk
    try:
        with transaction.atomic():
            copy.save(force_insert=True)
    except IntegrityError as error:
        raise WalletRefused(error="invalid_nonce", description="the nonce was used before") from error
    place.save(force_insert=True)
    found.taken_at = now
    found.save(update_fields=["taken_at"])
    _record(found.party, certificate)
    return credentials.issue(copy, certificate, int(place.pk), holder)


def _record(party: UUID, certificate: Certificate) -> None:
    """Who is spoken of in the document sees that it went into a wallet, and whose."""
    actor = Actor(party=party, name=identity.party(party).name)
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=subject,
            source="documents",
            fields=list(certificate.wallet),
            purpose="wallet",
            case=certificate.case_number,
        )
        for subject in certificate.subjects
    )


def _hash(secret: str) -> str:
    """Of something so random that nobody can guess it from its hash."""
    return sha256(secret.encode()).hexdigest()


def _pin_hash(offer_id: UUID, pin: str) -> str:
    return str(salted_hmac(f"documents.wallets.pin:{offer_id}", pin, algorithm="sha256").hexdigest())
