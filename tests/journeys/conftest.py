"""A browser, and something to visit with it. The processes live as long as the session, a browser as long as a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.journeys import installation
from tests.journeys.installation import Installation

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIRE_FAULTS = ["Protocol error", "Target crashed"]
"""What playwright says when it and the browser have lost each other. Such a test runs again, no other one."""

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the browser's wire a second and a third chance."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=2, only_rerun=WIRE_FAULTS))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A running installation."""
    yield from installation.run(tmp_path_factory.mktemp("installation"))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium. A file at a time, for while it runs Django refuses to reach the database in this process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(portal: Installation, chromium: Browser) -> Iterator[Visit]:
    """Opens a browser for one visitor: `visit(scripts=False, phone=True)` gives its page. No error may be answered."""
    contexts: list[BrowserContext] = []

    def opened(*, scripts: bool = True, phone: bool = False, width: int = 0, dark: bool = False) -> Page:
        size = PHONE if phone else DESKTOP
        context = chromium.new_context(
            base_url=portal.address,
            java_script_enabled=scripts,
            viewport={**size, "width": width or size["width"]},
            color_scheme="dark" if dark else "light",
            extra_http_headers={"X-Forwarded-For": portal.another_address()},
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        return page

    faults: list[str] = []
    yield opened
    for context in contexts:
        context.close()
    assert faults == []
