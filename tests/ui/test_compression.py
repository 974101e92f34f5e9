"""Pages go out compressed: whole, smaller, and never with a length that tells what stands in them."""

import gzip

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from panjereh.ui import compression


@given(st.binary(max_size=5000))
def test_what_was_compressed_is_found_again_whole(content: bytes):
    assert gzip.decompress(compression.compressed(content, 100)) == content


def test_the_length_of_the_same_page_differs_from_time_to_time():
    assert len({len(compression.compressed(b"the same page" * 50, 100)) for _ in range(200)}) > 20


@pytest.mark.django_db
def test_a_page_is_compressed_only_for_browsers_that_say_so():
    plain = Client().get("/signin/")
    small = Client(HTTP_ACCEPT_ENCODING="br, gzip").get("/signin/")

    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert int(small.headers["Content-Length"]) == len(small.content) < len(plain.content)
    assert b"</html>" in gzip.decompress(small.content)
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, small))
