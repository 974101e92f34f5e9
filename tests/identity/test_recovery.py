"""Whoever lost every way in is helped at the counter by two officials, and nobody gets more than they had."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.identity import factories
from tests.identity.test_passkeys import add, device, use
from tests.identity.test_passwords import GOOD, SECRET, shown

from panjereh.identity import queries
from panjereh.identity.errors import (
    AlreadyLinked,
    ContactIsWrong,
    HoldsAnOffice,
    NotLinked,
    NotTheSameOfficial,
    PasskeyRefused,
    ReasonMissing,
    RecoveryIsClosed,
    TooEarly,
)
from panjereh.identity.handlers import HANDLERS
from panjereh.identity.models import Account, Passkey, Recovery, RecoveryCode
from panjereh.identity.operations import parties, passwords, recovery, recovery_codes
from panjereh.kernel import clock
from panjereh.kernel.errors import NotAllowed, NotFound
from panjereh.outbox import operations as outbox

pytestmark = pytest.mark.django_db

OLD, NEW = "maryam@example.com", "new@example.com"
SEEN = {"papers": "ID card 12", "reason": "telephone stolen"}


@pytest.fixture
def owner():
    """Somebody linked and confirmed, with every way in that there is."""
    account, actor = factories.person(OLD)
    parties.link(actor.party, proof="papers", **factories.entry())
    add(account, actor, device())
    recovery_codes.make_recovery_codes(account.pk, actor=actor)
    passwords.set_password(account.pk, actor=actor, password=GOOD, secret=SECRET, code=shown())
    Account.objects.filter(pk=account.pk).update(assurance="substantial", phone="+989121234567")
    return Account.objects.select_related("party").get(pk=account.pk), actor


@pytest.fixture
def helper():
    return factories.official("helpdesk")[1]


@pytest.fixture
def supervisor():
    return factories.official("supervisor")[1]


def ask(owner, helper, **given):
    return recovery.ask_recovery(owner[1].party, actor=helper, email=NEW, **{**SEEN, **given})


def a_day_later():
    return clock.at(clock.now() + timedelta(hours=25))


def test_two_officials_close_the_old_ways_and_the_account_is_no_surer_than_its_new_address(owner, helper, supervisor):
    before = Account.objects.get(pk=owner[0].pk).get_session_auth_hash()
    asked = ask(owner, helper)
    assert Passkey.objects.exists(), "nothing happens before the second official"

    with a_day_later():
        recovery.confirm_recovery(asked.pk, actor=supervisor)

    after = Account.objects.get(pk=owner[0].pk)
    assert (after.email, after.assurance, after.phone) == (NEW, "low", None)
    assert not after.has_usable_password()
    assert after.get_session_auth_hash() != before
    assert not Passkey.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert queries.actor_of(after, ways=["email", "passkey"]).level == "low"
    assert [change.what for change in queries.changes_of(owner[1].party)][:2] == ["recovered", "recovery asked"]


def test_the_owner_is_told_at_every_address_when_it_is_asked_and_when_it_is_done(owner, helper, supervisor, mailoutbox):
    parties.Party.objects.filter(pk=owner[1].party).update(email="notices@example.com")
    asked = ask(owner, helper)
    outbox.run_until_idle(HANDLERS)
    told = {mail.to[0] for mail in mailoutbox if "نشانی حساب شما را عوض کند" in mail.subject}
    mailoutbox.clear()

    with a_day_later():
        recovery.confirm_recovery(asked.pk, actor=supervisor)
        outbox.run_until_idle(HANDLERS)

    assert told == {OLD, "notices@example.com"}
    assert {mail.to[0] for mail in mailoutbox} == {OLD, NEW, "notices@example.com"}


def test_who_asked_never_confirms_and_the_owner_has_a_day_to_stop_it(owner):
    both = factories.official("helpdesk", "supervisor")[1]
    other = factories.official("supervisor")[1]
    asked = ask(owner, both)

    with a_day_later(), pytest.raises(NotTheSameOfficial):
        recovery.confirm_recovery(asked.pk, actor=both)
    with pytest.raises(TooEarly):
        recovery.confirm_recovery(asked.pk, actor=other)
    assert recovery.stop_recovery(owner[0], actor=owner[1]) == 1
    with a_day_later(), pytest.raises(RecoveryIsClosed):
        recovery.confirm_recovery(asked.pk, actor=other)

    assert Account.objects.get(pk=owner[0].pk).email == OLD


def test_nobody_stops_the_recovery_of_another(owner, helper):
    ask(owner, helper)
    _other, stranger = factories.person("arash@example.com")

    assert recovery.stop_recovery(owner[0], actor=stranger) == 0


def test_a_refused_recovery_changes_nothing_and_says_why(owner, helper, supervisor):
    asked = ask(owner, helper)
    with pytest.raises(ReasonMissing):
        recovery.refuse_recovery(asked.pk, actor=supervisor, reason=" ")

    recovery.refuse_recovery(asked.pk, actor=supervisor, reason="the photograph is of somebody else")

    assert Recovery.objects.get().state == "refused"
    assert Passkey.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"papers": ""}, ReasonMissing),
        ({"reason": " "}, ReasonMissing),
        ({"email": "nobody"}, ContactIsWrong),
        ({"email": "taken@example.com"}, AlreadyLinked),
    ],
)
def test_what_is_missing_or_wrong_begins_nothing(owner, helper, wrong, error):
    factories.person("taken@example.com")

    with pytest.raises(error):
        recovery.ask_recovery(owner[1].party, actor=helper, **{**SEEN, "email": NEW, **wrong})

    assert not Recovery.objects.exists()


def test_only_whom_the_register_knows_is_recovered_and_by_whom_the_table_names(owner, helper, supervisor):
    _account, unlinked = factories.person("unlinked@example.com")
    with pytest.raises(NotLinked):
        recovery.ask_recovery(unlinked.party, actor=helper, email=NEW, **SEEN)
    for other in (supervisor, owner[1], factories.official("officer")[1]):
        with pytest.raises(NotAllowed):
            ask(owner, other)
    asked = ask(owner, helper)
    with pytest.raises(RecoveryIsClosed):
        ask(owner, helper)
    with pytest.raises(NotAllowed):
        recovery.confirm_recovery(asked.pk, actor=helper)


def test_an_official_never_recovers_or_confirms_their_own_account():
    held, actor = factories.official("helpdesk", "supervisor")
    parties.link(held.party_id, proof="papers", **factories.entry())

    with pytest.raises(NotAllowed):
        recovery.ask_recovery(held.party_id, actor=actor, email=NEW, **SEEN)


def test_a_closed_account_opens_by_nothing_until_it_is_opened_again(owner, supervisor):
    authenticator = device(credential_id=b"another")
    add(owner[0], owner[1], authenticator)

    recovery.close_account(owner[1].party, actor=supervisor, reason="asked by letter")

    with pytest.raises(PasskeyRefused):
        use(authenticator)
    assert passwords.use_password(OLD, GOOD, shown()) is None
    with pytest.raises(NotFound):
        recovery.close_account(owner[1].party, actor=supervisor, reason="again")
    recovery.reopen_account(owner[1].party, actor=supervisor, reason="came in person")
    again = Account.objects.get(pk=owner[0].pk)
    assert (again.is_active, again.assurance) == (True, "low")
    assert not Passkey.objects.exists()


def test_the_account_of_somebody_in_office_is_not_closed_before_the_office(supervisor):
    held, _actor = factories.official("officer")

    with pytest.raises(HoldsAnOffice):
        recovery.close_account(held.party_id, actor=supervisor, reason="left")

    assert Account.objects.get(pk=held.account_id).is_active


def test_after_a_death_accounts_close_at_once_and_recoveries_stop(owner, helper):
    ask(owner, helper)

    assert recovery.close_for_death(owner[1].party) == 1
    assert recovery.close_for_death(owner[1].party) == 0

    assert not Account.objects.get(pk=owner[0].pk).is_active
    assert Recovery.objects.get().state == "stopped"


def test_the_owner_is_told_by_sms_too_at_the_number_that_was_theirs(owner, helper, supervisor, settings):
    _account, actor = owner
    folder = Path(settings.SMS_GATEWAY.removeprefix("folder:"))
    before = set(folder.glob("*"))
    asked = recovery.ask_recovery(actor.party, actor=helper, email=NEW, **SEEN)
    with clock.at(clock.now() + timedelta(hours=25)):
        recovery.confirm_recovery(asked.pk, actor=supervisor)
        outbox.run_until_idle(HANDLERS)

    messages = sorted(file.read_text(encoding="utf-8") for file in set(folder.glob("*")) - before)
    assert len(messages) == 2
    assert all(message.startswith("To: +989121234567") for message in messages)
    assert sum("نشانی" in message for message in messages) == 2
