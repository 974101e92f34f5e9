"""The master key in a PKCS #11 token, tried with SoftHSM."""

import pytest
from django.db import connection
from tests.signing.tokens import SoftToken

from panjereh.kernel.ids import new_id
from panjereh.signing import stores
from panjereh.signing.errors import TokenIsAway
from panjereh.vault import keys, masters
from panjereh.vault.errors import NoMasterKey
from panjereh.vault.masters import Masters

pytestmark = [pytest.mark.token, pytest.mark.django_db]
HERE = "cases_case.answers:1"


@pytest.fixture
def token(tmp_path, monkeypatch, settings):
    monkeypatch.setenv("SOFTHSM2_CONF", "")
    made = SoftToken(tmp_path / "hsm")
    settings.KEYS = made.text
    stores.token.cache_clear()
    yield made
    stores.token.cache_clear()


def another_process(folder):
    stores.token.cache_clear()
    keys.forget()
    return Masters(folder, masters.holders())


def test_what_is_encrypted_opens_only_with_the_token(token, tmp_path, settings):
    folder, scope = tmp_path / "vault", new_id()
    with masters.use(Masters(folder, masters.holders())):
        sealed = keys.seal(scope, HERE, b"secret")
        assert [path.suffix for path in sorted(folder.glob("*.*"))] == [".token", ".wrapped"]
    connection.run_on_commit.clear()

    with masters.use(another_process(folder)):
        assert keys.open_(scope, HERE, sealed) == b"secret"
    token.go_away()
    with masters.use(another_process(folder)), pytest.raises(TokenIsAway):
        keys.open_(scope, HERE, sealed)
    settings.KEYS = ""
    with masters.use(another_process(folder)), pytest.raises(NoMasterKey):
        keys.open_(scope, HERE, sealed)


def test_a_running_process_needs_the_token_no_more_than_once(token, tmp_path):
    scope, other = new_id(), new_id()
    with masters.use(Masters(tmp_path / "vault", masters.holders())):
        sealed = keys.seal(scope, HERE, b"secret")
        token.go_away()

        assert keys.open_(scope, HERE, sealed) == b"secret"
        assert keys.open_(other, HERE, keys.seal(other, HERE, b"new")) == b"new"


def test_an_installation_moves_from_a_file_into_the_token(token, tmp_path, settings):
    folder, scope = tmp_path / "vault", new_id()
    address, settings.KEYS = settings.KEYS, ""
    with masters.use(Masters(folder, masters.holders())):
        old, sealed = masters.masters().current(), keys.seal(scope, HERE, b"secret")
    settings.KEYS = address
    with masters.use(another_process(folder)):
        assert masters.masters().held_by(old) == "key"
        new = masters.masters().make()
        keys.rewrap()
        keys.retire(old)

        assert masters.masters().held_by(new) == "wrapped"
        assert not list(folder.glob("*.key"))
        assert keys.open_(scope, HERE, sealed) == b"secret"
