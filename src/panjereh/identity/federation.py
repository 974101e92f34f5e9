"""Tables of OpenID Connect: sites that people sign in to with us, and providers by which people sign in here."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.storage import Row
from panjereh.vault.fields import SealedText


class Site(Row):
    """Another government site that people sign in to with us (a relying party of OpenID Connect Core 1.0).

    title, purpose: words per language, such as {"fa": …, "en": …}; purpose says what for it asks what it asks
    law: on which law; redirect_uris, logout_uris: exact addresses to which browsers are sent back
    scopes: what it may ask for; client_id: its name in the protocol
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for confirmation")
        OPEN = "open", _("open")
        REFUSED = "refused", _("refused")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.CharField(max_length=32, unique=True)
    agency = models.CharField(_("agency"), max_length=64)
    title = models.JSONField(_("name"))
    purpose = models.JSONField(_("purpose"))
    law = models.CharField(_("law"), max_length=100, blank=True)
    address = models.URLField(_("address"))
    redirect_uris = models.JSONField(default=list)
    logout_uris = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    secret_at = models.DateTimeField(null=True, blank=True, help_text="when its present secret was made")

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")


class SiteLink(Row):
    """That somebody signs in at a site, and what they agreed to hand over there.

    subject: under which name the site knows them; another one at each site (pairwise, OpenID Connect Core 1.0, 8.1)
    scopes: to what they agreed, until they take it back
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", on_delete=models.CASCADE, related_name="site_links")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="links")
    subject = models.CharField(max_length=32, unique=True)
    scopes = models.JSONField(default=list)
    since = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_link_to_a_site", fields=["account", "site"])]


class SiteSignIn(Row):
    """One sign-in at a site, from the code that the browser carries there to the tokens given for it.

    code, token: SHA-256 of what was given out; level, amr, proven_at: how and when the person had shown who they are
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    link = models.ForeignKey(SiteLink, on_delete=models.CASCADE, related_name="sign_ins")
    code = models.CharField(max_length=64, unique=True)
    token = models.CharField(max_length=64, blank=True)
    level = models.CharField(max_length=12)
    amr = models.JSONField(default=list)
    proven_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)
    redeemed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="site_sign_in_at", fields=["at"])]


class TokenKey(models.Model):
    """A key that signs ID tokens: published from `made_at`, in use from `begins_at` until the next begins."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pem = SealedText(scope="id", row=("id",))
    made_at = models.DateTimeField(default=clock.now)
    begins_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="withdrawn: nobody believes it any more")


class ProviderLink(Row):
    """That somebody signs in here by a provider of identity, which knows them as `subject`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey("identity.Account", on_delete=models.CASCADE, related_name="provider_links")
    provider = models.CharField(max_length=40)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    since = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_account_of_a_subject", fields=["issuer", "subject"]),
        ]
