"""Witnesses sign only what grows; who shows two histories is found out and both stay as evidence."""

import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from panjereh.audit import (
    cosigning,
    export,
    following,
    merkle,
    operations,
    policy_file,
    queries,
    sequencer,
    witness,
    witness_server,
)
from panjereh.audit.errors import BadPolicyFile
from panjereh.audit.logged import LOGGED
from panjereh.audit.memory import DatabaseMemory, FolderMemory
from panjereh.audit.models import Contradiction, Cosignature
from panjereh.audit.tiles import Tree
from panjereh.audit.witness import Seen, Status
from panjereh.kernel import clock
from panjereh.signing import queries as signing
from panjereh.signing.checkpoints import Checkpoint
from panjereh.signing.notes import COSIGNATURE, SIGNATURE, Note, Signer
from panjereh.storage import append_only

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
LOG = Signer("town.example/log", SIGNATURE, Ed25519PrivateKey.from_private_bytes(b"l" * 32))
WITNESS = Signer("university.example/witness", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"w" * 32))
STRANGER = Signer("town.example/log", SIGNATURE, Ed25519PrivateKey.from_private_bytes(b"s" * 32))
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(40)]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def tree(leaves: list[bytes]) -> Tree:
    return Tree(len(leaves), lambda tile: b"".join(leaves[: tile.width]))


def note(leaves: list[bytes], signer: Signer = LOG) -> str:
    text = Checkpoint(LOG.name, len(leaves), tree(leaves).root()).text
    return f"{text}\n{signer.line(text)}"


def asked(old: int, leaves: list[bytes], signer: Signer = LOG) -> bytes:
    return witness.request(old, tree(leaves).consistency(old), note(leaves, signer))


@pytest.fixture(params=["folder", "database"])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> witness.Memory:
    if request.param == "database":
        request.getfixturevalue("db")
        return DatabaseMemory()
    return FolderMemory(tmp_path)


@pytest.fixture
def ask(memory: witness.Memory) -> Callable[[bytes], witness.Answer]:
    logs = {LOG.name: LOG.verifier}
    return lambda body: witness.add_checkpoint(body, logs=logs, memory=memory, signer=WITNESS)


def test_a_witness_signs_a_log_that_grows(ask, memory):
    for old, new in ((0, 3), (3, 3), (3, 8), (8, 40)):
        answer = ask(asked(old, LEAVES[:new]))

        assert answer.status == Status.SIGNED
        signed = Note.parse(note(LEAVES[:new]) + answer.text)
        assert signed.cosigned_by(WITNESS.verifier) == NOON.timestamp()
        assert memory.seen(LOG.name).size == new
    kept = Note.parse(memory.seen(LOG.name).note)
    assert kept.signed_by(LOG.verifier)
    assert kept.cosigned_by(WITNESS.verifier)


def test_an_empty_log_is_a_log_too(ask):
    assert ask(asked(0, [])).status == Status.SIGNED
    assert ask(asked(0, LEAVES[:2])).status == Status.SIGNED


def test_who_does_not_know_how_far_the_witness_is_is_told(ask):
    ask(asked(0, LEAVES[:5]))

    answer = ask(asked(0, LEAVES[:9]))

    assert (answer.status, answer.text, answer.type) == (Status.ANOTHER_SIZE, "5\n", "text/x.tlog.size")


def test_a_log_that_is_not_known_is_not_found(ask):
    text = Checkpoint("other.example/log", 1, LEAVES[0]).text
    signer = Signer("other.example/log", SIGNATURE, LOG.key)

    assert ask(witness.request(0, [], f"{text}\n{signer.line(text)}")).status == Status.UNKNOWN


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (STRANGER.line("x"), Status.NOT_THE_LOG),
        (LOG.line("another text"), Status.NOT_THE_LOG),
        (WITNESS.line("x", 1), Status.NOT_THE_LOG),
    ],
)
def test_what_the_log_did_not_sign_is_refused(ask, memory, lines, status):
    text = Checkpoint(LOG.name, 5, merkle.root(LEAVES[:5])).text

    assert ask(witness.request(0, [], f"{text}\n{lines}")).status == status
    assert memory.seen(LOG.name) == Seen()


def test_signatures_of_others_do_not_matter(ask):
    text = Checkpoint(LOG.name, 5, merkle.root(LEAVES[:5])).text
    body = witness.request(0, [], f"{text}\n{STRANGER.line(text)}{WITNESS.line(text, 7)}{LOG.line(text)}")

    assert ask(body).status == Status.SIGNED


