"""Pages as a person sees them: in headless Chromium, judged by axe-core, and whether they fit the window."""

import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, sync_playwright

HOST = "http://panjereh.test"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LONGEST_BOX = "() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"


@contextmanager
def window(html: Mapping[str, str], *, width: int, scheme: str = "light", height: int = 900) -> Iterator[Page]:
    """A window that shows the given pages (path → HTML), made before: while it is open there is no database."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.route("**/*", lambda route: serve(route, html))
        yield page
        browser.close()


def serve(route: Route, html: Mapping[str, str]) -> None:
    path = urlsplit(route.request.url).path
    if path in html:
        route.fulfill(body=html[path], content_type="text/html; charset=utf-8")
        return
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if isinstance(found, str):
        route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "application/octet-stream")
    else:
        route.fulfill(status=404, body="")


def complaints(html: Mapping[str, str], *, width: int, scheme: str) -> list[str]:
    """What is wrong with the pages: violations that axe-core finds, and anything wider than the window."""
    found = []
    with window(html, width=width, scheme=scheme) as page:
        for path in html:
            page.goto(HOST + path)
            too_wide = page.evaluate(LONGEST_BOX)
            if too_wide > 0:
                found.append(f"{path}: {too_wide} px wider than the window")
            found += [f"{path}: {violation(each)}" for each in Axe().run(page).response["violations"]]
    return found


def violation(found: Mapping[str, Any]) -> str:
    places = "; ".join(str(node["target"][0]) for node in found["nodes"][:3])
    return f"{found['id']}: {found['help']} ({places})"
