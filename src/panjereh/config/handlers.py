"""Which function carries out which effect. The one place that joins news from outside to the rooms above."""

from panjereh.audit import operations as audit
from panjereh.cases import effects as cases
from panjereh.correspondence import handlers as correspondence
from panjereh.identity import handlers as identity
from panjereh.outbox.handlers import Handlers
from panjereh.signing import operations as signing

HANDLERS: Handlers = {**cases.HANDLERS, **correspondence.HANDLERS, **identity.HANDLERS}


def seal_the_log() -> None:
    """Give new decisions their place in the transparency log and sign its new root."""
    audit.sequence(signing.sign_checkpoint)


ROUTINES = [(60.0, seal_the_log), (3600.0, cases.sweep)]
