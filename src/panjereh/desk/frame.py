"""The frame of every page of the desk: who is signed in, and the places that their roles open."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.kernel.actor import Actor


@dataclass(frozen=True)
class Place:
    """One entry of the main navigation, with the action that opens it."""

    id: str
    address: str
    words: Promise
    action: str


PLACES = (
    Place("queue", "desk:home", _("Work queue"), "case.take"),
    Place("inquiries", "desk:inquiries", _("Questions"), "inquiry.answer"),
    Place("search", "desk:search", _("Find a case"), "case.search"),
    Place("visitors", "desk:visitors", _("Visitors"), "case.assist"),
    Place("registers", "desk:registers", _("Registers"), "registry.view"),
    Place("registers", "desk:changes", _("Corrections"), "registry.confirm"),
    Place("letters", "desk:letters", _("Letters"), "letter.post"),
    Place("accounts", "desk:accounts", _("Accounts"), "account.confirm_recovery"),
    Place("figures", "desk:figures", _("Figures"), "figures.see"),
    Place("books", "desk:books", _("Books"), "money.see"),
    Place("refunds", "desk:refunds", _("Refunds"), "money.refund_agree"),
    Place("refunds", "desk:refunds", _("Refunds"), "money.refund"),
    Place("bills", "desk:bills", _("Bills"), "bill.push"),
    Place("bank", "desk:bank", _("Bank"), "money.see"),
    Place("reports", "desk:reports", _("Who reads what"), "access.oversee"),
    Place("officials", "desk:officials", _("Officials"), "official.manage"),
)


def places_for(actor: Actor) -> list[Place]:
    """Where the actor has something to do. Who sees the registers needs no second way to their corrections."""
    open_to: dict[str, Place] = {}
    for place in PLACES:
        if policy.may(actor, place.action, policy.Target(agency=actor.agency)):
            open_to.setdefault(place.id, place)
    return list(open_to.values())


def page(
    request: HttpRequest, actor: Actor, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the desk, drawn in its frame."""
    framed = {"official": actor, "places": places_for(actor), **(context or {})}
    return render(request, f"desk/{template}", framed, status=status)
