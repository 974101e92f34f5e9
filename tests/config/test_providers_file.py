"""The operator's file of providers of identity: read strictly, and told with a sentence when it is wrong."""

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from panjereh.config import env, providers_file

GOOD = {
    "id": "national",
    "name": {"fa": "درگاه ملی", "en": "National"},
    "issuer": "https://id.example",
    "client_id": "panjereh",
    "client_secret_file": "national.secret",
    "scopes": ["openid", "profile"],
    "levels": {"gold": "high", "silver": "substantial"},
    "national_number": "national_id",
}


@pytest.fixture
def written(tmp_path):
    (tmp_path / "national.secret").write_text("s3cret\n")

    def write(*providers):
        path = tmp_path / "providers.yaml"
        path.write_text(yaml.safe_dump({"providers": list(providers)}, allow_unicode=True))
        return path

    return write


def test_a_good_file_is_what_the_settings_and_allauth_need(written, monkeypatch):
    monkeypatch.setenv("PANJEREH_PROVIDERS", str(written(GOOD)))

    [found] = env.providers(production=True)

    assert (found["secret"], found["levels"]) == ("s3cret", {"gold": "high", "silver": "substantial"})
    [app] = env.providers_for_allauth([found])["openid_connect"]["APPS"]
    assert app["settings"] == {"server_url": "https://id.example", "oauth_pkce_enabled": True}


def test_without_a_file_there_are_none(monkeypatch):
    monkeypatch.delenv("PANJEREH_PROVIDERS", raising=False)

    assert env.providers(production=True) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"issuer": "http://id.example"}, "https://"),
        ({"issuer": "http://localhost:8000"}, "https://"),
        ({"issuer": "https://id.example/?a=1"}, "https://"),
        ({"id": "National!"}, "id"),
        ({"levels": {"gold": "golden"}}, "levels.gold"),
        ({"scopes": ["profile"]}, "openid"),
        ({"name": {"en": "National"}}, "fa and en"),
        ({"client_secret_file": "nowhere"}, "can't be read"),
        ({"client_secret_file": None}, "client_secret"),
        ({"clientid": "x"}, "clientid"),
        ({"client_id": ""}, "client_id"),
    ],
)
def test_a_slip_is_told_with_the_provider_that_it_is_in(written, wrong, words):
    with pytest.raises(ImproperlyConfigured, match="provider") as caught:
        providers_file.read(written({**GOOD, **wrong}), production=True)

    assert words in str(caught.value)


def test_two_of_a_kind_and_strange_files_are_refused(written, tmp_path):
    with pytest.raises(ImproperlyConfigured, match="same"):
        providers_file.read(written(GOOD, GOOD), production=True)
    for text in ("", "[]", "providers: 5", "providers: []\nmore: 1", ":\n  - {", "- providers"):
        (tmp_path / "p.yaml").write_text(text)
        with pytest.raises(ImproperlyConfigured):
            providers_file.read(tmp_path / "p.yaml", production=True)
    with pytest.raises(ImproperlyConfigured, match="can't be read"):
        providers_file.read(tmp_path / "none.yaml", production=True)


def test_this_machine_may_be_a_provider_only_to_try_it_out(written):
    here = {**GOOD, "issuer": "http://localhost:8000"}

    assert providers_file.read(written(here), production=False)
