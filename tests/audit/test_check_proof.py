"""The script that doubters run: its Ed25519 against published vectors, and some hundreds of forgeries, all refused."""

import ast
import copy
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from panjereh.audit import chain, check_proof, entries, export, merkle, operations, queries, sequencer
from panjereh.audit.logged import LOGGED, STATEMENT
from panjereh.audit.models import Checkpoint, Cosignature, LogEntry
from panjereh.kernel import clock
from panjereh.signing import queries as signing
from panjereh.signing.notes import COSIGNATURE, SIGNATURE, Signer

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
VECTORS = json.loads((Path(__file__).parent / "vectors" / "ed25519.json").read_text())["vectors"]
WITNESS = Signer("university.example/witness", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"w" * 32))
OTHER = Signer("localhost:8000/log", SIGNATURE, Ed25519PrivateKey.from_private_bytes(b"o" * 32))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
@pytest.mark.parametrize("way", [check_proof.verify, check_proof.verify_ourselves], ids=["openssl", "ourselves"])
def test_signatures_are_judged_as_published(vector, way):
    public, message, signature = (bytes.fromhex(vector[name]) for name in ("public", "message", "signature"))

    assert way(public, message, signature) is vector["holds"]


def test_our_own_arithmetic_and_openssl_agree():
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, chance = key.public_key().public_bytes_raw(), random.Random(8032)
    for length in range(1, 20):
        message = chance.randbytes(length)
        good = key.sign(message)
        bad = bytearray(good)
        bad[chance.randrange(64)] ^= 1 << chance.randrange(8)
        for signature in (good, bytes(bad)):
            said = check_proof.verify_with_openssl(public, message, signature)
            assert check_proof.verify_ourselves(public, message, signature) is (signature == good)
            assert said in (None, signature == good)


def test_a_signature_with_the_order_added_to_it_is_refused():
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    good = key.sign(b"m")
    swollen = good[:32] + (int.from_bytes(good[32:], "little") + check_proof.L).to_bytes(32, "little")

    assert check_proof.verify(key.public_key().public_bytes_raw(), b"m", good)
    assert not check_proof.verify(key.public_key().public_bytes_raw(), b"m", swollen)


def test_a_python_of_2019_can_read_the_script():
    ast.parse(Path(check_proof.__file__).read_text(), feature_version=(3, 8))


def test_the_script_writes_json_as_we_do():
    value = {"ک": 'آ\u200c\n"\\\x7f', "a": [1, None, True, {}], "\U0001f600": "x", "\uffff": -5}

    assert check_proof.canonical(value).encode() == chain.canonical(value)


