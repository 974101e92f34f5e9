"""What is true of a certificate that somebody shows us, by its code or as a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from panjereh.audit import queries as audit
from panjereh.documents import codes, pictures, tokens
from panjereh.documents.errors import BadToken
from panjereh.documents.logged import CERTIFICATE, FILE
from panjereh.documents.models import Certificate, SealedFile
from panjereh.kernel import clock
from panjereh.signing import queries as signing
from panjereh.signing.findings import PdfCheck, Stamp

State = Literal[
    "valid", "expired", "replaced", "revoked", "seal_revoked", "altered", "foreign", "unknown", "unreadable"
]

REASONS = {
    "not_a_code": "what was typed can't be the code of a certificate",
    "no_such_code": "no certificate has this code",
    "record_changed": "what our database says of it no longer fits its signature",
    "compare_by_eye": "only the code could be read: compare every line with what is shown here",
    "no_code_found": "no code could be read from the file; type it",
    "bytes_changed": "the file was changed after sealing",
    "added_after_sealing": "something was added to the file after sealing, such as a page",
    "pages_added": "there are more pages than were sealed",
    "evidence_added": "somebody added evidence for checking, such as a time-stamp; the content is unchanged",
    "signature_wrong": "the seal does not fit the file",
    "time_stamp_wrong": "the time-stamp does not fit the seal",
    "time_stamp_unknown": "the time-stamp is of an authority that is not trusted here, so it was not counted",
    "seal_revoked_before": "the seal was revoked, and this was sealed when it was not to be trusted any more",
    "seal_unproven": "the seal's key was stolen, and nothing else proves that this is older than the theft",
    "seal_revoked_later": "the seal was revoked later; this is provably older, so it holds",
    "seal_expired": "the seal's certificate has ended since; what it sealed before stays good",
    "several_signatures": "somebody signed the file after us",
    "no_seal": "the file bears no seal",
    "other_seal": "the file was sealed by a key that is not ours",
    "sealed_but_not_recorded": "the seal is ours, but we know of no such certificate",
    "not_a_pdf": "the file is neither a PDF nor a picture that can be read",
    "locked": "the file is locked by a password",
    "broken": "the file is broken",
    "not_a_credential": "the text is no credential of a wallet in the form that we issue",
    "disclosure_wrong": "something was disclosed that the issuer did not hide in this credential",
    "copy_ended": "its holder ended this copy",
    "copy_expired": "this copy is too old: the wallet must fetch a new one",
    "no_holder_proof": "nobody has proven that it is shown by its holder",
    "proof_not_asked": "its holder signed it, but nobody here had asked: it may have been shown elsewhere before",
    "holder_proven": "its holder signed it just now, for us",
    "holder_wrong": "somebody else than its holder signed it",
    "disclosures_changed": "other data are disclosed than its holder signed",
    "other_verifier": "its holder signed it for somebody else",
    "other_question": "its holder answered another question than ours",
    "proof_not_now": "its holder did not sign it just now",
    "not_our_record": "the seal is ours, but our record under this code says something else",
    "not_a_token": "the text is no token of a certificate, or only a part of one",
    "unknown_key": "the token was signed by a key that is not ours",
    "other_agency": "the key that signed the token belongs to another agency than it names",
    "not_of_its_time": "the token says that it was issued after the end of its key",
}


SEAL_REASONS: dict[str, tuple[str, ...]] = {
    "good": (),
    "revoked_later": ("seal_revoked_later",),
    "revoked_before": ("seal_revoked_before",),
    "unproven": ("seal_unproven",),
}
STATE_BY_REASON: dict[str, State] = {"not_a_token": "unreadable", "unknown_key": "foreign"}


@dataclass(frozen=True, slots=True)
class PublicField:
    """A datum that everybody with the code may see. `value` is canonical; documents.values.show gives its words."""

    name: str
    label: dict[str, str]
    value: Any


@dataclass(frozen=True, slots=True)
class SealFacts:
    """What is known of the seal on a file. sealed_at: by its own words; revoked_since: since when it is not trusted."""

    sealed_at: datetime | None
    stamp: Stamp | None
    ends_at: datetime
    revoked_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of it.

    state: valid, expired, replaced, revoked: our certificate, unchanged as far as `seen` allows to say
           seal_revoked: its seal is not to be trusted; the fields say what we issued under its code
           altered: it names one of ours, but is not what we issued; the fields say what we issued
           foreign: sealed by somebody else; unknown: we never issued such a one; unreadable: nothing can be said
    reasons: codes of REASONS
    seen: what we judged by. Of a code or a picture only the record is checked, not the paper in somebody's hand
    """

    state: State
    reasons: tuple[str, ...] = ()
    seen: Literal["code", "file", "picture", "presentation"] = "code"
    code: str = ""
    title: dict[str, str] | None = None
    agency: str = ""
    kind: str = ""
    issued_at: datetime | None = None
    changed_at: datetime | None = None
    change_reason: str = ""
    change_law: str = ""
    replacement_code: str = ""
    valid_until: date | None = None
    fields: tuple[PublicField, ...] = ()
    demonstration: bool = False
    seal: SealFacts | None = None
    pages: tuple[int, int] | None = None

    @property
    def shown_code(self) -> str:
        return codes.shown(self.code) if self.code else ""


