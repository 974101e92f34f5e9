"""Whatever is sent, the house answers in words: never a fault of its own, and nothing is carried out as code."""

import errno
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core import mail
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from tests.project import town
from tests.project.test_every_door import address, doors, hers, real

from panjereh.cases.models import Case, Draft, Upload
from panjereh.config.handlers import HANDLERS
from panjereh.config.web import in_utf8
from panjereh.correspondence import operations as correspondence
from panjereh.documents import operations as documents
from panjereh.identity import policy
from panjereh.identity.models import Party, Tally
from panjereh.outbox import operations as outbox

__all__ = ["hers"]

MARKUP = '</p><script>alert(1)</script>{{ 7*7 }}{% x %}${7*7}#panic("x")$x$*b*_i_@ref<label>[c]`r`\\u{41}//c'
ODD = {
    "nothing at all": "",
    "NUL": "a\x00b",
    "controls": "\x01\x1b[31m\x7f\x85",
    "direction marks": "\u202eabc\u2066\u200f",
    "noncharacters": "\ufffe\uffff\ufdd0",
    "emoji": "👩‍👩‍👧😀" * 3,
    "SQL": "'; DROP TABLE cases_case; --",
    "markup": MARKUP,
    "FEEL": '") or true or for x in 1..1000000000 return x',
    "path": "../../../../etc/passwd",
    "line ends": "a\r\nBcc: all@example.org\r\n\r\nx",
    "a huge number": "9" * 5000,
    "a negative number": "-1",
    "infinity": "1e99999",
    "long": "ک" * 200_000,
    "digits of no language": "②²٣৪१",
}


WORST = ("NUL", "markup", "line ends", "a huge number")


def boxes(body: str) -> Iterator[str]:
    for tag in re.findall(r"<(?:input|select|textarea|button)\b[^>]*>", body):
        name = re.search(r'\bname="([^"]+)"', tag)
        if name and name[1] != "csrfmiddlewaretoken" and 'type="file"' not in tag:
            yield name[1]


@pytest.mark.parametrize(
    "kind", [kind if kind in WORST else pytest.param(kind, marks=pytest.mark.long) for kind in ODD]
)
def test_no_box_of_any_page_breaks_the_house(hers, kind):
    """Every box that a page shows, and every parameter that it might read, filled with the same odd thing."""
    official = town.official(*policy.OF_OFFICIALS)
    people = {False: town.signed_in(hers.account), True: town.signed_in(official)}
    faults = []
    for door in doors():
        if door.name == "account_logout":
            continue
        client = people[door.is_of_the_desk]
        for where in address(door, real(hers)):
            Tally.objects.all().delete()
            shown = client.get(where)
            town.finish(shown)
            body = "" if shown.streaming else shown.content.decode(errors="replace")
            sent = dict.fromkeys([*boxes(body), "page", "next", "q", "code", "task", "reason", "text"], ODD[kind])
            for answer in (client.post(where, sent), client.get(where, {**sent, "what": "x"} | _short(sent))):
                town.finish(answer)
                if answer.status_code >= 500 or leads_away(answer):
                    faults.append((where, answer.status_code))
        if not Draft.objects.filter(pk=hers.draft.pk).exists():  # it was sent or thrown away by its own buttons
            hers = hers.with_draft(town.complaint(town.actor_of(hers.account), send=False))
    assert faults == []


def leads_away(answer: Any) -> bool:
    where = urljoin("http://testserver/", answer.headers.get("Location", "/").replace("\\", "/"))
    return not where.startswith("http://testserver/")


def _short(sent: dict[str, str]) -> dict[str, str]:
    """An address has room for less than a form."""
    return {name: value[:2000] for name, value in sent.items()}


