"""Reading JSON Web Tokens that others bring: header, claims, and whether a public key signed them with ES256."""

from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from panjereh.documents.sdjwt import Malformed, decoded, read_json

ES256 = "ES256"


@dataclass(frozen=True, slots=True)
class Jwt:
    """A token whose signature has not been looked at yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    compact: str

    def is_signed_by(self, key: ECKey) -> bool:
        try:
            jws.deserialize_compact(self.compact, key, algorithms=[ES256])
        except (JoseError, ValueError):
            return False
        return True


def read(compact: str, typ: str) -> Jwt:
    """A token of this kind (`typ`), signed with ES256. Raises Malformed for anything else."""
    parts = compact.split(".")
    if len(parts) != 3 or not parts[2]:
        raise Malformed("a token has three parts")
    header, claims = read_json(decoded(parts[0])), read_json(decoded(parts[1]))
    decoded(parts[2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Malformed("a token is made of objects")
    if header.get("alg") != ES256 or header.get("typ") != typ or "crit" in header:
        raise Malformed("another kind of token")
    return Jwt(header, claims, compact)


def public_key(jwk: Any) -> ECKey:
    """A public key on P-256 from what somebody sends. Raises Malformed, also when its private half came along."""
    if not isinstance(jwk, dict) or "d" in jwk or (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        raise Malformed("not a public key on P-256")
    try:
        return ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise Malformed("not a public key on P-256") from error