def test_two_histories_are_never_both_signed_and_are_kept_as_evidence(ask, memory):
    forged = [*LEAVES[:4], merkle.leaf_hash(b"forged"), *LEAVES[5:9]]
    ask(asked(0, LEAVES[:5]))

    same_size, longer = ask(asked(5, forged[:5])), ask(asked(5, forged))

    assert (same_size.status, longer.status) == (Status.INCONSISTENT, Status.INCONSISTENT)
    assert memory.seen(LOG.name).root == merkle.root(LEAVES[:5])
    if isinstance(memory, DatabaseMemory):
        pairs = [(one.kept, one.sent) for one in Contradiction.objects.order_by("pk")]
    else:
        files = sorted(memory.file(LOG.name).with_name("evidence").iterdir())
        pairs = [(files[at].read_text(), files[at + 1].read_text()) for at in range(0, len(files), 2)]
    assert len(pairs) == 2
    for kept, sent in pairs:
        assert Note.parse(kept).signed_by(LOG.verifier)
        assert Note.parse(sent).signed_by(LOG.verifier)
        assert Checkpoint.parse(Note.parse(kept).text).size == 5


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (asked(5, LEAVES[:9]).replace(b"old 5", b"old 10"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"old 5", b"old 05"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"old 5", b"old -5"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"old 5", b"size 5"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"\n\n", b"\n"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"\n", b"\r\n"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"old 5\n", b"old 5\nAAAA\n"), Status.MALFORMED),
        (asked(5, LEAVES[:9]).replace(b"old 5\n", b"old 5\n" + b"A" * 43 + b"=\n"), Status.INCONSISTENT),
        (witness.request(5, [LEAVES[0]] * 64, note(LEAVES[:9])), Status.MALFORMED),
        (witness.request(5, [], note(LEAVES[:9])), Status.INCONSISTENT),
        (witness.request(5, [], note(LEAVES[:4])), Status.MALFORMED),
        (b"old 5\n\n" + note(LEAVES[:9]).replace("\n\n", "\nextension\n\n").encode(), Status.MALFORMED),
        (b"\xff" + asked(5, LEAVES[:9]), Status.MALFORMED),
        (b"", Status.MALFORMED),
        (b"old 5\n\n" + b"x" * 200_000, Status.MALFORMED),
    ],
)
def test_a_request_is_judged_as_the_standard_says(ask, memory, body, status):
    ask(asked(0, LEAVES[:5]))

    assert ask(body).status == status
    assert memory.seen(LOG.name).size == 5


def test_three_hundred_requests_with_a_changed_bit_are_all_refused(tmp_path):
    chance, memory, logs = random.Random(9162), FolderMemory(tmp_path), {LOG.name: LOG.verifier}
    witness.add_checkpoint(asked(0, LEAVES[:5]), logs=logs, memory=memory, signer=WITNESS)
    whole = asked(5, LEAVES[:9])
    for _ in range(300):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        answer = witness.add_checkpoint(bytes(changed), logs=logs, memory=memory, signer=WITNESS)
        assert answer.status != Status.SIGNED, bytes(changed)
        assert answer.text
    assert memory.seen(LOG.name).size == 5


def test_of_two_requests_at_once_the_witness_signs_one(memory):
    old, seen = memory.seen(LOG.name), Seen(5, merkle.root(LEAVES[:5]), note(LEAVES[:5]))

    assert memory.replace(LOG.name, old, seen)
    assert not memory.replace(LOG.name, old, Seen(4, merkle.root(LEAVES[:4]), note(LEAVES[:4])))
    assert memory.seen(LOG.name) == seen


def policy(*lines: str) -> str:
    return "\n".join(["# whom we trust", "", *lines, "quorum none"])


