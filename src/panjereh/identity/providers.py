"""Providers of identity by which people sign in here (OpenID Connect): which the operator trusts, and for what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from panjereh.kernel.actor import Level
from panjereh.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider, as the operator describes it (PANJEREH_PROVIDERS).

    issuer: its name in the protocol, and the address below which its discovery document lies
    levels: a value of its `acr` → the level of ours that it stands for; any other value is `low`
    national_number: the claim in which it vouches for a national number; empty: it vouches for none
    trust_email: whether an address that it calls verified is believed
    """

    id: str
    name: Mapping[str, str]
    issuer: str
    client_id: str
    secret: str
    scopes: tuple[str, ...] = ("openid",)
    levels: Mapping[str, Level] = field(default_factory=dict)
    national_number: str = ""
    trust_email: bool = False

    @property
    def best(self) -> Level:
        """The most that it can vouch for."""
        return max((Level.LOW, *self.levels.values()), key=list(Level).index)

    def acr_for(self, wanted: Level) -> list[str]:
        """The values of `acr` that would do, the least first: nobody shall prove more than is needed."""
        fitting = [acr for acr, level in self.levels.items() if level.meets(wanted)]
        return sorted(fitting, key=lambda acr: list(Level).index(self.levels[acr]))


@dataclass(frozen=True, slots=True)
class Vouched:
    """What a provider has said, checked, of somebody who has just shown it who they are.

    proven_at: when they did, in seconds since 1970; 0 when it doesn't say
    """

    provider: str
    issuer: str
    subject: str
    level: Level
    proven_at: int = 0
    email: str = ""
    national_number: str = ""

    @property
    def way(self) -> str:
        """Its name among `levels.WAYS`."""
        return f"provider:{self.level}"


def all_known() -> tuple[Provider, ...]:
    """The providers of this installation, in the operator's order."""
    return _read(tuple(map(_frozen, settings.PROVIDERS)))


def known(provider_id: str) -> Provider:
    """One of them. Raises NotFound."""
    found = next((one for one in all_known() if one.id == provider_id), None)
    if found is None:
        raise NotFound(_("There is no such provider of identity here."))
    return found


def that_reach(level: Level) -> list[Provider]:
    """Those that can vouch for at least this level."""
    return [one for one in all_known() if one.best.meets(level)]


def _frozen(described: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, _unchanging(value)) for name, value in described.items())


def _unchanging(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple(value.items())
    return tuple(value) if isinstance(value, list) else value


@cache
def _read(described: tuple[tuple[tuple[str, Any], ...], ...]) -> tuple[Provider, ...]:
    return tuple(_provider(dict(one)) for one in described)


def _provider(told: dict[str, Any]) -> Provider:
    levels = {acr: Level(level) for acr, level in told["levels"]}
    return Provider(**{**told, "name": dict(told["name"]), "levels": levels})
