"""A password with a code from a device: two factors that are set up together, used together and removed together.

The code is a TOTP (RFC 6238: SHA-1, six digits, thirty seconds), which every authenticator app knows.
"""

import base64
import secrets
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken as WrongCode
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity.errors import CodeIsWrong, PasswordIsWeak
from panjereh.identity.models import Account, CodeDevice
from panjereh.identity.operations.binding import loosen
from panjereh.identity.operations.changes import record
from panjereh.identity.operations.notices import tell
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation import digits

STEP = 30
TOLERANCE = 1
"""Steps by which the device's clock may be off, in either direction."""


def new_secret() -> str:
    """A secret for the device, in base32 as apps want it typed."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address_for_app(secret: str, account: Account) -> str:
    """What the QR code holds: the `otpauth` address that apps read."""
    return _totp(secret).get_provisioning_uri(account.email, "Panjereh")


@transaction.atomic
def set_password(account_id: UUID, *, actor: Actor, password: str, secret: str, code: str) -> None:
    """From now on the account opens with this password and codes of the device that holds `secret`.

    code: the device's present one, which shows that it is set up. Raises PasswordIsWeak, CodeIsWrong.
    """
    account = _own(account_id, actor)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise PasswordIsWeak(" ".join(error.messages)) from error
    step = _step_of(secret, code)
    if step is None:
        raise CodeIsWrong(_("This isn’t the code that the app shows now. Wait for the next one."), over=False)
    account.set_password(password)
    account.save(update_fields=["password"])
    CodeDevice.objects.update_or_create(
        account=account, defaults={"secret": secret, "last_step": step, "made_at": clock.now()}
    )
    record("password set", _party(account), actor=actor)
    tell(account, "password set")


@transaction.atomic
def remove_password(account_id: UUID, *, actor: Actor) -> None:
    """Password and device go together: neither opens anything any more."""
    account = _own(account_id, actor)
    forget_password(account)
    record("password removed", _party(account), actor=actor)
    tell(account, "password removed")
    loosen(account)


def forget_password(account: Account) -> None:
    account.set_unusable_password()
    account.save(update_fields=["password"])
    CodeDevice.objects.filter(account=account).delete()


def use_password(email: str, password: str, code: str, *, account: Account | None = None) -> Account | None:
    """Whose password and code these are; None for whatever else, after the same work whether or not anybody is known.

    account: the only one that counts, when somebody signed in proves themselves again. A code opens once (RFC 6238).
    """
    found = Account.objects.filter(email=email.strip().lower(), is_active=True).select_related("party").first()
    known = found if found is not None and found.party_id is not None and found.has_usable_password() else None
    fits = check_password(password, known.password) if known else not make_password(password)
    if known is None or not fits or (account is not None and known.pk != account.pk):
        return None
    with transaction.atomic():
        device = CodeDevice.objects.select_for_update().filter(account=known).first()
        step = _step_of(device.secret, code) if device and device.secret else None
        if device is None or step is None or step <= device.last_step:
            return None
        device.last_step = step
        device.save(update_fields=["last_step"])
    return known


def _step_of(secret: str, code: str) -> int | None:
    """Which step of time the code belongs to, near now."""
    typed = "".join(sign for sign in digits.to_ascii(code) if sign.isdigit()).encode()
    now = int(clock.now().timestamp())
    for off in range(-TOLERANCE, TOLERANCE + 1):
        try:
            _totp(secret).verify(typed, now + off * STEP)
        except WrongCode:
            continue
        return (now + off * STEP) // STEP
    return None


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 - what RFC 6238 and the apps have


def _own(account_id: UUID, actor: Actor) -> Account:
    found = Account.objects.select_related("party").filter(pk=account_id, party=actor.party).first()
    if found is None or actor.party is None:
        raise NotFound
    return found


def _party(account: Account) -> UUID:
    assert account.party_id is not None  # noqa: S101 - found by its party
    return account.party_id
