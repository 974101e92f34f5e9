"""Programs that act for an agency or a biller: which there are, and with what they prove themselves."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row


class Scope(models.TextChoices):
    """What an agency lets a program do (RFC 6749, 3.3). Which actions of the table that means says `SCOPES`."""

    BILLS_WRITE = "bills:write", _("hand in bills and take them back")
    BILLS_READ = "bills:read", _("read the state of bills")
    PAYMENTS_READ = "payments:read", _("list payments")


class Client(Row):
    """A program that an operator has registered (RFC 6749, 2): it acts for one agency, within its scopes.

    key: its public key (JWK, RFC 7517) where it proves itself by private_key_jwt (RFC 7523)
    generation: counted up to end all its tokens at once
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=80)
    agency = models.CharField(max_length=64, db_index=True)
    scopes = models.JSONField(default=list)
    key = models.JSONField(null=True)
    generation = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    used_on = models.DateField(null=True, help_text="the last day on which it asked for a token")
    revoked_at = models.DateTimeField(null=True)


class ClientSecret(Row):
    """A secret of a program: 256 random bits, of which only the SHA-256 is kept. Nothing slower is needed to keep a
    secret from being guessed that no human being chose. After a rotation the old one lives on for a while.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="secrets")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True)


class UsedAssertion(Row):
    """A signed assertion that was used (RFC 7523, 3): the same is not taken twice."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    jti = models.CharField(max_length=64, help_text="SHA-256 of its number")
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="assertion_is_used_once", fields=["client", "jti"]),
            models.CheckConstraint(name="assertion_has_a_number", condition=~Q(jti="")),
        ]
