"""What belongs to the person who is signed in: cases, messages, documents, contact details, and who looked."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from panjereh.cases import queries as case_queries
from panjereh.catalogue import queries as catalogue
from panjereh.correspondence import operations as correspondence
from panjereh.correspondence import queries as letters
from panjereh.documents import operations as sealing
from panjereh.identity import operations as identity
from panjereh.identity import queries as identity_queries
from panjereh.identity.errors import ContactIsWrong
from panjereh.portal import codes, mine
from panjereh.portal.forms import ProfileForm
from panjereh.ui.addresses import url
from panjereh.ui.http import count_or_refuse, signed_in_account, signed_in_actor


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    actor = signed_in_actor(request)
    drafts = case_queries.drafts_of(actor)
    signed_by_others = [one.draft.pk for one in drafts if one.service.signatories]
    return render(
        request,
        "portal/my.html",
        {
            "drafts": drafts,
            "going_round": case_queries.drafts_going_round(signed_by_others) if signed_by_others else (),
            "to_sign": case_queries.documents_to_sign(actor),
            "cases": case_queries.cases_of(actor),
            "unread": letters.unread(actor),
        },
    )


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    actor = signed_in_actor(request)
    return render(
        request, "portal/messages.html", {"messages": letters.inbox(actor), "agencies": catalogue.country().agencies}
    )


@require_safe
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    actor = signed_in_actor(request)
    found = letters.message(actor, message_id)
    if found.read_at is None:
        correspondence.mark_read(actor, message_id)
    return render(request, "portal/message.html", {"message": found, "agencies": catalogue.country().agencies})


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    actor = signed_in_actor(request)
    found = mine.certificates_of(actor)
    return render(request, "portal/documents.html", {"certificates": found, "agencies": catalogue.country().agencies})


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    actor = signed_in_actor(request)
    found = mine.certificate_of(actor, code)
    response = HttpResponse(sealing.pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.code}.pdf"'
    return response


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    actor = mine.whole(signed_in_actor(request))
    party = identity_queries.party(mine.number_of(actor))
    form = ProfileForm.of(request, email=party.email, phone=party.phone, language=party.language, notices=party.notices)
    if form.is_valid():
        said = dict(form.cleaned_data)
        new = _to_confirm(request, said, party.email)
        try:
            identity.update_contact(party.pk, actor=actor, **said)
            if new:
                count_or_refuse(f"notices:{party.pk}", 5, 3600)
                codes.send(request, new, by="email", purpose="notices")
        except ContactIsWrong as wrong:
            form.add_error(str(wrong.params.get("field", "email")), str(wrong.message))
        else:
            return redirect(url("portal:notice_address") if new else f"{request.path}?saved=yes")
    return render(
        request,
        "portal/profile.html",
        {"party": party, "form": form, "problems": form.problems, "saved": "saved" in request.GET},
    )


def _to_confirm(request: HttpRequest, said: dict[str, Any], known: str) -> str:
    """A new address for notices, which must first be proven: it is taken out of what is saved now. Or empty."""
    address: str = said["email"].lower()
    if not address or address in (known, signed_in_account(request).email):
        return ""
    del said["email"]
    request.session["notices"] = said.pop("notices")
    return address
