"""Keys in a PKCS #11 token, tried with SoftHSM."""

import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from pkcs11 import Attribute, ObjectClass
from tests.signing.conftest import AGENCIES
from tests.signing.tokens import PIN, SoftToken

from panjereh.kernel.errors import Unavailable
from panjereh.signing import keys, operations, queries, stores, token_address
from panjereh.signing.adapters.pkcs11_token import Pkcs11
from panjereh.signing.errors import BadTokenAddress, KeyIsMissing, NeverLeavesTheToken, NoPin, TokenRefusesPin

pytestmark = pytest.mark.token
ES256 = ec.ECDSA(SHA256())


@pytest.fixture
def token(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    return SoftToken(tmp_path / "hsm")


@pytest.fixture
def store(token):
    return Pkcs11(token.address)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "keys" / "one"


def signs(key):
    key.public_key().verify(key.sign(b"a record", ES256), b"a record", ES256)
    return True


def test_a_seal_key_is_made_inside_signs_and_cannot_be_taken_out(store, place):
    key = store.make_seal_key(place)

    assert signs(key)
    assert signs(Pkcs11(store._token.address).seal_key(place))
    inside = store._token.use(lambda token: list(token.session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})))
    assert [
        (one[Attribute.EXTRACTABLE], one[Attribute.SENSITIVE], one[Attribute.NEVER_EXTRACTABLE]) for one in inside
    ] == [(False, True, True)]
    with pytest.raises(NeverLeavesTheToken):
        key.private_numbers()


def test_a_log_key_signs_in_the_token(store, place):
    key = store.make_log_key(place)

    key.public_key().verify(key.sign(b"a checkpoint"), b"a checkpoint")
    key.public_key().verify(store.log_key(place).sign(b"another"), b"another")
    with pytest.raises(NeverLeavesTheToken):
        key.private_bytes_raw()


def test_a_wrapping_key_decrypts_what_it_encrypted_and_notices_every_change(store, place):
    key, nonce = store.make_wrapping_key(place), secrets.token_bytes(12)
    secret = key.encrypt(nonce, b"a data key", b"about case 7")

    assert store.wrapping_key(place).decrypt(nonce, secret, b"about case 7") == b"a data key"
    wrong = [
        (secret[:-1] + bytes([secret[-1] ^ 1]), b"about case 7"),
        (secret, b"about case 8"),
        (b"", b""),
        (secret[:9], b""),
    ]
    for changed, context in wrong:
        with pytest.raises(InvalidTag):
            key.decrypt(nonce, changed, context)
    assert key.decrypt(nonce, secret, b"about case 7") == b"a data key"


def test_a_token_that_went_away_is_named_and_works_again_when_it_is_back(token, store, place):
    key = store.make_seal_key(place)
    token.go_away()
    store._token._session = None  # SoftHSM keeps what it read; a real token ends the session

    for _attempt in range(2):
        with pytest.raises(Unavailable, match="panjereh"):
            key.sign(b"a record", ES256)
    token.come_back()

    assert signs(key)


def test_a_session_that_the_module_ended_is_opened_anew_unseen(store, place):
    key = store.make_seal_key(place)
    key.sign(b"a record", ES256)
    store._token.session.close()

    assert signs(key)


def test_a_wrong_pin_is_tried_once_and_a_corrected_one_is_taken(token, store, place, monkeypatch):
    key = store.make_seal_key(place)
    store._token._session = None
    token.pin_file.write_text("000000")

    for _attempt in range(2):
        with pytest.raises(TokenRefusesPin):
            key.sign(b"a record", ES256)
    opened = []
    with monkeypatch.context() as patch:
        patch.setattr("pkcs11.lib", opened.append)
        with pytest.raises(TokenRefusesPin):
            key.sign(b"a record", ES256)
    assert opened == []
    token.pin_file.write_text(PIN)

    assert signs(key)


def test_a_forked_process_signs_and_so_does_its_parent(store, place):
    key = store.make_seal_key(place)

    child = os.fork()
    if not child:
        os._exit(0 if signs(key) else 1)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert signs(key)


def test_threads_share_the_session_without_mixing_their_signatures(store, place):
    key = store.make_seal_key(place)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda _: signs(key), range(100)))


def test_the_keys_of_an_installation_live_in_the_token_and_sign_records_pdfs_and_checkpoints(
    token, tmp_path, settings, plain
):
    settings.KEYS = token.text
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)
    ring.prepare(AGENCIES)

    assert [path.name for path in (tmp_path / "seals").rglob("*.key")] == ["root.key"]  # which has to leave the machine
    with keys.use(ring):
        assert queries.verify_record({"a": 1}, operations.sign_record("inspectorate", {"a": 1}).jws)
        assert queries.check_pdf(operations.seal_pdf("civil-registry", plain)).state == "intact"
        assert queries.read_checkpoint(operations.sign_checkpoint(3, b"r" * 32)).size == 3


def test_keys_made_in_files_still_sign_after_the_move_and_new_ones_are_made_in_the_token(token, tmp_path, settings):
    keys.KeyRing(tmp_path / "seals", demonstration=True).prepare(AGENCIES)
    settings.KEYS = token.text
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)

    assert signs(ring.seal("inspectorate").key)
    assert stores.holding(ring.seal("inspectorate").place).SUFFIX == ".key"
    ring.rotate("inspectorate")

    assert signs(ring.seal("inspectorate").key)
    assert stores.holding(ring.seal("inspectorate").place).SUFFIX == ".token"


def test_without_the_setting_a_key_in_a_token_is_missing_but_old_signatures_are_checked(token, tmp_path, settings):
    settings.KEYS = token.text
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)
    ring.prepare(AGENCIES)
    with keys.use(ring):
        signature = operations.sign_record("inspectorate", {"a": 1})
    settings.KEYS = ""

    with keys.use(keys.KeyRing(tmp_path / "seals", demonstration=True)):
        assert queries.verify_record({"a": 1}, signature.jws)
        with pytest.raises(KeyIsMissing):
            operations.sign_record("inspectorate", {"a": 1})


@pytest.mark.parametrize(
    "text",
    [
        "softhsm",
        "pkcs11:",
        "pkcs11:token=x",
        "pkcs11:?module-path=/m.so",
        "pkcs11:token=x?module-path=/m.so&pin-value=1234",
        "pkcs11:token=x;object=y?module-path=/m.so",
        "pkcs11:token=x?module-path=/m.so&pin-source=https://example.org/pin",
    ],
)
def test_an_address_that_is_not_understood_is_refused_with_the_reason(text):
    with pytest.raises(BadTokenAddress, match="reason"):
        token_address.parse(text)


def test_the_pin_comes_from_its_file_or_from_the_environment(tmp_path, settings):
    (tmp_path / "pin").write_text("4711\n")
    from_file = token_address.parse(f"pkcs11:token=our%20keys?module-path=/m.so&pin-source=file:{tmp_path}/pin")
    elsewhere = token_address.parse("pkcs11:token=x?module-path=/m.so")

    assert (from_file.token, from_file.pin()) == ("our keys", "4711")
    settings.KEYS_PIN = ""
    with pytest.raises(NoPin):
        elsewhere.pin()
    settings.KEYS_PIN = "1234"
    assert elsewhere.pin() == "1234"
    (tmp_path / "pin").unlink()
    with pytest.raises(NoPin):
        from_file.pin()