def check_code(text: str) -> Verdict:
    """Judge by the code alone: what we issued under it, and whether it still holds."""
    code = codes.parse(text)
    if code is None:
        return Verdict("unknown", ("not_a_code",))
    certificate = (
        Certificate.objects.select_related("status_change", "status_change__replacement").filter(code=code).first()
    )
    return of_certificate(certificate) if certificate else Verdict("unknown", ("no_such_code",), code=code)


def check_text(text: str) -> Verdict:
    """Judge what somebody typed, pasted or scanned: a code, or the token of a QR code with or without its address."""
    return check_token(text) if tokens.found_in(text) else check_code(pictures.code_in_address(text) or text)


def check_token(text: str) -> Verdict:
    """Judge by the signed token: whether we made it, and what has become of its certificate since."""
    try:
        token = tokens.read(text)
    except BadToken as bad:
        reason = str(bad.params["reason"])
        return Verdict(STATE_BY_REASON.get(reason, "altered"), (reason,))
    verdict = check_code(token.code)
    if verdict.title is None:
        return replace(verdict, reasons=("sealed_but_not_recorded",))
    return verdict if _says_the_same(token, verdict) else replace(verdict, state="altered", reasons=("not_our_record",))


def _says_the_same(token: tokens.Token, verdict: Verdict) -> bool:
    """Whether our record says so, too. Somebody who has stolen a seal can sign what they like under a code of ours."""
    if verdict.state == "altered":
        return True  # our record is broken, which is said already
    title = tokens.texts_in(verdict.title or {}, list(token.title))
    said = (list(token.title.values()), token.issued_at, [value for _label, value in token.fields])
    return said == (title, verdict.issued_at, [field.value for field in verdict.fields])


def check_file(content: bytes) -> Verdict:
    """Judge an uploaded PDF, or a picture or scan of a printed one."""
    if b"%PDF-" in content[:1024]:
        return _check_pdf(content)
    found = pictures.text_of_code(content)
    if found is None:
        return Verdict("unreadable", ("not_a_pdf" if not pictures.is_picture(content) else "no_code_found",), "picture")
    return _by_eye(found)


def _check_pdf(content: bytes) -> Verdict:
    check = signing.check_pdf(content)
    if check.state == "foreign":
        return Verdict("foreign", ("other_seal",), "file")
    if check.state in ("unsealed", "unreadable"):
        return _without_seal(content, check)
    verdict = replace(check_code(check.reason), seen="file")
    if check.state == "altered":
        return replace(verdict, state="altered", reasons=check.reasons, pages=check.pages)
    if verdict.title is None:
        return replace(verdict, reasons=("sealed_but_not_recorded",))
    kept = SealedFile.objects.filter(sha256=hashlib.sha256(content).hexdigest()).first()
    if kept is None and check.agency != verdict.agency:
        return replace(verdict, state="altered", reasons=("signature_wrong",))
    return _with_seal(verdict, check, kept)


