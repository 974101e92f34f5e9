"""What can go wrong when effects are queued."""

from panjereh.kernel.errors import Conflict


class OutsideTransaction(Conflict):
    """An effect must commit together with the change that calls for it, so there has to be a transaction."""

    code = "outbox_outside_transaction"
