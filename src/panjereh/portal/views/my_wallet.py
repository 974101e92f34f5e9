"""A document of the person in their wallets: offered, seen, ended. Who acts for others takes nothing along."""

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from panjereh.documents import operations as sealing
from panjereh.documents import queries as documents
from panjereh.documents.values import show as in_words
from panjereh.kernel import clock
from panjereh.portal import mine
from panjereh.ui.http import count_or_refuse, person
from panjereh.ui.jinja import language

OFFERS_AN_HOUR = 10


@require_http_methods(["GET", "POST"])
def wallet(request: HttpRequest, code: str) -> HttpResponse:
    """Which wallets hold a document, and an offer for one more."""
    actor = person(request)
    found = mine.certificate_of(actor, code)
    offer = None
    if request.method == "POST":
        count_or_refuse(f"wallet-offers:{mine.number_of(actor)}", OFFERS_AN_HOUR, 3600)
        offer = sealing.offer_to_wallet(found, actor=actor)
    context = {
        "certificate": found,
        "fields": [(found.labels.get(name, {}), in_words(found.data[name], language())) for name in found.wallet],
        "copies": documents.copies_of(found, actor),
        "offer": offer,
        "drawing": drawing_of(offer.address) if offer else "",
        "now": clock.now(),
    }
    return render(request, "portal/wallet.html", context)


@require_POST
def end_copy(request: HttpRequest, code: str, copy_id: UUID) -> HttpResponse:
    """The person does not want a copy any more, or lost the telephone."""
    actor = person(request)
    mine.certificate_of(actor, code)
    sealing.end_copy(copy_id, actor=actor)
    return redirect("portal:wallet", code=code)


def drawing_of(text: str) -> Markup:
    """A QR code for a screen, black on white also where the page is dark."""
    code = segno.make(text, error="l", micro=False)
    return Markup(code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff"))  # noqa: S704  of our own making