@pytest.mark.parametrize("charset", ["hex", "utf-16", "rot13", "idna", "nonsense", "utf-8; charset*=''hex"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_says_that_it_is_in_another_encoding_counts_as_utf8(kind, charset):
    seen: dict[str, Any] = {}

    in_utf8(lambda environ, _start: seen.update(environ) or [])({"CONTENT_TYPE": f"{kind}; charset={charset}"}, None)

    assert seen["CONTENT_TYPE"] == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"code=%ff%fe&second=\xff\xed\xa0\x80", "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"abc", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="code"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
         "multipart/form-data; boundary=x"),
        (b"&".join(b"f%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
        (b"code=" + b"1" * 13_000_000, "application/x-www-form-urlencoded"),
    ],
)  # fmt: skip
def test_a_damaged_form_gets_a_page_in_words(db, body, kind):
    answer = town.signed_in(None).generic("POST", "/track/", body, content_type=kind)

    assert answer.status_code in (200, 400)
    assert "<h1" in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    ["//example.org/", "/en//example.org/", "/services/%00/", "/my/messages/%00/", "/check/" + "A" * 5000 + "/",
     "/static/%2e%2e/%2e%2e/etc/passwd", "/static/%00", "/%ff%fe/", "/track/?code=%00%ff", "/?%00=%00"],
)  # fmt: skip
def test_odd_addresses_lead_nowhere_and_to_nobody_else(db, path):
    answer = town.signed_in(None).get(path)

    assert answer.status_code in (200, 404)
    assert 'href="//' not in answer.content.decode()


def test_a_cookie_with_signs_that_no_database_takes_is_nobodys(db):
    client = Client(raise_request_exception=False, HTTP_COOKIE='panjereh="\\000abcdefgh\\000"; csrftoken="\\000"')

    assert client.get("/my/").headers["Location"] == "/signin/?next=%2Fmy%2F"


def test_a_name_of_a_host_that_is_none_is_refused_with_all_headers(db):
    answer = town.signed_in(None).get("/", HTTP_HOST="no host")

    assert answer.status_code == 400
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("wanted", ["//example.org", "https://example.org/", "/\\example.org", "javascript:alert(1)"])
def test_signing_in_never_leads_away_from_the_house(hers, wanted):
    client = town.signed_in(None)
    Party.objects.filter(pk=hers.account.party_id).update(is_demonstration=True)
    type(hers.account).objects.filter(pk=hers.account.pk).update(is_demonstration=True)

    answer = client.post("/signin/demonstration/", {"identity": str(hers.account.pk), "next": wanted})

    assert (answer.status_code, answer.headers["Location"]) == (302, "/my/")


def test_what_somebody_wrote_is_shown_as_they_wrote_it_on_every_page(hers):
    Party.objects.filter(pk=hers.account.party_id).update(given_name=MARKUP, family_name=MARKUP)
    draft = town.complaint(town.actor_of(hers.account), send=False, text=MARKUP)
    case = Case.objects.get(pk=town.complaint(town.actor_of(hers.account), text=MARKUP).case_id)
    mine, desk = town.signed_in(hers.account), town.signed_in(town.official("officer", "registrar"))
    places = [(mine, f"/my/cases/{case.number}/"), (desk, f"/desk/case/{case.number}/"),
              (desk, f"/desk/case/{case.number}/print/")]  # fmt: skip
    if Draft.objects.filter(pk=draft.pk, case=None).exists():
        places.append((mine, f"/apply/draft/{draft.pk}/check/"))
    for client, where in places:
        body = client.get(where).content.decode()
        assert "<script>alert" not in body, where
        assert "49" not in re.sub(r"[^\s]*\d{3,}[^\s]*", "", body.partition("alert(1)")[2][:40]), where
        assert "&lt;script&gt;alert(1)" in body, where


