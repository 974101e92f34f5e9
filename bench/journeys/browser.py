"""A browser without a screen: one kept connection, cookies, forms; each answer is timed under the kind of its page."""

import gzip
import http.client
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

BOX = re.compile(r'<(?:input|select|textarea|button)\b[^>]*\bname="([^"]+)"[^>]*>')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Failed(Exception):
    """The server answered otherwise than a journey needs."""


@dataclass
class Browser:
    """Somebody at an address of their own (`address`: limits count by it, so each person needs another)."""

    host: str
    port: int
    address: str
    times: dict[str, list[float]] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    html: str = ""
    content: bytes = b""
    here: str = "/"
    connection: Any = None  # like that of http.client, which is the default

    def __post_init__(self) -> None:
        self._connection = self.connection or http.client.HTTPConnection(self.host, self.port, timeout=30)

    def close(self) -> None:
        self._connection.close()

    def open(self, path: str, kind: str = "") -> str:
        """GET, following redirections; where it ended. `kind` "" finds the name by the address."""
        return self._go("GET", path, None, kind)

    def send(self, path: str, boxes: dict[str, str], kind: str = "", *, follow: bool = True) -> str:
        """POST with the token of the page that is open."""
        token = TOKEN.search(self.html)
        return self._go("POST", path, {"csrfmiddlewaretoken": token[1] if token else "", **boxes}, kind, follow=follow)

    def boxes(self) -> list[str]:
        """Names of the boxes of the open page, each once."""
        return list(dict.fromkeys(BOX.findall(self.html)))

    def _go(self, method: str, path: str, boxes: dict[str, str] | None, kind: str, *, follow: bool = True) -> str:
        for _ in range(6):
            status, location = self._ask(method, path, boxes, kind)
            if status in (301, 302, 303):
                method, path, boxes, kind = "GET", location, None, ""
                if not follow:
                    return path
                continue
            if status != 200:
                raise Failed(f"{method} {path}: {status}")
            self.here = path
            return path
        raise Failed(f"{path}: redirected without end")

    def _ask(self, method: str, path: str, boxes: dict[str, str] | None, kind: str) -> tuple[int, str]:
        headers = {
            "Accept-Encoding": "gzip",
            "Accept-Language": "fa",
            "X-Forwarded-For": self.address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = None
        if boxes is not None:
            body = urlencode(boxes)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://{self.host}:{self.port}",
                "Referer": f"http://{self.host}:{self.port}{self.here}",
            }
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.times.setdefault(f"{method} {kind or kind_of(path)}", []).append(time.perf_counter() - begun)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        if answer.status == 200:
            self.content = content
            self.html = content.decode() if "html" in answer.headers.get("Content-Type", "") else ""
        return answer.status, answer.headers.get("Location", "")


KINDS = (
    (r"/apply/draft/[^/]+/q/.*", "question"),
    (r"/apply/draft/[^/]+/check/", "check"),
    (r"/apply/draft/[^/]+/send/", "send"),
    (r"/apply/draft/[^/]+/", "resume"),
    (r"/apply/[^/]+/start/", "start"),
    (r"/apply/sent/.*", "sent"),
    (r"/my/cases/.*", "case"),
    (r"/my/documents/.*\.pdf", "certificate as PDF"),
    (r"/my/documents/", "documents"),
    (r"/my/", "my cases"),
    (r"/signin/.*", "sign-in"),
    (r"/services/.*", "service"),
    (r"/desk/case/[^/]+/do/.*", "desk: act"),
    (r"/desk/case/.*", "desk: case"),
    (r"/desk/next/", "desk: next task"),
    (r"/desk/", "desk: queue"),
    (r"/", "home"),
)


def kind_of(path: str) -> str:
    """What a page is called in the report."""
    plain = urlsplit(path).path
    return next((name for pattern, name in KINDS if re.fullmatch(pattern, plain)), plain)
