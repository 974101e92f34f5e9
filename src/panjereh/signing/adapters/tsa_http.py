"""Any time-stamp authority that is reached by HTTP (RFC 3161, 3.4)."""

from pathlib import Path

import requests
from cryptography import x509

from panjereh.signing.errors import NoTimeStamp

PATIENCE = (5, 15)  # seconds to connect, and between two packets of the answer
LARGEST = 64_000  # bytes of an answer


class HttpTsa:
    """Asked by POST. roots: a PEM file with the certificates that its answers are trusted by, also of earlier ones."""

    def __init__(self, address: str, roots: str) -> None:
        self.address = address
        self._roots = roots

    def answer(self, request: bytes) -> bytes:
        try:
            answer = requests.post(
                self.address,
                data=request,
                headers={"Content-Type": "application/timestamp-query"},
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NoTimeStamp(address=self.address, reason=type(error).__name__) from error
        if answer.status_code != requests.codes.ok or len(answer.content) > LARGEST:
            raise NoTimeStamp(address=self.address, reason=f"HTTP {answer.status_code}")
        return answer.content

    @property
    def roots(self) -> list[x509.Certificate]:
        return x509.load_pem_x509_certificates(Path(self._roots).read_bytes()) if self._roots else []

    @property
    def lists(self) -> list[bytes]:
        return []  # fetched from where its certificates say
