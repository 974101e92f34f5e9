"""What others may know of accounts, parties and officials."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, FilteredRelation, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.identity import levels, policy
from panjereh.identity.errors import NotAnOfficial
from panjereh.identity.models import (
    Account,
    Change,
    Client,
    Delegation,
    Mandate,
    Official,
    Party,
    Passkey,
    Recovery,
    RecoveryCode,
    SignIn,
    Tie,
)
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Channel, Level
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits, letters
from panjereh.storage import Prepared, PreparedValues

UNPROVEN_ACCOUNTS_LIVE = timedelta(days=1)
FOUND_AT_MOST = 20
PARTY_COLUMNS = (
    "id",
    "kind",
    "given_name",
    "family_name",
    "organisation_name",
    "national_id",
    "company_id",
    "entity",
    "linked_by",
    "email",
    "phone",
    "language",
    "notices",
    "made_at",
)
CHANGE_COLUMNS = ("what", "fields", "reason", "actor_agency", "at")
BY_NAME = ("party__family_name", "party__given_name", "pk")

ACCOUNT = Prepared(lambda account: Account.objects.select_related("party").filter(pk=account))
PARTY = Prepared(lambda party: Party.objects.filter(pk=party))
PARTY_OF_ENTITY = Prepared(lambda entity: Party.objects.filter(entity=entity))
MERGED = Prepared(lambda party: Party.objects.filter(same_as=party).only("pk"))
SAME_AS = PreparedValues(
    lambda parties: Party.objects.filter(pk__in=parties, same_as__isnull=False).values_list("same_as")
)
MERGED_INTO = PreparedValues(lambda parties: Party.objects.filter(same_as__in=parties).values_list("pk"))
OFFICE = Prepared(lambda account: Official.objects.filter(account=account, ended_at=None))
AGENCY_OFFICE_ROLE = PreparedValues(
    lambda account: (
        Official.objects.filter(account=account, ended_at=None)
        .annotate(held=FilteredRelation("grants", condition=Q(grants__taken_at=None)))
        .values_list("agency", "office", "held__role")
    )
)
AGENTS = PreparedValues(
    lambda principals, now: valid(now).filter(principal__in=principals, services=[], agency="").values_list("agent")
)
TIED_TO = PreparedValues(lambda entities: Tie.objects.filter(entity__in=entities).values_list("holder"))
TIED_TO_PARTIES = PreparedValues(
    lambda parties: Tie.objects.filter(
        entity__in=Party.objects.filter(pk__in=parties, entity__isnull=False).values("entity")
    ).values_list("holder")
)
LENT = PreparedValues(
    lambda account, now: (
        Delegation.objects.filter(
            receiver__account=account,
            receiver__ended_at=None,
            ended_at=None,
            since__lte=now,
            until__gt=now,
            giver__ended_at=None,
            giver__grants__role=F("role"),
            giver__grants__taken_at=None,
        )
        .filter(Q(giver__office="") | Q(giver__office=F("receiver__office")), giver__agency=F("receiver__agency"))
        .values_list("role", "giver__party")
    )
)
PARTIES = PreparedValues(lambda entities: Party.objects.filter(entity__in=entities).values_list("pk"))
NAMES = Prepared(
    lambda parties: Party.objects.filter(pk__in=parties).only("given_name", "family_name", "organisation_name")
)
HOLDERS = Prepared(
    lambda agency, role: (
        Official.objects.filter(ended_at=None, agency=agency, grants__role=role, grants__taken_at=None)
        .select_related("party", "account")
        .order_by(*BY_NAME)
    )
)


def valid(now: datetime) -> QuerySet[Mandate]:
    """The mandates that stand at this moment."""
    in_time = Q(until=None) | Q(until__gt=now)
    return Mandate.objects.filter(in_time, state=Mandate.State.VALID, since__lte=now)


def account(account_id: UUID) -> Account | None:
    """The account of this number, with its party."""
    return ACCOUNT.first(account_id)


def actor_of(
    account: Account,
    *,
    as_official: bool = False,
    channel: Channel = Channel.WEB,
    language: str | None = None,
    ways: Sequence[str] = (),
) -> Actor:
    """Who acts when `account` is signed in: the person, or the official that they are today.

    ways: by which of `levels.WAYS` they have proven themselves; without, nothing but that somebody signed in is known

    Raises NotAnOfficial if the account holds no office, NotFound if nobody ever proved that the account is theirs.
    """
    party = account.party
    if party is None:
        raise NotFound(_("This account isn’t in use yet. Sign in with the code that we sent."))
    language = language or party.language
    level, amr = level_of(account, ways, as_official=as_official), levels.amr(ways)
    if not as_official:
        return Actor(party=party.pk, name=party.name, channel=channel, level=level, amr=amr, language=language)
    held = AGENCY_OFFICE_ROLE.all(account.pk)
    if not held:
        raise NotAnOfficial(_("You hold no office at an agency. Your operator can give you one."))
    agency, office, _role = held[0]
    own = frozenset(role for _agency, _office, role in held if role)
    lent = tuple((role, giver) for role, giver in LENT.all(account.pk, clock.now()) if role not in own)
    return Actor(
        party=party.pk,
        name=party.name,
        agency=agency,
        office=office or None,
        roles=own | {role for role, _giver in lent},
        lent=lent,
        channel=channel,
        level=level,
        amr=amr,
        language=language,
    )


def level_of(account: Account, ways: Sequence[str] = (), *, as_official: bool = False) -> Level:
    """How sure we are who it is: the proof at sign-in, capped by how surely the account was tied to a proven person.

    Officials are tied to their account by whoever gave them the office. A demonstration identity plays a proven person.
    """
    if account.is_demonstration and settings.DEMONSTRATION:
        return Level.SUBSTANTIAL
    proven = levels.of_ways(ways) if ways else Level.LOW
    return proven if as_official else levels.lower(proven, Level(account.assurance))


def passkeys_of(account: Account) -> list[Passkey]:
    """The passkeys that open this account, the oldest first."""
    return list(Passkey.objects.filter(account=account).order_by("made_at", "pk"))


def own_passkey(actor: Actor, passkey_id: UUID) -> Passkey:
    """One of the person's own passkeys. Raises NotFound."""
    found = Passkey.objects.filter(pk=passkey_id, account__party=actor.party, account__party__isnull=False).first()
    if found is None:
        raise NotFound(_("There is no such passkey among yours."))
    return found


