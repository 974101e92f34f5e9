"""How sure a sign-in makes us: the proof and the binding both count, and neither is earned by typing."""

from datetime import timedelta

import pytest
from tests.identity import factories
from tests.identity.test_passkeys import add, device

from panjereh.identity import levels, queries
from panjereh.identity.errors import AlreadyLinked, CodeIsWrong, NotLinked, SignInIsTooWeak
from panjereh.identity.handlers import HANDLERS
from panjereh.identity.models import Account, Passkey
from panjereh.identity.operations import binding, codes, parties
from panjereh.identity.operations import passkeys as operations
from panjereh.kernel import clock
from panjereh.kernel.actor import Level
from panjereh.kernel.errors import NotAllowed
from panjereh.outbox import operations as outbox

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("ways", "assurance", "level"),
    [
        ((), "high", "low"),
        (("email",), "high", "low"),
        (("phone",), "substantial", "low"),
        (("recovery", "email"), "substantial", "low"),
        (("passkey",), "low", "low"),
        (("passkey",), "substantial", "substantial"),
        (("email", "passkey"), "high", "substantial"),
        (("password",), "substantial", "substantial"),
        (("provider:high",), "substantial", "substantial"),
        (("provider:high",), "high", "high"),
    ],
)
def test_the_lower_of_proof_and_binding_counts(ways, assurance, level):
    account, _actor = factories.person()
    account.assurance = assurance

    assert queries.actor_of(account, ways=ways).level == level


def test_an_official_is_as_sure_as_their_proof(db):
    held, _actor = factories.official("officer")

    assert queries.actor_of(held.account, as_official=True, ways=["passkey"]).level == "substantial"
    assert queries.actor_of(held.account, as_official=True, ways=["email"]).level == "low"


def test_the_methods_are_those_of_the_standard():
    assert levels.amr(["email", "passkey"]) == ("mfa", "otp", "pop", "user")
    assert levels.amr(["provider:substantial"]) == ("ext",)


def test_the_documentation_shows_the_table():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "explanation" / "levels-of-sign-in.md").read_text(encoding="utf-8")

    assert levels.as_text() in page


@pytest.fixture
def visitor():
    """Somebody linked to the register, with an account and a passkey that nobody has confirmed."""
    account, actor = factories.person("maryam@example.com")
    parties.link(actor.party, proof="papers", **factories.entry())
    add(account, actor, device())
    return account, actor


def test_the_counter_confirms_an_account_by_papers_and_the_code_on_its_screen(visitor, mailoutbox):
    account, _actor = visitor
    _held, helper = factories.official("helpdesk")

    binding.confirm_account(account.party_id, actor=helper, code=binding.counter_code(account), papers="ID card 12")

    account.refresh_from_db()
    assert queries.actor_of(account, ways=["passkey"]).level == "substantial"
    assert queries.actor_of(account, ways=["email"]).level == "low"
    newest = queries.changes_of(account.party_id)[0]
    assert (newest.what, newest.actor, newest.reason) == ("account confirmed by papers", helper.party, "ID card 12")
    outbox.run_until_idle(HANDLERS)
    assert mailoutbox[-1].to == ["maryam@example.com"]


@pytest.mark.parametrize("code", ["", "00000000", "1234", "۱۲۳۴۵۶۷۸"])
def test_another_code_confirms_nothing(visitor, code):
    account, _actor = visitor
    _held, helper = factories.official("helpdesk")

    with pytest.raises(CodeIsWrong):
        binding.confirm_account(account.party_id, actor=helper, code=code, papers="ID card")

    assert not Account.objects.filter(assurance="substantial").exists()


def test_the_code_is_of_one_account_and_holds_for_some_minutes(visitor):
    account, _actor = visitor
    other, _other_actor = factories.person()
    _held, helper = factories.official("helpdesk")
    code = binding.counter_code(account)

    assert binding.counter_code(other) != code
    with clock.at(clock.now() + timedelta(minutes=21)), pytest.raises(CodeIsWrong):
        binding.confirm_account(account.party_id, actor=helper, code=code, papers="ID card")


