"""Who signed an application with a passkey also signs what corrects it, takes it back or objects: their own words."""

import json
from typing import Any

import pytest
from tests.identity.authenticator import Authenticator
from tests.portal.conftest import Person
from tests.portal.test_signing import device, signed, signed_complaints

from panjereh.cases import operations as cases
from panjereh.cases import signatures
from panjereh.cases import verify as verification
from panjereh.cases.errors import NotSigned
from panjereh.cases.models import Case, Signature

__all__ = ["device", "signed_complaints"]


def writes(person: Person, case: Case, reason: str) -> Any:
    return person.client.post(f"/en/my/cases/{case.number}/withdraw/", {"reason": reason})


def question(person: Person, case: Case, act: str = "withdraw") -> Any:
    return person.client.get(f"/en/my/cases/{case.number}/sign/{act}/")


def test_taking_it_back_is_signed_with_the_words_as_they_stand(nilufar: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)
    shown = writes(nilufar, case, "دیگر لازم نیست")
    assert "This is what you sign:" in shown.content.decode()
    assert "دیگر لازم نیست" in shown.content.decode()
    case.refresh_from_db()
    assert case.state == Case.State.OPEN

    answer = device.answer(question(nilufar, case).json())
    done = nilufar.client.post(f"/en/my/cases/{case.number}/withdraw/", {"credential": json.dumps(answer)})

    assert done.status_code == 302
    case.refresh_from_db()
    assert case.outcome == Case.Outcome.WITHDRAWN
    kept = Signature.objects.get(case=case, act="withdraw")
    said = json.loads(kept.statement)
    assert (said["act"], said["case"], said["reason"]) == ("withdraw", case.number, "دیگر لازم نیست")
    assert signatures.fault(kept) == ""
    assert verification.chains() == []


def test_without_the_passkey_nothing_is_taken_back(nilufar: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)

    with pytest.raises(NotSigned):
        cases.withdraw(case.number, actor=nilufar.actor, reason="x")

    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_words_that_changed_after_the_question_are_not_what_was_signed(nilufar: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)
    writes(nilufar, case, "نخست")
    answer = device.answer(question(nilufar, case).json())
    writes(nilufar, case, "دوم")

    refused = nilufar.client.post(f"/en/my/cases/{case.number}/withdraw/", {"credential": json.dumps(answer)})

    assert refused.status_code == 409
    assert "Something changed after you signed" in refused.content.decode()
    assert not Signature.objects.filter(act="withdraw").exists()


def test_nothing_is_asked_of_the_passkey_before_something_was_written(nilufar: Person, device: Authenticator) -> None:
    case = signed(nilufar, device)

    assert question(nilufar, case).status_code == 404
    writes(nilufar, case, "x")
    assert question(nilufar, case, "appeal").status_code == 404
    assert question(nilufar, case, "pay").status_code == 404
