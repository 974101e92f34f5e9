"""An independent judge: the openssl program."""

import subprocess

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


def openssl(*arguments, given=b""):
    """(whether it ended well, what it said)"""
    done = subprocess.run(["openssl", *map(str, arguments)], input=given, capture_output=True, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")


def write_pem(path, *der_or_certificates):
    """Certificates in one file; DER or objects."""
    loaded = [x509.load_der_x509_certificate(one) if isinstance(one, bytes) else one for one in der_or_certificates]
    path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in loaded))
    return path
