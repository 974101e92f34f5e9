"""The transparency log for everybody: its files, its page, and proofs to take along."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.project import town

from panjereh.audit import check_proof, merkle, sequencer, tiles
from panjereh.cases import operations as cases
from panjereh.config.logged import SOURCES
from panjereh.documents import operations as documents
from panjereh.kernel.actor import SYSTEM
from panjereh.signing import queries as signing

LAW = "civil-registration-act#1"


@pytest.fixture
def hers(db: None) -> town.Belongings:
    town.publish()
    hers = town.settle()
    documents.pdf(hers.certificate)
    sequencer.drain(SOURCES)
    return hers


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """The script as a doubter runs it: a bare interpreter, nothing of ours within reach."""
    command = [sys.executable, "-S", "-I", str(check_proof.__file__), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def kept(tmp_path: Path, content: bytes, name: str = "proof.json") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_the_log_is_served_as_files_that_caches_may_keep(hers, client):
    checkpoint = client.get("/log/checkpoint")
    size = signing.read_checkpoint(checkpoint.content.decode()).size

    assert (checkpoint.headers["Content-Type"], checkpoint.headers["Cache-Control"]) == (
        "text/plain; charset=utf-8", "public, max-age=5",
    )  # fmt: skip
    for tile in tiles.tiles_of(size):
        answer = client.get(f"/log/{tile.path}")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
        assert len(answer.content) == 32 * tile.width
    bundle = next(iter(tiles.bundles_of(size)))
    entries = tiles.unbundle(client.get(f"/log/{bundle.path}").content)
    hashes = client.get(f"/log/{bundle.path.replace('entries', '0')}").content
    assert b"".join(map(merkle.leaf_hash, entries)) == hashes
    assert town.SECRET.encode() not in b"".join(entries)
    assert client.get("/log/key").content.decode().strip() == signing.log_key().vkey


@pytest.mark.parametrize("path", ["tile/0/999", "tile/0/1", "tile/9/000.p/1", "tile/../key", "tile/entries/x"])
def test_what_is_no_file_of_the_log_is_not_found(hers, client, path):
    assert client.get(f"/log/{path}").status_code == 404


def test_before_anything_was_logged_there_is_no_checkpoint(db, client):
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/").status_code == 200


def test_the_page_says_how_much_is_logged_and_how_to_check(hers, page):
    shown = page.open("/en/log/")

    assert "Nothing is changed unseen" in shown.text
    assert signing.log_key().vkey in shown.text
    assert "هیچ چیز پنهانی عوض نمی‌شود" in page.open("/log/").text


def test_with_the_code_of_a_certificate_anybody_can_prove_it_and_learns_nothing_else(hers, client, tmp_path):
    proof = client.get(f"/check/{hers.certificate.code}/proof.json")
    file = kept(tmp_path, proof.content)
    sealed = kept(tmp_path, documents.pdf(hers.certificate), "paper.pdf")

    answer = run(file, "--key", signing.log_key().vkey, "--file", sealed)

    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "IT HOLDS" in answer.stdout
    assert "درست است" in answer.stdout
    assert town.SECRET not in proof.content.decode()
    assert hers.certificate.signature not in proof.content.decode()
    assert proof.headers["Content-Disposition"].endswith(f'"proof-{hers.certificate.code}.json"')


def test_another_file_is_not_the_one_that_was_logged(hers, client, tmp_path):
    file = kept(tmp_path, client.get(f"/check/{hers.certificate.code}/proof.json").content)
    other = kept(tmp_path, documents.pdf(hers.certificate) + b"\n", "other.pdf")

    answer = run(file, "--key", signing.log_key().vkey, "--file", other)

    assert answer.returncode == 1
    assert "DOES NOT HOLD" in answer.stdout
    assert "درست نیست" in answer.stdout


def test_what_ended_a_certificate_is_in_its_proof(hers, client, tmp_path):
    documents.revoke(hers.certificate.pk, reason="x", law=LAW, actor=SYSTEM)
    sequencer.drain(SOURCES)

    proof = client.get(f"/check/{hers.certificate.code}/proof.json").json()

    assert [entry["kind"] for entry in proof["entries"]] == ["certificate", "certificate-file", "certificate-status"]
    assert "state=revoked" in run(kept(tmp_path, json.dumps(proof).encode())).stdout


def test_who_has_no_key_is_told_that_it_came_with_the_proof(hers, client, tmp_path):
    answer = run(kept(tmp_path, client.get(f"/check/{hers.certificate.code}/proof.json").content))

    assert answer.returncode == 4
    assert signing.log_key().vkey in answer.stdout


def test_applicants_prove_every_step_of_their_case_and_the_reason_of_the_decision(hers, tmp_path):
    cases.withdraw(hers.case.number, actor=town.actor_of(hers.account), reason="later")
    sequencer.drain(SOURCES)
    proof = town.signed_in(hers.account).get(f"/my/cases/{hers.case.number}/proof.json")

    kinds = [entry["content"]["row"]["kind"] for entry in proof.json()["entries"]]
    answer = run(kept(tmp_path, proof.content), "--key", signing.log_key().vkey)

    assert kinds[0] == "submitted"
    assert answer.returncode == 0, answer.stdout
    del (without := proof.json())["entries"][1]
    shortened = run(kept(tmp_path, json.dumps(without).encode()), "--key", signing.log_key().vkey)
    assert shortened.returncode == 1
    assert "missing or out of order" in shortened.stdout


def test_what_is_not_logged_yet_is_said_to_come(db, client):
    town.publish()
    hers = town.settle()

    answer = client.get(f"/en/check/{hers.certificate.code}/proof.json")

    assert answer.status_code == 404
    assert "not in the log yet" in answer.content.decode()


def test_the_proof_stands_beside_the_document_the_case_and_the_verdict(hers, client):
    own = town.signed_in(hers.account)

    assert f"/my/documents/{hers.certificate.code}/proof.json" in own.get("/my/documents/").content.decode()
    assert f"/my/cases/{hers.case.number}/proof.json" in own.get(f"/my/cases/{hers.case.number}/").content.decode()
    verdict = client.get(f"/check/{hers.certificate.code}/").content.decode()
    assert f"/check/{hers.certificate.code}/proof.json" in verdict
    proof = own.get(f"/my/documents/{hers.certificate.code}/proof.json").json()
    assert proof["entries"][0]["content"]["row"]["code"] == hers.certificate.code


def test_the_script_is_given_away_as_it_is(client, db):
    answer = client.get("/log/check_proof.py")

    assert answer.content == Path(check_proof.__file__).read_bytes()
    assert "check_proof.py" in answer.headers["Content-Disposition"]