def _with_seal(verdict: Verdict, check: PdfCheck, kept: SealedFile | None) -> Verdict:
    """What the seal itself adds: whether it was revoked, and what proves how old it is."""
    seal = signing.find_seal(check.kid or "")
    if seal is None:
        return replace(verdict, state="foreign", reasons=("other_seal",))
    stamped = check.stamp.at if check.stamp and check.stamp.state == "good" else None
    standing = signing.standing(seal.kid, said=check.signed_at, proven=stamped)
    if standing.revocation is not None and kept is not None and not standing.holds:
        logged = audit.seen_at(FILE, kept.pk)
        standing = signing.standing(seal.kid, said=check.signed_at, proven=stamped or logged)
    ends_at = seal.certificate.not_valid_after_utc
    notes = [*check.reasons, *SEAL_REASONS[standing.state]]
    notes += ["time_stamp_unknown"] if check.stamp and not stamped else []
    notes += ["seal_expired"] if ends_at < clock.now() else []
    return replace(
        verdict,
        state=verdict.state if standing.holds or verdict.state == "altered" else "seal_revoked",
        reasons=(*verdict.reasons, *notes),
        seal=SealFacts(
            check.signed_at, check.stamp, ends_at, standing.revocation.since if standing.revocation else None
        ),
    )


def _without_seal(content: bytes, check: PdfCheck) -> Verdict:
    """A scan saved as PDF, or a file of ours that was saved anew and so lost its seal, or anything else."""
    reasons = check.reasons or ("no_seal",)
    found = pictures.text_of_code_in_pdf(content)
    if found is not None:
        verdict = _by_eye(found)
        return replace(verdict, reasons=(*reasons, *verdict.reasons))
    code = pictures.code_in_metadata(content)
    verdict = replace(check_code(code), seen="file") if code else Verdict("unknown", seen="file")
    if verdict.title is not None:
        return replace(verdict, state="altered", reasons=reasons)
    return replace(verdict, state="unknown" if check.state == "unsealed" else "unreadable", reasons=reasons)


def _by_eye(text: str) -> Verdict:
    verdict = replace(check_text(text), seen="picture")
    return replace(verdict, reasons=(*verdict.reasons, "compare_by_eye")) if verdict.title else verdict


def of_certificate(certificate: Certificate) -> Verdict:
    """What our records say of it, by their signatures and what became of their seal."""
    change = certificate.change
    sound = signing.verify_record(certificate.record, certificate.signature, agency=certificate.agency) and (
        change is None or signing.verify_record(change.record, change.signature, agency=certificate.agency)
    )
    standing = signing.standing(certificate.kid, said=certificate.issued_at)
    if not standing.holds:
        logged = audit.seen_at(CERTIFICATE, certificate.pk)
        standing = signing.standing(certificate.kid, said=certificate.issued_at, proven=logged)
    state = _state(certificate) if standing.holds else "seal_revoked"
    return Verdict(
        state=state if sound else "altered",
        reasons=SEAL_REASONS[standing.state] if sound else ("record_changed",),
        code=certificate.code,
        title=certificate.title,
        agency=certificate.agency,
        kind=certificate.kind,
        issued_at=certificate.issued_at,
        changed_at=certificate.changed_at,
        change_reason=certificate.change_reason,
        change_law=certificate.change_law,
        valid_until=certificate.valid_until,
        replacement_code=change.replacement.code if change and change.replacement else "",
        fields=_fields(certificate, certificate.public) if sound else (),
        demonstration=_is_demonstration(certificate.kid),
    )


def _is_demonstration(kid: str) -> bool:
    seal = signing.find_seal(kid)
    return seal is not None and seal.demonstration


def _state(certificate: Certificate) -> State:
    match "expired" if certificate.expired and not certificate.change else certificate.state:
        case "expired":
            return "expired"
        case "replaced":
            return "replaced"
        case "revoked":
            return "revoked"
    return "valid"


def _fields(certificate: Certificate, names: Sequence[str]) -> tuple[PublicField, ...]:
    return tuple(PublicField(name, certificate.labels.get(name, {}), certificate.data.get(name)) for name in names)
