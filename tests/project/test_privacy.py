"""What is held about people is seen by those who may, and people see who looked."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from tests.project import town
from tests.project.test_every_door import address, answers, doors, hers, real

from panjereh.audit.models import AccessLog, LogEntry
from panjereh.cases.models import Event

__all__ = ["hers"]


def looks(hers: town.Belongings) -> int:
    return AccessLog.objects.filter(subject=f"party:{hers.account.party_id}").count()


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/desk/case/{number}/", None),
        ("/desk/case/{number}/print/", None),
        ("/desk/case/{number}/do/note/", None),
        ("/desk/case/{number}/file/{upload_id}/", None),
        ("/desk/case/{number}/document/{code}/", None),
        ("/desk/task/{task_id}/take/", None),
        ("/desk/visitors/{party_id}/", None),
        ("/desk/visitors/", {"text": "nilufar@example.org"}),
        ("/desk/search/", {"text": "{number}"}),
        ("/desk/search/", {"text": town.SECRET}),
    ],
)
def test_whenever_an_official_looks_the_person_can_see_it(hers, path, typed):
    client, before = town.signed_in(town.official("officer", "registrar", "supervisor", "helpdesk")), looks(hers)
    where, values = path.format(**real(hers)), real(hers)

    if typed is None:
        answer = client.get(where)
    else:
        answer = client.post(where, {name: text.format(**values) for name, text in typed.items()})

    assert answer.status_code == 200
    town.finish(answer)
    assert looks(hers) > before
    seen = town.signed_in(hers.account).get("/my/seen/").content.decode()
    assert "سازمان ثبت احوال" in seen


def test_no_page_tells_browsers_or_others_to_keep_what_is_personal(hers):
    official = town.official("officer", "registrar", "supervisor", "helpdesk", "registry-clerk", "operator")
    people = {False: town.signed_in(hers.account), True: town.signed_in(official)}
    for door in doors():
        if door.name == "account_logout":
            continue
        for where in address(door, real(hers)):
            answer = people[door.is_of_the_desk].get(where)
            town.finish(answer)
            held = answer.headers
            assert held.get("Content-Security-Policy", "").startswith("default-src '"), where
            assert held["X-Content-Type-Options"] == "nosniff", where
            assert held["X-Frame-Options"] == "DENY", where
            assert held["Referrer-Policy"] == "same-origin", where
            if town.SECRET in (b"" if answer.streaming else answer.content).decode(errors="ignore"):
                assert held["Cache-Control"] == "no-store", where
            if "html" not in held.get("Content-Type", "html") and door.secrets:
                assert held["Cache-Control"] == "no-store", where


def test_no_name_no_number_and_no_address_of_anybody_gets_into_logs_or_addresses(hers, caplog):
    caplog.set_level(logging.DEBUG)
    client = town.signed_in(hers.account)
    for door in doors():
        if not door.is_of_the_desk and door.name != "account_logout":
            for where in address(door, real(hers)):
                for _method, answer in answers(client, where, real(hers)):
                    town.finish(answer)
                    assert town.SECRET not in answer.headers.get("Location", "")
                    assert "nilufar" not in answer.headers.get("Location", "")
    said = [record.getMessage() for record in caplog.records if record.name != "django.db.backends"]

    assert not [line for line in said if town.SECRET in line or "nilufar" in line]


def test_what_everybody_may_read_of_history_holds_nothing_personal(hers):
    everything = [*Event.objects.values_list("public", flat=True), *LogEntry.objects.values_list("public", flat=True)]
    everything += [list(AccessLog.objects.values_list("fields", flat=True))]

    assert town.SECRET not in str(everything)
    assert "nilufar" not in str(everything)


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(hers):
    account = hers.account
    type(account).objects.filter(pk=account.pk).update(is_demonstration=True)
    client = town.signed_in(None)
    client.get("/signin/?next=/my/")
    session = client.session
    session["typed"] = {}
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    client.post("/signin/demonstration/", {"identity": str(account.pk)})
    inside = client.cookies[settings.SESSION_COOKIE_NAME]
    assert inside.value != session.session_key
    assert (inside["httponly"], inside["samesite"]) == (True, "Lax")
    assert client.get("/my/").status_code == 200

    client.post("/signout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = inside.value
    assert client.get("/my/").status_code == 302


def test_who_guesses_the_second_fact_of_a_code_is_stopped_wherever_they_come_from(hers):
    client = town.signed_in(None)
    statuses = [
        client.post(
            "/track/", {"code": hers.case.number, "second": f"{number:04}"}, REMOTE_ADDR=f"10.0.0.{number}"
        ).status_code
        for number in range(32)
    ]

    assert statuses[:30] == [200] * 30
    assert statuses[30:] == [429] * 2


START = """
import django, sys
django.setup()
from django.conf import settings
from panjereh.identity.adapters import demo
from panjereh.kernel.errors import PanjerehError
from panjereh.signing import keys
assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_HSTS_SECONDS
assert not demo.is_open() and demo.identities() == []
try:
    keys.ring().root
except PanjerehError as error:
    print(type(error).__name__)
else:
    print("no refusal")
"""


def test_production_refuses_the_keys_the_people_and_the_country_of_the_demonstration(tmp_path: Path):
    def run(*command: str, mode: str, **more: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "PANJEREH_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": f"panjereh.config.settings.{mode}", **more,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    made = run("-c", "import django; django.setup(); from panjereh.signing import keys; keys.ring().root", mode="demo")
    assert made.returncode == 0, made.stderr

    assert run("-c", START, mode="production").stdout == "DemonstrationKeys\n"
    refused = run("-m", "panjereh.config.prepare", mode="production")
    assert refused.returncode == 1
    assert "refused in production" in refused.stderr
