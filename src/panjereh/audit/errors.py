"""What can go wrong with the log."""

from django.utils.translation import gettext_lazy as _

from panjereh.kernel.errors import Conflict, Invalid, NotFound


class LogWasChanged(Conflict):
    """What is stored of the log up to `size` does not give the root that was signed: nothing more is signed."""

    code = "log_was_changed"


class LogWasRolledBack(Conflict):
    """More entries were signed once than the database holds now: signing others in their place would be a lie."""

    code = "log_was_rolled_back"


class BadPolicyFile(Invalid):
    """The file that PANJEREH_LOG_POLICY names can't be understood."""

    code = "bad_policy_file"


class NotInTheLog(NotFound):
    """The row has no place yet; within minutes it has."""

    code = "not_in_the_log"

    def __init__(self, **params: object) -> None:
        super().__init__(_("It is not in the log yet. Come back in a few minutes."), **params)
