"""Every page template in a browser: accessible, not too wide, not too heavy, and no link leads into a fault."""

import re
from html import unescape
from itertools import product
from urllib.parse import urljoin, urlsplit

import brotli
import pytest
from playwright.sync_api import Browser, Page
from tests.journeys import steps
from tests.journeys.conftest import Visit
from tests.journeys.inspection import faults_of
from tests.journeys.installation import Installation

pytestmark = pytest.mark.browser

PUBLIC = [
    *("/", "/search/?q=نوزاد", "/search/?q=xyzzy", "/services/", "/services/birth-registration/"),
    *("/services/birth-registration/data/", "/life/having-a-child/", "/agencies/", "/agencies/civil-registry/"),
    *("/offices/", "/promises/", "/accessibility/", "/help/", "/feedback/", "/track/", "/check/", "/check/offline/"),
    "/log/",
    "/pay/",
    "/pay/utility/",
    "/developers/",
    *(
        "/check/0000-0000-0000-0000/",
        "/signin/",
        "/signin/demonstration/",
        "/signin/passkey/",
        "/signin/password/",
        "/signin/phone/",
        "/no-such-page/",
    ),
]
MORE = [
    *("/my/signin/passkey/", "/my/signin/sessions/", "/my/signin/counter/", "/my/signin/password/"),
    *("/my/signin/recovery/", "/my/signin/phone/", "/my/signin/sites/", "/signin/again/?level=high"),
    *("/identity/authorize?client_id=x", "/identity/signout"),
]
OWN = [
    "/my/",
    "/my/messages/",
    "/my/documents/",
    "/my/payments/",
    "/my/bills/",
    "/my/profile/",
    "/my/seen/",
    "/my/signin/",
    "/my/signin/passkey/",
    *MORE,
]
OF_CASE = ["", "message/", "withdraw/"]
DESK = ["", "search/", "search/?q=راد", "letters/", "visitors/", "visitors/new/", "me/", "me/substitute/"]
OF_OTHERS = {
    ("بهرام توانا", "Bahram Tavana"): ["bills/", "officials/programs/"],
    ("پیمان یزدانی", "Peyman Yazdani"): [
        *("officials/", "officials/new/", "officials/offices/"),
        *("officials/seals/", "officials/permissions/"),
    ],
    ("مینا کریمی", "Mina Karimi"): ["registers/", "registers/changes/", "registers/population/"],
    ("پروین راستگار", "Parvin Rastgar"): ["reports/"],
    ("حمید بهرامی", "Hamid Bahrami"): ["accounts/", "figures/", "books/", "refunds/"],
}
"""Pages of the desk that other officials than the one of the journey see."""
REFUSED = ("no-such", "/0000-", "client_id=x")
"""What an address has whose page is one of an error, on purpose."""
ACTS = ["correct", "refuse", "note", "message", "put-back", "extend"]

SAMPLE = [("fa", 320, False), ("en", 1280, True)]
LOOKS = [
    pytest.param(*look, id="-".join(map(str, look)), marks=[] if look in SAMPLE else pytest.mark.long)
    for look in product(("fa", "en"), (320, 390, 1280), (False, True))
]


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_what_anybody_sees_is_accessible_and_fits(visit: Visit, language: str, width: int, dark: bool):
    page = visit(width=width, dark=dark)

    assert looked_at(page, [steps.start_of(language) + path for path in PUBLIC]) == []


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_what_people_and_officials_see_is_accessible_and_fits(
    portal: Installation, visit: Visit, language: str, width: int, dark: bool
):
    page, official = visit(width=width, dark=dark), visit(width=width, dark=dark)
    person, home = portal.somebody(), steps.start_of(language)
    steps.sign_in(page, person.name, language=language)
    steps.start(page, "birth-registration", language)
    faults = screens_looked_at(page, person.answers)
    number = steps.send(page)
    faults += faults_of(page)
    faults += looked_at(page, [home + path for path in OWN])
    faults += looked_at(page, [f"{home}/my/cases/{number}/{path}" for path in OF_CASE])

    steps.sign_in_as_official(official, language)
    steps.work_on(official, number, language=language)
    faults += looked_at(official, [f"{home}/desk/{path}" for path in DESK])
    faults += looked_at(official, [f"{home}/desk/case/{number}/"])
    faults += looked_at(official, [f"{home}/desk/case/{number}/do/{act}/" for act in ACTS])

    assert faults == []