@pytest.fixture
def proof(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The proof of one row among seventy, which a witness saw."""
    monkeypatch.setattr(check_proof, "verify_with_openssl", lambda *_: None)
    with clock.at(NOON):
        for number in range(70):
            operations.log_decision(key=str(number), kind="d", public={"نام": number}, commitment="ab" * 32)
        sequencer.sequence(LOGGED)
        cosign(queries.latest_checkpoint())
        yield queries.bundle([queries.proof_of(STATEMENT, LogEntry.objects.get(key="33").pk)])


def cosign(checkpoint: Checkpoint | None) -> None:
    assert checkpoint is not None
    text = checkpoint.signature.partition("\n\n")[0] + "\n"
    line = WITNESS.line(text, int(NOON.timestamp()))
    Cosignature.objects.create(checkpoint=checkpoint, witness=WITNESS.verifier.vkey, line=line, at=NOON)


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def run(proof: dict[str, Any] | bytes, *more: str) -> tuple[int, str]:
        file = tmp_path / "proof.json"
        file.write_bytes(proof if isinstance(proof, bytes) else json.dumps(proof, ensure_ascii=False).encode())
        demanded = more or ("--key", signing.log_key().vkey, "--witness", WITNESS.verifier.vkey)
        code = check_proof.main([str(file), *demanded])
        return code, capsys.readouterr().out

    return run


def test_a_true_proof_holds(proof, check):
    code, said = check(proof)

    assert (code, "IT HOLDS" in said, "درست است" in said) == (0, True, True)
    assert "Seen by the witness university.example/witness." in said


def test_a_witness_that_has_not_seen_it_is_missed(proof, check):
    stranger = Signer("newspaper.example", COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"n" * 32))

    code, said = check(proof, "--key", signing.log_key().vkey, "--witness", stranger.verifier.vkey)

    assert code == 1
    assert "newspaper.example has not seen it" in said


def test_four_hundred_single_bits_changed_anywhere_in_a_proof_are_all_refused(proof, check):
    chance = random.Random(6962)
    whole = json.dumps(proof, ensure_ascii=False).encode()
    for _ in range(400):
        changed = bytearray(whole)
        place = chance.randrange(len(whole))
        changed[place] ^= 1 << chance.randrange(8)
        code, said = check(bytes(changed))
        assert code in (1, 3), f"byte {place}: {bytes(changed[place - 20 : place + 20])!r}"
        assert said.strip()


def resigned(text: str) -> str:
    """The proof's checkpoint signed by somebody else under the log's name."""
    body = text.partition("\n\n")[2].partition("\n\n")[0] + "\n"
    return text.partition("\n\n")[0] + f"\n\n{body}\n{OTHER.line(body)}"


TEXTS = {
    "another index": lambda text: text.replace("index 33", "index 34"),
    "an index beyond the tree": lambda text: text.replace("index 33", "index 70"),
    "an index with a zero before it": lambda text: text.replace("index 33", "index 033"),
    "a negative index": lambda text: text.replace("index 33", "index -33"),
    "an index in Persian digits": lambda text: text.replace("index 33", "index ۳۳"),
    "a step less": lambda text: "\n".join(text.split("\n")[:2] + text.split("\n")[3:]),
    "a step twice": lambda text: "\n".join(text.split("\n")[:3] + text.split("\n")[2:]),
    "two steps swapped": lambda text: "\n".join(
        [*text.split("\n")[:2], *text.split("\n")[3:1:-1], *text.split("\n")[4:]]
    ),
    "lines that end as on another system": lambda text: text.replace("\n", "\r\n"),
    "another format": lambda text: text.replace("@v1", "@v2"),
    "extra data": lambda text: text.replace("\nindex", "\nextra AAAA\nindex"),
    "a larger tree": lambda text: text.replace("\n70\n", "\n71\n"),
    "a size with a zero before it": lambda text: text.replace("\n70\n", "\n070\n"),
    "another origin": lambda text: text.replace("localhost:8000/log\n70", "localhost:8001/log\n70"),
    "an extension line": lambda text: text.replace("=\n\n—", "=\nextension\n\n—"),
    "no signature": lambda text: text.partition("\n\n—")[0] + "\n\n",
    "only the witness": lambda text: "\n\n".join([*text.split("\n\n")[:2], text.split("\n")[-2] + "\n"]),
    "a hyphen for the dash": lambda text: text.replace("—", "-"),
    "no last newline": lambda text: text[:-1],
    "a newline more": lambda text: text + "\n",
    "a signature of somebody else": resigned,
    "a wrong signature before the right one": lambda text: text.replace(
        "\n\n—", "\n\n" + text.split("\n")[-3][:-8] + "AAAAAAA=\n—"
    ),
    "base 64 without padding": lambda text: text.replace("=\n", "\n", 1),
    "nothing": lambda _text: "",
}  # fmt: skip


@pytest.mark.parametrize("forgery", TEXTS)
def test_a_forged_proof_is_refused(proof, check, forgery):
    forged = copy.deepcopy(proof)
    forged["entries"][0]["proof"] = TEXTS[forgery](proof["entries"][0]["proof"])
    assert forged != proof

    code, said = check(forged)

    assert code in (1, 3)
    assert said.strip()


PARTS = {
    "another value": lambda entry: entry["content"]["row"].update(kind="e"),
    "a value less": lambda entry: entry["content"]["row"].pop("public"),
    "a value more": lambda entry: entry["content"]["row"].update(more=1),
    "another key": lambda entry: entry["content"].update(key=1),
    "a key as a text": lambda entry: entry["content"].update(key=str(entry["content"]["key"])),
    "another kind": lambda entry: entry.update(kind="certificate"),
    "a kind that breaks out of its quotes": lambda entry: entry.update(kind='x","kind":"statement'),
    "another salt": lambda entry: entry.update(salt="00" * 32),
    "a short salt": lambda entry: entry.update(salt="00"),
    "a salt in capitals": lambda entry: entry.update(salt=entry["salt"].upper()),
    "no salt": lambda entry: entry.pop("salt"),
    "a name more": lambda entry: entry.update(note="x"),
    "a fraction": lambda entry: entry["content"].update(key=1.0),
    "a number too large": lambda entry: entry["content"].update(key=2**60),
    "a row that is a list": lambda entry: entry["content"].update(row=[]),
    "a text that is no Unicode": lambda entry: entry["content"]["row"].update(kind="\ud800"),
}


@pytest.mark.parametrize("forgery", PARTS)
def test_a_forged_entry_is_refused(proof, check, forgery):
    forged = copy.deepcopy(proof)
    PARTS[forgery](forged["entries"][0])

    code, said = check(json.dumps(forged).encode())

    assert code in (1, 3)
    assert said.strip()


FILES = {
    "a doubled name": lambda text: text.replace('"format"', '"key": "x", "format"', 1),
    "not a number": lambda text: text.replace('"key": 34', '"key": NaN', 1) if '"key": 34' in text else text[:-1],
    "cut off": lambda text: text[:-20],
    "two files in one": lambda text: text * 2,
    "no entries": lambda text: text[: text.index('"entries"')] + '"entries": []}',
    "another format": lambda text: text.replace("panjereh-proof/1", "panjereh-proof/2"),
    "a name more": lambda text: text.replace('"format"', '"more": 1, "format"', 1),
    "deep nesting": lambda _text: "{" + '"a":{' * 100_000,
}


@pytest.mark.parametrize("forgery", FILES)
def test_a_file_that_is_not_strictly_a_proof_is_refused(proof, check, forgery):
    text = json.dumps(proof, ensure_ascii=False)

    code, said = check(FILES[forgery](text).encode())

    assert code == 3
    assert said.strip()


def test_a_tree_made_for_the_occasion_needs_the_log_s_key(proof, check):
    """A forger makes a log of one entry, signs it under the log's name, and sends it with a key of their own."""
    content, salt = {"key": 1, "row": {"outcome": "approved"}}, b"s" * 32
    leaf = merkle.leaf_hash(entries.entry("case-decision", entries.commitment("case-decision", content, salt)))
    note = f"{OTHER.name}\n1\n{__import__('base64').b64encode(leaf).decode()}\n"
    forged = {
        "format": "panjereh-proof/1",
        "key": OTHER.verifier.vkey,
        "entries": [
            {
                "kind": "case-decision",
                "content": content,
                "salt": salt.hex(),
                "proof": f"c2sp.org/tlog-proof@v1\nindex 0\n\n{note}\n{OTHER.line(note)}",
            }
        ],
    }

    assert check(forged, "--key", signing.log_key().vkey)[0] == 1
    assert check(forged, "--key", OTHER.verifier.vkey)[0] == 0  # why the key must come from elsewhere


def test_a_checkpoint_that_was_kept_shows_whether_the_log_only_grew(proof, check, tmp_path):
    old = tmp_path / "old"
    old.write_text(queries.published(queries.latest_checkpoint()))
    for number in range(70, 600):
        operations.log_decision(key=str(number), kind="d", public={}, commitment="ab" * 32)
    sequencer.drain(LOGGED)
    export.write(tmp_path / "copy")
    new = (tmp_path / "copy" / "checkpoint").read_bytes()
    asked = ("--key", signing.log_key().vkey, "--since", str(old), "--log", str(tmp_path / "copy"))

    code, said = check(new, *asked)
    assert (code, "goes on from what it was at 70 entries" in said) == (0, True)

    forged = f"{signing.log_key().name}\n70\n{'A' * 43}=\n"
    old.write_text(f"{forged}\n{_signed_by_the_log(forged)}")
    code, said = check(new, *asked)
    assert (code, "history was rewritten" in said) == (1, True)

    tile = tmp_path / "copy" / "tile" / "0" / "000"
    tile.write_bytes(tile.read_bytes()[:-1] + b"\x00")
    assert check(new, *asked)[0] == 1
    tile.unlink()
    assert check(new, *asked)[0] == 3


def _signed_by_the_log(text: str) -> str:
    from panjereh.signing import checkpoints, keys

    return checkpoints.log_signer(keys.ring()).line(text)
