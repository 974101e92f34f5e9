"""Seals that are not to be trusted any more: since when, and what that means for what they have sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from panjereh.signing.keys import KeyRing
from panjereh.signing.models import KeyAct

State = Literal["good", "revoked_later", "revoked_before", "unproven"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a revocation means for something that a seal has sealed.

    state: good            the seal was never revoked
           revoked_later   it was, but this was sealed before: it holds
           revoked_before  it was sealed when the seal was not to be trusted any more: it does not hold
           unproven        the key was stolen; this says that it is older, and nothing but the key says so
    """

    state: State
    revocation: KeyAct | None = None

    @property
    def holds(self) -> bool:
        return self.state in ("good", "revoked_later")


def standing(ring: KeyRing, kid: str, *, said: datetime | None, proven: datetime | None = None) -> Standing:
    """Of something that seal `kid` has sealed.

    said: when, by its own words; proven: a moment at which it existed, by words that the seal's key can't forge (a
    time-stamp, the transparency log)
    """
    revocation = of(ring, kid)
    if revocation is None or revocation.since is None:
        return Standing("good")
    moment = proven if revocation.is_theft else min((one for one in (said, proven) if one), default=None)
    if moment is not None and moment < revocation.since:
        return Standing("revoked_later", revocation)
    lies = revocation.is_theft and moment is None and said is not None and said < revocation.since
    return Standing("unproven" if lies else "revoked_before", revocation)


def of(ring: KeyRing, kid: str) -> KeyAct | None:
    """The revocation of a seal, or of the authority above it, that reaches back furthest."""
    seal = ring.find(kid)
    above = ring.authorities.above(seal.certificate, seal.agency) if seal else None
    found = revocations([kid, *([above.kid] if above else [])])
    return min(found, key=lambda act: (act.since, act.pk), default=None)


def revocations(kids: Iterable[str]) -> list[KeyAct]:
    return list(KeyAct.objects.filter(act=KeyAct.Act.REVOKED, kid__in=list(kids)).order_by("pk"))
