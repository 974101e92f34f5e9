"""Write down who read what, and what was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from panjereh.audit import chain
from panjereh.audit.disclosure import AT_ONCE, SALT_BYTES, Disclosure
from panjereh.audit.models import AccessLog, LogEntry
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor
from panjereh.storage import insert


@dataclass(frozen=True, slots=True)
class Access:
    """One reading of personal data. `fields` are names, `source` is where they were read (registry, case, file)."""

    actor: Actor
    subject: str
    source: str
    fields: list[str]
    purpose: str
    law: str = ""
    case: str | None = None
    role: str = ""
    disclosure: Disclosure = AT_ONCE


def record_access(
    *,
    actor: Actor,
    subject: str,
    source: str,
    fields: list[str],
    purpose: str,
    law: str = "",
    case: str | None = None,
    role: str = "",
    disclosure: Disclosure = AT_ONCE,
) -> None:
    """Write one reading down, for the person to see. Say it before the data is handed out."""
    record_accesses(
        [
            Access(
                actor=actor,
                subject=subject,
                source=source,
                fields=fields,
                purpose=purpose,
                law=law,
                case=case,
                role=role,
                disclosure=disclosure,
            )
        ]
    )


def record_accesses(accesses: Iterable[Access]) -> None:
    """As `record_access`, several at once."""
    now = clock.now()
    insert(
        AccessLog(
            at=now,
            actor=access.actor.party,
            actor_name=access.actor.name,
            role=access.role or ", ".join(sorted(access.actor.roles)),
            agency=access.actor.agency or "",
            channel=access.actor.channel,
            subject=access.subject,
            source=access.source,
            fields=sorted(access.fields),
            purpose=access.purpose,
            law=access.law,
            case=access.case or "",
            salt=chain.new_salt()[:SALT_BYTES],
            **access.disclosure.columns(now, access.case),
        )
        for access in accesses
    )


def log_decision(*, key: str, kind: str, public: dict[str, Any], commitment: str) -> None:
    """Hand a decision in for the transparency log; the same key again changes nothing.

    `public` holds nothing personal: what is personal stays behind the commitment. It gets its place by
    `sequencer.sequence`; what everybody sees of it in the log is that there was a statement.
    """
    insert(
        [
            LogEntry(
                key=key,
                kind=kind,
                public=public,
                commitment=commitment,
                at=clock.now(),
            )
        ],
        ignore_conflicts=True,
    )
