"""Which certificates no longer hold, told in bulk so that nobody learns who asks about which: Token Status List (JWT).

Every token on paper and every copy in a wallet has a place of two bits in a list of its agency. A list is as long from
its first day as it will ever be, so that its size tells nothing; compressed it is some hundred bytes.
"""

import base64
import zlib
from datetime import timedelta

from django.conf import settings
from django.db.models import Max, Min

from panjereh.documents.models import Certificate, StatusChange, StatusPlace, WalletCopyEnd
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound
from panjereh.signing import operations as signing

TYPE = "statuslist+jwt"
SIZE = 2**17
"""Places of one list."""
BITS = 2
VALID, INVALID, REPLACED = 0, 1, 3
"""The last is one of those that applications may define: 0x03."""
TTL = timedelta(hours=1)
LIFE = timedelta(days=7)


def place_of(certificate: Certificate) -> int:
    """The place of the certificate's paper. The first time it is given one."""
    found, _new = StatusPlace.objects.get_or_create(
        certificate=certificate, copy=None, defaults={"agency": certificate.agency}
    )
    return int(found.pk)


def address(agency: str, place: int) -> str:
    """Where the list of that place is found."""
    return f"{settings.PUBLIC_ADDRESS}/statuslists/{agency}/{place // SIZE}"


def index(place: int) -> int:
    """Where in its list it stands."""
    return place % SIZE


def lists_of(agency: str) -> list[str]:
    """Addresses of all lists of an agency, those without an end included."""
    ends = StatusPlace.objects.filter(agency=agency).aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return []
    return [address(agency, number * SIZE) for number in range(ends["first"] // SIZE, ends["last"] // SIZE + 1)]


def signed_list(agency: str, number: int) -> str:
    """The list as a JSON Web Token, signed by the agency. Raises NotFound for one that was never begun."""
    places = StatusPlace.objects.filter(agency=agency, pk__gte=number * SIZE, pk__lt=(number + 1) * SIZE)
    if not places.exists():
        raise NotFound
    now = clock.now()
    claims = {
        "sub": address(agency, number * SIZE),
        "iat": int(now.timestamp()),
        "exp": int((now + LIFE).timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": BITS, "lst": packed(_ended(agency, number))},
    }
    return signing.sign_jwt(agency, TYPE, claims)


def packed(ended: dict[int, int]) -> str:
    """The list as bytes, lowest bits first, compressed (zlib) and in base64url. `ended`: index to status."""
    content = bytearray(SIZE * BITS // 8)
    for place, status in ended.items():
        content[place * BITS // 8] |= status << place * BITS % 8
    return base64.urlsafe_b64encode(zlib.compress(bytes(content), 9)).rstrip(b"=").decode()


def _ended(agency: str, number: int) -> dict[int, int]:
    """The places of one list whose certificate was revoked or replaced, or whose copy was ended by its holder."""
    places = StatusPlace.objects.filter(agency=agency, pk__gte=number * SIZE, pk__lt=(number + 1) * SIZE)
    changes = StatusChange.objects.filter(certificate__in=places.values("certificate"))
    states = dict(changes.values_list("certificate", "state"))
    ended = {
        index(pk): REPLACED if states[certificate] == Certificate.State.REPLACED else INVALID
        for pk, certificate in places.filter(certificate__in=states).values_list("pk", "certificate")
    }
    given_back = places.filter(copy__in=WalletCopyEnd.objects.values("copy")).values_list("pk", flat=True)
    return ended | {index(pk): INVALID for pk in given_back}
