"""A page as a test reads it. Opening one checks what all promise: valid HTML, title, one h1, labelled boxes."""

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse
from django.test import Client

HTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Shown:
    """What came back for an address."""

    response: HttpResponse
    root: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """The words of `main`, with single spaces."""
        return words(self.one("main"))

    @property
    def title(self) -> str:
        return words(self.one("title"))

    @property
    def h1(self) -> str:
        return words(self.one("h1"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.root.iter(HTML + tag)
            if all(each.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} × {tag} {attributes}"
        return found[0]

    def link(self, text: str) -> str:
        """Where the link with these words leads."""
        found = [each.get("href") for each in self.all("a") if text in words(each)]
        assert found, f"no link says {text!r}: {[words(each) for each in self.all('a')]}"
        return str(found[0])

    def value(self, name: str) -> str | None:
        return next(each.get("value") for each in self.all("input", name=name))


class Page:
    """Opens addresses with a client, and checks what every page promises."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def open(self, path: str, *, status: int = 200, **query: Any) -> Shown:
        return self._shown(self.client.get(path, query or None), path, status)

    def send(self, path: str, data: dict[str, Any] | None = None, *, status: int = 200) -> Shown:
        return self._shown(self.client.post(path, data or {}), path, status)

    def _shown(self, response: Any, path: str, status: int) -> Shown:
        assert response.status_code == status, f"{path}: {response.status_code} {response.headers.get('Location', '')}"
        shown = Shown(response, parse(response.content.decode()))
        check(shown, path)
        return shown


def parse(html: str) -> Element:
    """The tree of a page. An error of the parser is an error of the page."""
    tree: Element = html5lib.HTMLParser(strict=True).parse(html)
    return tree


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def check(shown: Shown, path: str) -> None:
    """The promises of every page."""
    language = "en" if path == "/en" or path.startswith("/en/") else "fa"
    assert shown.root.get("lang") == language, path
    assert shown.root.get("dir") == {"fa": "rtl", "en": "ltr"}[language], path
    assert shown.title, path
    assert len(shown.all("h1")) == 1, f"{path}: {len(shown.all('h1'))} h1"
    assert len(shown.all("main")) == 1, path
    check_ids(shown, path)
    check_forms(shown, path)
    for each in shown.root.iter():
        assert not each.get("style"), f"{path}: inline style"
        assert not any(name.startswith("on") for name in each.keys()), f"{path}: inline script"  # noqa: SIM118
    assert not [each for each in shown.all("script") if not each.get("src")], f"{path}: inline script"


def check_ids(shown: Shown, path: str) -> None:
    ids = [each.get("id") for each in shown.root.iter() if each.get("id")]
    assert len(ids) == len(set(ids)), f"{path}: an id twice in {sorted(map(str, ids))}"
    for each in shown.root.iter():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for target in (each.get(name) or "").split():
                assert target in ids, f"{path}: {name} leads to {target!r}, which is not there"
    for link in shown.all("a"):
        href = link.get("href") or ""
        assert href, f"{path}: a link without an address"
        assert not href.startswith("#") or href[1:] in ids, f"{path}: {href} leads nowhere"


def check_forms(shown: Shown, path: str) -> None:
    labelled = {each.get("for") for each in shown.all("label")}
    inside = {id(box) for label in shown.all("label") for box in label.iter()}
    for tag in ("input", "select", "textarea"):
        for box in shown.all(tag):
            if box.get("type") in ("hidden", "submit"):
                continue
            assert box.get("name"), f"{path}: a box without a name"
            assert box.get("id") in labelled or id(box) in inside, f"{path}: {box.get('name')} has no label"
            assert box.get("type") != "number", f"{path}: {box.get('name')} has type=number"
    for form in shown.all("form"):
        if form.get("method", "get").lower() == "post":
            names = [box.get("name") for box in form.iter(HTML + "input")]
            assert "csrfmiddlewaretoken" in names, f"{path}: a form that changes things has no token"
