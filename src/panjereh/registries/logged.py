"""Rows of the registers in the transparency log."""

from panjereh.audit.sources import Source
from panjereh.registries.models import Act, Entity, Key, Record

CHAINED = "the hash covers it"
LOGGED = (
    Source("register-entity", Entity, ("registry", "made_at")),
    Source("register-key", Key, ("registry", "value", "entity_id")),
    Source(
        "register-act",
        Act,
        ("key", "kind", "entity_id", "law", "case", "actor", "actor_agency", "at"),
        {"reason": "personal; the commitments of the act's records cover it"},
    ),
    Source(
        "register-version",
        Record,
        ("entity_id", "version", "status", "recorded_at", "act_id", "commitment", "previous", "hash"),
        {
            "valid_from": CHAINED,
            "valid_to": CHAINED,
            "supersedes": CHAINED,
            "data": "can be erased; the commitment covers it until then",
            "salt": "can be erased; the commitment covers it until then",
        },
    ),
)
