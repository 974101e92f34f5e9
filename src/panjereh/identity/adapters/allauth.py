"""Sign-in by one-time code, as django-allauth asks for it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts have an e-mail address and nothing else to sign in with."""

    def populate_username(self, request: Any, user: Any) -> None:
        """There are no user names."""
