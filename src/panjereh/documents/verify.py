"""Check every signature over certificates, what ended them, and their kept files; say which row was tampered with."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage

from panjereh.documents.models import Certificate, SealedFile, StatusChange, Subject, Template
from panjereh.signing import queries as signing
from panjereh.vault import fields, files
from panjereh.vault.errors import Damaged, KeyIsMissing


@dataclass(frozen=True, slots=True)
class Wrong:
    """A certificate (by its code) or template (by its hash) that is not what was signed, and what is wrong with it.

    Codes: `sealed` (it does not open), `signature`, `status` (what ended it), `subjects` (by whom it is found), `file`,
    `content`.
    """

    name: str
    code: str

    def __str__(self) -> str:
        return f"certificate {self.name}: {self.code}"


def certificates() -> list[Wrong]:
    """Everything that is not as it was signed; empty when all is well. A file that is missing can be made again."""
    return [*_templates(), *_records(), *_ends(), *_files()]


def _templates() -> Iterator[Wrong]:
    for template in Template.objects.iterator(chunk_size=100):
        if hashlib.sha256(template.content.encode()).hexdigest() != template.sha256:
            yield Wrong(template.sha256, "content")


def _records() -> Iterator[Wrong]:
    for certificate in Certificate.objects.order_by("pk").iterator(chunk_size=500):
        if fields.damaged(certificate):
            yield Wrong(certificate.code, "sealed")
        elif not signing.verify_record(certificate.record, certificate.signature, agency=certificate.agency):
            yield Wrong(certificate.code, "signature")
        elif sorted(_subjects(certificate)) != sorted(certificate.subjects):
            yield Wrong(certificate.code, "subjects")


def _subjects(certificate: Certificate) -> list[str]:
    return list(Subject.objects.filter(certificate=certificate).values_list("subject", flat=True))


def _ends() -> Iterator[Wrong]:
    changes = StatusChange.objects.select_related("certificate", "replacement").order_by("pk")
    for change in changes.iterator(chunk_size=500):
        if not signing.verify_record(change.record, change.signature, agency=change.certificate.agency):
            yield Wrong(change.certificate.code, "status")


def _files() -> Iterator[Wrong]:
    for kept in SealedFile.objects.select_related("certificate").order_by("pk").iterator(chunk_size=100):
        if not default_storage.exists(kept.name):
            continue
        if _hash_of(kept) != kept.sha256:
            yield Wrong(kept.certificate.code, "file")


def _hash_of(kept: SealedFile) -> str:
    """Empty when the file does not open."""
    try:
        with files.open_(kept.name, kept.certificate_id) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except (Damaged, KeyIsMissing):
        return ""
