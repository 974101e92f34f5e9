"""Other sites that the person signs in to with us: what each is told, and the end of it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from panjereh.identity import sites
from panjereh.identity.adapters.oidc_provider import ProviderAdapter
from panjereh.identity.operations import site_links
from panjereh.portal.trust import number_in
from panjereh.ui.addresses import url
from panjereh.ui.http import person
from panjereh.ui.jinja import show_list


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    actor = person(request)
    if request.method == "POST":
        site_links.end_link(number_in(request.POST.get("end", "")), actor=actor)
        return HttpResponseRedirect(f"{url('portal:sites')}?ended=yes")
    words = ProviderAdapter.scope_display
    links = [(link, show_list(str(words[scope]) for scope in link.scopes)) for link in sites.links_of(actor)]
    return render(request, "portal/sites.html", {"links": links, "ended": "ended" in request.GET})
