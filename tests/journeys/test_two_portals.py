"""Two installations, one the OpenID Connect provider of the other: real processes and a real browser.

The city signs people in by the nation. Both are whole installations on this machine, each on a host name of its own,
because cookies don't tell ports apart.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from tests.journeys import installation, steps
from tests.journeys.inspection import faults_of
from tests.journeys.installation import Installation

from panjereh.config.cli import throwaway_postgresql

pytestmark = pytest.mark.browser

SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
WORDS = {
    "fa": {"by": "ورود با درگاه کشور", "agree": "ورود به آن سامانه", "city": "درگاه شهر", "out": "خروج"},
    "en": {"by": "Sign in with National portal", "agree": "Sign in there", "city": "City portal", "out": "Sign out"},
}

PLAIN: list[BrowserContext] = []
"""Browsers in which scripts are off."""


KNOWN = 5


@dataclass
class Both:
    """The nation, which knows people, and the city, which asks it. Some of the people have an account in the city."""

    nation: Installation
    city: Installation

    def __post_init__(self) -> None:
        people = list(self.nation.people)
        self.at_home, self.new = iter(people[:KNOWN]), iter(people[KNOWN:])


def command(place: Installation, *arguments: str) -> str:
    """What `./panjereh` prints in one of the installations."""
    run = [sys.executable, "-m", "panjereh.config.cli", *arguments]
    return subprocess.run(run, env=place.environment, capture_output=True, text=True, check=True).stdout


def registered(nation: Installation, back: str, folder: Path) -> tuple[str, str]:
    """The city is a site of the nation: its client_id and secret."""
    told = {
        "agency": "interior-ministry",
        "title": {"fa": WORDS["fa"]["city"], "en": WORDS["en"]["city"]},
        "purpose": {"fa": "خدمات شهر", "en": "services of the city"},
        "address": back,
        "redirect_uris": [f"{back}/signin/with/nation/back/"],
        "logout_uris": [f"{back}/", f"{back}/en/"],
        "scopes": ["profile", "national_number"],
    }
    file = folder / "city.yaml"
    file.write_text(yaml.safe_dump(told, allow_unicode=True))
    said = command(nation, "sites", "add", str(file), "--by", "test").split()
    return said[said.index("client_id") + 1], said[said.index("client_secret") + 1]


def described(nation: Installation, client: str, secret: str, folder: Path) -> Path:
    """How the city's operator describes the nation."""
    (folder / "nation.secret").write_text(secret)
    told = {
        "id": "nation",
        "name": {"fa": "درگاه کشور", "en": "National portal"},
        "issuer": nation.address,
        "client_id": client,
        "client_secret_file": "nation.secret",
        "scopes": ["openid", "profile", "national_number"],
        "levels": {SUBSTANTIAL: "substantial"},
        "national_number": "national_id",
    }
    file = folder / "providers.yaml"
    file.write_text(yaml.safe_dump({"providers": [told]}, allow_unicode=True))
    return file


@contextmanager
def databases(kind: str) -> Iterator[tuple[str, str]]:
    """Addresses of two empty databases; of SQLite files none need be said."""
    if kind == "sqlite":
        yield "", ""
        return
    with throwaway_postgresql.server() as address:
        with psycopg.connect(address, autocommit=True) as connection:
            for name in ("nation", "city"):
                connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # two names of ours
        yield address.replace("/postgres?", "/nation?"), address.replace("/postgres?", "/city?")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("portals")
    with ExitStack() as stack:
        first, second = stack.enter_context(databases(request.param))
        port = installation.free_port()
        nation = stack.enter_context(
            contextmanager(installation.run)(folder / "nation", host="localhost", database=first)
        )
        client, secret = registered(nation, f"http://127.0.0.1:{port}", folder)
        described_in = described(nation, client, secret, folder)
        more = {"PANJEREH_PROVIDERS": str(described_in)}
        city = stack.enter_context(
            contextmanager(installation.run)(folder / "city", port=port, database=second, more=more, people=KNOWN)
        )
        yield Both(nation, city)


