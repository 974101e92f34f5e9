"""The keys by which our tokens are checked, as one signed list that a browser keeps for when there is no network.

It is a JSON Web Token of type `panjereh-keys+jwt`, signed by a seal of its own (`AGENCY`), whose public key stands in
our checking page:

    iss     the installation's address          iat     when it was made (seconds since 1970)
    keys    of all agencies, old ones included: kid, agency, names by language, x and y (P-256, RFC 7518),
            until (end of the key), demonstration, revoked: null, or since when it is not trusted, and whether the key
            was stolen: then nothing that it signed is believed, for it can say any day
    lists   agency → addresses of its status lists;  size: places in each
"""

from typing import Any

from django.conf import settings

from panjereh.documents import status
from panjereh.kernel import clock
from panjereh.signing import operations, queries
from panjereh.signing.keys import Seal

AGENCY = "key-list"
NAMES = {"fa": "فهرست کلیدها", "en": "List of keys"}
TYPE = "panjereh-keys+jwt"


def signed_keys() -> str:
    """The list as it is now."""
    seals = [seal for seal in queries.seals() if seal.agency != AGENCY]
    claims = {
        "iss": settings.PUBLIC_ADDRESS,
        "iat": int(clock.now().timestamp()),
        "keys": [_key(seal) for seal in seals],
        "lists": {agency: status.lists_of(agency) for agency in sorted({seal.agency for seal in seals})},
        "size": status.SIZE,
    }
    return operations.sign_jwt(AGENCY, TYPE, claims)


def own_key() -> dict[str, str]:
    """The public key that signs the list: kid, x, y."""
    seal = queries.current_seal(AGENCY)
    return {"kid": seal.kid, **_point(seal)}


def _key(seal: Seal) -> dict[str, Any]:
    return {
        "kid": seal.kid,
        "agency": seal.agency,
        "names": seal.names,
        **_point(seal),
        "until": int(seal.certificate.not_valid_after_utc.timestamp()),
        "demonstration": seal.demonstration,
        "revoked": _revoked(seal),
    }


def _revoked(seal: Seal) -> dict[str, Any] | None:
    revocation = queries.standing(seal.kid, said=None).revocation
    if revocation is None or revocation.since is None:
        return None
    return {"since": int(revocation.since.timestamp()), "theft": revocation.is_theft}


def _point(seal: Seal) -> dict[str, str]:
    jwk = seal.public_jwk.as_dict(private=False)
    return {"x": str(jwk["x"]), "y": str(jwk["y"])}
