"""Everything that changes a case. The module is the namespace: `cases.withdraw(...)`."""

from panjereh.cases.operations.applicant import (
    answer_correction,
    appeal,
    rate,
    rate_case,
    say,
    send_correction,
    withdraw,
)
from panjereh.cases.operations.decide import (
    accept,
    add_note,
    ask_correction,
    confirm,
    decide,
    extend,
    review,
)
from panjereh.cases.operations.drafts import (
    Answered,
    answer,
    discard_draft,
    may_begin_for_another,
    prefill,
    remove_item,
    start_draft,
)
from panjereh.cases.operations.fee import fee_came, record_payment
from panjereh.cases.operations.following import follow_up
from panjereh.cases.operations.migrate import migrate, plans
from panjereh.cases.operations.receive import receive
from panjereh.cases.operations.signatories import ask_to_sign, call_off, decline, sign
from panjereh.cases.operations.signed_acts import act_to_sign
from panjereh.cases.operations.submit import submit, to_sign
from panjereh.cases.operations.tasks import assign, put_back, take, take_next
from panjereh.cases.operations.waiting import agency_answered, await_agency

__all__ = [
    "Answered",
    "accept",
    "act_to_sign",
    "add_note",
    "agency_answered",
    "answer",
    "answer_correction",
    "appeal",
    "ask_correction",
    "ask_to_sign",
    "assign",
    "await_agency",
    "call_off",
    "confirm",
    "decide",
    "decline",
    "discard_draft",
    "extend",
    "fee_came",
    "follow_up",
    "may_begin_for_another",
    "migrate",
    "plans",
    "prefill",
    "put_back",
    "rate",
    "rate_case",
    "receive",
    "record_payment",
    "remove_item",
    "review",
    "say",
    "send_correction",
    "sign",
    "start_draft",
    "submit",
    "take",
    "take_next",
    "to_sign",
    "withdraw",
]
