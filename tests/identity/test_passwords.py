"""A password and a code from a device open together and never alone; recovery codes open once; numbers move on."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import connection
from tests.identity import factories

from panjereh.identity import queries
from panjereh.identity.errors import CodeIsWrong, PasswordIsWeak
from panjereh.identity.models import Account, CodeDevice, RecoveryCode
from panjereh.identity.operations import passwords, phones, recovery_codes
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound
from panjereh.vault import keys

pytestmark = pytest.mark.django_db

EMAIL, GOOD = "maryam@example.com", "nine green parrots"
SECRET = passwords.new_secret()


def shown(secret=SECRET, after=timedelta()):
    import base64

    moment = int((clock.now() + after).timestamp())
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(moment).decode()


@pytest.fixture
def owner():
    account, actor = factories.person(EMAIL)
    start = clock.now()
    passwords.set_password(account.pk, actor=actor, password=GOOD, secret=SECRET, code=shown())
    with clock.at(start + timedelta(minutes=5)):
        yield Account.objects.get(pk=account.pk), actor


def test_both_together_open(owner):
    assert passwords.use_password("Maryam@Example.com ", GOOD, shown()) == owner[0]


@pytest.mark.parametrize("after", [timedelta(seconds=-30), timedelta(seconds=30)])
def test_a_clock_that_is_off_by_half_a_minute_is_forgiven(owner, after):
    assert passwords.use_password(EMAIL, GOOD, shown(after=after)) == owner[0]


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        (EMAIL, GOOD, ""),
        (EMAIL, GOOD, "abcdef"),
        (EMAIL, "", "right"),
        (EMAIL, "nine red parrots", "right"),
        ("other@example.com", GOOD, "right"),
        (EMAIL, GOOD, "late"),
    ],
)
def test_neither_opens_alone_and_old_codes_open_nothing(owner, email, password, code):
    code = {"right": shown(), "late": shown(after=timedelta(seconds=-90))}.get(code, code)

    assert passwords.use_password(email, password, code) is None


def test_a_code_opens_once_and_no_older_one_after_it(owner):
    before, now = shown(after=timedelta(seconds=-30)), shown()

    assert passwords.use_password(EMAIL, GOOD, now) is not None
    assert passwords.use_password(EMAIL, GOOD, now) is None
    assert passwords.use_password(EMAIL, GOOD, before) is None


def test_a_closed_account_opens_by_nothing(owner):
    Account.objects.update(is_active=False)

    assert passwords.use_password(EMAIL, GOOD, shown()) is None


@pytest.mark.parametrize(
    "password", ["", "short", "1234567890123", "password123", "maryam@example.com", "maryam@example"]
)
def test_a_weak_password_is_refused_in_words_and_nothing_is_set(password):
    account, actor = factories.person(EMAIL)

    with pytest.raises(PasswordIsWeak) as weak:
        passwords.set_password(account.pk, actor=actor, password=password, secret=SECRET, code=shown())

    assert str(weak.value.message)
    assert not CodeDevice.objects.exists()


def test_a_password_is_never_set_without_a_device_that_works():
    account, actor = factories.person(EMAIL)
    wrong = "000000" if shown() != "000000" else "111111"

    with pytest.raises(CodeIsWrong):
        passwords.set_password(account.pk, actor=actor, password=GOOD, secret=SECRET, code=wrong)

    assert not Account.objects.get(pk=account.pk).has_usable_password()


def test_the_secret_is_sealed_where_it_lies_and_worthless_without_its_key(owner):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_codedevice")
        assert SECRET not in str(cursor.fetchall())
    assert CodeDevice.objects.get().secret == SECRET

    keys.destroy([owner[0].pk])

    assert passwords.use_password(EMAIL, GOOD, shown()) is None


def test_removed_they_open_nothing_and_the_account_knows_no_sure_way(owner):
    account, actor = owner
    assert queries.strongest_of(account) == "substantial"

    passwords.remove_password(account.pk, actor=actor)

    assert passwords.use_password(EMAIL, GOOD, shown()) is None
    assert queries.strongest_of(Account.objects.get(pk=account.pk)) == "low"


def test_nobody_sets_the_password_of_another(owner):
    _other, stranger = factories.person("arash@example.com")

    with pytest.raises(NotFound):
        passwords.set_password(owner[0].pk, actor=stranger, password=GOOD, secret=SECRET, code=shown())


def test_recovery_codes_open_once_in_any_writing_and_new_ones_void_the_old():
    account, actor = factories.person(EMAIL)
    other, _other = factories.person("arash@example.com")
    first, second, *rest = recovery_codes.make_recovery_codes(account.pk, actor=actor)

    assert len({first, second, *rest}) == 10
    assert not RecoveryCode.objects.filter(digest__contains=first[:4]).exists()
    assert not recovery_codes.use_recovery_code(other, first)
    assert recovery_codes.use_recovery_code(account, first.lower().replace("-", " "))
    assert not recovery_codes.use_recovery_code(account, first)
    assert queries.recovery_codes_left(account) == 9
    recovery_codes.make_recovery_codes(account.pk, actor=actor)
    assert not recovery_codes.use_recovery_code(account, second)


@pytest.mark.parametrize("typed", ["", "AAAA-AAAA-AAAA-AAAA", "0", "x" * 500])
def test_what_is_no_recovery_code_opens_nothing(typed):
    account, actor = factories.person(EMAIL)
    recovery_codes.make_recovery_codes(account.pk, actor=actor)

    assert not recovery_codes.use_recovery_code(account, typed)


def test_a_number_belongs_to_whoever_proved_it_last():
    (first, her), (second, him) = factories.person(EMAIL), factories.person("arash@example.com")
    phones.set_phone(first.pk, actor=her, phone="+989121234567")

    phones.set_phone(second.pk, actor=him, phone="+989121234567")

    assert phones.account_with_phone("+989121234567") == second
    assert Account.objects.get(pk=first.pk).phone is None
    assert [change.what for change in queries.changes_of(first.party_id)] == ["phone removed", "phone set"]