def sign_ins_of(account: Account) -> list[SignIn]:
    """The browsers in which this account is signed in, the latest first."""
    since = clock.now() - max(limit.absolute for limit in levels.LIMITS.values())
    return list(SignIn.objects.filter(account=account, ended_at=None, began_at__gt=since).order_by("-began_at", "-pk"))


def is_unconfirmed(party_id: UUID) -> bool:
    """Whether somebody has an account that nobody has yet tied to them for certain."""
    return Account.objects.filter(party=party_id, assurance=Level.LOW, is_active=True).exists()


def open_recoveries(actor: Actor) -> list[Recovery]:
    """What waits for a second official, the oldest first; never the actor's own matter."""
    policy.require(actor, "account.confirm_recovery")
    waiting = Recovery.objects.filter(state=Recovery.State.ASKED).exclude(account__party=actor.party)
    return list(waiting.select_related("account__party").order_by("asked_at", "pk"))


def recovery_of(account: Account) -> Recovery | None:
    """The recovery of this account that waits, if any: its owner can stop it."""
    return Recovery.objects.filter(account=account, state=Recovery.State.ASKED).first()


def accounts_of(party_id: UUID) -> list[Account]:
    """The accounts of somebody, open or closed."""
    return list(Account.objects.filter(party=party_id).order_by("made_at", "pk"))


def entities_with_accounts() -> dict[UUID, UUID]:
    """Entry of the population register → party, of all who can sign in."""
    linked = Party.objects.filter(entity__isnull=False, accounts__is_active=True)
    return {entity: party for entity, party in linked.values_list("entity", "pk") if entity is not None}


def strongest_of(account: Account) -> Level:
    """The best level that the account's ways can prove: who changes them proves as much."""
    sure = account.has_usable_password() or Passkey.objects.filter(account=account).exists()
    return Level.SUBSTANTIAL if sure else Level.LOW


def recovery_codes_left(account: Account) -> int:
    """How many codes of the list on paper are still good."""
    return RecoveryCode.objects.filter(account=account, used_at=None).count()


def current_office(account: Account) -> Official | None:
    held = OFFICE.first(account.pk)
    if held is not None:
        prefetch_related_objects([held], "grants")
    return held


