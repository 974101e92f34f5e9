"""What can go wrong with published services."""

from panjereh.kernel.errors import Conflict, Invalid, NotFound


class NoSuchService(NotFound):
    """No service of this name is published and in force, or no version has this number."""

    code = "no_such_service"


class NoteMissing(Invalid):
    """A version needs who published it, and why."""

    code = "note_missing"


class SourceIsDamaged(Conflict):
    """The stored files of a version are not those that were published."""

    code = "source_is_damaged"


class NotOnlyWords(Conflict):
    """A text patch may change words alone. `differences`: what else differs, one sentence each."""

    code = "not_only_words"


class NothingToPatch(NotFound):
    """A service that was never published has no version to patch."""

    code = "nothing_to_patch"


class NoSuchOffice(NotFound):
    """The agency has no office of this name."""

    code = "no_such_office"


class ReasonMissing(Invalid):
    """A change that others must be able to follow needs a reason."""

    code = "reason_missing"


class NothingChanged(Invalid):
    """An office is that way already."""

    code = "nothing_changed"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the office after it was looked at."""

    code = "changed_meanwhile"
