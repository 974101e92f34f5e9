"""Parties: who they are, how they are told, and when they are who a register says."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy, queries
from panjereh.identity.errors import AlreadyLinked, ContactIsWrong
from panjereh.identity.models import Party
from panjereh.identity.operations.changes import need_reason, record
from panjereh.identity.policy import Target
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import identifiers, letters
from panjereh.localisation.errors import IdentifierProblem


@transaction.atomic
def make_party(
    *,
    actor: Actor,
    kind: str = Party.Kind.PERSON,
    given_name: str = "",
    family_name: str = "",
    organisation_name: str = "",
    company_id: str | None = None,
    email: str = "",
    phone: str = "",
    language: str = "fa",
    notices: str | None = None,
) -> Party:
    """Somebody who stands at the desk. They need no address, phone or number: then they are told on paper."""
    policy.require(actor, "party.make")
    contact = _contact(email=email, phone=phone, language=language)
    made = Party.objects.create(
        kind=kind,
        given_name=letters.normalise(given_name),
        family_name=letters.normalise(family_name),
        organisation_name=letters.normalise(organisation_name),
        company_id=_checked("company_id", identifiers.parse_company_id, company_id) if company_id else None,
        notices=notices or (Party.Notices.EMAIL if contact["email"] else Party.Notices.DESK),
        **contact,
    )
    record("party made", made.pk, actor=actor)
    return made


@transaction.atomic
def party_for_entity(
    entity: UUID, *, national_id: str | None = None, given_name: str = "", family_name: str = "", language: str = "fa"
) -> Party:
    """The party of somebody whom a register names and who must be told, such as the other parent."""
    found = queries.PARTY_OF_ENTITY.first(entity)
    if found is not None:
        return found
    found, _new = Party.objects.get_or_create(
        entity=entity,
        defaults={
            "linked_by": Party.Proof.REGISTER,
            "national_id": national_id,
            "given_name": given_name,
            "family_name": family_name,
            "language": language,
        },
    )
    return found


@transaction.atomic
def link_by_papers(
    party_id: UUID, *, actor: Actor, entity: UUID, national_id: str, given_name: str, family_name: str, papers: str
) -> Party:
    """An official has the person and their papers before them: from now on the party is this entry of the register.

    papers: which papers were seen, kept as the reason
    """
    policy.require(actor, "party.link", Target(parties=frozenset({party_id})))
    papers = need_reason(papers)
    linked = link(
        party_id,
        entity=entity,
        national_id=national_id,
        given_name=given_name,
        family_name=family_name,
        proof=Party.Proof.PAPERS,
    )
    record("linked by papers", party_id, actor=actor, fields=["entity", "national_id"], reason=papers)
    return linked


@transaction.atomic
def link(party_id: UUID, *, entity: UUID, national_id: str, given_name: str, family_name: str, proof: str) -> Party:
    """Tie a party to its entry of the population register, once. The caller vouches for `proof`.

    A party that only a register named so far becomes the same as this one. Raises AlreadyLinked when the entry is
    somebody else's who signs in, or the party is linked to another entry.
    """
    party = Party.objects.select_for_update(of=("self",)).filter(pk=party_id).first()
    if party is None:
        raise NotFound(_("There is nobody with this number."))
    if party.entity not in (None, entity):
        raise AlreadyLinked(_("This person is already linked to another entry of the register."))
    other = Party.objects.select_for_update(of=("self",)).filter(entity=entity).exclude(pk=party_id).first()
    if other is not None:
        _merge(other, into=party)
    party.entity = entity
    party.linked_by = proof
    party.national_id = national_id
    party.given_name = given_name
    party.family_name = family_name
    party.save(update_fields=["entity", "linked_by", "national_id", "given_name", "family_name"])
    return party


def _merge(other: Party, *, into: Party) -> None:
    """`other` was only ever named by a register or helped at the desk: its number now stands for `into`."""
    if other.accounts.exists():
        raise AlreadyLinked(_("This entry of the register already belongs to somebody who signs in."))
    Party.objects.filter(same_as=other).update(same_as=into)
    other.entity = None
    other.linked_by = ""
    other.national_id = None
    other.same_as = into
    other.save(update_fields=["entity", "linked_by", "national_id", "same_as"])


@transaction.atomic
def update_contact(
    party_id: UUID,
    *,
    actor: Actor,
    email: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    notices: str | None = None,
) -> Party:
    """How somebody is reached: said by themselves, or by the helpdesk for them. None leaves a detail, "" removes it.

    The address to sign in with is the account's and doesn't change here.
    """
    policy.require(actor, "party.contact", Target(parties=frozenset({party_id})))
    party = Party.objects.select_for_update(of=("self",)).filter(pk=party_id).first()
    if party is None:
        raise NotFound(_("There is nobody with this number."))
    given = {"email": email, "phone": phone, "language": language}
    changes = _contact(**{name: value for name, value in given.items() if value is not None})
    if notices is not None:
        changes["notices"] = _known("notices", notices, Party.Notices.values)
    changed = [name for name, value in changes.items() if getattr(party, name) != value]
    for name in changed:
        setattr(party, name, changes[name])
    if party.notices == Party.Notices.EMAIL and not party.email:
        raise ContactIsWrong(_("Notices by e-mail need an e-mail address."), field="email", problem="missing")
    if changed:
        party.save(update_fields=changed)
        record("contact changed", party_id, actor=actor, fields=changed)
    return party


def _contact(**given: str) -> dict[str, Any]:
    """The given details in the form that is stored. Raises ContactIsWrong for the first that can't be."""
    stored: dict[str, Any] = {}
    if "email" in given:
        stored["email"] = _checked("email", identifiers.parse_email, given["email"]).lower()
    if "phone" in given:
        stored["phone"] = _checked("phone", identifiers.parse_phone, given["phone"])
    if "language" in given:
        stored["language"] = _known("language", given["language"], [code for code, _name in settings.LANGUAGES])
    return stored


def _checked(field: str, parse: Any, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return str(parse(text))
    except IdentifierProblem as error:
        raise ContactIsWrong(_WRONG[field], field=field, problem=error.code) from error


def _known(field: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise ContactIsWrong(_WRONG[field], field=field, problem="unknown")
    return value


_WRONG = {
    "email": _("This isn’t an e-mail address. It looks like name@example.com."),
    "phone": _("This isn’t a phone number. A mobile number looks like 0912 123 4567."),
    "company_id": _("This isn’t the identifier of an organisation. It has eleven digits."),
    "language": _("This portal doesn’t speak that language."),
    "notices": _("There is no such way of getting notices."),
}
