"""What an installation in production answers: cookies, TLS, faults. A process of its own loads its settings."""

import json
import os
import subprocess
import sys

import pytest

from panjereh.config.env import ROOT

ASKED = """
import json, django
from django.conf import settings
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"host": "town.example.org"})
page = client.get("/signin/", secure=True)
plain = client.get("/signin/")
print(json.dumps({
    "cookies": {
        name: [each[key] for key in ("secure", "httponly", "samesite", "path", "domain")]
        for name, each in page.cookies.items()
    },
    "session": [getattr(settings, f"SESSION_COOKIE_{key}") for key in ("NAME", "SECURE", "HTTPONLY", "PATH", "DOMAIN")],
    "hsts": page.headers.get("Strict-Transport-Security", ""),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
    "debug": settings.DEBUG,
    "desk": settings.DESK_LEVEL,
    "trace": client.generic("TRACE", "/", secure=True).status_code,
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    environment = {
        **os.environ,
        "PANJEREH_DATA": str(tmp_path_factory.mktemp("data")),
        "PANJEREH_HOSTS": "town.example.org",
        "PANJEREH_ADDRESS": "https://town.example.org",
        "PANJEREH_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "panjereh.config.settings.production",
        "PYTHONPATH": str(ROOT / "src"),
    }
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(migrate, env=environment, check=True, timeout=120)
    collect = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(collect, env=environment, check=True, timeout=120)
    asked = subprocess.run(
        [sys.executable, "-c", ASKED], env=environment, check=True, capture_output=True, text=True, timeout=120
    )
    return json.loads(asked.stdout.splitlines()[-1])


def test_cookies_are_for_this_host_and_for_tls_only(answers):
    name, *settings = answers["session"]
    assert name.startswith("__Host-")
    assert settings == [True, True, "/", None]
    assert answers["cookies"]
    for name, (secure, httponly, samesite, path, domain) in answers["cookies"].items():
        assert name.startswith("__Host-")
        assert (secure, httponly, samesite, path, domain) == (True, True, "Lax", "/", "")


def test_browsers_are_told_to_come_by_tls_for_a_year(answers):
    assert "max-age=31536000" in answers["hsts"]
    assert answers["plain"] == [301, "https://town.example.org/signin/"]


def test_nothing_of_a_fault_is_shown(answers):
    assert answers["debug"] is False


def test_trace_is_not_answered(answers):
    assert answers["trace"] == 405


def test_officials_need_a_sure_sign_in(answers):
    assert answers["desk"] == "substantial"
