"""Sign-in by one-time code, as django-allauth asks for it.

Every address gets the same answer and, if it is nobody's yet, an account: so nobody can find out who has one.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.views import RequestLoginCodeView
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panjereh.identity import operations, providers, queries
from panjereh.identity.adapters import sessions
from panjereh.identity.errors import ContactIsWrong
from panjereh.identity.models import Account
from panjereh.kernel import clock
from panjereh.kernel.ids import new_id
from panjereh.localisation import digits
from panjereh.outbox import operations as outbox


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """Finds who is signed in: on every page, so with one prepared query."""

    def get_user(self, user_id: Any) -> Account | None:
        found = queries.account(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts have an e-mail address and nothing else to sign in with."""

    error_messages = {  # noqa: RUF012 - as the parent has it
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This isn’t the code that we sent. Check the newest message."),
        "too_many_login_attempts": _("There were too many attempts. Wait a few minutes, then ask for a new code."),
        "rate_limited": _("There were too many attempts. Wait a few minutes, then ask for a new code."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the message: a slow mail server must not hold up the page, nor tell by its slowness who exists."""
        kind = _MAILS[template_prefix]
        payload = {
            "email": email,
            "code": context.get("code", ""),
            "language": get_language() or settings.LANGUAGE_CODE,
            "until": clock.now().timestamp() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        }
        with transaction.atomic():
            outbox.queue(kind, payload, key=f"{kind}:{new_id()}")

    def add_message(
        self, request: Any, level: int, message_template: str | None = None, *args: Any, **more: Any
    ) -> None:
        """Only our own sentences: what allauth's templates would say, our pages say themselves."""
        if message_template is None:
            super().add_message(request, level, None, *args, **more)

    def login(self, request: Any, user: Any) -> None:
        """The code came back, so the address is theirs: from now on there is a party behind the account."""
        operations.enter(user, language=get_language() or settings.LANGUAGE_CODE)
        super().login(request, user)
        sessions.began(request, user, "email")

    def get_login_redirect_url(self, _request: Any) -> str:
        return _in_this_language(settings.LOGIN_REDIRECT_URL)

    def get_logout_redirect_url(self, request: Any) -> str:
        """Who came by a provider of identity is told that they may still be signed in there."""
        provider = request.session.get(sessions.PROVIDER)
        if provider in {one.id for one in providers.all_known()}:
            return reverse("portal:provider_out", args=[provider])
        return _in_this_language("/")

    def populate_username(self, request: Any, user: Any) -> None:
        """There are no user names."""


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for the address. Unknown ones get a code, too."""

    _user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrong = _("Enter an e-mail address, such as name@example.com.")
        self.fields["email"].error_messages.update(required=wrong, invalid=wrong)

    def clean_email(self) -> str:
        address: str = super().clean_email()
        if self._user is None and not filter_users_by_email(address, is_active=False):
            try:
                self._user = operations.account_for_code(address)
            except ContactIsWrong as error:
                raise ValidationError(str(error.message)) from error
        return address


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Asks for the code, written in any digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].error_messages.update(required=_("Enter the code that we sent you."))

    def clean_code(self) -> str:
        self.cleaned_data["code"] = digits.to_ascii(self.cleaned_data["code"])
        return str(super().clean_code())


class RequestCodeView(RequestLoginCodeView):  # type: ignore[misc]
    """Whoever mistyped their address can come back and write another one; allauth would hold them at the code."""

    def _redirect_to_pending_stage(self, *_pending: Any) -> None:
        return None


def _in_this_language(url: str) -> str:
    """The page's address as people of this language know it: the main language has no prefix."""
    language = get_language() or settings.LANGUAGE_CODE
    return url if language == settings.LANGUAGE_CODE else f"/{language}{url}"


_MAILS = {
    "account/email/login_code": "identity.sign_in_code",
    "account/email/unknown_account": "identity.account_closed",
}
