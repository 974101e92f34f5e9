"""What can go wrong with keys, seals and signatures."""

from panjereh.kernel.errors import Invalid, NotAllowed, NotFound, Unavailable


class NoSeal(NotFound):
    """`agency` has no seal in this installation: `./panjereh start` makes one for each agency of the country."""

    code = "no_seal"


class NoRootKey(Unavailable):
    """The root key was taken off this machine, so no new seal can be certified until it is brought back."""

    code = "no_root_key"


class DemonstrationKeys(NotAllowed):
    """Production found keys that the demonstration made in `folder`: everybody may hold a copy of those."""

    code = "demonstration_keys"


class UnfitRecord(Invalid):
    """The record has a value that has no canonical form (RFC 8785), such as a float or a date object."""

    code = "unfit_record"


class BadCheckpoint(Invalid):
    """The text is not a checkpoint, or its signature is not that of our log key."""

    code = "bad_checkpoint"
