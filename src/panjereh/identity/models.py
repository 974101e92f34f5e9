"""Who there is: accounts that sign in, parties that apply or are told, officials who act for an agency."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from panjereh.identity.authority import AuthorityEvent, Circle, Delegation, Mandate, Tie
from panjereh.identity.federation import ProviderLink, Site, SiteLink, SiteSignIn, TokenKey
from panjereh.identity.software import Client, ClientSecret, UsedAssertion
from panjereh.kernel import clock
from panjereh.kernel.actor import Level
from panjereh.kernel.ids import new_id
from panjereh.storage import Row
from panjereh.vault.fields import SealedText

__all__ = [
    "Account",
    "AuthorityEvent",
    "Change",
    "Circle",
    "Client",
    "ClientSecret",
    "Delegation",
    "Mandate",
    "Official",
    "Party",
    "ProviderLink",
    "RoleGrant",
    "Site",
    "SiteLink",
    "SiteSignIn",
    "Tally",
    "Tie",
    "TokenKey",
    "UsedAssertion",
]


class Party(Row):
    """One who can apply, be told, or be concerned: known by more or less, with or without an account.

    `entity` is the number of the same person (or organisation) in the `register` of residents (or companies), set only
    by a proven step (`linked_by` says which). One human being who is known for certain has one party, whatever they do
    here: so nobody decides their own case. When two parties turn out to be one human being, the one without
    an account becomes `same_as` the other.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        ORGANISATION = "organisation", _("organisation")
        AGENCY_EMPLOYEE = "agency_employee", _("employee of an agency")

    class Notices(models.TextChoices):
        EMAIL = "email", _("by e-mail, and here")
        IN_APP = "in_app", _("only here")
        DESK = "desk", _("on paper, at the desk")

    class Proof(models.TextChoices):
        DEMONSTRATION = "demonstration", _("loaded with the demonstration")
        PAPERS = "papers", _("papers seen at the desk")
        REGISTER = "register", _("named by the register itself")
        SIGN_IN = "sign_in", _("a sign-in that proves identity")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.PERSON)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    organisation_name = models.CharField(_("name of the organisation"), max_length=200, blank=True)
    national_id = models.CharField(_("national identity number"), max_length=10, unique=True, null=True, blank=True)
    company_id = models.CharField(_("company identifier"), max_length=11, unique=True, null=True, blank=True)
    entity = models.UUIDField(_("number in the population register"), unique=True, null=True, blank=True)
    register = models.CharField(max_length=64, default="population", help_text="the register that `entity` stands in")
    linked_by = models.CharField(_("how the link was proven"), max_length=16, choices=Proof, blank=True)
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    language = models.CharField(_("language"), max_length=8, default="fa")
    notices = models.CharField(_("how to tell them"), max_length=8, choices=Notices, default=Notices.EMAIL)
    is_demonstration = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="party_link_has_a_proof",
                condition=Q(entity=None, linked_by="") | (Q(entity__isnull=False) & ~Q(linked_by="")),
            ),
        ]
        indexes: ClassVar = [models.Index(name="party_email", fields=["email"])]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def subject(self) -> str:
        """Under which name logs speak of them."""
        return f"{self.register}:{self.entity}" if self.entity else f"party:{self.pk}"

    @property
    def name(self) -> str:
        """What to call them; empty when nobody said yet."""
        return self.organisation_name or f"{self.given_name} {self.family_name}".strip()


class AccountManager(BaseUserManager["Account"]):
    """Accounts are found by e-mail in small letters; they begin without a password."""

    def create_user(self, email: str, **fields: Any) -> "Account":
        account = self.model(email=email.strip().lower(), **fields)
        account.set_unusable_password()
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").lower())


