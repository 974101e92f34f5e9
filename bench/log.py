"""The transparency log: rows sequenced, proofs made and checked, rows verified per second, beside bare primitives.

    ./panjereh bench log [--rows 20000]

On a database of its own. The bare primitives are SHA-256 over 64 bytes, and Ed25519.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PANJEREH_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "panjereh.config.settings.demo"
        os.environ.pop("PANJEREH_DATABASE", None)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        primitives()
        measure(given.rows, Path(folder))


def primitives() -> None:
    import hashlib

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, block = Ed25519PrivateKey.generate(), b"x" * 64
    public, signature = key.public_key(), key.sign(block)
    say("SHA-256 of 64 bytes", 200_000, lambda: repeat(200_000, lambda: hashlib.sha256(block).digest()))
    say("Ed25519 signatures", 2_000, lambda: repeat(2_000, lambda: key.sign(block)))
    say("Ed25519 checks", 2_000, lambda: repeat(2_000, lambda: public.verify(signature, block)))


def measure(rows: int, folder: Path) -> None:
    from panjereh.audit import check_proof, entries, export, merkle, queries, sequencer, store, verify_log
    from panjereh.audit.logged import LOGGED, STATEMENT
    from panjereh.audit.models import LogEntry
    from panjereh.kernel import clock
    from panjereh.signing import queries as signing
    from panjereh.storage import insert

    fresh = [
        LogEntry(key=f"bench:{number}", kind="d", public={"n": number}, commitment="ab" * 32, at=clock.now())
        for number in range(rows)
    ]
    say("rows written (before)", rows, lambda: insert(fresh))
    say("rows sequenced", rows, lambda: sequencer.drain(LOGGED))
    size = store.head().size
    sample = list(LogEntry.objects.order_by("?").values_list("pk", flat=True)[:300])
    proofs = []
    say("proofs made", len(sample), lambda: proofs.extend(queries.proofs_of(STATEMENT, sample)))
    note = signing.read_checkpoint(proofs[0].checkpoint)
    leaves = [
        merkle.leaf_hash(entries.entry(one.kind, entries.commitment(one.kind, one.content, one.salt))) for one in proofs
    ]

    def check() -> None:
        for one, leaf in zip(proofs, leaves, strict=True):
            assert merkle.is_included(leaf, one.index, size, one.path, note.root)

    say("inclusion checked", len(proofs), check)
    say("checkpoints signed and read", 500, lambda: repeat(500, lambda: signing.read_checkpoint(proofs[0].checkpoint)))
    bundle, key = queries.bundle(proofs[:1]), check_proof.Key(signing.log_key().vkey)
    ourselves = check_proof.verify_with_openssl
    check_proof.verify_with_openssl = lambda *_: None  # type: ignore[assignment]
    say(
        "whole proofs by the script, alone",
        50,
        lambda: repeat(50, lambda: check_proof.check_entry(bundle["entries"][0], key)),
    )
    check_proof.verify_with_openssl = ourselves
    old = store.tree(size)
    say("consistency proofs made", 200, lambda: repeat(200, lambda: old.consistency(size // 3)))
    say("files exported (entries)", size, lambda: export.write(folder / "copy"))
    faults: list[object] = []
    say("entries verified", size, lambda: faults.extend(verify_log.everything(LOGGED)))
    assert not faults
    stored = sum(path.stat().st_size for path in (folder / "copy").rglob("*") if path.is_file())
    print(f"{'bytes of public files an entry':<36} {stored / size:>12.0f}")
    print(f"{'bytes of a proof':<36} {len(proofs[0].as_text()):>12}")


def repeat(times: int, what: Callable[[], object]) -> None:
    for _ in range(times):
        what()


def say(what: str, times: int, run: Callable[[], object]) -> None:
    wall, begun = time.perf_counter(), time.process_time()
    run()
    cpu, passed = time.process_time() - begun, time.perf_counter() - wall
    print(f"{what:<36} {times / max(cpu, 1e-9):>12,.0f} /s of CPU   {times / max(passed, 1e-9):>12,.0f} /s of time")


if __name__ == "__main__":
    main()
