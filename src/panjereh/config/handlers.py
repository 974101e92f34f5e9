"""Which function carries out which effect. The one place that joins news from outside to the rooms above."""

import json

from panjereh.audit import operations as audit
from panjereh.cases import effects as cases
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import handlers as correspondence
from panjereh.identity import handlers as identity
from panjereh.identity import operations as identities
from panjereh.outbox.handlers import Handlers
from panjereh.signing import operations as signing

HANDLERS: Handlers = {**cases.HANDLERS, **correspondence.HANDLERS, **identity.HANDLERS}


def seal_the_log() -> None:
    """Give new decisions their place in the transparency log and sign its new root."""
    audit.sequence(sign_checkpoint)


def sign_checkpoint(text: bytes) -> str:
    """The log's signed note about what audit states in canonical JSON: how many entries there are, and their root."""
    stated = json.loads(text)
    return signing.sign_checkpoint(stated["size"], bytes.fromhex(stated["root"]))


ROUTINES = [
    (5.0, catalogue.look_for_changes),
    (60.0, seal_the_log),
    (3600.0, cases.sweep),
    (3600.0, identities.forget_tallies),
]
