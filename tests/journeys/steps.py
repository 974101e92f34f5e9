"""What people do in a browser, in words of the house: sign in, answer, send, decide."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

OFFICIAL = {"fa": "سارا امینی", "en": "Sara Amini"}
MOST_SCREENS = 40
ROUNDS = 60  # looks at a page until a worker has done its part, each waits for the page


def start_of(language: str) -> str:
    return "" if language == "fa" else f"/{language}"


def follow(page: Page, way: Locator) -> None:
    """Click a link or a button that leads to another page, and wait until that one is there.

    A click alone may return before the browser has left: what is then read, or opened, belongs to either page.
    """
    with page.expect_navigation():
        way.click()


def go_back(page: Page) -> None:
    """The back button. The page goes back by itself: the browser's list of pages can't be asked while it swaps them."""
    page.wait_for_load_state()
    with page.expect_navigation():
        page.evaluate("setTimeout(() => history.back())")


def sign_in(page: Page, name: str, to: str = "", language: str = "fa") -> None:
    """One click on the page of the demonstration's people, as one of them."""
    choose(page, 0, name, to, language)


def sign_in_as_official(page: Page, language: str = "fa") -> None:
    """As the one who checks and decides the cases of the Civil Registry."""
    choose(page, 1, OFFICIAL[language], "", language)


def choose(page: Page, among: int, name: str, to: str, language: str) -> None:
    page.goto(f"{start_of(language)}/signin/demonstration/" + (f"?next={to}" if to else ""))
    follow(page, page.locator("ul.people").nth(among).locator("button.person").filter(has_text=name).first)


def answer(page: Page, answers: Mapping[str, str]) -> None:
    """Fill in the boxes of the screen that is open, and go on."""
    form = page.locator("form#answer")
    boxes = form.locator("input:not([type=hidden]), select, textarea").all()
    for name in dict.fromkeys(str(box.get_attribute("name")) for box in boxes):
        if name in answers:
            put(page, name, answers[name])
    follow(page, form.locator("button.btn").last)


def put(page: Page, name: str, value: str) -> None:
    box = page.locator(f'[name="{name}"]').first
    kind = box.get_attribute("type")
    if kind in ("radio", "checkbox"):
        page.locator(f'[name="{name}"][value="{value}"]').check()
    elif box.evaluate("box => box.tagName") == "SELECT":
        box.select_option(value)
    else:
        box.fill(value)


def answer_all(page: Page, answers: Mapping[str, str]) -> None:
    """From the screen that is open to the page where answers are checked."""
    for _ in range(MOST_SCREENS):
        if page.url.endswith("/check/"):
            return
        before = page.url
        answer(page, answers)
        assert page.url != before, f"{before}: {page.locator('.err').all_inner_texts()}"
    raise AssertionError("the questions have no end")


def send(page: Page) -> str:
    """Declare and send; the tracking code."""
    page.locator('[name="declared"]').check()
    follow(page, page.locator("form button.btn").first)
    return number_in(page.url)


def number_in(text: str) -> str:
    found = re.search(r"\d{10}", text)
    assert found, text
    return found[0]


def start(page: Page, service: str, language: str = "fa") -> None:
    page.goto(f"{start_of(language)}/apply/{service}/start/")


def work_on(page: Page, number: str, *acts: str, language: str = "fa") -> None:
    """An official takes tasks in turn until this case is before them, and does these acts one after the other.

    Cases of other tests that come first are done too: order is a promise.
    """
    waiting = list(acts)
    for _ in range(ROUNDS):
        if not waiting:
            return
        page.goto(f"{start_of(language)}/desk/")
        follow(page, page.locator('form[action$="/desk/next/"] button').first)
        mine = f"/case/{number}/" in page.url
        act = waiting[0] if mine else None
        forms = page.locator("form[action*='/do/']")
        button = page.locator(f"form[action$='/do/{act}/'] button") if act else forms.locator("button")
        if not mine and not button.count():
            take_money(page)
            continue
        follow(page, button.first)
        if mine:
            waiting.pop(0)
    raise AssertionError(f"case {number} never came up for {waiting}")


def take_money(page: Page) -> None:
    """The case that is open waits for its fee: it is paid at the counter."""
    follow(page, page.locator("a[href$='/do/pay/']").first)
    page.locator('[name="receipt"]').fill("84-1")
    follow(page, page.locator("main form button.btn").last)


def see_until(page: Page, path: str, selector: str) -> None:
    """Open a page until what a worker brings about stands on it."""
    for _ in range(ROUNDS):
        page.goto(path)
        if page.locator(selector).count():
            return
        page.wait_for_timeout(250)
    expect(page.locator(selector).first).to_be_visible()
