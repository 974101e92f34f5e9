"""Rows of certificates in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.documents.models import (
    Certificate,
    SealedFile,
    StatusChange,
    StatusPlace,
    Subject,
    Template,
    WalletCopy,
    WalletCopyEnd,
)

SIGNED = "the signature covers it"
CERTIFICATE = Source(
    "certificate",
    Certificate,
    ("key", "code", "agency", "kind", "service", "version", "issued_at", "kid", "signature"),
    {
        "title": SIGNED,
        "case_number": SIGNED,
        "languages": SIGNED,
        "data": SIGNED,
        "labels": SIGNED,
        "public": SIGNED,
        "subjects": SIGNED,
        "wallet": SIGNED,
        "valid_until": SIGNED,
        "template_id": SIGNED,
    },
    digested=frozenset({"signature"}),  # with it, and the code, one could try out what the certificate says
)
STATUS = Source(
    "certificate-status",
    StatusChange,
    ("certificate_id", "state", "replacement_id", "law", "at", "by", "by_agency", "kid", "signature"),
    {"reason": SIGNED},
    digested=frozenset({"signature"}),
)
FILE = Source("certificate-file", SealedFile, ("certificate_id", "name", "sha256", "size", "sealed_at", "level"))
COPY = ("certificate_id", "party", "holder", "nonce", "fields", "issued_at", "expires_at", "kid")
LOGGED = (
    Source("certificate-template", Template, (), {"content": "the primary key is its hash"}, is_ordered=False),
    CERTIFICATE,
    Source("certificate-subject", Subject, ("certificate_id", "subject")),
    STATUS,
    Source("wallet-copy", WalletCopy, COPY),
    Source("wallet-copy-end", WalletCopyEnd, ("copy_id", "at", "by")),
    Source("certificate-status-place", StatusPlace, ("certificate_id", "copy", "agency")),
    FILE,
)
