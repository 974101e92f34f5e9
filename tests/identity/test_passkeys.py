"""Passkeys prove who somebody is only with the right key, for this place, this question and now."""

import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import given
from hypothesis import strategies as st
from tests.identity import factories
from tests.identity.authenticator import BE, BS, UP, UV, Authenticator

from panjereh.identity import passkeys, queries
from panjereh.identity.errors import PasskeyRefused, TooManyWays
from panjereh.identity.models import Passkey
from panjereh.identity.operations import passkeys as operations
from panjereh.identity.passkeys import RelyingParty
from panjereh.kernel import clock
from panjereh.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

HERE = RelyingParty.at("https://portal.example.org")


def device(**fields):
    return Authenticator(origin="https://portal.example.org", rp_id="portal.example.org", **fields)


def add(account, actor, authenticator, **wrong):
    asked = passkeys.ask_to_make(HERE, account, queries.passkeys_of(account))
    answer = authenticator.make(asked.options, **wrong)
    return operations.add_passkey(account.pk, actor=actor, rp=HERE, state=asked.state, answer=answer, name="تلفن من")


def use(authenticator, *, account=None, **wrong):
    asked = passkeys.ask(HERE)
    return operations.use_passkey(HERE, asked.state, authenticator.answer(asked.options, **wrong), account=account)


@pytest.fixture
def owner():
    account, actor = factories.person("maryam@example.com")
    authenticator = device()
    add(account, actor, authenticator)
    return account, actor, authenticator


def test_a_passkey_signs_its_owner_in_without_a_name(owner):
    account, _actor, authenticator = owner

    found, proof = use(authenticator)

    assert found == account
    kept = Passkey.objects.get()
    assert (kept.sign_count, kept.used_at is not None) == (proof.sign_count, True)


def test_what_is_asked_is_discoverable_and_unlocked_and_names_this_place(owner):
    account, _actor, _authenticator = owner

    made = passkeys.ask_to_make(HERE, account, queries.passkeys_of(account)).options["publicKey"]
    asked = passkeys.ask(HERE).options["publicKey"]

    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["rp"]["id"] == asked["rpId"] == "portal.example.org"
    assert len(made["excludeCredentials"]) == 1
    assert asked["userVerification"] == "required"
    assert "allowCredentials" not in asked
    assert len(websafe_decode(asked["challenge"])) == 32
    json.dumps([made, asked])


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"challenge": websafe_encode(b"x" * 32)}, "challenge"),
        ({"origin": "https://evil.example.org"}, "origin"),
        ({"origin": "https://sub.portal.example.org"}, "origin"),
        ({"origin": "http://portal.example.org"}, "origin"),
        ({"origin": "https://portal.example.org:8443"}, "origin"),
        ({"rp_id": "example.org"}, "RP ID"),
        ({"type": "webauthn.create"}, "type"),
        ({"flags": UV}, "Present"),
        ({"flags": UP}, "verified"),
        ({"cross_origin": True}, "inside another page"),
        ({"key": ec.generate_private_key(ec.SECP256R1())}, "signature"),
        ({"user_handle": b"somebody else's"}, "another account"),
        ({"counter": 1}, "counter"),
        ({"counter": 0}, "counter"),
    ],
)
def test_what_proves_nothing_opens_nothing_and_changes_nothing(owner, wrong, reason):
    use(owner[2])
    before = Passkey.objects.values().get()

    with pytest.raises(PasskeyRefused) as refusal:
        use(owner[2], **wrong)

    assert reason in refusal.value.params["reason"]
    assert str(refusal.value.message) == str(PasskeyRefused.because("").message)
    assert Passkey.objects.values().get() == before


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"challenge": websafe_encode(b"x" * 32)}, "challenge"),
        ({"origin": "https://evil.example.org"}, "origin"),
        ({"rp_id": "example.org"}, "RP ID"),
        ({"type": "webauthn.get"}, "type"),
        ({"flags": UP}, "Verified"),
        ({"cross_origin": True}, "inside another page"),
        ({"algorithm": -37}, ""),
    ],
)
def test_a_passkey_that_was_made_wrongly_is_not_kept(wrong, reason):
    account, actor = factories.person()

    with pytest.raises(PasskeyRefused) as refusal:
        add(account, actor, device(), **wrong)

    assert reason in refusal.value.params["reason"]
    assert not Passkey.objects.exists()


def test_an_answer_to_a_question_that_nobody_asked_or_long_ago_proves_nothing(owner):
    asked = passkeys.ask(HERE)
    answer = owner[2].answer(asked.options)

    with pytest.raises(PasskeyRefused):
        operations.use_passkey(HERE, None, answer)
    with clock.at(clock.now() + timedelta(minutes=6)), pytest.raises(PasskeyRefused) as late:
        operations.use_passkey(HERE, asked.state, answer)

    assert late.value.params["reason"] == "asked too long ago"


def test_the_same_answer_twice_proves_nothing_the_second_time(owner):
    asked = passkeys.ask(HERE)
    answer = owner[2].answer(asked.options)
    operations.use_passkey(HERE, asked.state, answer)

    with pytest.raises(PasskeyRefused):
        operations.use_passkey(HERE, asked.state, answer)


def test_a_device_that_does_not_count_is_taken_at_its_word():
    account, actor = factories.person()
    authenticator = device(counts=False)
    add(account, actor, authenticator)

    assert use(authenticator)[0] == account
    assert use(authenticator)[0] == account