class Account(AbstractBaseUser):
    """What somebody signs in to: an e-mail address that receives one-time codes, and other ways that they added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="accounts", null=True, blank=True)
    phone = models.CharField(_("confirmed phone"), max_length=16, unique=True, null=True, blank=True)
    assurance = models.CharField(
        _("how surely it is theirs"),
        max_length=12,
        default=Level.LOW,
        help_text="how surely this account was tied to the person whom its party stands for: caps every sign-in",
    )
    epoch = models.PositiveIntegerField(default=0, help_text="counted up to end all its sessions at once")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demonstration = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.email

    def get_session_auth_hash(self) -> str:
        """What every session of this account carries: once it changes, all of them are over."""
        before: str = super().get_session_auth_hash()
        return salted_hmac("epoch", f"{before}:{self.epoch}").hexdigest() if self.epoch else before


class Passkey(Row):
    """A key pair that an authenticator made for one account (WebAuthn). Here stands the public half.

    credential_id: base64url without padding; public_key: COSE_Key in CBOR (RFC 9052), as the authenticator gave it;
    sign_count: how often it has signed, as it says itself, 0 when it doesn't count; a step back means a copy.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(_("name"), max_length=60)
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    aaguid = models.UUIDField(help_text="the make of the authenticator, zero when it doesn't say")
    transports = models.JSONField(default=list)
    backup_eligible = models.BooleanField(default=False)
    backed_up = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")

    def __str__(self) -> str:
        return self.name


class CodeDevice(models.Model):
    """The app that shows codes for one account (TOTP). A step of time opens once."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="code_device")
    secret = SealedText(scope="account_id", row=("account_id",))
    last_step = models.BigIntegerField()
    made_at = models.DateTimeField(default=clock.now)


class RecoveryCode(models.Model):
    """One line of the list on paper, as a keyed digest."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)


class Recovery(models.Model):
    """Somebody at a counter who can't sign in any more: asked for by one official, decided by another."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for confirmation")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="recoveries")
    email = models.EmailField(_("new e-mail"))
    papers = models.CharField(_("papers seen"), max_length=300)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.UUIDField()
    agency = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_open_recovery", fields=["account"], condition=Q(state="asked")),
        ]


class SignIn(Row):
    """One browser in which somebody signed in, until it ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_ins")
    session = models.CharField(max_length=40, help_text="key of the session", blank=True)
    way = models.CharField(max_length=24)
    device = models.CharField(_("device"), max_length=80, blank=True)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="sign_in_account", fields=["account", "began_at"])]


class Official(Row):
    """A party's office in an agency, from one day to another, with roles that say what it may do."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="offices")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="offices")
    agency = models.CharField(_("agency"), max_length=64)
    office = models.CharField(_("office"), max_length=64, blank=True)
    since = models.DateTimeField(_("since"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("official")
        verbose_name_plural = _("officials")
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_office_at_a_time", fields=["account"], condition=Q(ended_at=None)),
        ]
        indexes: ClassVar = [models.Index(name="official_agency_office", fields=["agency", "office"])]

    @property
    def roles(self) -> frozenset[str]:
        """The roles held now (no query when the grants were fetched along)."""
        return frozenset(grant.role for grant in self.grants.all() if grant.taken_at is None)


class RoleGrant(Row):
    """One role of one official, from when to when and by whom; never overwritten, so that it can be asked later."""

    official = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(_("role"), max_length=20)
    given_at = models.DateTimeField(default=clock.now)
    given_by = models.UUIDField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="a_role_is_held_once", fields=["official", "role"], condition=Q(taken_at=None)
            ),
        ]


class Change(Row):
    """What somebody changed about a party, an account or an official. Fields by name, never their values."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    what = models.CharField(max_length=32)
    party = models.UUIDField(db_index=True)
    actor = models.UUIDField(null=True, blank=True)
    actor_agency = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)


class Tally(models.Model):
    """How often something was tried in a window of time. Only a digest says what, and by whom."""

    key = models.CharField(primary_key=True, max_length=64)
    tries = models.PositiveIntegerField()
    ends = models.BigIntegerField(db_index=True, help_text="seconds since 1970")
