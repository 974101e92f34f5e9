"""Witnesses as processes of their own, with nothing but a folder, over real sockets."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from panjereh.audit import cosigning, export, operations, queries, sequencer
from panjereh.audit.logged import LOGGED
from panjereh.audit.models import Checkpoint
from panjereh.signing import queries as signing
from panjereh.signing.notes import Note, Verifier

NAME = "university.example/witness"
pytestmark = pytest.mark.django_db


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "panjereh.config.cli", "witness", *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment(), capture_output=True, text=True, timeout=120, check=False
    )


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANJEREH_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "witness"


@pytest.fixture
def serving(state: Path, tmp_path: Path, settings) -> Iterator[Verifier]:
    """A witness that answers our log, in a process of its own."""
    policy = tmp_path / "whom-it-watches"
    policy.write_text(f"log {signing.log_key().vkey}\n")
    process = subprocess.Popen(
        command("serve", "--policy", policy, "--state", state, "--name", NAME, "--port", 0),
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    address, vkey = process.stdout.readline().split()
    settings.LOG_POLICY = tmp_path / "policy"
    settings.LOG_POLICY.write_text(f"witness university {vkey} {address}\n")
    yield Verifier.parse(vkey)
    process.terminate()
    process.wait(30)
    process.stdout.close()


def log_some(*numbers: int) -> None:
    for number in numbers:
        operations.log_decision(key=str(number), kind="d", public={}, commitment="ab" * 32)
    sequencer.drain(LOGGED)


def test_a_witness_in_another_process_signs_our_log_as_it_grows(serving):
    for numbers in (range(3), range(3, 300)):
        log_some(*numbers)
        assert cosigning.ask_witnesses() == 1
        checkpoint = queries.latest_checkpoint()
        assert checkpoint is not None
        assert Note.parse(queries.published(checkpoint)).cosigned_by(serving)


def test_who_follows_a_copy_signs_it_and_finds_out_when_history_was_rewritten(state, tmp_path):
    log_some(*range(300))
    export.write(tmp_path / "copy")
    follow = ("follow", tmp_path / "copy", "--key", signing.log_key().vkey, "--state", state, "--name", NAME)

    first, again = run(*follow), run(*follow)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "0 → 300" in first.stdout
    assert "300 → 300" in again.stdout

    (tmp_path / "copy" / "checkpoint").write_text(signed_again(size=300))
    found = run(*follow)
    assert found.returncode == 1
    assert "HISTORY WAS REWRITTEN" in found.stderr
    assert "گذشته بازنویسی شده است" in found.stderr
    assert len(list(state.glob("public/*/evidence/*"))) == 2


def signed_again(size: int) -> str:
    """The log signs another root for a size that it has signed before."""
    from panjereh.signing import operations as signs

    assert Checkpoint.objects.filter(size=size).exists()
    return signs.sign_checkpoint(size, b"x" * 32)


def test_a_log_that_is_away_is_told_from_one_that_lies(state, tmp_path):
    gone = run("follow", tmp_path / "nowhere", "--key", signing.log_key().vkey, "--state", state, "--name", NAME)

    assert gone.returncode == 2
    assert "can’t be had" in gone.stderr


def test_the_key_of_a_witness_stays_the_same(state):
    first, second = (run("key", "--state", state, "--name", NAME) for _ in range(2))

    assert first.stdout == second.stdout
    assert Verifier.parse(first.stdout.strip()).name == NAME
