"""Everything that is read of cases on somebody's behalf."""

from panjereh.cases.queries.applicant import (
    CaseLine,
    CaseView,
    DraftView,
    Stage,
    Tracking,
    cases_of,
    cases_of_visitor,
    draft,
    drafts_of,
    most_used,
    of_applicant,
    track,
    upload,
)
from panjereh.cases.queries.desk import DeskView, Evidence, for_official, laws_of, search, task
from panjereh.cases.queries.desk import upload as upload_of_case
from panjereh.cases.queries.enquiries import Enquiry, closed_among, enquiries_of, lives_of, own_among
from panjereh.cases.queries.everything import drafts_about, everything_about, files_about
from panjereh.cases.queries.holdings import Held, holdings_of
from panjereh.cases.queries.inquiries import InquiryLine, InquiryView, file_of, to_answer, waiting_for
from panjereh.cases.queries.promises import Promise, promise_of
from panjereh.cases.queries.proofs import proof
from panjereh.cases.queries.signatories import (
    RoundView,
    Signed,
    SignView,
    Waiting,
    documents_to_sign,
    documents_visitor_signs,
    drafts_going_round,
    going_round,
    own_place,
    signatories_of,
    to_be_signed,
)
from panjereh.cases.queries.signatories import own_signature as signature
from panjereh.cases.queries.todays_figures import Figures, figures
from panjereh.cases.queries.work_queue import Queue, TaskLine, queue

__all__ = [
    "CaseLine",
    "CaseView",
    "DeskView",
    "DraftView",
    "Enquiry",
    "Evidence",
    "Figures",
    "Held",
    "InquiryLine",
    "InquiryView",
    "Promise",
    "Queue",
    "RoundView",
    "SignView",
    "Signed",
    "Stage",
    "TaskLine",
    "Tracking",
    "Waiting",
    "cases_of",
    "cases_of_visitor",
    "closed_among",
    "documents_to_sign",
    "documents_visitor_signs",
    "draft",
    "drafts_about",
    "drafts_going_round",
    "drafts_of",
    "enquiries_of",
    "everything_about",
    "figures",
    "file_of",
    "files_about",
    "for_official",
    "going_round",
    "holdings_of",
    "laws_of",
    "lives_of",
    "most_used",
    "of_applicant",
    "own_among",
    "own_place",
    "promise_of",
    "proof",
    "queue",
    "search",
    "signatories_of",
    "signature",
    "task",
    "to_answer",
    "to_be_signed",
    "track",
    "upload",
    "upload_of_case",
    "waiting_for",
]
