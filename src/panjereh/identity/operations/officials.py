"""Officials: who holds which office with which roles, and since when."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import history, policy, standing
from panjereh.identity.errors import AlreadyAnOfficial, LastAdministrator, OfficeHasEnded, UnknownRole
from panjereh.identity.models import Official, Party, RoleGrant
from panjereh.identity.operations.accounts import create_account, party_of
from panjereh.identity.operations.changes import need_reason, record
from panjereh.identity.policy import Role, Target
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import NotAllowed, NotFound


@transaction.atomic
def make_official(
    *,
    actor: Actor,
    email: str,
    agency: str,
    roles: Iterable[str],
    office: str = "",
    given_name: str = "",
    family_name: str = "",
    reason: str = "",
) -> Official:
    """Give somebody an office. Who has no account yet gets one that opens with the first code sent to the address."""
    policy.require(actor, "official.manage", Target(agency=agency))
    _may_give(actor, roles)
    return put_in_office(
        email,
        agency=agency,
        roles=roles,
        office=office,
        given_name=given_name,
        family_name=family_name,
        by=actor,
        reason=reason,
    )


@transaction.atomic
def put_in_office(
    email: str,
    *,
    agency: str,
    roles: Iterable[str],
    office: str = "",
    given_name: str = "",
    family_name: str = "",
    by: Actor = SYSTEM,
    reason: str = "",
) -> Official:
    """What `make_official` does once it is allowed; used alone where nobody signs in yet. Raises AlreadyAnOfficial."""
    wanted = _known(roles)
    account = create_account(email)
    party = party_of(account)
    if account.offices.filter(ended_at=None).exists():
        raise AlreadyAnOfficial(
            _("%(email)s already holds an office. Change its roles, or end it first.") % {"email": account.email}
        )
    if not party.name:
        party.given_name, party.family_name = given_name, family_name
        party.kind = Party.Kind.AGENCY_EMPLOYEE
        party.save(update_fields=["given_name", "family_name", "kind"])
    made = Official.objects.create(party=party, account=account, agency=agency, office=office)
    _grant(made, wanted, actor=by, reason=reason)
    record("put in office", party.pk, actor=by, fields=sorted(wanted), reason=reason)
    _note(made, "appointed", actor=by, reason=reason)
    return made


@transaction.atomic
def change_roles(official_id: UUID, *, actor: Actor, roles: Iterable[str], reason: str) -> Official:
    """Give and take roles until the official holds exactly `roles`. It holds from their next click on."""
    held = _in_office(official_id, actor)
    wanted = _known(roles)
    reason = need_reason(reason)
    _may_give(actor, wanted ^ held.roles)
    if Role.ADMINISTRATOR not in wanted:
        _somebody_still_manages(held)
    _take(held, held.roles - wanted, actor=actor)
    _grant(held, wanted - held.roles, actor=actor, reason=reason)
    record("roles changed", held.party_id, actor=actor, fields=sorted(wanted), reason=reason)
    _note(held, "roles", actor=actor, reason=reason)
    return Official.objects.prefetch_related("grants").get(pk=official_id)


@transaction.atomic
def move_official(official_id: UUID, *, actor: Actor, office: str, reason: str) -> Official:
    """Move somebody to another office of their agency; empty means the whole agency."""
    held = _in_office(official_id, actor)
    held.office = office
    held.save(update_fields=["office"])
    record("moved to office", held.party_id, actor=actor, fields=[office], reason=need_reason(reason))
    _note(held, "moved", actor=actor, reason=reason)
    return held


@transaction.atomic
def end_official(official_id: UUID, *, actor: Actor, reason: str) -> Official:
    """End an office. The account stays: the person may still use the portal for themselves."""
    held = _in_office(official_id, actor)
    reason = need_reason(reason)
    _may_give(actor, held.roles)
    _somebody_still_manages(held)
    _take(held, held.roles, actor=actor)
    held.ended_at = clock.now()
    held.save(update_fields=["ended_at"])
    record("office ended", held.party_id, actor=actor, reason=reason)
    _note(held, "ended", actor=actor, reason=reason)
    return held


@transaction.atomic
def create_admin(email: str, *, agency: str, given_name: str = "", family_name: str = "") -> Official:
    """The first who may make officials, named by whoever runs the installation. Asked again, it gives back the role."""
    account = create_account(email)
    held = account.offices.filter(ended_at=None).first()
    if held is None:
        return put_in_office(
            email,
            agency=agency,
            roles=[Role.ADMINISTRATOR],
            given_name=given_name,
            family_name=family_name,
            reason="create-admin",
        )
    if missing := frozenset({str(Role.ADMINISTRATOR)}) - held.roles:
        _grant(held, missing, actor=SYSTEM, reason="create-admin")
        record("roles changed", held.party_id, actor=SYSTEM, fields=missing | held.roles, reason="create-admin")
        _note(held, "roles", actor=SYSTEM, reason="create-admin")
    return held


def _in_office(official_id: UUID, actor: Actor) -> Official:
    """The official, locked, if `actor` may manage them. Of agencies that aren't the actor's, nobody is found."""
    held = Official.objects.select_for_update(of=("self",)).filter(pk=official_id).first()
    if held is None or not policy.may(actor, "official.manage", Target(agency=held.agency)):
        raise NotFound(_("There is no such official."))
    policy.require(actor, "official.manage", Target(agency=held.agency, parties=frozenset({held.party_id})))
    if held.ended_at is not None:
        raise OfficeHasEnded(_("This person no longer holds the office."))
    return held


def _note(held: Official, kind: str, *, actor: Actor, reason: str) -> None:
    """Add to the official's chained history, with what they hold from now on. The caller holds the lock."""
    personal = {"reason": reason.strip()} if reason.strip() else None
    history.append(f"{standing.OFFICIAL}{held.pk}", kind, actor=actor, personal=personal, **standing.state_of(held))


def _may_give(actor: Actor, roles: Iterable[str]) -> None:
    """Only an administrator makes or unmakes administrators."""
    if Role.ADMINISTRATOR in roles and not (actor.is_system or Role.ADMINISTRATOR in actor.roles):
        raise NotAllowed(_("Only an administrator can give or take this role."))


def _known(roles: Iterable[str]) -> frozenset[str]:
    wanted = frozenset(roles)
    unknown = wanted - set(policy.OF_OFFICIALS)
    if unknown or not wanted:
        raise UnknownRole(_("Choose at least one role from the list."), roles=sorted(unknown))
    return frozenset(str(role) for role in wanted)


def _grant(held: Official, roles: Iterable[str], *, actor: Actor, reason: str) -> None:
    RoleGrant.objects.bulk_create(
        RoleGrant(official=held, role=role, given_by=actor.party, reason=reason[:300]) for role in sorted(roles)
    )


def _take(held: Official, roles: Iterable[str], *, actor: Actor) -> None:
    open_grants = RoleGrant.objects.filter(official=held, role__in=list(roles), taken_at=None)
    open_grants.update(taken_at=clock.now(), taken_by=actor.party)


def _somebody_still_manages(leaving: Official) -> None:
    """Raise LastAdministrator if `leaving` is an administrator and nobody else is."""
    if Role.ADMINISTRATOR not in leaving.roles:
        return
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, taken_at=None).exclude(official=leaving)
    if not others.exists():
        raise LastAdministrator(_("This is the last administrator. Make another one first."))
