"""Asking a worker for the file whose seal bears a time-stamp: an effect, for authorities are away now and then."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from panjereh.catalogue import queries as catalogue
from panjereh.documents.models import Certificate
from panjereh.kernel import clock
from panjereh.outbox import operations as outbox
from panjereh.outbox.models import Effect

RAISE_SEAL = "documents.raise_seal"
PAUSE = timedelta(minutes=15)
"""Until an authority that did not answer is asked again."""


def ask(certificate: Certificate, attempt: int = 0) -> None:
    """Queue the effect, if the agency's seals carry more than themselves and there is an authority."""
    agency = catalogue.country().agencies.get(certificate.agency)
    if agency is None or agency.seal == "B-B" or not settings.TIME_STAMPS:
        return
    with transaction.atomic():
        outbox.queue(
            RAISE_SEAL,
            {"certificate": str(certificate.pk), "level": agency.seal, "attempt": attempt},
            key=f"raise-seal:{certificate.pk}:{attempt}",
            run_at=clock.now() + PAUSE if attempt else None,
            lane=Effect.Lane.CROWD,
        )
