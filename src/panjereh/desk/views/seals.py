"""The seals of agencies: what is in use, what must be seen to, and what was done with `./panjereh seals`."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from panjereh.desk import words
from panjereh.desk.frame import page
from panjereh.identity import policy
from panjereh.kernel.actor import Actor
from panjereh.signing import custody
from panjereh.signing import queries as signing
from panjereh.ui.http import desk_actor

SEE = "seal.see"
MOST_ACTS = 50


@require_GET
def seals(request: HttpRequest) -> HttpResponse:
    actor = desk_actor(request)
    policy.require(actor, SEE, policy.Target(agency=actor.agency))
    context = {
        "concerns": [_in_words(one) for one in custody.concerns() if _is_theirs(actor, one.name)],
        "keys": [(_named(one), one) for one in signing.keepings() if _is_theirs(actor, one.agency)],
        "acts": [one for one in custody.acts() if _is_theirs(actor, one.agency)][:MOST_ACTS],
        "whose": _whose,
        "said": _said,
    }
    return page(request, actor, "seals.html", context)


def _is_theirs(actor: Actor, agency: str) -> bool:
    """The root, and lists of revoked certificates, concern every operator."""
    known = agency in custody.agencies()
    return not known or policy.may(actor, SEE, policy.Target(agency=agency))


def _named(one: signing.Keeping) -> str:
    return _whose(one.agency) if one.kind == "seal" else _("Authority of %(agency)s") % {"agency": _whose(one.agency)}


def _whose(agency: str) -> str:
    return _("the whole installation") if agency == "root" else words.agency(agency)


def _said(text: str) -> str:
    """What the machine itself wrote as hand or reason, in the language of the page; what a person wrote stays."""
    by_itself = {
        "start": _("the start of the system"),
        "worker": _("the system itself"),
        custody.FIRST: _("the agency had no seal of this kind"),
        custody.ENDING: _("the certificate ends soon"),
    }
    return by_itself.get(text, text)


def _in_words(concern: custody.Concern) -> tuple[str, custody.Concern]:
    said = {
        "seal_ends": _("The seal ends soon and was not renewed. Is a worker running, and the token there?"),
        "authority_ends": _("The authority of the agency ends soon. Bring the root key and renew it."),
        "root_ends": _("The root certificate ends soon."),
        "root_key_is_here": _("The root key still lies on this machine. Take it to a safe."),
        "list_ends": _("A list of revoked certificates ends soon and was not made anew."),
    }
    return said[concern.code], concern
