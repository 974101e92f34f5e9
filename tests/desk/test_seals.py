"""Operators see the seals of their agency, what must be seen to, and what was done."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.desk.conftest import Desk

from panjereh.kernel import clock
from panjereh.signing import custody, keys

AT = "/en/desk/officials/seals/"
NAMES = {
    "civil-registry": {"fa": "سازمان ثبت احوال", "en": "Civil Registry"},
    "inspectorate": {"fa": "سازمان بازرسی کل", "en": "General Inspectorate"},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ring = keys.KeyRing(tmp_path_factory.mktemp("seals"), demonstration=True)
    ring.prepare(NAMES)
    return ring.folder


@pytest.fixture(autouse=True)
def ring(made: Path, tmp_path: Path, db: None) -> Iterator[keys.KeyRing]:
    shutil.copytree(made, tmp_path / "seals")
    with keys.use(keys.KeyRing(tmp_path / "seals", demonstration=True)):
        yield keys.ring()


def test_an_operator_sees_the_seal_of_the_agency_and_the_root_and_no_other(yazdani: Desk, ring: keys.KeyRing) -> None:
    text = yazdani.page.open(AT).text

    assert ring.seal("civil-registry").kid[:12] in text
    assert "Authority of the whole installation" in text
    assert "General Inspectorate" not in text
    assert "Nothing yet." in text


def test_in_persian_too(yazdani: Desk) -> None:
    assert "مهرها و مرجع‌های بالای آن‌ها" in yazdani.page.open("/desk/officials/seals/").text


def test_what_was_done_stands_there_with_who_and_why(yazdani: Desk, ring: keys.KeyRing) -> None:
    before = ring.seal("civil-registry").kid
    custody.revoke(
        before,
        by="Mina Karimi",
        reason="the laptop was stolen",
        cause="keyCompromise",
        since=clock.now() - timedelta(1),
    )

    text = yazdani.page.open(AT).text

    assert "the laptop was stolen" in text
    assert "Mina Karimi" in text
    assert before[:12] in text
    assert ring.seal("civil-registry").kid[:12] in text


def test_what_ends_soon_is_told(yazdani: Desk, ring: keys.KeyRing) -> None:
    authority = ring.authorities.present("civil-registry")
    assert authority is not None

    assert "authority of the agency ends soon" not in yazdani.page.open(AT).text
    custody.publish()
    custody.WARN_BEFORE, before = timedelta(days=20 * 365), custody.WARN_BEFORE
    try:
        text = yazdani.page.open(AT).text
    finally:
        custody.WARN_BEFORE = before

    assert "authority of the agency ends soon" in text


def test_who_is_no_operator_sees_nothing(amini: Desk) -> None:
    assert amini.client.get(AT).status_code == 403


def test_the_page_of_officials_leads_there(yazdani: Desk) -> None:
    assert AT in str(yazdani.page.open("/en/desk/officials/").link("Seals"))
