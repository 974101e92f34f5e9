"""Every page of the portal in a browser: no violation of axe-core, nothing wider than the window, light enough."""

import brotli
import pytest
from tests.looking import complaints
from tests.portal.conftest import Person
from tests.portal.test_finding_a_service import OPEN_TO_ALL
from tests.portal.test_what_is_mine import OFFICIAL

from panjereh.audit import operations as audit
from panjereh.cases import operations as cases
from panjereh.correspondence import operations as correspondence

SENT = {
    "/feedback/": {},
    "/track/": {"code": "12", "second": ""},
    "/check/": {},
    "/signin/": {"email": "nobody"},
    "/my/mandates/new/": {"reach": "services"},
}
"""Forms with mistakes in them."""


def rendered(person: Person, language: str) -> dict[str, str]:
    """Each page as HTML: for everybody, of somebody who has much, with mistakes, and those for errors."""
    number = person.complain()
    cases.say(number, actor=person.actor, text="نشانی‌ام را ننوشته بودم.")
    taken_back = person.complain()
    cases.withdraw(taken_back, actor=person.actor, reason="")
    person.begin_complaint()
    message = correspondence.tell(person.number, key="a", subject="خبر", text="یک\n\nدو", agency="civil-registry")
    audit.record_access(
        actor=OFFICIAL, subject=f"party:{person.number}", source=f"case:{number}", fields=[], purpose="handling", law=""
    )
    mine = ["", "messages/", f"messages/{message.pk}/", "documents/", "profile/", "seen/", "data/", f"cases/{number}/"]
    mine += ["acting/", "mandates/", "mandates/new/"]
    mine += [f"cases/{taken_back}/", *(f"cases/{number}/{act}/" for act in ("message", "withdraw", "appeal", "rate"))]
    paths = [path.partition("?")[0] for path in OPEN_TO_ALL] + [f"/my/{path}" for path in mine] + ["/no/such/page/"]
    pages = {language + path: person.client.get(language + path) for path in dict.fromkeys(paths)}
    for path, data in SENT.items():
        pages[f"{language}{path}mistakes/"] = person.client.post(language + path, data)
    pages[f"{language}/found/"] = person.client.get(f"{language}/search/", {"q": "ثبت"})
    return {path: answer.content.decode() for path, answer in pages.items() if answer.content}


def opened(pages):
    """The pages with everything unfolded that can be."""
    return {path: html.replace("<details", "<details open") for path, html in pages.items()}


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width", "scheme"), [("", 390, "dark"), ("/en", 1280, "light")])
def test_pages_are_accessible_and_fit(nilufar, language, width, scheme):
    assert complaints(opened(rendered(nilufar, language)), width=width, scheme=scheme) == []


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_are_accessible_and_fit_in_every_combination(nilufar, language, width, scheme):
    assert complaints(opened(rendered(nilufar, language)), width=width, scheme=scheme) == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_page_is_light(nilufar, language):
    pages = rendered(nilufar, language)
    weights = {path: len(brotli.compress(html.encode())) for path, html in pages.items()}
    most = {path: 5_000 if 'class="flow' in html else 4_500 for path, html in pages.items()}  # with a process drawn

    assert {path: weight for path, weight in weights.items() if weight > most[path]} == {}
    assert sum(weights.values()) / len(weights) < 3_000
