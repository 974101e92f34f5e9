"""What happened in a case, as a chain: each event commits to the one before and, salted, to its personal part."""

from typing import Any

from panjereh.audit import chain
from panjereh.cases.models import Case, Event
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor


def append(case: Case, kind: str, *, actor: Actor, personal: dict[str, Any] | None = None, **public: Any) -> Event:
    """Write down that `kind` happened. The caller holds the lock on the case and saves its new head.

    public: JSON without personal values; what statistics need is added (service, version, agency, channel, relation,
    level, methods, who by role). `personal` stands beside the chain and can be erased later; its commitment stays.
    """
    at = clock.now()
    salt = chain.new_salt() if personal is not None else None
    stated = {
        "case": case.number,
        "seq": case.next_seq,
        "kind": kind,
        "at": at.isoformat(),
        "service": case.service,
        "version": str(case.version_id),
        "agency": case.agency,
        "office": case.office,
        "relation": case.relation,
        "channel": str(actor.channel),
        "level": str(actor.level),
        "amr": list(actor.amr),
        "assisted": case.helper_id is not None,
        "actor": str(actor.party) if actor.party else None,
        "actor_agency": actor.agency,
        "actor_roles": sorted(actor.roles),
        "applicant": str(case.applicant_id),
        **_by_mandate(actor),
        **public,
    }
    commitment = chain.commit(personal, salt) if personal is not None and salt is not None else ""
    previous = case.head or chain.GENESIS
    event = Event.objects.create(
        case=case,
        seq=case.next_seq,
        kind=kind,
        at=at,
        public=stated,
        personal=personal,
        salt=salt,
        commitment=commitment,
        prev_hash=previous,
        hash=chain.link(previous, stated, commitment),
    )
    case.next_seq += 1
    case.head = event.hash
    return event


def _by_mandate(actor: Actor) -> dict[str, Any]:
    """By what right somebody acts for the applicant or with a colleague's role; nothing where they do so themselves."""
    acting = actor.acting_for
    if acting is not None:
        return {"mandate": str(acting.mandate), "acts_as": acting.kind}
    return {"lent_roles": {role: str(lender) for role, lender in actor.lent}} if actor.lent else {}
