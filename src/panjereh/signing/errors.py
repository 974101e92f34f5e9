"""What can go wrong with keys, seals and signatures."""

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable


class NoSeal(NotFound):
    """`agency` has no seal in this installation: `./panjereh start` makes one for each agency of the country."""

    code = "no_seal"


class NoRootKey(Unavailable):
    """The root key was taken off this machine, so no new seal can be certified until it is brought back."""

    code = "no_root_key"


class WrongRootKey(Invalid):
    """What was given as root key can't be read with that passphrase, or is another's."""

    code = "wrong_root_key"


class SealHasExpired(Unavailable):
    """The seal of `agency` is past its end and could not be renewed: see `./panjereh seals`."""

    code = "seal_has_expired"


class DemonstrationKeys(NotAllowed):
    """Production found keys that the demonstration made in `folder`: everybody may hold a copy of those."""

    code = "demonstration_keys"


class UnfitRecord(Invalid):
    """The record has a value that has no canonical form (RFC 8785), such as a float or a date object."""

    code = "unfit_record"


class BadCheckpoint(Invalid):
    """The text is not a checkpoint, or its signature is not that of our log key."""

    code = "bad_checkpoint"


class NoTimeStamp(Unavailable):
    """The time-stamp authority at `address` did not answer, or not with a time-stamp. `reason`: what it did."""

    code = "no_time_stamp"


class KeyIsMissing(Unavailable):
    """The private key of `place` is not on this machine, or not in the token that the settings name."""

    code = "key_is_missing"


class TokenIsAway(Unavailable):
    """The PKCS #11 token `token` does not answer. What needs a key is tried again until it does."""

    code = "token_is_away"


class TokenRefusesPin(Unavailable):
    """The token `token` did not take the PIN. It is not asked again with the same one, which could lock it."""

    code = "token_refuses_pin"


class NoPin(Unavailable):
    """The PIN of the token is not where the settings say: `source` is a file or an environment variable."""

    code = "no_pin"


class BadTokenAddress(Invalid):
    """PANJEREH_KEYS is not an address as RFC 7512 has it: `pkcs11:token=NAME?module-path=FILE&pin-source=file:FILE`."""

    code = "bad_token_address"


class NeverLeavesTheToken(NotAllowed):
    """Something asked for the private half of a key that was made in a token."""

    code = "never_leaves_the_token"


class BadNote(Invalid):
    """The text is not a signed note (C2SP signed-note), or a signature in it is wrong."""

    code = "bad_note"


class NoReason(Invalid):
    """Acts with keys say who does them and why."""

    code = "no_reason"


class AlreadyRevoked(Conflict):
    """The key was revoked with the same or an earlier beginning."""

    code = "already_revoked"
