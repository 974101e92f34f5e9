"""Certificates as SD-JWT VC: what a wallet is given, and its type and issuer as others read them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from joserfc.jwk import ECKey

from panjereh.catalogue import queries as catalogue
from panjereh.definitions.compiled import Service
from panjereh.definitions.results import DocumentPlan
from panjereh.documents import sdjwt, status
from panjereh.documents.models import Certificate, WalletCopy
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound
from panjereh.signing import operations as signing
from panjereh.signing import queries as seals

FORMAT = "dc+sd-jwt"
LIFE = timedelta(days=365)
"""A copy is good for a year at most: afterwards the wallet asks for a new one, and old keys die out."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A document of a service that wallets may hold. id: `service/result`."""

    id: str
    service: Service
    plan: DocumentPlan

    @property
    def configuration(self) -> str:
        """Its name in OpenID4VCI."""
        return configuration_of(self.id)

    def claims(self) -> list[dict[str, Any]]:
        """Path and labels of each claim (OpenID4VCI, appendix B.2)."""
        return [{"path": [name], "display": _display("name", self.plan.label(name))} for name in self.plan.wallet]


def issuer_of(agency: str) -> str:
    """The address that stands for an agency as issuer of credentials."""
    return f"{settings.PUBLIC_ADDRESS}/credentials/{agency}"


def type_of(kind: str) -> str:
    """The `vct` of a kind of certificate: where its description is found."""
    return f"{settings.PUBLIC_ADDRESS}/credentials/types/{kind}"


def configuration_of(kind: str) -> str:
    return kind.replace("/", ".")


def end_of(certificate: Certificate, now: datetime) -> datetime:
    """When a copy made now ends: with the certificate, and after a year at the latest."""
    latest = now + LIFE
    if certificate.valid_until is None:
        return latest
    return min(latest, datetime.combine(certificate.valid_until + timedelta(days=1), time(), clock.home_zone()))


def issue(copy: WalletCopy, certificate: Certificate, place: int, holder: ECKey) -> str:
    """The credential: every datum hidden by itself, bound to the wallet's key, with its place in the status list."""
    disclosures, hashes = sdjwt.hide({name: certificate.data[name] for name in copy.fields})
    claims = {
        "iss": issuer_of(certificate.agency),
        "iat": int(copy.issued_at.timestamp()),
        "exp": int(copy.expires_at.timestamp()),
        "vct": type_of(certificate.kind),
        "cnf": {"jwk": holder.as_dict(private=False)},
        "status": {"status_list": {"idx": status.index(place), "uri": status.address(certificate.agency, place)}},
        "_sd_alg": sdjwt.HASH,
        "_sd": hashes,
    }
    return "~".join([signing.sign_jwt(certificate.agency, FORMAT, claims), *disclosures, ""])


def kinds_of(agency: str) -> Iterator[Kind]:
    """What the agency may put into wallets now."""
    for published in catalogue.all_current():
        service = published.service
        if service.agency == agency or service.handled_by is not None:
            yield from kinds_in(service)


def kinds_in(service: Service) -> Iterator[Kind]:
    for result in service.results:
        if result.document is not None and result.document.wallet:
            yield Kind(f"{service.id}/{result.id}", service, result.document)


def issuer_metadata(agency: str) -> dict[str, Any]:
    """Credential Issuer Metadata (OpenID4VCI 1.0, section 12.2). Raises NotFound."""
    issuer = _known_issuer(agency)
    return {
        "credential_issuer": issuer,
        "credential_endpoint": f"{issuer}/credential",
        "nonce_endpoint": f"{issuer}/nonce",
        "display": _display("name", _names(agency)),
        "credential_configurations_supported": {kind.configuration: _configuration(kind) for kind in kinds_of(agency)},
    }


def server_metadata(agency: str) -> dict[str, Any]:
    """Authorization Server Metadata (RFC 8414): a code that we gave out, without registering wallets."""
    issuer = _known_issuer(agency)
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/token",
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": ["none"],
        "pre-authorized_grant_anonymous_access_supported": True,
    }


def key_metadata(agency: str) -> dict[str, Any]:
    """JWT VC Issuer Metadata: the keys, old ones included, that sign what this agency issues."""
    issuer = _known_issuer(agency)
    keys = [
        {**seal.public_jwk.as_dict(private=False), "kid": seal.kid, "alg": "ES256", "use": "sig"}
        for seal in seals.seals()
        if seal.agency == agency
    ]
    return {"issuer": issuer, "jwks": {"keys": keys}}


def type_metadata(service_id: str, result_id: str) -> dict[str, Any]:
    """Type Metadata of SD-JWT VC: what the credential is called, and its claims, in every language. Raises NotFound."""
    service = catalogue.current(service_id).service
    kind = next((one for one in kinds_in(service) if one.id == f"{service_id}/{result_id}"), None)
    if kind is None:
        raise NotFound
    return {
        "vct": type_of(kind.id),
        "name": kind.plan.title.get("en") or next(iter(kind.plan.title.values())),
        "display": _display("name", kind.plan.title),
        "claims": [
            {"path": [name], "display": _display("label", kind.plan.label(name)), "sd": "always"}
            for name in kind.plan.wallet
        ],
    }


GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def _configuration(kind: Kind) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "vct": type_of(kind.id),
        "cryptographic_binding_methods_supported": ["jwk"],
        "credential_signing_alg_values_supported": ["ES256"],
        "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES256"]}},
        "credential_metadata": {"display": _display("name", kind.plan.title), "claims": kind.claims()},
    }


def _display(key: str, words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{key: text, "locale": language} for language, text in words.items()]


def _known_issuer(agency: str) -> str:
    if agency not in catalogue.agencies():
        raise NotFound
    return issuer_of(agency)


def _names(agency: str) -> Mapping[str, str]:
    return dict(catalogue.agencies()[agency].title)
