"""Measure tokens and credentials: made and checked per second of CPU, beside the machine's bare primitive.

python bench/credentials.py [ROUNDS]
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.documents import AGENCY, issue
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jws
from joserfc.jwk import ECKey

from panjereh.documents import credentials, jose, proofs, sdjwt, status, tokens, typesetting
from panjereh.documents.models import Certificate, WalletCopy
from panjereh.kernel import clock
from panjereh.signing import keys, queries

ES256 = ec.ECDSA(SHA256())


def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder, keys.use(keys.KeyRing(Path(folder), demonstration=True)):
        keys.ring().prepare({AGENCY: {"fa": "سازمان ثبت احوال", "en": "Civil Registry"}})
        measure(issue(), rounds)


def measure(certificate: Certificate, rounds: int) -> None:
    certificate.wallet = list(certificate.data)
    certificate.public = ["given_name", "family_name", "birth_date", "national_id"]
    bare, wallet = ec.generate_private_key(ec.SECP256R1()), ECKey.generate_key("P-256")
    message, public = b"x" * 400, bare.public_key()
    signature = bare.sign(message, ES256)
    token = tokens.make(certificate, 7) or ""
    copy = copy_of(certificate, wallet)
    credential = credentials.issue(copy, certificate, 7, wallet)
    proof = proof_of(wallet)

    print(f"{'':40} {'ms CPU':>8} {'per CPU-s':>10}")
    show("bare P-256 signature", rounds, lambda: bare.sign(message, ES256))
    show("bare P-256 check", rounds, lambda: public.verify(signature, message, ES256))
    show("token for a QR code, made", rounds, lambda: tokens.make(certificate, 7))
    show("token for a QR code, checked", rounds, lambda: tokens.read(token))
    show("credential (SD-JWT VC), made", rounds, lambda: credentials.issue(copy, certificate, 7, wallet))
    show("credential, signature and disclosures", rounds, lambda: opened(credential))
    show("proof of a wallet's key, checked", rounds, lambda: proofs.proven(AGENCY, proof))
    show("status list of 131,072 places, packed", max(rounds // 10, 1), lambda: status.packed({5: 1, 99_999: 3}))
    code = typesetting.qr_code("https://services.example.gov.ir/check/#", token)
    size = code.symbol_size(border=0)[0]
    print(f"token {len(token)} signs, {len(tokens.to_bytes(token))} bytes; QR {code.designator}, {size} squares")
    print(f"credential {len(credential)} bytes; status list {len(status.packed({5: 1, 99_999: 3}))} bytes")


def copy_of(certificate: Certificate, wallet: ECKey) -> WalletCopy:
    now = clock.now()
    return WalletCopy(
        certificate=certificate,
        holder=wallet.thumbprint(),
        fields=certificate.wallet,
        issued_at=now,
        expires_at=credentials.end_of(certificate, now),
    )


def proof_of(wallet: ECKey) -> str:
    header = {"alg": "ES256", "typ": proofs.TYPE, "jwk": wallet.as_dict(private=False)}
    claims = {"aud": credentials.issuer_of(AGENCY), "iat": int(clock.now().timestamp()), "nonce": proofs.nonce()}
    return jws.serialize_compact(header, json.dumps(claims).encode(), wallet, algorithms=["ES256"])


def opened(credential: str) -> dict[str, Any]:
    parts = sdjwt.split(credential)
    token = jose.read(parts.issuer, credentials.FORMAT)
    assert token.is_signed_by(queries.current_seal(AGENCY).public_jwk)
    return sdjwt.disclosed(parts, token.claims)


def show(what: str, rounds: int, act: Callable[[], Any]) -> None:
    act()
    start = time.process_time()
    for _ in range(rounds):
        act()
    spent = (time.process_time() - start) / rounds
    print(f"{what:40} {spent * 1000:8.3f} {1 / spent:10,.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
