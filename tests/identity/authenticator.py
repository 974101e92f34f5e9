"""An authenticator in software: makes passkeys and answers with them as a device would, or wrongly where asked to."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_decode, websafe_encode

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One device with one passkey. Its fields say what it is; overrides of a single answer are keyword arguments."""

    origin: str = "http://testserver"
    rp_id: str = "testserver"
    counts: bool = True
    signed: int = 0
    credential_id: bytes = b"a passkey of the tests, 32 bytes"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    user_handle: bytes = b""

    def make(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` brings back."""
        asked = options["publicKey"]
        self.user_handle = websafe_decode(asked["user"]["id"])
        client = self._client("webauthn.create", asked["challenge"], **wrong)
        data = self._data(AT, **wrong) + self._attested(**wrong)
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        return self._answer(clientDataJSON=client, attestationObject=cbor.encode(statement))

    def answer(self, options: dict[str, Any], **wrong: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` brings back."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"], **wrong)
        data = self._data(**wrong)
        key = wrong.get("key", self.key)
        signature = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        handle = wrong.get("user_handle", self.user_handle)
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": handle}
        return self._answer(**parts)

    def _client(self, kind: str, asked: str, **wrong: Any) -> bytes:
        said = {
            "type": wrong.get("type", kind),
            "challenge": wrong.get("challenge", asked),
            "origin": wrong.get("origin", self.origin),
            "crossOrigin": wrong.get("cross_origin", False),
        }
        return json.dumps(said).encode()

    def _data(self, also: int = 0, flags: int = UP | UV, **wrong: Any) -> bytes:
        self.signed += 1
        counter = wrong.get("counter", self.signed if self.counts else 0)
        rp_id = wrong.get("rp_id", self.rp_id)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags | also]) + struct.pack(">I", counter)

    def _attested(self, algorithm: int = -7, **_wrong: Any) -> bytes:
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: algorithm, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(cose)

    def _answer(self, **response: bytes) -> dict[str, Any]:
        named = websafe_encode(self.credential_id)
        parts = {name: websafe_encode(value) for name, value in response.items() if value}
        return {"id": named, "rawId": named, "type": "public-key", "response": parts, "clientExtensionResults": {}}
