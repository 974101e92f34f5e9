"""`./panjereh verify`: every chain, every signature, every file and every entry of the log, recomputed.

A check that meets a row which can't even be read says so and ends; the others go on. Which row it is says the check of
the log, which reads each row by itself.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from panjereh.audit import verify_log
from panjereh.audit.models import Contradiction
from panjereh.cases import verify as cases
from panjereh.catalogue import verify as catalogue
from panjereh.config.logged import SOURCES
from panjereh.documents import verify as documents
from panjereh.identity import history as authority
from panjereh.identity import verify as identity
from panjereh.payments import verify as payments
from panjereh.payments import verify_bank as bank
from panjereh.registries import verify as registries
from panjereh.signing import queries as signing

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of thing that must hold; `run` gives a fault for each that does not."""

    name: str
    run: Callable[[Progress], Iterable[object]]

    def faults(self, progress: Progress = lambda _done: None) -> Iterator[str]:
        try:
            for fault in self.run(progress):
                yield str(fault)
        except Exception as error:  # noqa: BLE001 - whatever a spoilt row leads to, the other checks go on
            yield f"something can’t be read: {error}"


CHECKS = (
    Check("chains of the registers", lambda _progress: registries.chains()),
    Check("chains of the cases", lambda _progress: cases.chains()),
    Check("mandates, offices and permissions", lambda _progress: authority.verify()),
    Check("uploads", lambda _progress: cases.uploads()),
    Check("certificates", lambda _progress: documents.certificates()),
    Check("books", lambda _progress: payments.books()),
    Check("what the bank says", lambda _progress: bank.matches()),
    Check("bills and payments", lambda _progress: payments.bills()),
    Check("published versions", lambda _progress: catalogue.versions()),
    Check("offices and roles", lambda _progress: identity.offices()),
    Check("transparency log", lambda progress: chain(verify_log.everything(SOURCES, progress), _disputes())),
)


def all_checks() -> Iterator[tuple[str, list[str]]]:
    """Name of each check and what it found, one sentence for each fault."""
    for check in CHECKS:
        yield check.name, list(check.faults())


def agrees_with(note: str) -> str:
    """What is wrong with the log as stored, seen from a checkpoint that somebody kept; "" for nothing.

    Raises BadCheckpoint when the note is not one of this log.
    """
    fault = verify_log.agrees_with(signing.read_checkpoint(note))
    return str(fault) if fault else ""


def _disputes() -> Iterator[str]:
    """What witnesses have shown of our own log, or of others'."""
    for one in Contradiction.objects.order_by("pk"):
        who = f"the witness {one.told_by}" if one.told_by else "this witness"
        yield f"{who} saw two histories of {one.origin}: audit_contradiction {one.pk}"