def test_somebody_elses_passkey_does_not_prove_that_it_is_me(owner):
    other, _actor = factories.person("arash@example.com")

    with pytest.raises(PasskeyRefused) as refusal:
        use(owner[2], account=other)

    assert refusal.value.params["reason"] == "somebody else's passkey"


def test_an_unknown_passkey_and_one_of_a_closed_account_are_answered_alike(owner):
    account, _actor, authenticator = owner
    with pytest.raises(PasskeyRefused) as unknown:
        use(device(credential_id=b"never seen"))
    account.is_active = False
    account.save()

    with pytest.raises(PasskeyRefused) as closed:
        use(authenticator)

    assert (str(closed.value.message), closed.value.params) == (str(unknown.value.message), unknown.value.params)


def test_one_passkey_belongs_to_one_account(owner):
    other, her = factories.person("arash@example.com")

    with pytest.raises(PasskeyRefused):
        add(other, her, owner[2])

    assert Passkey.objects.get().account == owner[0]


def test_only_their_owner_names_and_removes_passkeys(owner):
    account, actor, authenticator = owner
    _other, stranger = factories.person("arash@example.com")
    kept = Passkey.objects.get()
    for act in (operations.remove_passkey, lambda *a, **k: operations.rename_passkey(*a, name="x", **k)):
        with pytest.raises(NotFound):
            act(kept.pk, actor=stranger)

    assert operations.rename_passkey(kept.pk, actor=actor, name=" رایانه ").name == "رایانه"
    operations.remove_passkey(kept.pk, actor=actor)

    with pytest.raises(PasskeyRefused):
        use(authenticator)
    assert [change.what for change in queries.changes_of(account.party_id)] == ["passkey removed", "passkey added"]


def test_nobody_keeps_passkeys_without_end(owner, monkeypatch):
    account, actor, _authenticator = owner
    monkeypatch.setattr(operations, "MOST", 1)

    with pytest.raises(TooManyWays, match="1"):
        add(account, actor, device(credential_id=b"one more"))


def test_whether_a_passkey_is_copied_to_other_devices_is_known():
    account, actor = factories.person()

    assert add(account, actor, device(), flags=UP | UV | BE | BS).backed_up
    assert not add(account, actor, device(credential_id=b"another"), flags=UP | UV).backup_eligible


def test_a_signature_can_be_asked_for_with_a_challenge_of_ones_own(owner):
    account, _actor, authenticator = owner
    challenge = b"the hash of the document shown!!"

    asked = passkeys.ask(HERE, queries.passkeys_of(account), challenge=challenge)
    _account, proof = operations.use_passkey(HERE, asked.state, authenticator.answer(asked.options), account=account)

    assert json.loads(proof.client_data)["challenge"] == websafe_encode(challenge)
    assert len(asked.options["publicKey"]["allowCredentials"]) == 1


@pytest.mark.parametrize("sent", [{}, {"rawId": 5}, {"rawId": "%"}, {"rawId": "YQ", "response": []}, {"response": {}}])
def test_what_is_no_answer_at_all_is_refused_in_words(owner, sent):
    named = {"rawId": Passkey.objects.get().credential_id, "id": "x", "type": "public-key"}
    for answer in (sent, {**named, "response": sent.get("response", {})}):
        with pytest.raises(PasskeyRefused):
            operations.use_passkey(HERE, passkeys.ask(HERE).state, answer)
        account, actor = factories.person()
        state = passkeys.ask_to_make(HERE, account, []).state
        with pytest.raises(PasskeyRefused):
            operations.add_passkey(account.pk, actor=actor, rp=HERE, state=state, answer=answer, name="x")


NOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class TestMutations:
    """A thousand answers with one changed byte: none opens the door, none breaks the house."""

    authenticator = device(user_handle=bytes(16))
    with clock.at(NOON):
        asked = passkeys.ask(HERE)
    right = authenticator.answer(asked.options)
    made = authenticator.make(
        {"publicKey": {"user": {"id": websafe_encode(bytes(16))}, "challenge": asked.options["publicKey"]["challenge"]}}
    )

    @given(
        part=st.sampled_from(["clientDataJSON", "authenticatorData", "signature", "userHandle"]),
        place=st.integers(0, 10_000),
        bit=st.integers(0, 7),
    )
    def test_one_changed_bit_of_an_answer_is_refused(self, part, place, bit):
        with clock.at(NOON):
            self.refuses(part, place, bit)

    def refuses(self, part, place, bit):
        new = passkeys.made(HERE, self.asked.state, self.made)
        kept = Passkey(**{name: getattr(new, name) for name in new.__dataclass_fields__})
        kept.account_id = UUID(int=0)
        passkeys.check(HERE, self.asked.state, self.right, kept)

        answer = deepcopy(self.right)
        changed = bytearray(websafe_decode(answer["response"][part]))
        changed[place % len(changed)] ^= 1 << bit
        answer["response"][part] = websafe_encode(bytes(changed))

        with pytest.raises(PasskeyRefused):
            passkeys.check(HERE, self.asked.state, answer, kept)

    @given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
    def test_one_changed_bit_of_a_new_passkey_never_breaks_the_house(self, place, bit):
        answer = deepcopy(self.made)
        changed = bytearray(websafe_decode(answer["response"]["attestationObject"]))
        changed[place % len(changed)] ^= 1 << bit
        answer["response"]["attestationObject"] = websafe_encode(bytes(changed))

        with clock.at(NOON), suppress(PasskeyRefused):
            passkeys.made(HERE, self.asked.state, answer)
