"""Pages go out compressed, quickly: a level that costs a seventh of Django’s and leaves four parts in a hundred more.

Measured: drawings of a process make level 6 search for 0.4 to 0.9 ms in one page, level 4 for 0.1.
"""

import gzip
import secrets
from typing import Any

from django.http import HttpRequest
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_vary_headers

LEVEL = 4
FEWEST = 200  # bytes that are worth it
HEADER, FLAGS, NAMED = 10, 3, 8  # of RFC 1952: bytes, the place of the flags, and the one for "a name follows"


class Compressed(GZipMiddleware):
    """What has no end yet, carries a tag, or is compressed already stays Django's."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        headers = response.headers
        if response.streaming or "ETag" in headers or "Content-Encoding" in headers or len(response.content) < FEWEST:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        if re_accepts_gzip.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            made = compressed(response.content, self.max_random_bytes)
            if len(made) < len(response.content):
                response.content = made
                headers["Content-Length"], headers["Content-Encoding"] = str(len(made)), "gzip"
        return response


def compressed(content: bytes, most: int) -> bytes:
    """In the gzip format, with a name of random length, up to `most`, in its header: so the length of a page doesn't
    tell an attacker who makes it repeat their guesses what else stands in it (“Heal the Breach”)."""
    made = bytearray(gzip.compress(content, LEVEL, mtime=0))
    made[FLAGS] |= NAMED
    made[HEADER:HEADER] = b"a" * secrets.randbelow(most) + b"\x00"
    return bytes(made)
