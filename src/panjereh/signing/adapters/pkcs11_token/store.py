"""The key store of a token. A `.token` file holds the label and the public half of each key."""

import json
import secrets
from pathlib import Path
from typing import ClassVar, cast

from asn1crypto.core import OctetString
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag
from pkcs11.util.ec import encode_named_curve_parameters

from panjereh.signing.adapters.files import write
from panjereh.signing.adapters.pkcs11_token.keys import LogKey, SealKey, Wrapping
from panjereh.signing.adapters.pkcs11_token.session import Token
from panjereh.signing.errors import KeyIsMissing
from panjereh.signing.token_address import TokenAddress

PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey
INSIDE = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
P256 = encode_named_curve_parameters("secp256r1")
EDWARDS = b"\x13\x0cedwards25519"  # a PrintableString (PKCS #11 v3.0, 2.3.10)


class Pkcs11:
    """Keys in the token at one address. Each has a label of its own, so that installations may share a token."""

    SUFFIX: ClassVar[str] = ".token"

    def __init__(self, address: TokenAddress) -> None:
        self._token = Token(address)

    def make_seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey:
        label, point = self._make_pair(place, KeyType.EC, P256, Mechanism.EC_KEY_PAIR_GEN)
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        self._keep(place, label, public)
        return SealKey(self._token, label, public)

    def make_log_key(self, place: Path) -> ed25519.Ed25519PrivateKey:
        label, point = self._make_pair(place, KeyType.EC_EDWARDS, EDWARDS, Mechanism.EC_EDWARDS_KEY_PAIR_GEN)
        public = ed25519.Ed25519PublicKey.from_public_bytes(point)
        self._keep(place, label, public)
        return LogKey(self._token, label, public)

    def make_wrapping_key(self, place: Path) -> Wrapping:
        label = _label(place)
        self._token.use(
            lambda token: token.session.generate_key(
                KeyType.AES,
                256,
                label=label,
                store=True,
                capabilities=MechanismFlag.ENCRYPT | MechanismFlag.DECRYPT,
                template=INSIDE,
            )
        )
        self._keep(place, label)
        return Wrapping(self._token, label)

    def seal_key(self, place: Path) -> ec.EllipticCurvePrivateKey:
        note = self._note(place)
        return SealKey(self._token, note["label"], cast("ec.EllipticCurvePublicKey", _public(note)))

    def log_key(self, place: Path) -> ed25519.Ed25519PrivateKey:
        note = self._note(place)
        return LogKey(self._token, note["label"], cast("ed25519.Ed25519PublicKey", _public(note)))

    def wrapping_key(self, place: Path) -> Wrapping:
        return Wrapping(self._token, self._note(place)["label"])

    def destroy(self, place: Path) -> None:
        label = self._note(place)["label"]
        self._token.use(lambda token: token.destroy(label))
        self._file(place).unlink(missing_ok=True)

    def _make_pair(self, place: Path, kind: KeyType, curve: bytes, mechanism: Mechanism) -> tuple[str, bytes]:
        """The label of a new pair, and its public point as the curve encodes it."""
        label = _label(place)

        def act(token: Token) -> bytes:
            domain = token.session.create_domain_parameters(kind, {Attribute.EC_PARAMS: curve}, local=True)
            public, _private = domain.generate_keypair(
                mechanism=mechanism,
                label=label,
                store=True,
                capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
                private_template=INSIDE,
            )
            return cast("bytes", OctetString.load(public[Attribute.EC_POINT]).native)

        return label, self._token.use(act)

    def _keep(self, place: Path, label: str, public: PublicKey | None = None) -> None:
        note = {"token": self._token.address.token, "label": label}
        if public is not None:
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            note["public_key"] = public.public_bytes(serialization.Encoding.PEM, form).decode()
        write(self._file(place), json.dumps(note, indent=1).encode())

    def _note(self, place: Path) -> dict[str, str]:
        if not self._file(place).exists():
            raise KeyIsMissing(place=str(place))
        return cast("dict[str, str]", json.loads(self._file(place).read_bytes()))

    def _file(self, place: Path) -> Path:
        return place.with_name(place.name + self.SUFFIX)


def _label(place: Path) -> str:
    return f"panjereh {place.parent.name} {secrets.token_hex(8)}"


def _public(note: dict[str, str]) -> PublicKey:
    return cast("PublicKey", serialization.load_pem_public_key(note["public_key"].encode()))
