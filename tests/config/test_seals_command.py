"""`./panjereh seals`, as an operator uses it."""

import argparse

import pytest

from panjereh.config.cli import build_parser, seals
from panjereh.kernel.errors import PanjerehError
from panjereh.signing import keys
from panjereh.signing.errors import NoReason

pytestmark = pytest.mark.django_db
WHO = ["--by", "Mina Karimi", "--reason", "yearly renewal"]


@pytest.fixture
def ring(tmp_path, monkeypatch):
    monkeypatch.setattr(seals, "set_up", lambda given: None)
    ring = keys.KeyRing(tmp_path / "seals", demonstration=True)
    ring.prepare({"inspectorate": {"fa": "سازمان بازرسی کل", "en": "General Inspectorate"}})
    with keys.use(ring):
        yield ring


@pytest.fixture
def said(capsys):
    def run(*arguments):
        code = seals.run(build_parser().parse_args(["seals", *map(str, arguments)]))
        return code, capsys.readouterr().out

    return run


def test_the_list_names_seals_authorities_and_what_was_done(ring, said):
    code, text = said("list")

    assert code == 0
    assert ring.seal("inspectorate").kid in text
    assert [line.split()[1] for line in text.splitlines()] == ["authority", "authority", "seal"]


def test_a_seal_is_renewed_and_the_list_tells_who_and_why(ring, said):
    before = ring.seal("inspectorate").kid

    assert said("rotate", "inspectorate", *WHO)[0] == 0

    assert ring.seal("inspectorate").kid != before
    assert "Mina Karimi: yearly renewal" in said("list")[1]


def test_a_stolen_key_is_revoked_by_the_first_letters_of_its_number(ring, said):
    kid = ring.seal("inspectorate").kid

    code, text = said("revoke", kid[:10], "--since", "2026-11-03T08:00", *WHO)

    assert (code, text.split()[:6]) == (0, [kid, "of", "inspectorate", "is", "revoked", "since"])
    assert "2026-11-03 08:00 UTC" in text
    assert any("revoked" in line and kid in line for line in said("list")[1].splitlines())


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [(["rotate"], "AGENCY"), (["revoke", "abc"], "--since"), (["export-root", "x"], "--passphrase-file")],
)
def test_what_is_missing_is_named_and_nothing_is_done(ring, said, arguments, missing):
    before = ring.seal("inspectorate").kid

    code, text = said(*arguments)

    assert code == 2
    assert missing in text
    assert ring.seal("inspectorate").kid == before


def test_without_a_reason_nothing_is_done(ring):
    before = ring.seal("inspectorate").kid

    with pytest.raises(NoReason) as refused:
        seals.run(build_parser().parse_args(["seals", "rotate", "inspectorate", "--by", "Mina"]))

    assert isinstance(refused.value, PanjerehError)
    assert ring.seal("inspectorate").kid == before


def test_the_root_key_goes_into_the_safe_and_comes_back_for_a_new_authority(ring, said, tmp_path):
    secret, copy = tmp_path / "passphrase", tmp_path / "root.key"
    secret.write_text("a window with eight panes\n")
    with_secret = ["--passphrase-file", secret, *WHO]

    assert said("export-root", copy, *with_secret)[0] == 0
    assert said("remove-root", copy, *with_secret)[0] == 0
    assert not ring.authorities.root_place.with_suffix(".key").exists()
    fresh = keys.KeyRing(ring.folder, demonstration=True)
    before = fresh.authorities.present("inspectorate").kid
    with keys.use(fresh):
        assert said("rotate", "inspectorate", "--authority", "--root-key", copy, *with_secret)[0] == 0

    assert fresh.authorities.present("inspectorate").kid != before


def test_issuing_lists_names_them_and_again_there_is_nothing_to_do(ring, said):
    assert f"{ring.authorities.present('inspectorate').name}.crl" in said("issue-crl")[1]
    assert said("issue-crl")[1] == ""


def test_a_moment_is_read_in_utc():
    assert seals.moment("2026-11-03").isoformat() == "2026-11-03T00:00:00+00:00"
    with pytest.raises((ValueError, argparse.ArgumentTypeError)):
        seals.moment("yesterday")
