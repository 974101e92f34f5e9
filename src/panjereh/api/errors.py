"""What can go wrong between a program and us, apart from what the rooms themselves refuse."""

from panjereh.kernel.errors import Conflict, Invalid, NotAllowed


class ScopeIsMissing(NotAllowed):
    """The program, or its token, is not allowed this kind of thing. `scope` is what is needed."""

    code = "insufficient_scope"


class KeyIsMissing(Invalid):
    """An act that must not happen twice needs an Idempotency-Key."""

    code = "idempotency_key_missing"


class KeyIsReused(Conflict):
    """The same Idempotency-Key came with another request."""

    code = "idempotency_key_reused"


class NotByTls(NotAllowed):
    """A program came without TLS: whatever secret it sent has been seen by others."""

    code = "not_by_tls"


class TooLarge(Invalid):
    """The request has more bytes than we read."""

    code = "too_large"


class NotJson(Invalid):
    """The body is of another kind than application/json."""

    code = "not_json"


class BillIsWrong(Invalid):
    """A bill that can't be issued. `pointer` is the member, `reason` the code of what is wrong with it."""

    code = "bill_is_wrong"
