"""All that issues, replaces, revokes and prints certificates."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from panjereh.audit import operations as audit
from panjereh.documents import codes, queries, raising, values, wallets, wording
from panjereh.documents.errors import CertificateIsNotValid, KeyMeansAnother
from panjereh.documents.models import Certificate, SealedFile, StatusChange, Subject, Template
from panjereh.kernel import clock
from panjereh.kernel.actor import SOMEBODY, SYSTEM, Actor
from panjereh.kernel.errors import NotFound
from panjereh.localisation.money import format_money
from panjereh.signing import operations as signing
from panjereh.signing.findings import Level
from panjereh.storage import insert
from panjereh.vault import files

if TYPE_CHECKING:
    from panjereh.documents.payment_receipts import PaymentReceipt
    from panjereh.documents.receipts import Receipt


def note_check(code: str) -> None:
    """Somebody who has the code of a certificate was shown its public fields: whose it is can see that."""
    certificate = Certificate.objects.filter(code=code).only("pk", "public", "agency", "case_number").first()
    if certificate is None:
        return
    subjects = Subject.objects.filter(certificate=certificate).values_list("subject", flat=True)
    audit.record_accesses(
        audit.Access(SOMEBODY, subject, "documents", list(certificate.public) or ["state"], "certificate-check")
        for subject in subjects
    )


@transaction.atomic
def issue(
    *,
    key: str,
    agency: str,
    kind: str,
    title: Mapping[str, str],
    template: bytes,
    data: Mapping[str, Any],
    public: Sequence[str] = (),
    wallet: Sequence[str] = (),
    valid_until: date | None = None,
    labels: Mapping[str, Mapping[str, str]] | None = None,
    subjects: Sequence[str] = (),
    case: str | None = None,
    service: str = "",
    version: str = "",
    languages: Sequence[str] = ("fa", "en"),
    replaces: UUID | None = None,
) -> Certificate:
    """Make a certificate and sign its record. The same key again gives back the first one and changes nothing.

    key: idempotency key of the effect that calls
    agency: id of the agency whose seal it bears
    data: what the template may use; kept and signed as canonical JSON
    public: names in `data` that everybody with the code may see
    wallet: names in `data` that the holder may take into a wallet
    valid_until: the last day on which it holds; None: without end
    labels: names of the data for people, by language
    subjects: whose it is, such as `population:<uuid>` or `party:<uuid>`
    case, version: number of the case; hash of the service version
    languages: the first is the main one
    replaces: the certificate that this one takes the place of
    """
    if (before := _issued(key)) is not None:
        if (before.agency, before.kind) != (agency, kind):
            raise KeyMeansAnother(key=key)
        return before
    certificate = Certificate(
        key=key,
        code=codes.new(),
        agency=agency,
        kind=kind,
        title=values.canonical(title),
        template=_keep_template(template),
        data=values.canonical(data),
        public=[name for name in public if name in data],
        wallet=[name for name in wallet if name in data],
        valid_until=valid_until,
        labels=values.canonical(labels or {}),
        subjects=sorted(set(subjects)),
        case_number=case or "",
        service=service,
        version=version,
        languages=list(languages),
        issued_at=clock.now().replace(microsecond=0),
    )
    signature = signing.sign_record(agency, certificate.record)
    certificate.kid, certificate.signature = signature.kid, signature.jws
    certificate.save(force_insert=True)
    insert(Subject(certificate=certificate, subject=subject) for subject in certificate.subjects)
    if replaces is not None:
        replace(replaces, certificate.pk, reason="", actor=SYSTEM)
    return certificate


@transaction.atomic
def replace(certificate_id: UUID, by_id: UUID, *, reason: str, law: str = "", actor: Actor) -> Certificate:
    """A newer certificate takes the place of this one. Raises CertificateIsNotValid when it has already ended."""
    replacement = Certificate.objects.filter(pk=by_id).first()
    if replacement is None:
        raise NotFound(_("There is no such certificate."))
    return _end(certificate_id, Certificate.State.REPLACED, reason, law, actor, replacement)


@transaction.atomic
def revoke(certificate_id: UUID, *, reason: str, law: str, actor: Actor) -> Certificate:
    """The certificate is no longer valid, for a reason that everybody who checks it sees."""
    return _end(certificate_id, Certificate.State.REVOKED, reason, law, actor, None)


def receipt(content: "Receipt", language: str) -> bytes:
    """The receipt of a submission as a sealed PDF, which everybody can check like a certificate.

    Its record, made once for each case, says only which service was asked for and when. The file is not kept: what it
    shows is in the case. Takes about 50 ms: call it outside of transactions.
    """
    from panjereh.documents import receipts, typesetting  # loads Typst: only who prints pays

    record = issue(
        key=f"receipt:{content.number}",
        agency=content.agency_id,
        kind=receipts.KIND,
        title=content.service_title,
        template=typesetting.own_template(receipts.TEMPLATE),
        data={"submitted": content.submitted_at.astimezone(clock.home_zone()).date()},
        public=["submitted"],
        labels={"submitted": wording.in_languages(wording.RECEIPT, ["fa", "en"])["submitted"]},
        case=content.number,
    )
    return signing.seal_pdf(record.agency, receipts.typeset(content, language, record.code), reason=record.code)


def payment_receipt(content: "PaymentReceipt", language: str) -> bytes:
    """The receipt of a payment, sealed and checkable as `receipt`; who checks it sees amount, day and bill."""
    from panjereh.documents import payment_receipts, receipts, typesetting  # loads Typst: only who prints pays

    words = wording.in_languages(wording.PAYMENT, ["fa", "en"])
    record = issue(
        key=f"receipt:payment:{content.key}",
        agency=content.agency_id,
        kind=receipts.KIND,
        title=words["receipt"],
        template=typesetting.own_template(receipts.TEMPLATE),
        data={
            "paid": content.paid_at.astimezone(clock.home_zone()).date(),
            "amount": {each: format_money(content.money, each) for each in ("fa", "en")},
            "case": content.bill,
        },
        public=["paid", "amount", "case"],
        labels={name: words[name] for name in ("paid", "amount", "case")},
    )
    made = payment_receipts.typeset(content, language, record.code)
    return signing.seal_pdf(record.agency, made, reason=record.code)


def pdf(certificate: Certificate) -> bytes:
    """The sealed PDF: made at first demand, then kept. Slow at first (about 40 ms): call it outside of transactions.

    Where the agency's seal carries more than itself, a worker makes that file, too, and from then on it is given out.
    """
    kept = SealedFile.objects.filter(certificate=certificate).order_by("-pk").first()
    if kept is None:
        kept = _make_file(certificate, "B-B")
        raising.ask(certificate)
    with files.open_(kept.name, certificate.pk) as file:
        return file.read()


def raise_seal(certificate_id: UUID, level: Level) -> None:
    """Make the file of a higher level. In workers only: a time-stamp authority is asked. Raises NoTimeStamp."""
    certificate = queries.get(certificate_id)
    if not SealedFile.objects.filter(certificate=certificate, level=level).exists():
        _make_file(certificate, level)


offer_to_wallet = wallets.offer
redeem_offer = wallets.redeem
give_to_wallet = wallets.take
end_copy = wallets.end_copy


def _issued(key: str) -> Certificate | None:
    return queries.BY_KEY.first(key)


def _keep_template(content: bytes) -> Template:
    sha256 = hashlib.sha256(content).hexdigest()
    return (
        queries.TEMPLATE.first(sha256)
        or Template.objects.get_or_create(sha256=sha256, defaults={"content": content.decode()})[0]
    )


def _end(
    certificate_id: UUID, state: str, reason: str, law: str, actor: Actor, replacement: Certificate | None
) -> Certificate:
    certificate = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if certificate is None:
        raise NotFound(_("There is no such certificate."))
    if certificate.change is not None:
        raise CertificateIsNotValid(
            _("This certificate has already been replaced or revoked."), code=certificate.code, state=certificate.state
        )
    change = StatusChange(
        certificate=certificate,
        state=state,
        replacement=replacement,
        reason=reason,
        law=law,
        at=clock.now().replace(microsecond=0),
        by=actor.party,
        by_agency=actor.agency or "",
    )
    signature = signing.sign_record(certificate.agency, change.record)
    change.kid, change.signature = signature.kid, signature.jws
    change.save(force_insert=True)
    return certificate


def _make_file(certificate: Certificate, level: Level) -> SealedFile:
    from panjereh.documents import certificates  # loads Typst: only who prints pays

    page = certificates.typeset(certificate)
    content = signing.seal_pdf(certificate.agency, page, reason=certificate.code, level=level)
    digest = hashlib.sha256(content).hexdigest()
    name = f"certificates/{certificate.issued_at:%Y/%m}/{certificate.pk}-{digest[:8]}.pdf"
    files.keep(name, content, certificate.pk)
    row = SealedFile(
        certificate=certificate,
        level="" if level == "B-B" else level,
        name=name,
        sha256=digest,
        size=len(content),
        sealed_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # another process was faster: everybody gets the same file
        default_storage.delete(name)
        return SealedFile.objects.get(certificate=certificate, level=row.level)
    return row
