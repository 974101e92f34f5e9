"""Acting for others: for whom, by which mandate; giving one, accepting it, taking it back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.identity import history
from panjereh.identity import mandates as held
from panjereh.identity import operations as identity
from panjereh.identity.errors import ContactIsWrong, MandateIsWrong
from panjereh.identity.models import Mandate
from panjereh.kernel.actor import Actor
from panjereh.kernel.errors import NotFound
from panjereh.portal.forms import MandateForm
from panjereh.portal.trust import going_to
from panjereh.ui import acting as session
from panjereh.ui.http import at_most, person, require_recent, signed_in_actor
from panjereh.ui.jinja import show_text, url


@require_http_methods(["GET", "POST"])
def acting(request: HttpRequest) -> HttpResponse:
    """For whom does the person act from now on? Empty means for themselves."""
    actor = person(request)
    if request.method == "POST":
        session.choose(request, actor, _number(request.POST.get("mandate", "")))
        return redirect(going_to(request) or url("portal:my"))
    identity.find_registered(actor, catalogue.country())
    context = {"held": held.held_by(actor), "next": going_to(request), "me": actor, "reach": reach_in_words}
    return render(request, "portal/acting.html", context)


def _number(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise NotFound from error


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    actor = signed_in_actor(request)
    context = {
        "given": held.given_by(actor),
        "held": [] if actor.acting_for else held.ever_held_by(actor),
        "offers": [] if actor.acting_for else held.offered_to(actor),
        "stands": held.stands,
        "reach": reach_in_words,
    }
    return render(request, "portal/mandates.html", context)


@require_http_methods(["GET", "POST"])
@at_most(30, seconds=3600, what="mandate")
def give(request: HttpRequest) -> HttpResponse:
    """Whoever gives their authority away has lately shown who they are."""
    actor = signed_in_actor(request)
    require_recent(request)
    agencies = [(name, show_text(agency.title)) for name, agency in catalogue.country().agencies.items()]
    services = [(one.service.id, show_text(one.service.title)) for one in catalogue.all_current()]
    known = {"agencies": [name for name, _title in agencies], "services": [name for name, _title in services]}
    form = MandateForm.of(request, known, reach="all", kind="act")
    if form.is_valid():
        made = _give(form, actor)
        if made is not None:
            return redirect(url("portal:mandate", made.pk))
    context = {
        "form": form,
        "problems": [(f"{name}-day" if name == "until" else name, said) for name, said in form.problems],
        "agencies": agencies,
        "services": services,
        "until": form.value_of("until") or ("", "", ""),
    }
    return render(request, "portal/mandate_new.html", context, status=422 if form.problems else 200)


def _give(form: MandateForm, actor: Actor) -> Mandate | None:
    """None when it can't be given so: then the form says why."""
    given = form.cleaned_data
    try:
        return identity.give_mandate(
            actor=actor,
            to=given["to"],
            called=given["called"],
            until=given["until"],
            services=given["services"],
            agency=given["agency"],
            reads_only=given["kind"] == "read",
        )
    except (ContactIsWrong, MandateIsWrong) as wrong:
        form.add_error(str(wrong.params["field"]), str(wrong.message))
        return None


ANSWERS: dict[str, Callable[..., Any]] = {
    "accept": identity.accept_mandate,
    "decline": identity.decline_mandate,
    "revoke": identity.revoke_mandate,
}


@require_http_methods(["GET", "POST"])
def mandate(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """One mandate with everything that ever happened to it, for its giver and its receiver."""
    actor = signed_in_actor(request)
    if request.method == "POST":
        answer = ANSWERS.get(request.POST.get("do", ""))
        if answer is None:
            raise NotFound
        answer(mandate_id, actor=actor)
        return redirect(url("portal:mandate", mandate_id))
    found = held.seen_by(actor, mandate_id)
    is_giver = found.principal_id == actor.applicant
    context = {
        "mandate": found,
        "is_giver": is_giver,
        "is_offer": found.state == Mandate.State.OFFERED and not is_giver,
        "may_end": found.kind == Mandate.Kind.GIVEN and found.state != Mandate.State.ENDED,
        "stands": held.stands(found),
        "reach": reach_in_words(found),
        "events": history.of(f"mandate:{found.pk}"),
    }
    return render(request, "portal/mandate.html", context)


def reach_in_words(found: Mandate) -> list[str]:
    """The services or the agency that a mandate is limited to; empty for everything."""
    country = catalogue.country()
    titles = {one.service.id: show_text(one.service.title) for one in catalogue.all_current()}
    agency = country.agencies.get(found.agency)
    limits = [titles.get(name, name) for name in found.services]
    return [*limits, show_text(agency.title)] if agency else limits
