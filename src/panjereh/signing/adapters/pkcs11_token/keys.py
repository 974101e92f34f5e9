"""Keys that stay in a token, behind the interfaces that `cryptography` gives to keys."""

import hashlib
import secrets
from typing import Any, NoReturn, cast

import pkcs11
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from pkcs11 import Mechanism, ObjectClass
from pkcs11.util.ec import encode_ecdsa_signature

from panjereh.signing.adapters.pkcs11_token.session import Token
from panjereh.signing.errors import NeverLeavesTheToken

GCM, TAG = Mechanism.AES_GCM, 16  # bytes of the tag at the end


class SealKey(ec.EllipticCurvePrivateKey):
    """A P-256 key that stays in its token. It signs with SHA-256 and does nothing else."""

    def __init__(self, token: Token, label: str, public: ec.EllipticCurvePublicKey) -> None:
        self._token, self._label, self._public = token, label, public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:
        algorithm = signature_algorithm.algorithm
        hashed = isinstance(algorithm, Prehashed)
        if not hashed and not isinstance(algorithm, SHA256):
            raise ValueError("keys in tokens sign SHA-256 only")
        digest = bytes(data) if hashed else hashlib.sha256(data).digest()
        raw: bytes = self._token.use(
            lambda token: token.find(self._label, ObjectClass.PRIVATE_KEY).sign(digest, mechanism=Mechanism.ECDSA)
        )
        return encode_ecdsa_signature(raw)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:  # noqa: ARG002
        raise NeverLeavesTheToken

    def private_numbers(self) -> NoReturn:
        raise NeverLeavesTheToken

    def private_bytes(self, *_args: Any, **_options: Any) -> NoReturn:
        raise NeverLeavesTheToken

    def __copy__(self) -> "SealKey":
        return self

    def __deepcopy__(self, memo: Any) -> "SealKey":
        return self


class LogKey(ed25519.Ed25519PrivateKey):
    """An Ed25519 key that stays in its token."""

    def __init__(self, token: Token, label: str, public: ed25519.Ed25519PublicKey) -> None:
        self._token, self._label, self._public = token, label, public

    def sign(self, data: Any) -> bytes:
        signature: bytes = self._token.use(
            lambda token: token.find(self._label, ObjectClass.PRIVATE_KEY).sign(bytes(data), mechanism=Mechanism.EDDSA)
        )
        return signature

    def public_key(self) -> ed25519.Ed25519PublicKey:
        return self._public

    def private_bytes(self, *_args: Any, **_options: Any) -> NoReturn:
        raise NeverLeavesTheToken

    def private_bytes_raw(self) -> NoReturn:
        raise NeverLeavesTheToken

    def __copy__(self) -> "LogKey":
        return self

    def __deepcopy__(self, memo: Any) -> "LogKey":
        return self


class Wrapping:
    """An AES-256 key that stays in its token, with the two methods of `cryptography`'s AESGCM."""

    def __init__(self, token: Token, label: str) -> None:
        self._token, self._label = token, label

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        how = pkcs11.GCMParams(nonce, associated_data or b"", 128)
        encrypted: bytes = self._token.use(
            lambda token: self._key(token).encrypt(data, mechanism=GCM, mechanism_param=how)
        )
        return encrypted

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        """Raises InvalidTag, as AESGCM does, when it is not what was encrypted."""
        how = pkcs11.GCMParams(nonce, associated_data or b"", 128)

        def act(token: Token) -> bytes | None:
            try:
                return cast("bytes", self._key(token).decrypt(data, mechanism=GCM, mechanism_param=how))
            except pkcs11.PKCS11Error:
                # Modules name a wrong tag in many ways. If the key still encrypts, it was not the token's fault.
                self._key(token).encrypt(b"", mechanism=GCM, mechanism_param=pkcs11.GCMParams(secrets.token_bytes(12)))
                return None

        plain = self._token.use(act) if len(data) >= TAG else None
        if plain is None:
            raise InvalidTag
        return plain

    def _key(self, token: Token) -> Any:
        return token.find(self._label, ObjectClass.SECRET_KEY)
