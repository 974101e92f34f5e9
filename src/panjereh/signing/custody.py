"""What operators do with keys: each act with who and why, kept for good (`KeyAct`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, NotFound
from panjereh.signing import keys, revocation, statements, stores
from panjereh.signing.adapters.files import pem, write
from panjereh.signing.authorities import ROOT, Certified
from panjereh.signing.errors import AlreadyRevoked, NoReason, NoRootKey, NoSeal
from panjereh.signing.keys import Seal
from panjereh.signing.models import KeyAct, Statement

RENEW_BEFORE = timedelta(days=30)
"""A seal that ends sooner is renewed by the worker."""
WARN_BEFORE = timedelta(days=180)
"""Operators are told of what ends sooner and can't be renewed without the root key."""
SHORTEST_PASSPHRASE = 12


FIRST = "the agency had no seal of this kind"
ENDING = "the certificate ends soon"
"""Reasons of what is done by itself, as they are kept."""


@dataclass(frozen=True, slots=True)
class Concern:
    """What an operator must see to. kid: of which key; ends_at: when it becomes urgent; code: what it is

    Codes: `authority_ends`, `root_ends`, `seal_ends`, `root_key_is_here`, `list_ends` (of revoked certificates)
    """

    code: str
    name: str
    kid: str = ""
    ends_at: datetime | None = None


def prepare(agencies: Mapping[str, Mapping[str, str]], country: str = "") -> list[str]:
    """At start: make the keys and statements that are missing. Doing it again changes nothing.

    agencies: id to names by language; country: its code in ISO 3166-1. Tells which of them must wait for the root key.
    """
    made = keys.ring().prepare(agencies, country)
    for seal in filter(None, made.values()):
        _keep(KeyAct.Act.MADE, seal, by="start", reason=FIRST)
        for before in keys.ring().all():
            if before.agency == seal.agency and before.kid != seal.kid:
                stores.destroy(before.place)
    publish()
    return [agency for agency, seal in made.items() if seal is None]


def rotate(agency: str, *, by: str, reason: str, authority: bool = False) -> Seal:
    """Give the agency a new seal and destroy the private key of the old one, which stays checkable.

    authority: also a new authority above it, for which the root key is needed. Raises NoSeal, NoRootKey, NoReason.
    """
    _want(by, reason)
    ring = keys.ring()
    before = _present(agency)
    seal = ring.rotate(agency, authority=authority)
    _keep(KeyAct.Act.ROTATED, seal, by=by, reason=reason)
    stores.destroy(before.place)
    publish()
    return seal


def revoke(kid: str, *, by: str, reason: str, cause: str, since: datetime) -> KeyAct:
    """The key is not to be trusted since then. Of a seal that signs now a new one takes the place at once.

    kid: of a seal or of an agency's authority, also the first letters of it. Raises NotFound, AlreadyRevoked.
    """
    _want(by, reason)
    if cause not in KeyAct.Cause.values:
        raise Invalid(f"The cause is one of: {', '.join(KeyAct.Cause.values)}.")
    if since > clock.now():
        raise Invalid("A key can’t be revoked since a day that is still to come.")
    found = find(kid)
    if any(act.since and act.since <= since for act in revocation.revocations([found.kid])):
        raise AlreadyRevoked(f"{found.kid} is revoked since then or longer already. Nothing was changed.")
    with transaction.atomic():
        act = _keep(KeyAct.Act.REVOKED, found, by=by, reason=reason, cause=cause, since=since)
    if isinstance(found, Seal):
        stores.destroy(found.place)
    authority = keys.ring().authorities.present(found.agency)
    is_authority = authority is not None and authority.kid == found.kid
    if is_authority or _present(found.agency).kid == found.kid:
        rotate(found.agency, by=by, reason=reason, authority=is_authority)
    publish()
    return act


def publish() -> list[str]:
    """Make the revocation lists and OCSP answers that are due; the names of them."""
    return statements.publish(keys.ring())


def renew() -> list[Seal]:
    """Give a new seal to each agency whose present one ends soon. Run by the worker."""
    soon = (clock.now() + RENEW_BEFORE).timestamp()
    ending = [seal for seal in _present_ones() if seal.ends_at < soon]
    return [rotate(seal.agency, by="worker", reason=ENDING) for seal in ending]


