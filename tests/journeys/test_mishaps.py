"""What goes wrong in life: a double click, the back button, two tabs, a session that ends, strange input."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from uuid import UUID

import pytest
from playwright.sync_api import Page
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation

pytestmark = pytest.mark.browser

COMPLAINT = {
    "kind": "complaint",
    "addressee": "civil-registry",
    "since.day": "1",
    "since.month": "8",
    "since.year": "1405",
    "what": "پاسخ نامه‌ام نیامد.",
}
ODD = [
    "",
    "-1",
    "null",
    "'; DROP TABLE cases_case; --",
    "<script>{{ 7 * 7 }}</script>",
    "../../etc/passwd",
    "\u202e\u200f\ufeff",
    "\x00",
    "😀" * 50,
    "ي" * 5000,
    "1e400",
    "۹" * 30,
]
"""Fewer than a person may look somebody up in an hour."""

PARTS = ["x", "0", "0" * 10, f"{UUID(int=0)}", "%00", "%2e%2e%2f", "%F0%9F%98%80", "%27%22%3C", "a" * 300]
PLACES = [
    "/services/{}/",
    "/services/{}/form.pdf",
    "/agencies/{}/",
    "/life/{}/",
    "/apply/{}/start/",
    "/apply/draft/{}/",
    "/apply/sent/{}/",
    "/my/cases/{}/",
    "/my/messages/{}/",
    "/my/documents/{}.pdf",
    "/check/{}/",
    "/search/?q={}",
    "/signin/?next={}",
    "/desk/case/{}/",
    "/desk/?page={}&service={}",
    "/{}/",
]


def at_the_check_page(page: Page, portal: Installation) -> str:
    """Somebody new has answered all questions of a complaint; their name."""
    name = portal.somebody().name
    steps.sign_in(page, name)
    steps.start(page, "complaint")
    steps.answer_all(page, COMPLAINT)
    return name


def cases_of(page: Page) -> set[str]:
    page.goto("/my/")
    return set(re.findall(r"/my/cases/(\d{10})/", page.content()))


def test_a_double_click_on_send_makes_one_case(portal: Installation, visit: Visit):
    page = visit(scripts=False)
    at_the_check_page(page, portal)
    page.locator('[name="declared"]').check()

    page.locator("form button.btn").first.dblclick()
    page.wait_for_url("**/sent/**")

    number = steps.number_in(page.url)
    assert cases_of(page) == {number}


def test_the_same_form_posted_twice_is_answered_with_the_same_case(portal: Installation, visit: Visit):
    page = visit()
    at_the_check_page(page, portal)
    address = page.url.replace("/check/", "/send/")
    form = {"declared": "yes", "csrfmiddlewaretoken": token_of(page)}
    headers = {"Referer": page.url}

    answers = [page.context.request.post(address, form=form, headers=headers, max_redirects=0) for _ in range(2)]

    assert [answer.status for answer in answers] == [302, 302]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert len(cases_of(page)) == 1


def test_the_back_button_after_sending_does_no_harm(portal: Installation, visit: Visit):
    page = visit()
    at_the_check_page(page, portal)
    number = steps.send(page)

    steps.go_back(page)
    if page.locator('[name="declared"]').count():
        steps.send(page)

    assert cases_of(page) == {number}


def test_an_answer_can_be_changed_with_the_back_button(portal: Installation, visit: Visit):
    page = visit()
    steps.sign_in(page, portal.somebody().name)
    steps.start(page, "complaint")
    steps.answer(page, {"kind": "request"})
    steps.go_back(page)
    steps.answer(page, {"kind": "complaint"})
    steps.answer_all(page, COMPLAINT)

    assert "شکایت" in page.locator("dl.answers").first.inner_text()


def test_two_tabs_work_on_the_same_draft(portal: Installation, visit: Visit):
    one = visit()
    at_the_check_page(one, portal)
    other = one.context.new_page()
    draft = one.url.replace("/check/", "/q/{}/?back_to=check")
    one.goto(draft.format("what"))
    other.goto(draft.format("addressee"))

    steps.answer(one, {"what": "متن تازه"})
    steps.answer(other, {"addressee": "inspectorate"})
    one.goto(draft.partition("/q/")[0] + "/check/")

    text = one.locator("main").inner_text()
    assert "متن تازه" in text
    assert "بازرسی" in text


def test_a_draft_goes_on_where_it_was_left_on_another_device(portal: Installation, visit: Visit):
    phone, computer = visit(phone=True), visit()
    name = portal.somebody().name
    steps.sign_in(phone, name)
    steps.start(phone, "complaint")
    steps.answer(phone, COMPLAINT)

    steps.sign_in(computer, name)
    steps.start(computer, "complaint")

    assert computer.url == phone.url
    assert computer.url.endswith("/q/addressee/")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_ended_session_leads_back_to_the_question_with_what_was_typed(
    portal: Installation, visit: Visit, scripts: bool
):
    page = visit(scripts=scripts)
    name = at_the_check_page(page, portal)
    question = page.url.replace("/check/", "/q/what/")
    page.goto(question)
    page.locator('[name="what"]').fill("نوشته‌ای که نباید گم شود")
    page.context.clear_cookies(name="panjereh")

    steps.follow(page, page.locator("form#answer button.btn").last)
    steps.follow(page, page.locator('a[href*="/signin/demonstration/"]').first)
    steps.follow(page, page.locator("button.person").filter(has_text=name).first)

    assert page.url == question
    assert page.locator('[name="what"]').input_value() == "نوشته‌ای که نباید گم شود"


def test_a_complaint_is_sent_with_the_keyboard_alone(portal: Installation, visit: Visit):
    page = visit()
    steps.sign_in(page, portal.somebody().name)
    page.goto("/services/complaint/")
    press(page, 'main a[href*="/start/"], main .btn', "Enter")
    for _ in range(steps.MOST_SCREENS):
        if page.url.endswith("/check/"):
            break
        for name, value in boxes_on(page):
            box = f'[name="{name}"]'
            if page.locator(box).first.get_attribute("type") == "radio":
                press(page, box, "Space")
                while page.locator(f"{box}:checked").get_attribute("value") != value:
                    page.keyboard.press("ArrowDown")
            elif page.locator(box).first.evaluate("box => box.tagName") == "SELECT":
                press(page, box, "Home")
                while page.locator(box).input_value() != value:
                    page.keyboard.press("ArrowDown")
            else:
                press(page, box, "ControlOrMeta+a")
                page.keyboard.type(value)
        press(page, "form#answer button.btn:not([name])", "Enter")
    press(page, '[name="declared"]', "Space")
    press(page, "form:has([name=declared]) button.btn", "Enter")
    page.wait_for_url("**/sent/**")

    assert cases_of(page)


def boxes_on(page: Page) -> Iterator[tuple[str, str]]:
    """Boxes of the open screen that a complaint fills in, in their order."""
    names = [str(box.get_attribute("name")) for box in page.locator("form#answer [name]").all()]
    yield from ((name, COMPLAINT[name]) for name in dict.fromkeys(names) if name in COMPLAINT)


def press(page: Page, selector: str, key: str) -> None:
    """Go on with Tab until the focus is there, then press the key."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            with page.expect_navigation() if key == "Enter" else nullcontext():
                page.keyboard.press(key)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_odd_texts_in_every_box_are_answered_in_words(portal: Installation, visit: Visit):
    page = visit()
    person = portal.somebody()
    steps.sign_in(page, person.name)
    faults = []
    for service, answers in (("birth-registration", person.answers), ("complaint", COMPLAINT)):
        steps.start(page, service)
        while not page.url.endswith("/check/"):
            faults += odd_answers(page)
            page.goto(page.url)
            steps.answer(page, answers)

    assert faults == []


