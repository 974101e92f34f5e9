"""What can go wrong with people, accounts and officials."""

from typing import Self

from django.utils.translation import gettext_lazy as _

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable


class NotAnOfficial(NotAllowed):
    """The account holds no office today."""

    code = "not_an_official"


class AlreadyLinked(Conflict):
    """The party, or the entry of the register, is linked to somebody else."""

    code = "already_linked"


class AlreadyAnOfficial(Conflict):
    """The account already holds an office."""

    code = "already_an_official"


class OfficeHasEnded(Conflict):
    """The official no longer holds the office."""

    code = "office_has_ended"


class LastAdministrator(Conflict):
    """Nobody would be left who can manage officials."""

    code = "last_administrator"


class ContactIsWrong(Invalid):
    """An address, number, language or channel that can't be. `params["field"]` names it, `params["problem"]` why."""

    code = "contact_is_wrong"


class DelegationIsWrong(Invalid):
    """Roles can't be lent so. `params["field"]` names the box."""

    code = "delegation_is_wrong"


class MandateIsWrong(Invalid):
    """A mandate can't be given so. `params["field"]` names the box."""

    code = "mandate_is_wrong"


class MandateNotOpen(Conflict):
    """The mandate does not stand so that this could be done to it."""

    code = "mandate_not_open"


class MandateHasEnded(NotAllowed):
    """Somebody acts by a mandate that stands no more."""

    code = "mandate_has_ended"


class BeyondMandate(NotAllowed):
    """The mandate by which somebody acts does not reach so far."""

    code = "beyond_mandate"


class UnknownRole(Invalid):
    """There is no such role that an official can hold."""

    code = "unknown_role"


class ReasonMissing(Invalid):
    """An act that others must be able to follow needs a reason."""

    code = "reason_missing"


class NoDemonstration(NotAllowed):
    """Demonstration identities exist only in the demonstration country."""

    code = "no_demonstration"


class PasskeyRefused(NotAllowed):
    """What a passkey answered proves nothing. `params["reason"]` says why; the person always reads one sentence."""

    code = "passkey_refused"

    @classmethod
    def because(cls, reason: str) -> Self:
        return cls(_("That passkey was not accepted. Try once more, or sign in another way."), reason=reason)


class TooManyWays(Conflict):
    """The account has as many ways to sign in of this kind as it may have."""

    code = "too_many_ways"


class SignInIsTooWeak(NotAllowed):
    """What is asked for needs a surer proof of who it is: `params["wanted"]`, a Level. The face offers to give it."""

    code = "sign_in_is_too_weak"


class ProveAgain(NotAllowed):
    """A sensitive act needs a proof that is fresh: the face asks for one, and comes back."""

    code = "prove_again"


class CodeIsWrong(Invalid):
    """Not the code that was sent. `params["over"]`: no further try counts, another code must be asked for."""

    code = "code_is_wrong"


class NotLinked(Conflict):
    """The party isn't linked to the register yet."""

    code = "not_linked"


class PasswordIsWeak(Invalid):
    """The password is too short, too common, or too like the address."""

    code = "password_is_weak"


class RecoveryIsClosed(Conflict):
    """The recovery was decided or stopped, or another one is open."""

    code = "recovery_is_closed"


class NotTheSameOfficial(NotAllowed):
    """Four eyes: who asked doesn't confirm."""

    code = "not_the_same_official"


class TooEarly(Conflict):
    """The owner still has time to stop it."""

    code = "too_early"


class HoldsAnOffice(Conflict):
    """An official's account closes only after their office."""

    code = "holds_an_office"


class ClientRefused(NotAllowed):
    """A program is not let in. `error` is its code for machines (RFC 6749, 5.2)."""

    code = "client_refused"


class NoSuchClient(NotFound):
    """No such program is registered for the agency, or it is shut out."""

    code = "no_such_client"


class KeyIsUnfit(Invalid):
    """A public key that can't be read or is too weak, or a private key, which nobody should give away."""

    code = "key_is_unfit"


class SiteIsWrong(Invalid):
    """A site can't be registered so. `params["field"]` names the box."""

    code = "site_is_wrong"


class SiteNotOpen(Conflict):
    """The site does not stand so that this could be done to it."""

    code = "site_not_open"


class CodeUsedBefore(Conflict):
    """A site brought a code for the second time: whoever has it, it is nobody's any more (RFC 6749, 4.1.2)."""

    code = "code_used_before"


class ProviderIsAway(Unavailable):
    """A provider of identity does not answer, or not as it should."""

    code = "provider_is_away"


class ProviderRefused(NotAllowed):
    """What came from a provider of identity lets nobody in. `params["why"]` says what was wrong with it."""

    code = "provider_refused"

    @classmethod
    def because(cls, why: str) -> Self:
        return cls(_("What the provider of identity sent can’t be trusted, so nobody was signed in."), why=why)