def test_a_certificate_says_what_was_written_and_runs_none_of_it(hers):
    certificate = documents.issue(
        key="case:2:letter",
        agency=town.AGENCY,
        kind="letter",
        title={"fa": MARKUP},
        template=town.TEMPLATE,
        data={"note": MARKUP},
        labels={"note": {"fa": MARKUP, "en": MARKUP}},
        subjects=[f"party:{hers.account.party_id}"],
    )

    answer = town.signed_in(hers.account).get(f"/my/documents/{certificate.code}.pdf")

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_no_line_of_a_subject_becomes_a_header_of_a_letter(hers):
    text = "سلام\r\nBcc: everybody@example.org\r\n\r\n<b>x</b>"
    correspondence.tell(hers.account.party_id, key="evil", subject=text, text=text)

    outbox.run_until_idle(HANDLERS)

    sent = mail.outbox[-1]
    assert sent.subject == "سلام Bcc: everybody@example.org <b>x</b>"
    assert sent.recipients() == ["nilufar@example.org"]
    assert "Bcc" not in sent.message()


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.png", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("picture.png", b"MZ" + b"\0" * 200),
        ("picture.png", b"PK\x03\x04" + b"\0" * 200),
        ("picture.png", b"GIF89a" + b"\0" * 200),
        ("eicar.com", EICAR),
        ("empty.png", b""),
        ("huge.png", town.PNG + b"\0" * 6_000_000),
    ],
)
def test_a_file_that_is_not_what_may_be_sent_is_refused_in_words(hers, name, content):
    client, before = town.signed_in(hers.account), Upload.objects.count()

    sent = SimpleUploadedFile(name, content, "image/png")
    answer = client.post(f"/apply/draft/{hers.draft.pk}/q/proof/", {"proof": sent})

    assert answer.status_code == 422
    assert 'class="err' in answer.content.decode()
    assert Upload.objects.count() == before


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.png", "..\\..\\x.png", 'a"\r\nX: y.png', "x" * 400 + ".png", ".png"]
)
def test_a_files_name_is_only_a_name(hers, name):
    client = town.signed_in(hers.account)
    head = f'--x\r\nContent-Disposition: form-data; name="proof"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
    body = head.encode() + town.PNG + b"\r\n--x--\r\n"

    where = f"/apply/draft/{hers.draft.pk}/q/proof/"
    answer = client.generic("POST", where, body, content_type="multipart/form-data; boundary=x")

    assert answer.status_code in (302, 422)
    for upload in Upload.objects.filter(draft=hers.draft):
        assert re.fullmatch(r"uploads/[0-9a-f-]{36}/[0-9a-f]{64}", upload.stored_as)
        assert not re.search(r'[/\\"\r\n]', upload.name)


def test_when_the_store_is_full_the_person_reads_so_and_nothing_half_is_kept(hers, monkeypatch):
    def full(self: Any, name: str, content: Any) -> str:
        Path(self.path(name)).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    client, before = town.signed_in(hers.account), Upload.objects.count()
    where, content = f"/apply/draft/{hers.draft.pk}/q/proof/", town.PNG + b"other"
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", full)
        answer = client.post(where, {"proof": SimpleUploadedFile("x.png", content)})

    assert answer.status_code == 503
    assert "فایل" in answer.content.decode()
    assert Upload.objects.count() == before
    assert client.post(where, {"proof": SimpleUploadedFile("x.png", content)}).status_code == 302
    assert Upload.objects.latest("pk").size == len(content)


@pytest.mark.parametrize(("path", "words"), [("/", "کمی بعد"), ("/en/", "Please try again")])
def test_a_database_that_does_not_answer_is_a_page_that_says_to_try_again(db, monkeypatch, path, words):
    def locked() -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("panjereh.catalogue.queries.all_current", locked)

    answer = town.signed_in(None).get(path)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert words in answer.content.decode()
    assert "locked" not in answer.content.decode()


def test_the_address_of_a_button_opened_by_itself_is_explained(hers):
    answer = town.signed_in(hers.account).get(f"/apply/draft/{hers.draft.pk}/send/")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "دکمه" in answer.content.decode()


def test_a_form_without_its_token_changes_nothing(hers):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(hers.account, backend=town.BACKEND)

    assert client.post(f"/my/cases/{hers.case.number}/withdraw/", {"reason": ""}).status_code == 403
    assert Case.objects.get(pk=hers.case.pk).outcome == ""