def is_official(account: Account) -> bool:
    return account.offices.filter(ended_at=None).exists()


def party(party_id: UUID) -> Party:
    """One party, for rooms that already know that the reader may. Raises NotFound."""
    found = PARTY.first(party_id)
    if found is None:
        raise NotFound(_("There is nobody with this number."))
    return found


def present(party_id: UUID) -> Party:
    """Whom a number stands for today: it may have turned out to be somebody known under another one."""
    found = party(party_id)
    return found if found.same_as_id is None else party(found.same_as_id)


def party_of_entity(entity: UUID) -> Party | None:
    """Who is linked to this entry of the population register, if anybody."""
    return PARTY_OF_ENTITY.first(entity)


def party_of_number(number: str) -> Party | None:
    """Who is linked to the registers under this national number or company identifier, if anybody."""
    named = Q(national_id=number) | Q(company_id=number)
    return Party.objects.filter(named, entity__isnull=False, same_as=None).first()


def parties_of_entities(entities: Iterable[UUID]) -> frozenset[UUID]:
    """Who of these entries of the population register is known here."""
    wanted = set(entities)
    return frozenset(number for (number,) in PARTIES.all(wanted)) if wanted else frozenset()


def numbers_of(party_id: UUID) -> frozenset[UUID]:
    """All numbers under which this party is known: its own, and those that turned out to be the same person."""
    return frozenset({party_id, *(merged.pk for merged in MERGED.all(party_id))})


def present_numbers_of(party_ids: Iterable[UUID]) -> frozenset[UUID]:
    """These numbers, and those of today of the people for whom they stand: `present` for several, in one question."""
    asked = frozenset(party_ids)
    return asked | {number for (number,) in SAME_AS.all(asked)} if asked else asked


def all_numbers_of(party_ids: Iterable[UUID]) -> frozenset[UUID]:
    """All numbers of the people for whom these stand, whether theirs of today or earlier ones."""
    today = present_numbers_of(party_ids)
    return today | {number for (number,) in MERGED_INTO.all(today)} if today else today


def ties(holders: Iterable[UUID], entity: Any) -> QuerySet[Tie]:
    """Whether one of these officials is related to an entry of a register: a condition for other queries."""
    return Tie.objects.filter(holder__in=holders, entity=entity)


def tied_to(parties: Iterable[UUID], entities: Iterable[UUID] = ()) -> frozenset[UUID]:
    """The officials who are related to one of these parties, or to one of these entries of registers."""
    found = {holder for (holder,) in TIED_TO_PARTIES.all(frozenset(parties))}
    named = frozenset(entities)
    if named:
        found |= {holder for (holder,) in TIED_TO.all(named)}
    return frozenset(found)


