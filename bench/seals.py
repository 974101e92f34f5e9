"""Measure seals: PDFs (PAdES B-B, B-T, B-LT) and records in one process, beside the machine's bare P-256 and SHA-256.

./panjereh bench seals [--seconds 5]. Rates are for each second of CPU; typesetting is not counted (see documents).
"""

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ["DJANGO_SETTINGS_MODULE"] = "panjereh.config.settings.test"

import django

django.setup()

import typst  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.hashes import SHA256  # noqa: E402
from django.core.management import call_command  # noqa: E402

from panjereh.signing import custody, keys, operations, queries  # noqa: E402

AGENCY = "civil-registry"
PAGE = b"= Birth certificate\nSara Rad, born 3 November 2026 in Shiraz"
RECORD = {
    "type": "certificate",
    "data": {"given_name": "سارا", "family_name": "راد", "national_id": "0012345679", "birth_date": "2026-11-03"},
    "public": ["given_name", "birth_date"],
    "subjects": ["population:1"],
    "case": "4058317263",
}
BLOCK = bytes(2**20)


def main(seconds: float) -> None:
    call_command("migrate", verbosity=0)
    with tempfile.TemporaryDirectory() as folder, keys.use(keys.KeyRing(Path(folder), demonstration=True)):
        custody.prepare({AGENCY: {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}})
        measure(seconds)


def measure(seconds: float) -> None:
    bare, page = ec.generate_private_key(ec.SECP256R1()), typst.compile(PAGE, format="pdf")
    sealed = operations.seal_pdf(AGENCY, page)
    jws = operations.sign_record(AGENCY, RECORD).jws
    what: dict[str, Callable[[], object]] = {
        "bare P-256 signatures of 1 kB": lambda: bare.sign(BLOCK[:1024], ec.ECDSA(SHA256())),
        "bare SHA-256, MB": lambda: hashlib.sha256(BLOCK).digest(),
        "records signed": lambda: operations.sign_record(AGENCY, RECORD),
        "records checked": lambda: queries.verify_record(RECORD, jws),
        "PDFs sealed, B-B": lambda: operations.seal_pdf(AGENCY, page),
        "PDFs sealed, B-T (authority in this process)": lambda: operations.seal_pdf(AGENCY, page, level="B-T"),
        "PDFs sealed, B-LT (authority in this process)": lambda: operations.seal_pdf(AGENCY, page, level="B-LT"),
        "PDFs checked, B-B": lambda: queries.check_pdf(sealed),
    }
    for name, act in what.items():
        print(f"{name:<48} {rate(act, seconds):>12,.0f} / s of CPU", flush=True)
    print(f"{'one page, plain and sealed':<48} {len(page) / 1000:>6.1f} kB, {len(sealed) / 1000:.1f} kB")


def rate(act: Callable[[], object], seconds: float) -> float:
    act()
    begun, done = time.process_time(), 0
    while time.process_time() - begun < seconds:
        act()
        done += 1
    return done / (time.process_time() - begun)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    main(parser.parse_args().seconds)