def odd_answers(page: Page) -> list[str]:
    """Post each odd text in all boxes of the open screen at once; which of them met a fault."""
    names = {str(box.get_attribute("name")) for box in page.locator("form#answer [name]").all()}
    names -= {"csrfmiddlewaretoken", "leave"}
    token, faults = token_of(page), []
    for text in ODD:
        form = {**dict.fromkeys(names, text), "csrfmiddlewaretoken": token}
        answer = page.context.request.post(page.url, form=form, headers={"Referer": page.url}, max_redirects=0)
        if answer.status >= 500:
            faults.append(f"{page.url} {text[:20]!r}: {answer.status}")
    return faults


@pytest.mark.parametrize("who", ["anybody", "person", "official"])
def test_odd_addresses_are_answered_in_words(portal: Installation, visit: Visit, who: str):
    page = visit()
    if who == "person":
        steps.sign_in(page, portal.somebody().name)
    if who == "official":
        steps.sign_in_as_official(page)
    faults = []
    for place in PLACES:
        for text in PARTS:
            answer = page.context.request.get(place.replace("{}", text), max_redirects=0)
            if answer.status >= 500:
                faults.append(f"{place} {text[:20]}: {answer.status}")

    assert faults == []


def token_of(page: Page) -> str:
    found = page.locator('[name="csrfmiddlewaretoken"]').first.get_attribute("value")
    assert found
    return found