@pytest.mark.parametrize(("language", "width", "dark"), LOOKS)
def test_what_other_officials_see_is_accessible_and_fits(visit: Visit, language: str, width: int, dark: bool):
    page, faults = visit(width=width, dark=dark), []
    for names, paths in OF_OTHERS.items():
        steps.choose(page, 1, names[language == "en"], "", language)
        faults += looked_at(page, [f"{steps.start_of(language)}/desk/{path}" for path in paths])

    assert faults == []


def looked_at(page: Page, addresses: list[str]) -> list[str]:
    faults = []
    for address in addresses:
        opened = page.goto(address)
        assert opened is not None
        if opened.status >= 400 and not any(mark in address for mark in REFUSED):
            faults.append(f"{address}: {opened.status}")
        faults += faults_of(page)
    return faults


def screens_looked_at(page: Page, answers: dict[str, str]) -> list[str]:
    """Every question of a service, empty and with its errors, and the page where answers are checked."""
    faults, before = [], ""
    while not page.url.endswith("/check/"):
        assert page.url != before
        before = page.url
        faults += faults_of(page)
        steps.answer(page, {})
        if page.url == before:
            faults += faults_of(page)
            steps.answer(page, answers)
    return faults + faults_of(page)


@pytest.mark.parametrize(("language", "requests"), [("fa", 4), ("en", 3)])
def test_a_first_question_weighs_less_than_30_kilobytes(
    portal: Installation, chromium: Browser, visit: Visit, language: str, requests: int
):
    page = visit()
    steps.sign_in(page, portal.somebody().name, language=language)
    steps.start(page, "complaint", language)
    icons = [link.evaluate("link => link.href") for link in page.locator("link[rel~=icon]").all()]
    fresh = chromium.new_context(base_url=portal.address, storage_state=page.context.storage_state())
    try:
        transfers: list[str] = []
        opened = fresh.new_page()
        opened.on("response", lambda answer: None if answer.url in icons else transfers.append(answer.url))
        opened.goto(page.url, wait_until="networkidle")
        sizes = {url: compressed(page, url) for url in transfers}
    finally:
        fresh.close()

    assert len(transfers) <= requests, transfers
    assert sum(sizes.values()) <= 30_000, sizes


def compressed(page: Page, url: str) -> int:
    """Bytes of its body in Brotli, as a proxy in front or the files' own compression sends it."""
    return len(brotli.compress(page.context.request.get(url).body(), quality=9))


@pytest.mark.parametrize("who", ["anybody", "person", "official"])
def test_no_link_leads_into_a_fault(portal: Installation, visit: Visit, who: str):
    page = visit()
    first = "/"
    if who == "person":
        person = portal.somebody()
        steps.sign_in(page, person.name)
        steps.start(page, "complaint")
        first = "/my/"
    if who == "official":
        steps.sign_in_as_official(page)
        first = "/desk/"

    assert crawl(page, portal.address + first, at_most=120) == []


def crawl(page: Page, first: str, at_most: int) -> list[str]:
    """Follow links from one page to all that it reaches within the portal; what answers with a fault or is missing."""
    found, seen, faults = [first], {first}, []
    while found and len(seen) <= at_most + len(found):
        url = found.pop(0)
        if len(seen) - len(found) > at_most:
            break
        answer = page.context.request.get(url, max_redirects=5)
        if answer.status >= 400:
            faults.append(f"{url}: {answer.status}")
        if "html" not in answer.headers.get("content-type", ""):
            continue
        for href in re.findall(r'<a\b[^>]*\bhref="([^"#]+)', answer.text()):
            link = urljoin(answer.url, unescape(href))
            if urlsplit(link).netloc == urlsplit(first).netloc and link not in seen:
                seen.add(link)
                found.append(link)
    return faults
