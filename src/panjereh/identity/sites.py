"""What others may know of the sites that people sign in to with us."""

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.models import Account, Site, SiteLink
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor, Level
from panjereh.kernel.errors import NotFound

PROFILE, EMAIL, NATIONAL_NUMBER = "profile", "email", "national_number"
CLAIMS: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    PROFILE: ("name", "given_name", "family_name"),
    EMAIL: ("email", "email_verified"),
    NATIONAL_NUMBER: ("national_id",),
}
"""What each scope hands over. Only `openid` needs no consent of its own: it is a name that means nothing elsewhere."""

EIDAS = "http://eidas.europa.eu/LoA/"
ACR = {Level.LOW: f"{EIDAS}low", Level.SUBSTANTIAL: f"{EIDAS}substantial", Level.HIGH: f"{EIDAS}high"}
"""How a level of ours is called in `acr` (eIDAS; Regulation (EU) 910/2014, article 8)."""


def level_of_acr(values: str) -> Level:
    """The first level that a list of `acr_values` names, also by its bare word; `none` when it names none of ours."""
    known = {acr: level for level, acr in ACR.items()} | {str(level): level for level in ACR}
    return next((known[value] for value in values.split() if value in known), Level.NONE)


@lru_cache(maxsize=1024)
def title_of(number: str) -> dict[str, str]:
    """What a site is called, in each language: it never changes. For lists that name the same few again and again."""
    title: dict[str, str] = Site.objects.values_list("title", flat=True).get(pk=number)
    return title


def of_client(client_id: str) -> Site | None:
    """The open site that calls itself so in the protocol."""
    return Site.objects.filter(client_id=client_id[:32], state=Site.State.OPEN).first()


def link_of(account: Account, site: Site) -> SiteLink | None:
    """Whether and how somebody signs in at a site today."""
    return SiteLink.objects.filter(account=account, site=site, ended_at=None).first()


def links_of(actor: Actor) -> list[SiteLink]:
    """The sites that a person signs in to, the latest first."""
    mine = SiteLink.objects.filter(account__party=actor.party, account__party__isnull=False, ended_at=None)
    return list(mine.select_related("site").order_by("-used_at", "-since", "pk"))


def managed_by(actor: Actor) -> list[Site]:
    """The sites that an official looks after: their agency's, or (an administrator) all. What waits comes first."""
    order = [Site.State.ASKED, Site.State.OPEN, Site.State.CLOSED, Site.State.REFUSED]
    found = [one for one in Site.objects.order_by("asked_at", "pk") if _may_see(actor, one)]
    return sorted(found, key=lambda site: order.index(Site.State(site.state)))


def managed(actor: Actor, site_id: UUID) -> Site:
    """One of these. Raises NotFound."""
    found = Site.objects.filter(pk=site_id).first()
    if found is None or not _may_see(actor, found):
        raise NotFound(_("There is no such site."))
    return found


def fields_of(scopes: Iterable[str]) -> list[str]:
    """The names of all claims of these scopes, in order."""
    return [claim for scope, claims in CLAIMS.items() if scope in set(scopes) for claim in claims]


def _may_see(actor: Actor, site: Site) -> bool:
    return policy.may(actor, "site.manage", Target(agency=site.agency))
