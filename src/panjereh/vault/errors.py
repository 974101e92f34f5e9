"""What can go wrong with keys and with what they close."""

from panjereh.kernel.errors import Conflict, PanjerehError, Unavailable


class Damaged(PanjerehError):
    """A value does not open: it was changed, was moved here from another row, or was closed by another key."""

    code = "sealed_value_damaged"


class KeyIsMissing(PanjerehError):
    """There should be a data key and there is none. One that is destroyed on purpose leaves a mark."""

    code = "data_key_missing"


class KeyDestroyed(PanjerehError):
    """The data key was destroyed, so that what it closed is erased."""

    code = "data_key_destroyed"


class NoMasterKey(Unavailable):
    """The master key that a data key is wrapped by is not at hand."""

    code = "no_master_key"


class MasterKeyInUse(Conflict):
    """A master key can’t be taken away while data keys are wrapped by it."""

    code = "master_key_in_use"
