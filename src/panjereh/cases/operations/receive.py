"""Another agency answers what a case asked of it: the message that ends the waiting."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from panjereh.cases import inquiries, progress, silence
from panjereh.cases.access import service_of
from panjereh.cases.asking import asking_for
from panjereh.cases.errors import NotNow
from panjereh.cases.models import Case, Inquiry, Upload
from panjereh.cases.operations import files
from panjereh.cases.operations.decide import party_of
from panjereh.cases.operations.drafts import finder, storer
from panjereh.cases.operations.tasks import target_of
from panjereh.definitions import Parsed
from panjereh.definitions.types import Form
from panjereh.identity import policy
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound


@transaction.atomic
def receive(inquiry_id: UUID, *, actor: Actor, form: Form, language: str = "fa") -> Parsed:
    """An official of the asked agency answers. What is wrong with the form is told, and nothing is kept of it then.

    Raises NotFound for another agency's question and NotNow for one that waits no more.
    """
    case, inquiry = find(inquiry_id, actor=actor)
    if inquiry.ended_at is not None:
        raise NotNow(_("This question waits no more: it was answered, its time is over, or the case is closed."))
    before = Q(case=case, draft=None)
    store = storer(before, case.pk, owner=party_of(actor), draft=None, case=case.pk)
    screen = inquiries.page(service_of(case), inquiry)
    parsed = screen.parse(form, asking_for(language, store=store, file=finder(before)))
    if not parsed.ok:
        files.forget(Upload.objects.filter(before, pk__in=set(files.files_in(parsed.values))))
        return parsed
    inquiries.answered(inquiry, case, parsed.values, actor=actor)
    if inquiry.name:
        progress.hear(case, inquiry)
        silence.carry_through(case)
    else:
        case.save(update_fields=["next_seq", "head"])
    return parsed


def find(inquiry_id: UUID, *, actor: Actor, lock: bool = True) -> tuple[Case, Inquiry]:
    """A question that was put to the actor's agency, with its case. Case first: so lock all acts."""
    asked = Inquiry.objects.filter(pk=inquiry_id, agency=actor.agency or "").values_list("case", flat=True).first()
    if asked is not None:
        case = progress.locked(asked) if lock else Case.objects.get(pk=asked)
        inquiry = Inquiry.objects.get(pk=inquiry_id)
        if policy.may(actor, "inquiry.answer", policy.Target(inquiry.agency, parties=target_of(case).parties)):
            return case, inquiry
    raise NotFound(_("There is no such question to your agency."))