class TestPolicyFile:
    def test_names_logs_and_witnesses(self):
        read = policy_file.parse(
            policy(f"log {LOG.verifier.vkey}", f"\twitness  uni {WITNESS.verifier.vkey}  https://u.example/w/ ")
        )

        assert read.logs == {LOG.name: LOG.verifier}
        assert [(one.name, one.url) for one in read.witnesses] == [("uni", "https://u.example/w")]

    @pytest.mark.parametrize(
        "line",
        [
            "log", "log x", f"log {WITNESS.verifier.vkey}", f"witness uni {LOG.verifier.vkey}",
            f"witness none {WITNESS.verifier.vkey}", f"log {LOG.verifier.vkey[:-4]}AAAA", "trust everybody",
            f"log {LOG.verifier.vkey}\nlog {LOG.verifier.vkey}",
            f"witness a {WITNESS.verifier.vkey}\nwitness b {WITNESS.verifier.vkey}",
        ],
    )  # fmt: skip
    def test_is_refused_with_its_line_when_it_is_wrong(self, line):
        with pytest.raises(BadPolicyFile, match="Line"):
            policy_file.parse(policy(line))


def log_some(*numbers: int) -> None:
    for number in numbers:
        operations.log_decision(key=str(number), kind="d", public={}, commitment="ab" * 32)
    sequencer.drain(LOGGED)


@pytest.fixture
def witnessed(db: None, tmp_path: Path, settings) -> Iterator[FolderMemory]:
    """Our own log, and a witness behind a real socket that watches it."""
    memory = FolderMemory(tmp_path / "witness")
    key = signing.log_key()
    server = witness_server.make(("127.0.0.1", 0), {key.name: key}, memory, WITNESS)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.LOG_POLICY = tmp_path / "policy"
    settings.LOG_POLICY.write_text(policy(f"witness uni {WITNESS.verifier.vkey} http://127.0.0.1:{server.server_port}"))
    yield memory
    server.shutdown()
    thread.join()
    server.server_close()


def test_our_checkpoints_are_brought_to_witnesses_and_shown_with_their_signatures(witnessed, client):
    log_some(*range(5))
    assert cosigning.ask_witnesses() == 1
    assert cosigning.ask_witnesses() == 0
    log_some(*range(5, 300))
    assert cosigning.ask_witnesses() == 1

    shown = client.get("/log/checkpoint").content.decode()
    assert Note.parse(shown).cosigned_by(WITNESS.verifier)
    assert signing.read_checkpoint(shown).size == 300
    assert Cosignature.objects.count() == 2
    assert "university.example/witness" in client.get("/en/log/").content.decode()
    assert append_only.is_guarded("audit_contradiction")


def test_a_witness_that_knows_more_than_we_remember_is_gone_on_from(witnessed):
    log_some(*range(5))
    cosigning.ask_witnesses()
    log_some(*range(5, 9))
    cosigning.ask_witnesses()
    newer = memory_size(witnessed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cosigning, "_last_size", lambda _asked: 0)
        log_some(9)
        assert cosigning.ask_witnesses() == 1

    assert (newer, memory_size(witnessed)) == (9, 10)


def memory_size(memory: FolderMemory) -> int:
    return memory.seen(signing.log_key().name).size


def test_a_split_view_of_our_own_log_is_noticed_kept_and_told(witnessed, client):
    """The witness has seen a history of this log that is not the one here, as after a wrong restore."""
    log_some(*range(5))
    text = Checkpoint(signing.log_key().name, 9, merkle.root(LEAVES[:9])).text
    elsewhere = f"{text}\n{_log_signer().line(text)}"
    witnessed.replace(signing.log_key().name, Seen(), Seen(9, merkle.root(LEAVES[:9]), elsewhere))

    assert cosigning.ask_witnesses() == 0

    evidence = Contradiction.objects.get()
    assert (evidence.kept, evidence.told_by) == (elsewhere, "university.example/witness")
    assert queries.is_disputed()
    assert "another history" in client.get("/en/log/").content.decode()


def test_a_witness_that_lies_about_our_log_is_no_evidence(witnessed, client):
    log_some(*range(5))
    witnessed.replace(signing.log_key().name, Seen(), Seen(9, LEAVES[0], note(LEAVES[:9])))

    cosigning.ask_witnesses()

    assert Contradiction.objects.get().kept == ""  # nothing that we signed


def test_a_witness_that_does_not_answer_holds_up_nobody(db, tmp_path, settings):
    settings.LOG_POLICY = tmp_path / "policy"
    settings.LOG_POLICY.write_text(policy(f"witness uni {WITNESS.verifier.vkey} http://127.0.0.1:9"))
    log_some(1)

    assert cosigning.ask_witnesses() == 0


