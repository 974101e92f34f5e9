"""A person signs what they answered with a passkey: just that, once, and anybody can check it later."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.identity.authenticator import UP, Authenticator
from tests.portal.conftest import Person
from tests.portal.test_passkeys import add

from panjereh import cases as room
from panjereh import definitions
from panjereh.cases import operations as cases
from panjereh.cases import signatures
from panjereh.cases import verify as verification
from panjereh.cases.errors import NotSigned
from panjereh.cases.models import Case, Draft, Signature
from panjereh.catalogue import operations as catalogue
from panjereh.definitions.types import Form

SCRIPT = Path(room.__path__[0]) / "check_signature.py"


@pytest.fixture(autouse=True)
def signed_complaints(tmp_path: Path, published: None) -> None:
    """A complaint is signed with a passkey, so that a service of few questions shows it."""
    folder = tmp_path / "services"
    shutil.copytree(settings.SERVICES, folder, ignore=shutil.ignore_patterns("*.jsonl"))
    (file,) = folder.glob("*/complaint/service.yaml")
    file.write_text(file.read_text() + "\nsignature: passkey\n")
    catalogue.publish(definitions.bundle(folder, "complaint"), by="test", note="signed")


@pytest.fixture
def device(nilufar: Person) -> Authenticator:
    device = Authenticator()
    add(nilufar.page, device)
    return device


def question(person: Person, draft: object) -> dict[str, Any]:
    asked: dict[str, Any] = person.client.get(f"/en/apply/draft/{draft}/sign/").json()
    return asked


def send(person: Person, draft: object, answer: dict[str, Any], **more: str) -> Any:
    sent = {"declared": "yes", "credential": json.dumps(answer), **more}
    return person.client.post(f"/en/apply/draft/{draft}/send/", sent)


def signed(person: Person, device: Authenticator) -> Case:
    draft = person.begin_complaint()
    assert send(person, draft, device.answer(question(person, draft))).status_code == 302
    return Case.objects.get()


def test_the_page_asks_for_the_passkey_and_says_what_else_is_possible(nilufar: Person, device: Authenticator) -> None:
    shown = nilufar.page.open(f"/en/apply/draft/{nilufar.begin_complaint()}/check/")

    assert "Sign and send" in shown.text
    assert shown.all("noscript")
    assert [one.get("src") for one in shown.all("script")] == ["/static/ui/passkeys.js"]


def test_somebody_without_a_passkey_is_led_to_one_and_keeps_the_answers(nilufar: Person) -> None:
    draft = nilufar.begin_complaint()

    shown = nilufar.page.open(f"/en/apply/draft/{draft}/check/")

    assert shown.link("Add a passkey").endswith("/my/signin/passkey/")
    assert "Sign and send" not in shown.text
    assert Draft.objects.get(pk=draft).answers["kind"] == "complaint"


def test_what_was_signed_is_kept_with_the_case_and_covers_every_answer(nilufar: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)

    kept = Signature.objects.get(case=case)
    said = json.loads(kept.statement)
    assert "سه بار رفتم و گفتند سامانه قطع است." in [shown for _label, shown in said["answers"]]
    assert said["service"] == "complaint"
    assert signatures.fault(kept) == ""
    assert [event.kind for event in case.events.order_by("seq")][:2] == ["signed", "submitted"]
    assert verification.chains() == []
    assert "What you signed" in nilufar.page.open(f"/en/my/cases/{case.number}/").text


def test_a_declaration_alone_does_not_send_it_and_nothing_is_lost(nilufar: Person, device: Authenticator) -> None:
    draft = nilufar.begin_complaint()

    answer = nilufar.client.post(f"/en/apply/draft/{draft}/send/", {"declared": "yes"})

    assert answer.status_code == 409
    assert "signed with a passkey" in answer.content.decode()
    assert not Case.objects.exists()
    assert Draft.objects.get(pk=draft).answers["kind"] == "complaint"
    with pytest.raises(NotSigned):
        cases.submit(draft, actor=nilufar.actor)


def test_an_answer_that_changed_after_the_question_is_not_what_was_signed(
    nilufar: Person, device: Authenticator
) -> None:
    draft = nilufar.begin_complaint()
    answer = device.answer(question(nilufar, draft))
    cases.answer(draft, actor=nilufar.actor, path="what", form=Form({"what": ["چیز دیگری."]}), language="fa")

    refused = send(nilufar, draft, answer)

    assert refused.status_code == 409
    assert "Something changed after you signed" in refused.content.decode()
    assert not Signature.objects.exists()


WRONG: dict[str, dict[str, Any]] = {
    "another challenge": {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
    "another place": {"origin": "https://elsewhere.example"},
    "another relying party": {"rp_id": "elsewhere.example"},
    "not unlocked": {"flags": UP},
    "a question of making": {"type": "webauthn.create"},
    "another key": {"key": Authenticator().key},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_signature_of_this_person_here_and_now_sends_nothing(
    nilufar: Person, device: Authenticator, wrong: dict[str, Any]
) -> None:
    draft = nilufar.begin_complaint()

    assert send(nilufar, draft, device.answer(question(nilufar, draft), **wrong)).status_code == 409
    assert not Case.objects.exists()


def test_only_the_newest_question_counts_once_and_only_for_its_owner(
    nilufar: Person, arash: Person, device: Authenticator
) -> None:
    draft = nilufar.begin_complaint()
    older = device.answer(question(nilufar, draft))
    question(nilufar, draft)

    assert send(nilufar, draft, older).status_code == 409
    assert send(nilufar, draft, device.answer({"publicKey": {"challenge": "AAAA"}})).status_code == 409  # nothing asked
    assert arash.client.get(f"/en/apply/draft/{draft}/sign/").status_code == 404
    other = Authenticator(credential_id=b"another passkey of the tests, 32")
    add(arash.page, other)
    assert send(nilufar, draft, other.answer(question(nilufar, draft))).status_code == 409
    assert not Case.objects.exists()


@pytest.mark.parametrize("sent", ["", "nonsense", "[]", "{}", '{"rawId": 1}', "9" * 30_000])
def test_an_odd_answer_is_refused_with_a_sentence(nilufar: Person, device: Authenticator, sent: str) -> None:
    draft = nilufar.begin_complaint()
    question(nilufar, draft)

    answer = nilufar.client.post(f"/en/apply/draft/{draft}/send/", {"declared": "yes", "credential": sent})

    assert answer.status_code == 409
    assert not Case.objects.exists()


def evidence(person: Person, case: Case, folder: Path, **changed: Any) -> Path:
    given = person.client.get(f"/en/my/cases/{case.number}/signature.json").json()
    file = folder / "signature.json"
    file.write_text(json.dumps({**given, **changed}), encoding="utf-8")
    return file


def run(file: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-I", str(SCRIPT), str(file), *more]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_a_doubter_checks_it_with_one_script(nilufar: Person, device: Authenticator, tmp_path: Path) -> None:
    file = evidence(nilufar, signed(nilufar, device), tmp_path)

    good, elsewhere = run(file, "--place", "testserver"), run(file, "--place", "example.org")

    assert (good.returncode, elsewhere.returncode) == (0, 1)
    assert "YES" in good.stdout
    assert "بله" in good.stdout
    assert "سه بار رفتم" in good.stdout


def test_a_changed_word_key_or_signature_is_refused_by_the_script(
    nilufar: Person, device: Authenticator, tmp_path: Path
) -> None:
    case = signed(nilufar, device)
    given = json.loads(evidence(nilufar, case, tmp_path).read_text())
    changed = {
        "statement": given["statement"].replace("قطع", "وصل"),
        "sha256": "0" * 64,
        "signature": given["signature"][:-4] + "AAAA",
        "public_key": given["public_key"][:-8] + "AAAAAAAA",
        "client_data": given["client_data"][:-4] + "fQ",
        "authenticator_data": given["authenticator_data"][:-2] + "AA",
        "type": "something else",
    }

    for name, value in changed.items():
        assert run(evidence(nilufar, case, tmp_path, **{name: value})).returncode in (1, 3), name
    (tmp_path / "signature.json").write_text("no JSON")
    assert run(tmp_path / "signature.json").returncode == 3
    assert run(tmp_path / "missing.json").returncode == 3


def test_only_the_signer_gets_the_evidence(nilufar: Person, arash: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)

    assert arash.client.get(f"/en/my/cases/{case.number}/signature.json").status_code == 404
    assert nilufar.client.get("/en/my/cases/1234567890/signature.json").status_code == 404
    assert b"def verify" in nilufar.client.get("/log/check_signature.py").content
