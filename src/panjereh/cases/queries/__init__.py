"""Everything that is read of cases on somebody's behalf."""

from panjereh.cases.queries.applicant import (
    CaseLine,
    CaseView,
    DraftView,
    Stage,
    Tracking,
    cases_of,
    draft,
    drafts_of,
    of_applicant,
    track,
    upload,
)
from panjereh.cases.queries.desk import (
    DeskView,
    Evidence,
    Figures,
    Queue,
    TaskLine,
    figures,
    for_official,
    queue,
    search,
    task,
)
from panjereh.cases.queries.desk import upload as upload_of_case

__all__ = [
    "CaseLine",
    "CaseView",
    "DeskView",
    "DraftView",
    "Evidence",
    "Figures",
    "Queue",
    "Stage",
    "TaskLine",
    "Tracking",
    "cases_of",
    "draft",
    "drafts_of",
    "figures",
    "for_official",
    "of_applicant",
    "queue",
    "search",
    "task",
    "track",
    "upload",
    "upload_of_case",
]
