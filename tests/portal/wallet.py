"""A wallet for tests: it speaks OpenID4VCI over HTTP and keeps what it gets; formats are written down a second time."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from joserfc.jwk import ECKey

from panjereh.kernel import clock

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Wallet:
    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256")
        self.client = Client(enforce_csrf_checks=True)
        self.credential = ""

    @property
    def jwk(self) -> dict[str, Any]:
        return dict(self.key.as_dict(private=False))

    def read(self, address: str) -> None:
        """Take an offer in, as a scan or a link gives it, and read the issuer's descriptions."""
        self.offer = json.loads(parse_qs(urlsplit(address).query)["credential_offer"][0])
        self.issuer = self.offer["credential_issuer"]
        path = urlsplit(self.issuer).path
        self.metadata = self.client.get(f"/.well-known/openid-credential-issuer{path}").json()
        self.server = self.client.get(f"/.well-known/oauth-authorization-server{path}").json()
        assert self.metadata["credential_issuer"] == self.server["issuer"] == self.issuer

    def ask_token(self, pin: str | None, **other: str) -> Any:
        sent = {"grant_type": GRANT, "pre-authorized_code": self.offer["grants"][GRANT]["pre-authorized_code"]}
        if pin is not None:
            sent["tx_code"] = pin
        return self.client.post(urlsplit(self.server["token_endpoint"]).path, {**sent, **other})

    def ask_nonce(self) -> str:
        answer = self.client.post(urlsplit(self.metadata["nonce_endpoint"]).path)
        assert answer["Cache-Control"] == "no-store"
        return str(answer.json()["c_nonce"])

    def proof(self, nonce: str, *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        head = {"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": self.jwk, **(header or {})}
        body = {"aud": self.issuer, "iat": int(clock.now().timestamp()), "nonce": nonce, **claims}
        return signed(
            {name: value for name, value in head.items() if value is not None},
            {name: value for name, value in body.items() if value is not None},
            key or self.key,
        )

    def ask(self, token: str, proof: Any, **other: Any) -> Any:
        [configuration] = self.offer["credential_configuration_ids"]
        request = {"credential_configuration_id": configuration, "proofs": {"jwt": [proof]}, **other}
        return self.send(token, {name: value for name, value in request.items() if value is not None})

    def send(self, token: str, request: Any) -> Any:
        return self.client.post(
            urlsplit(self.metadata["credential_endpoint"]).path,
            request if isinstance(request, str) else json.dumps(request),
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}"},
        )

    def take(self, address: str, pin: str) -> str:
        """The whole way from the offer to the credential."""
        self.read(address)
        token = self.ask_token(pin).json()["access_token"]
        [one] = self.ask(token, self.proof(self.ask_nonce())).json()["credentials"]
        self.credential = one["credential"]
        return self.credential

    @property
    def payload(self) -> dict[str, Any]:
        return dict(json.loads(unb64(self.credential.split("~")[0].split(".")[1])))

    @property
    def disclosures(self) -> dict[str, str]:
        """Each disclosure by the name of its claim."""
        return {json.loads(unb64(each))[1]: each for each in self.credential.split("~")[1:-1]}

    def show(self, *names: str, nonce: str = "", audience: str = "", key: Any = None, **claims: Any) -> str:
        """A presentation of these claims only. Without a nonce nothing proves that the holder shows it."""
        issuer = self.credential.split("~")[0]
        shown = "~".join([issuer, *(self.disclosures[name] for name in names), ""])
        if not nonce:
            return shown
        body = {
            "iat": int(clock.now().timestamp()),
            "aud": audience,
            "nonce": nonce,
            "sd_hash": b64(hashlib.sha256(shown.encode()).digest()),
            **claims,
        }
        return shown + signed({"alg": "ES256", "typ": "kb+jwt"}, body, key or self.key)


def signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token with whatever header, also one that no library would write. A key of bytes signs with HS256."""
    message = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims, ensure_ascii=False).encode())}"
    if isinstance(key, bytes):
        return f"{message}.{b64(hmac.digest(key, message.encode(), 'sha256'))}"
    r, s = decode_dss_signature(key.private_key.sign(message.encode(), ec.ECDSA(SHA256())))
    return f"{message}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
