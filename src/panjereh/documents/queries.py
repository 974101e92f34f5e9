"""All that finds and checks certificates."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from panjereh.documents import codes
from panjereh.documents.checking import REASONS, PublicField, Verdict, check_code, check_file
from panjereh.documents.models import Certificate, Subject
from panjereh.kernel.errors import NotFound

__all__ = [
    "REASONS",
    "PublicField",
    "Verdict",
    "check_code",
    "check_file",
    "get",
    "is_code",
    "of_case",
    "of_subject",
]


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
    """What a case has issued, oldest first."""
    if not number:
        return []
    return list(Certificate.objects.select_related("status_change").filter(case_number=number).order_by("pk"))


def of_subject(subject: str) -> list[Certificate]:
    """What somebody holds (`population:<uuid>` or `party:<uuid>`), newest first."""
    mine = Subject.objects.filter(subject=subject).values("certificate")
    return list(Certificate.objects.select_related("status_change").filter(pk__in=mine).order_by("-pk"))
