"""Files that swell when they are opened are refused at a bounded cost; files of ours are not."""

import tracemalloc
import zlib

import pytest
import typst

from panjereh.documents import pictures
from panjereh.signing import queries
from panjereh.signing.swelling import MOST_INFLATED, MOST_STREAMS, swells

GIGABYTE = 2**30


def pdf_of(*streams: bytes, named: bytes = b"/FlateDecode") -> bytes:
    objects = b"".join(
        b"%d 0 obj\n<</Type/ObjStm/N 1/First 4/Filter%s/Length %d>>\nstream\n%s\nendstream\nendobj\n"
        % (number, named, len(stream), stream)
        for number, stream in enumerate(streams, 1)
    )
    return b"%PDF-1.7\n" + objects + b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"


def bomb(size: int = GIGABYTE) -> bytes:
    packed = zlib.compressobj(9)
    zeros = bytes(2**20)
    return b"".join(packed.compress(zeros) for _ in range(size // len(zeros))) + packed.flush()


@pytest.fixture(scope="module")
def swelling() -> bytes:
    return bomb()


@pytest.mark.parametrize("times", [1, 2])
def test_a_stream_that_inflates_to_a_gigabyte_is_refused_in_a_hundredth_of_it(swelling, times):
    content = swelling
    for _again in range(times - 1):
        content = zlib.compress(content)
    tracemalloc.start()

    check = queries.check_pdf(pdf_of(content))

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (check.state, check.reasons) == ("unreadable", ("broken",))
    assert most < 3 * MOST_INFLATED


def test_the_word_for_an_end_within_a_stream_ends_nothing(swelling):
    stored = zlib.compressobj(0)
    hiding = stored.compress(b"endstream") + stored.flush(zlib.Z_FULL_FLUSH) + swelling[2:]
    assert b"endstream" in hiding[:100]

    assert swells(pdf_of(hiding))
    assert not swells(pdf_of(zlib.compress(b"endstream" * 1000, 0)))


def test_what_came_before_the_damage_counts(swelling):
    packed = zlib.compressobj(9)
    damaged = packed.compress(bytes(MOST_INFLATED // 4)) + packed.flush(zlib.Z_FULL_FLUSH) + b"\x07" * 100

    assert swells(pdf_of(*[damaged] * 5))


def test_many_streams_are_counted_together():
    assert swells(pdf_of(*[bomb(MOST_INFLATED // 4)] * 5))
    assert swells(pdf_of(*[b"x"] * (MOST_STREAMS + 1)))


def test_what_is_compressed_behind_letters_is_refused():
    assert swells(pdf_of(b"x", named=b"[/ASCIIHexDecode/FlateDecode]"))
    assert swells(pdf_of(b"x", named=b"[/#41SCII85Decode/FlateDecode]"))
    assert swells(pdf_of(zlib.compress(b"[/ASCII85Decode]")))


def test_an_ordinary_file_is_read():
    assert not swells(typst.compile(b"= A certificate\nSara Rad", format="pdf"))


def test_a_file_full_of_beginnings_of_pictures_is_looked_at_a_few_times_only(monkeypatch):
    looked_at: list[int] = []
    monkeypatch.setattr(pictures, "text_of_code", lambda content: looked_at.append(len(content)))

    assert pictures.text_of_code_in_pdf(b"%PDF-" + b"\xff\xd8\xff endstream" * 100_000) is None
    assert len(looked_at) == pictures.MOST_PICTURES