@pytest.fixture
def page(both: Both, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    scripts = getattr(request, "param", True)
    context = chromium.new_context(base_url=both.city.address, java_script_enabled=scripts)
    context.set_default_timeout(60_000)
    if not scripts:
        PLAIN.append(context)
    yield context.new_page()
    context.close()


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page before them. The program that looks is a script, so without scripts nobody looks."""
    return [] if page.context in PLAIN else faults_of(page)


def sign_in_at_the_nation(page: Page, both: Both, name: str, root: str) -> None:
    """The nation's page of signing in is before them; afterwards they are where the city asked."""
    page.wait_for_url(f"{both.nation.address}{root}/signin/**")
    page.goto(page.url.replace("/signin/?", "/signin/demonstration/?"))
    button = page.locator("ul.people").first.locator("button.person").filter(has_text=name).first
    button.click()
    page.wait_for_url(f"{both.nation.address}{root}/identity/authorize**")


@pytest.mark.parametrize(("language", "page"), [("fa", True), ("en", True), ("en", False)], indirect=["page"])
def test_the_city_lets_people_in_whom_the_nation_knows(both: Both, page: Page, language: str):
    person, words, root = next(both.at_home), WORDS[language], steps.start_of(language)
    page.goto(f"{root}/signin/?next={root}/my/profile/")
    page.get_by_role("button", name=words["by"]).click()
    sign_in_at_the_nation(page, both, person.name, root)

    assert looked_at(page) == []
    page.locator("[name=scopes][value=national_number]").check()
    page.get_by_role("button", name=words["agree"]).click()
    page.wait_for_url(f"{both.city.address}{root}/my/profile/")

    given, _space, _rest = person.name.partition(" ")
    expect(page.locator("header")).to_contain_text(given)
    page.goto(f"{root}/my/signin/")
    assert looked_at(page) == []
    expect(page.locator("main")).to_contain_text({"fa": "درگاه کشور", "en": "National portal"}[language])

    page.goto(f"{both.nation.address}{root}/my/signin/sites/")
    expect(page.locator("main")).to_contain_text(words["city"])
    assert looked_at(page) == []
    page.goto(f"{both.nation.address}{root}/my/seen/")
    expect(page.locator("main")).to_contain_text(words["city"])

    page.goto(f"{both.city.address}{root}/my/")
    page.locator("form[action$='/signout/'] button").click()
    page.wait_for_url("**/signin/with/nation/out/")
    assert looked_at(page) == []
    page.locator("main a.btn").click()
    page.wait_for_url(f"{both.nation.address}**/identity/signout**")
    page.locator("main").get_by_role("button", name=words["out"], exact=True).click()
    page.wait_for_url(f"{both.city.address}/**")
    page.goto(f"{both.nation.address}{root}/my/")
    assert "/signin/" in page.url


def test_a_service_that_wants_more_sends_them_to_the_nation_and_keeps_their_answers(both: Both, page: Page):
    """Somebody who came with a code by e-mail steps up in the middle of an application."""
    person = next(both.new)
    page.goto("/en/signin/")
    page.locator("[name=email]").fill("newcomer@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.locator("[name=code]").fill(both.city.code_for("newcomer@example.org"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/my/**")

    page.goto("/en/signin/again/?level=substantial&next=/en/my/data/")
    page.get_by_role("button", name=WORDS["en"]["by"]).click()
    sign_in_at_the_nation(page, both, person.name, "/en")
    page.locator("[name=scopes][value=national_number]").check()
    page.get_by_role("button", name=WORDS["en"]["agree"]).click()

    page.wait_for_url(f"{both.city.address}/en/my/data/")


def test_while_the_nation_is_away_the_city_says_so_and_other_ways_remain(both: Both, page: Page):
    person = next(both.new)
    page.goto("/en/signin/")
    page.get_by_role("button", name=WORDS["en"]["by"]).click()
    sign_in_at_the_nation(page, both, person.name, "/en")
    page.route("**/signin/with/nation/back/**", lambda way: waits(both, way))

    page.get_by_role("button", name=WORDS["en"]["agree"]).click()

    expect(page.locator("h1")).to_have_text("National portal does not answer", timeout=60_000)
    assert looked_at(page) == []
    page.unroute_all()
    steps.follow(page, page.get_by_role("link", name="To the ways to sign in"))
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()


def waits(both: Both, way: Route) -> None:
    """The browser comes back while nobody answers at the nation, so that the code can't be exchanged."""
    with both.nation.away():
        way.fulfill(response=way.fetch())