class TestAnInstallationAsAWitness:
    @pytest.fixture(autouse=True)
    def _watches(self, db: None, tmp_path: Path, settings) -> None:
        settings.LOG_POLICY = tmp_path / "policy"
        settings.LOG_POLICY.write_text(policy(f"log {LOG.verifier.vkey}"))

    def post(self, client: Client, body: bytes):
        return client.post("/log/witness/add-checkpoint", body, content_type="text/plain")

    def test_signs_and_shows_what_it_signed(self, client):
        answer = self.post(client, asked(0, LEAVES[:5]))
        key = client.get("/log/witness/key").content.decode().strip()
        shown = client.get(f"/log/witness/{hashlib.sha256(LOG.name.encode()).hexdigest()}/checkpoint")

        assert answer.status_code == 200
        assert Note.parse(shown.content.decode()).cosigned_by(signing.witness_key()) == NOON.timestamp()
        assert key == signing.witness_key().vkey
        conflict = self.post(client, asked(0, LEAVES[:9]))
        assert (conflict.status_code, conflict.content, conflict.headers["Content-Type"]) == (
            409, b"5\n", "text/x.tlog.size",
        )  # fmt: skip

    def test_is_off_unless_it_is_told_whom_to_watch(self, client, settings):
        settings.LOG_POLICY = None

        assert self.post(client, asked(0, LEAVES[:5])).status_code == 404
        assert client.get("/log/witness/key").status_code == 404

    def test_shows_nothing_of_logs_that_it_has_not_seen(self, client):
        origin = hashlib.sha256(LOG.name.encode()).hexdigest()
        assert client.get(f"/log/witness/{origin}/checkpoint").status_code == 404
        assert client.get("/log/witness/abc/checkpoint").status_code == 404


class TestFollowing:
    @pytest.fixture
    def copy(self, db: None, tmp_path: Path) -> Path:
        log_some(*range(300))
        export.write(tmp_path / "copy")
        return tmp_path / "copy"

    @pytest.fixture
    def memory(self, tmp_path: Path) -> FolderMemory:
        return FolderMemory(tmp_path / "witness")

    def follow(self, copy: Path, memory: FolderMemory) -> following.Step:
        return following.follow(signing.log_key(), following.fetch_from(str(copy)), memory=memory, signer=WITNESS)

    def test_a_copy_of_a_log_is_followed_and_signed(self, copy, memory):
        assert self.follow(copy, memory) == following.Step(0, 300)
        assert self.follow(copy, memory) == following.Step(300, 300)
        log_some(*range(300, 700))
        export.write(copy)
        assert self.follow(copy, memory) == following.Step(300, 700)

        signed = Note.parse(memory.file(signing.log_key().name).read_text())
        assert signed.cosigned_by(WITNESS.verifier)
        assert signed.signed_by(signing.log_key())

    def test_a_tile_that_does_not_fit_is_not_signed(self, copy, memory):
        tile = copy / "tile" / "0" / "001.p" / "44"
        tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")

        with pytest.raises(following.LogIsAway, match="root"):
            self.follow(copy, memory)
        assert memory.seen(signing.log_key().name) == Seen()

    def test_a_missing_file_is_named(self, copy, memory):
        (copy / "tile" / "0" / "001.p" / "44").unlink()

        with pytest.raises(following.LogIsAway, match="tile/0/001"):
            self.follow(copy, memory)

    @pytest.mark.parametrize("size", [4, 300, 900])
    def test_another_history_is_found_out_and_kept(self, copy, memory, size):
        self.follow(copy, memory)
        leaves = [merkle.leaf_hash(b"forged %d" % number) for number in range(size)]
        text = Checkpoint(signing.log_key().name, size, merkle.root(leaves)).text
        (copy / "checkpoint").write_text(f"{text}\n{_log_signer().line(text)}")
        for level in (0, 1):
            hashes = leaves if level == 0 else [merkle.root(leaves[at : at + 256]) for at in range(0, size - 255, 256)]
            for number in range(-(-len(hashes) // 256)):
                part = hashes[number * 256 : number * 256 + 256]
                path = copy / "tile" / str(level) / (f"{number:03}" + (f".p/{len(part)}" if len(part) < 256 else ""))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join(part))

        with pytest.raises(following.LogWasRewritten):
            self.follow(copy, memory)

        assert len(list(memory.file(signing.log_key().name).with_name("evidence").iterdir())) == 2
        assert memory.seen(signing.log_key().name).size == 300


def _log_signer() -> Signer:
    from panjereh.signing import checkpoints, keys

    return checkpoints.log_signer(keys.ring())
