import pytest

from panjereh.audit import operations as audit
from panjereh.cases import operations as cases
from panjereh.cases.models import Rating
from panjereh.correspondence import operations as correspondence
from panjereh.kernel.actor import Actor, Channel
from panjereh.kernel.ids import new_id

LANGUAGES = ["", "/en"]
OFFICIAL = Actor(
    party=new_id(), name="حمید", agency="civil-registry", roles=frozenset({"officer"}), channel=Channel.DESK
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/my/", "/my/messages/", "/my/documents/", "/my/profile/", "/my/seen/"])
def test_the_pages_of_somebody_new_open_and_say_that_they_are_empty(nilufar, path, language):
    nilufar.page.open(language + path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "message/", "withdraw/", "rate/"])
def test_the_pages_of_a_case_open_for_its_applicant(nilufar, path, language):
    number = nilufar.complain()

    nilufar.page.open(f"{language}/my/cases/{number}/{path}")


def test_my_cases_shows_what_was_sent_and_what_was_begun(nilufar):
    number = nilufar.complain()
    draft = nilufar.begin_complaint()

    shown = nilufar.page.open("/en/my/")

    assert shown.link("Complain to an agency") == f"/en/apply/draft/{draft}/"
    assert f"{number[:3]} {number[3:6]} {number[6:]}" in shown.text
    assert "Nothing to do for you. The answer comes by the end of" in shown.text


@pytest.mark.parametrize("path", ["", "message/", "withdraw/", "appeal/", "rate/"])
def test_a_case_of_somebody_else_answers_like_one_that_does_not_exist(nilufar, arash, path):
    number = nilufar.complain()

    theirs = arash.page.open(f"/my/cases/{number}/{path}", status=404)
    nobodys = arash.page.open(f"/my/cases/1000000004/{path}", status=404)

    assert theirs.text == nobodys.text


def test_a_case_can_be_taken_back(nilufar):
    number = nilufar.complain()

    answer = nilufar.client.post(f"/my/cases/{number}/withdraw/", {"reason": ""})

    assert answer.headers["Location"] == f"/my/cases/{number}/"
    assert "درخواست را پس گرفتید" in nilufar.page.open(f"/my/cases/{number}/").text


def test_what_was_taken_back_cannot_be_taken_back_again_and_the_page_says_so(nilufar):
    number = nilufar.complain()
    cases.withdraw(number, actor=nilufar.actor, reason="")

    shown = nilufar.page.send(f"/en/my/cases/{number}/withdraw/", status=409)

    assert number in shown.text.replace(" ", "")


def test_the_agency_can_be_written_to(nilufar):
    number = nilufar.complain()

    nilufar.client.post(f"/my/cases/{number}/message/", {"text": "نشانی‌ام را ننوشته بودم."})

    assert "نشانی‌ام را ننوشته بودم." in nilufar.page.open(f"/my/cases/{number}/").text


def test_an_empty_message_is_asked_for_again(nilufar):
    number = nilufar.complain()

    shown = nilufar.page.send(f"/en/my/cases/{number}/message/", {"text": "  "})

    assert shown.link("Write your message") == "#text"


def test_an_objection_needs_its_reason(nilufar):
    number = nilufar.complain()

    assert nilufar.page.send(f"/en/my/cases/{number}/appeal/", {"reason": ""}).title.startswith("Error:")


def test_a_message_is_new_until_it_is_read(nilufar):
    message = correspondence.tell(
        nilufar.number, key="a", subject="خبری رسید", text="یک\n\nدو", agency="civil-registry"
    )

    assert "تازه" in nilufar.page.open("/my/messages/").text
    nilufar.page.open(f"/my/messages/{message.pk}/")
    assert "تازه" not in nilufar.page.open("/my/messages/").text


def test_a_message_to_somebody_else_does_not_exist(nilufar, arash):
    message = correspondence.tell(nilufar.number, key="a", subject="خبری رسید", text="یک", agency="civil-registry")

    arash.page.open(f"/my/messages/{message.pk}/", status=404)


def test_contact_details_are_changed_in_any_digits(nilufar):
    sent = {"email": "", "phone": "۰۹۱۲ ۳۴۵ ۶۷۸۹", "language": "en", "notices": "in_app"}

    assert nilufar.client.post("/my/profile/", sent).status_code == 302
    shown = nilufar.page.open("/my/profile/")

    assert not shown.value("email")
    assert str(shown.value("phone")).endswith("9123456789")


def test_contact_details_that_cannot_be_are_explained_beside_their_box(nilufar):
    sent = {"email": "n@example.org", "phone": "12", "language": "fa", "notices": "email"}

    shown = nilufar.page.send("/my/profile/", sent)

    assert shown.one("input", name="phone").get("aria-invalid") == "true"
    assert shown.value("phone") == "12"


def test_who_looked_is_shown_with_the_purpose(nilufar):
    number = nilufar.complain()
    audit.record_access(
        actor=OFFICIAL,
        subject=f"party:{nilufar.number}",
        source=f"case:{number}",
        fields=["what", "addressee"],
        purpose="handling",
        case=number,
    )

    shown = nilufar.page.open("/en/my/seen/")

    assert "Civil Registry" in shown.text
    assert "for working on a case" in shown.text
    assert f"your case with its answers {number[:3]} {number[3:6]} {number[6:]}" in shown.text


def test_a_closed_case_can_be_rated_without_a_name(nilufar):
    number = nilufar.complain()
    cases.withdraw(number, actor=nilufar.actor, reason="")

    answer = nilufar.client.post(f"/my/cases/{number}/rate/", {"score": "5", "text": ""})

    assert answer.status_code == 302
    assert Rating.objects.get().score == 5


def test_personal_pages_are_not_kept_by_the_browser(nilufar):
    assert nilufar.client.get("/my/").headers["Cache-Control"] == "no-store"