def names_of(party_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What to call many parties at once."""
    wanted = set(party_ids)
    return {found.pk: found.name for found in NAMES.all(wanted)} if wanted else {}


def party_of_account(email: str) -> UUID | None:
    """Who signs in with this address."""
    return Account.objects.filter(email=email, is_active=True).values_list("party", flat=True).first()


def address_for_notices(party_id: UUID) -> str:
    """Where to send e-mail to this party; empty when they have no address or want none."""
    told = present(party_id)
    return told.email if told.notices == Party.Notices.EMAIL else ""


def addresses_for_notices(party_id: UUID) -> list[str]:
    """Where to send e-mail about this party: to themselves; if they have no address, as a child or a company may not,
    to those who act for them in everything."""
    told = present(party_id)
    if told.email or told.notices == Party.Notices.DESK:
        return [told.email] if told.notices == Party.Notices.EMAIL else []
    agents = {agent for (agent,) in AGENTS.all(numbers_of(told.pk), clock.now())}
    return sorted({address for address in map(address_for_notices, agents) if address})


@transaction.atomic
def find_parties(actor: Actor, text: str) -> list[Party]:
    """Whom an official looks for: by number, e-mail or phone exactly, or by the beginning of names.

    What is found is shown, so everyone found can see that somebody looked.
    """
    policy.require(actor, "party.find")
    text = letters.normalise(digits.to_ascii(text)).strip()
    if len(text) < 2:
        return []
    found = list(_like(text).order_by("family_name", "given_name", "pk")[:FOUND_AT_MOST])
    _note(actor, found)
    return found


@transaction.atomic
def at_the_desk(actor: Actor, party_id: UUID) -> Party:
    """Somebody whom an official has before them. They can see that the official looked."""
    policy.require(actor, "party.find")
    found = party(party_id)
    _note(actor, [found])
    return found


def _note(actor: Actor, found: Iterable[Party]) -> None:
    audit.record_accesses(
        audit.Access(
            actor=actor,
            subject=one.subject,
            source="identity",
            fields=["name", "email", "phone", "national_id"],
            purpose="find-at-the-desk",
        )
        for one in found
    )


def _like(text: str) -> QuerySet[Party]:
    exact = Q(national_id=text) | Q(company_id=text) | Q(email__iexact=text) | Q(phone=text)
    if text.startswith("0"):
        exact |= Q(phone=f"+98{text[1:]}")
    first, _space, rest = text.partition(" ")
    by_name = Q(family_name__istartswith=text) | Q(organisation_name__istartswith=text)
    if rest:
        by_name |= Q(given_name__istartswith=first, family_name__istartswith=rest)
    return Party.objects.filter(exact | by_name, same_as=None)


def officials(agency: str | None = None, *, role: str | None = None, office: str | None = None) -> list[Official]:
    """Who holds an office today, by family name."""
    if agency is not None and role is not None and office is None:
        return HOLDERS.all(agency, role)
    held = Official.objects.filter(ended_at=None).select_related("party", "account").prefetch_related("grants")
    if agency is not None:
        held = held.filter(agency=agency)
    if office is not None:
        held = held.filter(office=office)
    if role is not None:
        held = held.filter(grants__role=role, grants__taken_at=None)
    return list(held.order_by(*BY_NAME))


def official(official_id: UUID) -> Official:
    """One official, in office or not. Raises NotFound."""
    found = (
        Official.objects.select_related("party", "account").prefetch_related("grants").filter(pk=official_id).first()
    )
    if found is None:
        raise NotFound(_("There is no such official."))
    return found


def changes_of(party_id: UUID) -> list[Change]:
    """What was changed about a party, its account and offices, newest first."""
    return list(Change.objects.filter(party=party_id).order_by("-at", "-pk"))


def unproven_accounts() -> QuerySet[Account]:
    """Accounts that somebody asked a code for long ago and nobody ever entered."""
    return Account.objects.filter(party=None, made_at__lt=clock.now() - UNPROVEN_ACCOUNTS_LIVE)


def holds_demonstration() -> bool:
    """Whether somebody of the demonstration country was ever loaded here: then it can't become a real installation."""
    return Account.objects.filter(is_demonstration=True).exists()


def everything_about(parties: Collection[UUID]) -> list[dict[str, Any]]:
    """All that this room holds of a person, for a copy of their own data: no secrets, no keys."""
    return [_everything(one) for one in Party.objects.filter(pk__in=parties).order_by("made_at")]


def _everything(party: Party) -> dict[str, Any]:
    accounts = party.accounts.order_by("made_at")
    return {
        **{name: getattr(party, name) for name in PARTY_COLUMNS},
        "accounts": [
            {
                **{name: getattr(one, name) for name in ("email", "is_active", "made_at", "last_login")},
                "passkeys": list(one.passkeys.values("name", "made_at", "used_at")),
            }
            for one in accounts
        ],
        "offices": list(party.offices.values("agency", "office", "since", "ended_at")),
        "changes": list(
            Change.objects.filter(party=party.pk)
            .order_by("at")
            .values("what", "fields", "reason", "actor_agency", "at")
        ),
    }


def clients(actor: Actor) -> list[Client]:
    """The programs of every agency that the actor manages, the newest first."""
    found = Client.objects.order_by("-made_at", "pk")
    return [each for each in found if policy.may(actor, "client.manage", policy.Target(agency=each.agency))]


def parties_by_number(numbers: Collection[str]) -> dict[str, UUID]:
    """National or company number → who bears it for certain, of those that are known here."""
    if not numbers:
        return {}
    proven = Party.objects.filter(entity__isnull=False, same_as=None)
    people = proven.filter(national_id__in=numbers).values_list("national_id", "pk")
    companies = proven.filter(company_id__in=numbers).values_list("company_id", "pk")
    return {str(number): party for number, party in (*people, *companies)}
