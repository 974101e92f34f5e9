"""One service: what one gets, by when, for how much, and what happens with one's data."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjereh.catalogue import queries as catalogue
from panjereh.documents import queries as documents
from panjereh.portal import cpsv, data_use, showing, turtle
from panjereh.portal import linked_data as linking
from panjereh.process import drawing
from panjereh.ui import way
from panjereh.ui.jinja import language


@require_safe
def start(request: HttpRequest, service_id: str) -> HttpResponse:
    published = catalogue.current(service_id)
    shown = showing.service(published.service, catalogue.country())
    return render(
        request,
        "portal/service.html",
        {
            "published": published,
            "service": published.service,
            "shown": shown,
            "way": way.of_service(published.service),
        },
    )


@require_safe
def privacy(request: HttpRequest, service_id: str) -> HttpResponse:
    published = catalogue.current(service_id)
    shown = data_use.data_use(published.service, catalogue.country())
    return render(request, "portal/privacy.html", {"published": published, "service": published.service, "data": shown})


@require_safe
def paper_form(request: HttpRequest, service_id: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    service = catalogue.current(service_id).service
    agency = catalogue.agencies()[service.agency]
    content = documents.paper_form(
        service,
        language(),
        agency=dict(agency.title),
        hand_in=[showing.office_line(office) for office in agency.offices.values()],
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{service_id}-{language()}.pdf"'
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def linked_data(request: HttpRequest, service_id: str) -> HttpResponse:
    published = catalogue.current(service_id)
    content = linking.describe(published, catalogue.country(), request.build_absolute_uri)
    response = HttpResponse(json.dumps(content, ensure_ascii=False), content_type="application/ld+json; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def catalogue_for_machines(request: HttpRequest, form: str) -> HttpResponse:
    """All services in force in CPSV-AP, as JSON-LD or Turtle."""
    every = sorted(catalogue.all_current(), key=lambda one: one.service.id)
    nodes = cpsv.Describing(catalogue.country(), request.build_absolute_uri).catalogue(every)
    if form == "ttl":
        content, kind = turtle.write(nodes, cpsv.CONTEXT), "text/turtle; charset=utf-8"
    else:
        content = json.dumps({"@context": cpsv.CONTEXT, "@graph": nodes}, ensure_ascii=False)
        kind = "application/ld+json; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def drawn(request: HttpRequest, service_id: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """The process as a file for a drawing tool, with a layout."""
    service = catalogue.current(service_id).service
    content = drawing.with_diagram(service.process_source, service.process, language())
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{service_id}.bpmn"'
    response["Cache-Control"] = "public, max-age=3600"
    return response
