"""What can go wrong with entries of a registry."""

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed, NotFound


class NoSuchEntry(NotFound):
    """The registry holds nothing like it."""

    code = "no_such_entry"


class KeyIsTaken(Conflict):
    """Another entity has, or had, this key."""

    code = "key_is_taken"


class EntryIsAnnulled(Conflict):
    """An annulled entry is not changed any more."""

    code = "entry_is_annulled"


class NotValidThen(Conflict):
    """The registry says nothing of the entity for those days."""

    code = "not_valid_then"


class UnknownField(Invalid):
    """The registry has no such field. `params["fields"]` names them."""

    code = "unknown_field"


class UnknownQuestion(Invalid):
    """The registry answers no question of this name, or not with what it was given."""

    code = "unknown_question"


class KeyMissing(Invalid):
    """An entry needs its key, and this registry doesn't make keys itself."""

    code = "key_missing"


class FieldMissing(Invalid):
    """The registry wants a field that an entry doesn't have. `params["fields"]` names them."""

    code = "field_missing"


class LawMissing(Invalid):
    """Nothing is written or read without a law that calls for it."""

    code = "law_missing"


class ReadingNotAllowed(NotAllowed):
    """The registry lets nobody read these fields for this purpose, or not this agency."""

    code = "reading_not_allowed"


class ReasonMissing(Invalid):
    """A change of an entry needs a reason in words."""

    code = "reason_missing"


class NothingChanges(Invalid):
    """The correction leaves everything as it is."""

    code = "nothing_changes"


class OtherProposalOpen(Conflict):
    """Another change of the same entry waits to be confirmed."""

    code = "other_proposal_open"


class ProposalIsClosed(Conflict):
    """The proposal was confirmed, refused or taken back."""

    code = "proposal_is_closed"


class ProposedByYourself(NotAllowed):
    """Who proposes a change doesn't confirm it."""

    code = "proposed_by_yourself"


class ProposedByNobody(NotAllowed):
    """The system doesn't propose changes: a person answers for each."""

    code = "proposed_by_nobody"