def test_who_is_not_linked_is_not_confirmed_and_nobody_confirms_themselves():
    account, actor = factories.person()
    held, helper = factories.official("helpdesk")
    with pytest.raises(NotLinked):
        binding.confirm_account(actor.party, actor=helper, code=binding.counter_code(account), papers="x")
    with pytest.raises(NotAllowed):
        binding.confirm_account(helper.party, actor=helper, code=binding.counter_code(held.account), papers="x")
    with pytest.raises(NotAllowed):
        binding.confirm_account(actor.party, actor=actor, code=binding.counter_code(account), papers="x")


def test_without_any_sure_way_left_the_account_is_no_longer_sure(visitor):
    account, actor = visitor
    _held, helper = factories.official("helpdesk")
    binding.confirm_account(account.party_id, actor=helper, code=binding.counter_code(account), papers="ID card")
    add(account, actor, device(credential_id=b"second"))
    first, second = Passkey.objects.order_by("made_at")

    operations.remove_passkey(first.pk, actor=actor)
    assert Account.objects.get(pk=account.pk).assurance == "substantial"
    operations.remove_passkey(second.pk, actor=actor)

    assert Account.objects.get(pk=account.pk).assurance == "low"


def test_a_trusted_provider_links_whom_it_vouches_for():
    account, _actor = factories.person()

    binding.link_by_provider(account.pk, provider="national-id", level=Level.HIGH, **factories.entry())

    linked = Account.objects.select_related("party").get(pk=account.pk)
    assert (linked.party.national_id, linked.party.linked_by, linked.assurance) == ("0499370899", "sign_in", "high")
    assert queries.actor_of(linked, ways=["provider:high"]).level == "high"


def test_a_provider_that_is_not_sure_links_nobody_and_nobody_twice():
    account, _actor = factories.person()
    with pytest.raises(SignInIsTooWeak):
        binding.link_by_provider(account.pk, provider="social", level=Level.LOW, **factories.entry())
    entry = factories.entry()
    binding.link_by_provider(account.pk, provider="national-id", level=Level.SUBSTANTIAL, **entry)
    other, _other = factories.person()

    with pytest.raises(AlreadyLinked):
        binding.link_by_provider(other.pk, provider="national-id", level=Level.SUBSTANTIAL, **entry)

    assert Account.objects.get(pk=other.pk).assurance == "low"


def test_a_code_proves_one_thing_a_few_times_and_for_some_minutes(mailoutbox):
    state = codes.send_code("a@example.com", by="email", purpose="prove", language="en")
    outbox.run_until_idle(HANDLERS)
    code = mailoutbox[0].subject[:6]
    wrong = "000000" if code != "000000" else "111111"

    for purpose, moment in (("other", timedelta()), ("prove", timedelta(minutes=11))):
        with clock.at(clock.now() + moment), pytest.raises(CodeIsWrong) as over:
            codes.check_code(dict(state), code, purpose=purpose)
        assert over.value.params["over"]
    assert codes.check_code(dict(state), code, purpose="prove") == "a@example.com"
    for _try in range(codes.TRIES):
        with pytest.raises(CodeIsWrong):
            codes.check_code(state, wrong, purpose="prove")
    with pytest.raises(CodeIsWrong) as last:
        codes.check_code(state, code, purpose="prove")
    assert last.value.params["over"]


def test_nothing_is_sent_to_whom_nobody_knows(mailoutbox):
    state = codes.send_code("a@example.com", by="email", purpose="prove", language="en", known=False)
    outbox.run_until_idle(HANDLERS)

    assert mailoutbox == []
    with pytest.raises(CodeIsWrong):
        codes.check_code(state, "", purpose="prove")
