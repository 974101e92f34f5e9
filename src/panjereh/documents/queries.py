"""All that finds and checks certificates."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.audit import queries as audit
from panjereh.catalogue import queries as catalogue
from panjereh.definitions import Service
from panjereh.definitions.types import Asking
from panjereh.documents import checking, codes, credentials, keylist, presentations, proofs, status, wallets
from panjereh.documents.checking import REASONS, PublicField, Verdict, check_code, check_file
from panjereh.documents.logged import CERTIFICATE, FILE, STATUS
from panjereh.documents.models import Certificate, Subject, Template
from panjereh.kernel.errors import NotFound
from panjereh.storage import Prepared

BY_KEY = Prepared(lambda key: Certificate.objects.select_related("status_change").filter(key=key))
TEMPLATE = Prepared(lambda sha256: Template.objects.filter(sha256=sha256))
OF_CASE = Prepared(
    lambda number: (
        Certificate.objects.select_related("status_change")
        .filter(case_number=number)
        .exclude(kind="receipt")
        .order_by("pk")
    )
)

if TYPE_CHECKING:
    from panjereh.documents.letters import Letter
    from panjereh.documents.paper_bills import PaperBill
    from panjereh.documents.tables import Table

__all__ = [
    "REASONS",
    "PublicField",
    "Verdict",
    "by_code",
    "check_code",
    "check_file",
    "check_presentation",
    "check_text",
    "copies_of",
    "get",
    "is_code",
    "issuer_metadata",
    "key_metadata",
    "key_of_keys",
    "nonce",
    "of_case",
    "of_subject",
    "paper_form",
    "proof",
    "server_metadata",
    "signed_keys",
    "status_list",
    "type_metadata",
]


KEY_LIST, KEY_LIST_NAMES = keylist.AGENCY, keylist.NAMES
signed_keys = keylist.signed_keys
key_of_keys = keylist.own_key
status_list = status.signed_list
check_presentation = presentations.check
copies_of = wallets.copies_of
issuer_metadata = credentials.issuer_metadata
server_metadata = credentials.server_metadata
key_metadata = credentials.key_metadata
type_metadata = credentials.type_metadata
nonce = proofs.nonce


def check_text(text: str) -> Verdict:
    """Judge what somebody typed, pasted or scanned: a code, the token of a QR code, or what a wallet shows."""
    return presentations.check(text) if presentations.looks_like_one(text) else checking.check_text(text)


def is_code(text: str) -> bool:
    """Could this be the code of a certificate? Dashes, spaces and Persian digits are fine."""
    return codes.parse(text) is not None


def get(certificate_id: UUID) -> Certificate:
    """The certificate, for callers that have made sure that it may be seen. Raises NotFound."""
    certificate = Certificate.objects.select_related("status_change").filter(pk=certificate_id).first()
    if certificate is None:
        raise NotFound(_("There is no such certificate."))
    return certificate


def of_case(number: str) -> list[Certificate]:
    """What a case has issued, oldest first; receipts are no results of it."""
    if not number:
        return []
    return OF_CASE.all(number)


def letter(content: "Letter") -> bytes:
    """A notice or message on paper, as a PDF."""
    from panjereh.documents import letters  # loads Typst: only who prints pays

    return letters.typeset(content)


def table(content: "Table") -> bytes:
    """Figures on paper, as a PDF."""
    from panjereh.documents import tables  # loads Typst: only who prints pays

    return tables.typeset(content)


def of_subject(subject: str) -> list[Certificate]:
    """What somebody holds (`population:<uuid>` or `party:<uuid>`), newest first."""
    mine = Subject.objects.filter(subject=subject).values("certificate")
    return list(Certificate.objects.select_related("status_change").filter(pk__in=mine).order_by("-pk"))


def paper_form(
    service: Service, language: str, *, agency: Mapping[str, str], hand_in: Sequence[str] = (), address: str = ""
) -> bytes:
    """The service as a PDF for the pen. `hand_in`: where it can be given in; `address`: of the service's page."""
    from panjereh.documents import paper  # loads Typst: only who prints pays

    country = catalogue.country()
    asking = Asking(language=language, lists=country.lists, places=country.places)
    return paper.typeset(service, asking, agency=agency, hand_in=hand_in, address=address)


def paper_bill(bill: "PaperBill", language: str) -> bytes:
    """A bill as a PDF, with its barcode."""
    from panjereh.documents import paper_bills  # loads Typst: only who prints pays

    return paper_bills.typeset(bill, language)


def proof(certificate: Certificate) -> dict[str, Any]:
    """The file with which anybody can check that this certificate, its PDF and what ended it are in the log.

    It says no more of the certificate than its code, agency, kind and day. Raises NotInTheLog.
    """
    proofs = [audit.proof_of(CERTIFICATE, certificate.pk)]
    for source in (FILE, STATUS):
        keys = source.model._default_manager.filter(certificate_id=certificate.pk).values_list("pk", flat=True)
        proofs += audit.proofs_of(source, list(keys))
    return audit.bundle(proofs)


def by_code(code: str) -> Certificate:
    """The certificate of a code in any spelling; who has it may see what `check_code` tells. Raises NotFound."""
    certificate = Certificate.objects.filter(code=codes.parse(code) or "").first()
    if certificate is None:
        raise NotFound(_("There is no such certificate."))
    return certificate
