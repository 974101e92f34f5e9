"""Why an act on a case is refused.

kernel.Invalid
├── NotComplete        answers are missing or do not fit; `.problems` says which
├── RefusalNeedsCondition   a refusal cites no published condition
├── ReasonMissing      the act needs a reason in words
├── SignatoryUnknown   somebody who must sign is not named, or no register knows them
└── SignsTwice         one person is named for two signatures
kernel.Conflict
├── CaseIsClosed       nothing more can happen to it
├── OthersMustSign     others sign before it is sent
├── NotNow             the case is at another step than the act needs
├── TaskIsTaken        somebody else works on it
├── AlreadyApplied     the same matter is before us already, and the service says that this is refused
├── ServiceHasChanged  another version is in force than the one by which the answers were checked
└── ReceiptIsUsed      the receipt was recorded for another case
"""

from collections.abc import Sequence

from panjereh.definitions import Problem
from panjereh.kernel.errors import Conflict, Invalid, NotAllowed


class NotComplete(Invalid):
    code = "not_complete"

    def __init__(self, message: object, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = list(problems)


class NotSigned(Conflict):
    """The service asks for a signature with a passkey, and there is none, or one of something else."""

    code = "not_signed"


class OthersMustSign(Conflict):
    """The service is not sent by the applicant alone: the document goes round first (`ask_to_sign`)."""

    code = "others_must_sign"


class SignatoryUnknown(Invalid):
    code = "signatory_unknown"


class SignsTwice(Invalid):
    code = "signs_twice"


class RefusalNeedsCondition(Invalid):
    code = "refusal_needs_condition"


class ReasonMissing(Invalid):
    code = "reason_missing"


class CaseIsClosed(Conflict):
    code = "case_is_closed"


class CaseIsErased(Conflict):
    """Its time is over, and what it said of people is gone."""

    code = "case_is_erased"


class NotNow(Conflict):
    code = "not_now"


class TaskIsTaken(Conflict):
    code = "task_is_taken"


class AlreadyApplied(Conflict):
    code = "already_applied"


class ServiceHasChanged(Conflict):
    code = "service_has_changed"


class ReceiptIsUsed(Conflict):
    code = "receipt_is_used"


class NotOpenToThem(NotAllowed):
    """The service is for people, and an organisation wants to apply, or the other way round."""

    code = "not_open_to_them"


class ConflictOfInterest(NotAllowed):
    """The official is related to somebody whom the case concerns, or belongs to the company that applies."""

    code = "conflict_of_interest"
