"""Who has come to the desk: the register says whether the papers are theirs."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.cases.access import POPULATION
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Registry
from panjereh.identity import operations as identity
from panjereh.identity import policy
from panjereh.identity.models import Party
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import Invalid
from panjereh.localisation import identifiers
from panjereh.localisation.errors import IdentifierProblem
from panjereh.registries import queries as registries

PURPOSE = "link-by-papers"


def link_by_papers(party_id: UUID, *, actor: Actor, national_id: str, birth_date: date, papers: str) -> Party:
    """Link a visitor to the entry of the register that their papers name. Number and date of birth must both agree."""
    policy.require(actor, "party.link", policy.Target(parties=frozenset({party_id})))
    try:
        number = identifiers.parse_national_id(national_id)
    except IdentifierProblem as error:
        raise Invalid(_("A national number has 10 digits, and its last one must fit. Check it again.")) from error
    registry = catalogue.country().registries[POPULATION]
    values = {registry.key: number, "birth_date": birth_date.isoformat()}
    law = registry.law or PURPOSE
    found = registries.look_up(registry, _look_up_of(registry), values, actor=actor, purpose=PURPOSE, law=law)
    if found is None:
        raise Invalid(_("The register knows nobody with this number and date of birth."))
    return identity.link_by_papers(
        party_id,
        actor=actor,
        entity=found.entity,
        national_id=number,
        given_name=str(found.data.get("given_name") or ""),
        family_name=str(found.data.get("family_name") or ""),
        papers=papers,
    )


def _look_up_of(registry: Registry) -> str:
    """The look-up that wants the key and the date of birth."""
    wanted = {registry.key, "birth_date"}
    for name, look_up in registry.lookups.items():
        if set(look_up.match) == wanted:
            return name
    raise Invalid(_("The register of this country has no look-up by number and date of birth."))
