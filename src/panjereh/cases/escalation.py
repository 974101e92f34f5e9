"""What is not done in time goes to a supervisor of the agency, who does it or gives it to somebody."""

from panjereh.cases import history, rows
from panjereh.cases.access import entities_in
from panjereh.cases.models import Case, Deadline, Task
from panjereh.definitions import Service
from panjereh.identity import queries as identity
from panjereh.identity.policy import Role
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM

APPLICANT = "applicant"
DECIDING = ("check", "decide", "confirm", "")
"""Steps before the decision; "" are those that a drawn process adds."""


def escalate(case: Case, service: Service) -> None:
    """Give the open steps of officials to the supervisors. Where nobody could do them they stay where they are."""
    able = has_supervisors(case, service)
    for task in rows.open_tasks(case):
        if task.who == APPLICANT or task.does not in DECIDING or task.escalated_at is not None:
            continue
        history.append(
            case, "escalated", actor=SYSTEM, step=task.element, was=task.who, to=Role.SUPERVISOR if able else task.who
        )
        if able:
            hand_over(task)
            task.save(update_fields=["who", "escalated_at", "assignee", "taken_at", "late"])


def hand_over(task: Task) -> None:
    """Make it a supervisor's. Whoever had taken it has it no more. The caller saves it."""
    task.late = True
    task.escalated_at = clock.now()
    if task.who != Role.SUPERVISOR:
        task.who, task.assignee_id, task.taken_at = str(Role.SUPERVISOR), None, None


def follows(case: Case, service: Service, does: str, deadline: Deadline | None) -> bool:
    """Whether a step that opens now belongs to a supervisor at once, the term having passed before."""
    return deadline is not None and deadline.missed and does in DECIDING and has_supervisors(case, service)


def has_supervisors(case: Case, service: Service) -> bool:
    """Whether there are as many as the case needs, whom it does not concern: two where one must confirm the other."""
    concerned = {case.applicant_id, *rows.helpers(case.pk)} | identity.parties_of_entities(entities_in(case.answers))
    free = [one for one in identity.officials(case.agency, role=Role.SUPERVISOR) if one.party_id not in concerned]
    four_eyes = service.needs_four_eyes(service.context(case.answers, case.facts))
    return len(free) >= (2 if four_eyes else 1)
