"""Measure certificates: signing the record, setting the page, sealing the PDF, checking each. CPU ms, least and median.

python bench/documents.py [ROUNDS]
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.test")

import django

django.setup()

from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.hashes import SHA256  # noqa: E402

from panjereh.documents import certificates, codes, values  # noqa: E402
from panjereh.documents.models import Certificate, Template  # noqa: E402
from panjereh.kernel import clock  # noqa: E402
from panjereh.signing import keys, operations, queries  # noqa: E402

AGENCY = "civil-registry"
TEMPLATE = """#import "panjereh.typ": *
#show: certificate
#both(fa: [گواهی می‌شود که ولادت زیر ثبت شده است.], en: [This certifies that the birth below has been entered.])
#rows("given_name", "family_name", "national_id", "birth_date", "birth_place", "mother", "father")
"""
DATA = {
    "given_name": "سارا",
    "family_name": "راد",
    "national_id": "0012345679",
    "birth_date": "2026-11-03",
    "birth_place": {"fa": "شیراز، استان فارس", "en": "Shiraz, Fars"},
    "mother": "نیلوفر راد",
    "father": "آرش کاوه",
}


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, keys.use(keys.KeyRing(Path(folder), demonstration=True)):
        keys.ring().prepare({AGENCY: {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}})
        measure(rounds)


def measure(rounds: int) -> None:
    issued = [issue() for _ in range(rounds)]
    bare = ec.generate_private_key(ec.SECP256R1())
    show("bare P-256 signature", [timed(bare.sign, b"x" * 1000, ec.ECDSA(SHA256()))[0] for _ in issued])
    show("sign a record", [timed(operations.sign_record, AGENCY, one.record)[0] for one in issued])
    show("verify a record", [timed(queries.verify_record, one.record, one.signature)[0] for one in issued])
    pages = [timed(certificates.typeset, one, 1) for one in issued]
    show("page with QR, both languages", [spent for spent, _ in pages[1:]])
    sealed = [timed(seal, page, one.code) for (_, page), one in zip(pages, issued, strict=True)]
    show("seal (PAdES B-B)", [spent for spent, _ in sealed[1:]])
    show("check a sealed file", [timed(queries.check_pdf, page)[0] for _, page in sealed][1:])
    print(f"{'size, unsealed and sealed':32} {len(pages[0][1]) / 1000:.1f} kB, {len(sealed[0][1]) / 1000:.1f} kB")


def issue() -> Certificate:
    certificate = Certificate(
        code=codes.new(),
        agency=AGENCY,
        kind="birth-registration/child",
        title={"fa": "گواهی ولادت", "en": "Birth certificate"},
        template=Template(sha256="0" * 64, content=TEMPLATE),
        data=values.canonical(DATA),
        labels={name: {"fa": name, "en": name} for name in DATA},
        public=["given_name", "birth_date"],
        subjects=["population:1"],
        languages=["fa", "en"],
        case_number="4058317263",
        issued_at=clock.now().replace(microsecond=0),
    )
    signature = operations.sign_record(AGENCY, certificate.record)
    certificate.kid, certificate.signature = signature.kid, signature.jws
    return certificate


def seal(page: bytes, code: str) -> bytes:
    return operations.seal_pdf(AGENCY, page, reason=code)


def timed(act: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """CPU milliseconds of this process, and the result."""
    start = time.process_time()
    result = act(*arguments)
    return (time.process_time() - start) * 1000, result


def show(what: str, spent: list[float]) -> None:
    print(f"{what:32} {min(spent):7.3f} {statistics.median(spent):7.3f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
