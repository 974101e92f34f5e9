"""Signals between cases: who listens for what, and telling those who do. Signals are not kept: who listens later hears
nothing, as BPMN has it."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from panjereh import process
from panjereh.cases.models import Case, Listener
from panjereh.definitions import Service
from panjereh.kernel.ids import new_id
from panjereh.outbox import operations as outbox
from panjereh.process import On
from panjereh.vault import keys

THROWN, HEARD = "cases.signal", "cases.heard"


def listen(case: Case, service: Service) -> None:
    """Note which signals of other cases it waits for now. Called after each step of a service that has signals."""
    awaited = process.awaits(service.process, case.marking, On.SIGNAL) if not case.marking["ended"] else frozenset()
    about = service.matters(service.context(case.answers, case.facts))
    wanted = {name: _digest(name, about[name]) for name in sorted(awaited & about.keys())}
    known = dict(Listener.objects.filter(case=case).values_list("signal", "digest"))
    if known == wanted:
        return
    Listener.objects.filter(case=case).delete()
    for name, digest in wanted.items():
        Listener.objects.create(case=case, signal=name, digest=digest)


def throw(case: Case, service: Service, thrown: Sequence[str]) -> None:
    """Queue what the process has thrown, for the other cases that are about the same."""
    about = service.matters(service.context(case.answers, case.facts))
    for name in thrown:
        if name in about:
            payload = {"case": str(case.pk), "signal": name, "digest": _digest(name, about[name])}
            outbox.queue(THROWN, payload, key=f"case:{case.pk}:signal:{new_id().hex}:")


def tell(payload: dict[str, str], key: str) -> None:
    """Let each case that listens hear it, each in a transaction of its own."""
    listening = Listener.objects.filter(signal=payload["signal"], digest=payload["digest"])
    others = listening.exclude(case=UUID(payload["case"])).order_by("case").values_list("case", flat=True)
    outbox.queue_many(
        outbox.Order(
            HEARD,
            {"case": str(case), "signal": payload["signal"], "of": payload["case"]},
            f"{key}heard:{case}:",
            lane=outbox.CROWD,
        )
        for case in others
    )


def _digest(signal: str, about: str) -> str:
    """Only the installation can make it: what a case is about may be a national number."""
    return keys.digest("signal", hashlib.sha256(f"{signal}\n{about}".encode()).hexdigest())