def export_root(target: Path, passphrase: str, *, by: str, reason: str) -> None:
    """Write the root key, encrypted, to a medium that will lie in a safe; read it back to be sure."""
    _want(by, reason)
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Invalid(f"The passphrase needs at least {SHORTEST_PASSPHRASE} signs.")
    if target.exists():
        raise Conflict(f"{target} is there already. Name another file; nothing was written.")
    authorities = keys.ring().authorities
    root = authorities.root_authority()
    write(target, pem(root.key, passphrase.encode()))
    authorities.bring_root_key(target.read_bytes(), passphrase.encode())
    _keep(KeyAct.Act.ROOT_EXPORTED, root, by=by, reason=reason)


def remove_root(copy: Path, passphrase: str, *, by: str, reason: str) -> None:
    """Take the root key off this machine, after a look whether the copy is good. Its certificate stays."""
    _want(by, reason)
    authorities = keys.ring().authorities
    if not stores.has(authorities.root_place):
        raise NoRootKey("The root key is not on this machine.")
    authorities.bring_root_key(copy.read_bytes(), passphrase.encode())
    publish()
    stores.destroy(authorities.root_place)
    _keep(KeyAct.Act.ROOT_REMOVED, authorities.root_authority(), by=by, reason=reason)


def bring_root(copy: Path, passphrase: str) -> None:
    """Use the root key of the safe while this process runs. Raises WrongRootKey."""
    keys.ring().authorities.bring_root_key(copy.read_bytes(), passphrase.encode())


def find(kid: str) -> Certified:
    """A seal or an agency's authority by its number or the first letters of it."""
    known: list[Certified] = [*keys.ring().all(), *keys.ring().authorities.all()[1:]]
    found = [one for one in known if kid and one.kid.startswith(kid)]
    if len(found) != 1:
        raise NotFound(f"{len(found)} keys begin with {kid!r}. See ./panjereh seals list.")
    return found[0]


def agencies() -> list[str]:
    """Who has a seal here."""
    return keys.ring().agencies()


def acts() -> list[KeyAct]:
    """What was done with keys, the newest first."""
    return list(KeyAct.objects.order_by("-pk"))


def concerns() -> list[Concern]:
    """What an operator must see to."""
    return [*_keys_that_end(), *_lists_that_end(), *_root_key()]


def _keys_that_end() -> Iterator[Concern]:
    ring, soon = keys.ring(), clock.now() + WARN_BEFORE
    present = _present_ones()
    above = [ring.authorities.present(seal.agency) for seal in present]
    ends: list[tuple[str, Certified, datetime]] = []
    ends += [("seal_ends", seal, clock.now() + RENEW_BEFORE / 2) for seal in present]
    ends += [("authority_ends", authority, soon) for authority in above if authority]
    ends += [("root_ends", ring.authorities.all()[0], soon)]
    for code, one, limit in ends:
        if one.certificate.not_valid_after_utc < limit:
            yield Concern(code, one.agency, one.kid, one.certificate.not_valid_after_utc)


def _lists_that_end() -> Iterator[Concern]:
    for one in Statement.objects.filter(name__endswith=".crl").order_by("name"):
        left = one.ends_at - clock.now()
        if left < (one.ends_at - one.made_at) / 4:
            yield Concern("list_ends", one.name, ends_at=one.ends_at)


def _root_key() -> Iterator[Concern]:
    ring = keys.ring()
    if not ring.demonstration and stores.has(ring.authorities.root_place):
        yield Concern("root_key_is_here", ROOT)


def _present_ones() -> list[Seal]:
    ring = keys.ring()
    return [ring.present(agency) for agency in ring.agencies()]


def _present(agency: str) -> Seal:
    ring = keys.ring()
    if agency not in ring.agencies():
        raise NoSeal(f"{agency} has no seal here. See ./panjereh seals list.")
    return ring.present(agency)


def _want(by: str, reason: str) -> None:
    if not (by.strip() and reason.strip()):
        raise NoReason("Say who does it and why: --by WHO --reason WHY. Nothing was done.")


def _keep(act: str, key: Certified, *, by: str, reason: str, cause: str = "", since: datetime | None = None) -> KeyAct:
    row = KeyAct(
        at=clock.now(), act=act, agency=key.agency, kid=key.kid, by=by, reason=reason, cause=cause, since=since
    )
    row.save(force_insert=True)
    return row
