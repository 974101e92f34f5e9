"""The page for people who write programs: drawn from the OpenAPI document, so that the two can't differ."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from panjereh.api.v1 import api
from panjereh.identity.software import Scope

TAGS: dict[str, Promise] = {"access": _("Access"), "bills": _("Bills"), "payments": _("Payments")}
ERRORS: dict[str, Promise] = {
    "invalid": _("Something in the request has another form than described here; “errors” says what and where."),
    "invalid_token": _(
        "The access token is missing, forged, over, or of a program that was shut out. Fetch a new one."
    ),
    "insufficient_scope": _("The token lacks a scope. Ask for it with the token, or ask the operator."),
    "bill_is_wrong": _("The bill can’t be issued; “errors” says which member is wrong and why."),
    "no_biller": _("The agency of the program hands in no bills."),
    "no_such_bill": _("There is no such bill among those of the agency."),
    "bill_is_closed": _("The bill is paid, so it can’t be taken back."),
    "day_is_closed": _("The books of today are closed. Hand the bills in tomorrow."),
    "not_allowed": _("The agency of the program has nothing to do with this thing."),
    "not_found": _("There is no such thing, or it is another agency’s."),
    "conflict": _("The thing is in another state than the request needs."),
    "idempotency_key_missing": _("A request that changes something needs the header Idempotency-Key."),
    "idempotency_key_reused": _("The same Idempotency-Key came with another body. Keys are remembered for seven days."),
    "not_by_tls": _("Requests are taken by https only."),
    "too_large": _("At most two megabytes at once."),
    "not_json": _("Bodies are of the type application/json."),
    "too_often": _("At most 600 requests a minute. Wait as long as Retry-After says."),
}
"""Codes at the end of `type` in problem documents, for which the page has an anchor each."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body, or one parameter."""

    name: str
    type: str
    text: str
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One operation, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    takes: list[Member] = field(default_factory=list)
    gives: list[Member] = field(default_factory=list)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "groups": [(TAGS[tag], offers) for tag, offers in groups().items()],
        "scopes": [(scope.value, scope.label) for scope in Scope],
        "errors": ERRORS,
        "translated": _translated,
        "address": settings.PUBLIC_ADDRESS,
    }
    return render(request, "api/documentation.html", context)


def _translated(text: str) -> str:
    """A text of the OpenAPI document, which is English, in the language of the page."""
    return gettext(text) if text else ""


@cache
def groups() -> dict[str, list[Offer]]:
    """Tag → its operations."""
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    schemas = document.get("components", {}).get("schemas", {})
    found: dict[str, list[Offer]] = {}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            found.setdefault(said["tags"][0], []).append(_offer(method.upper(), path, said, schemas))
    return {tag: found[tag] for tag in TAGS if tag in found}


def _offer(method: str, path: str, said: dict[str, Any], schemas: dict[str, Any]) -> Offer:
    answers = [each for code, each in said["responses"].items() if int(code) < 300]
    parameters = [
        Member(one["name"], _type(one["schema"]), one.get("description", ""), bool(one.get("required")))
        for one in said.get("parameters", [])
    ]
    return Offer(
        id=said["operationId"].removeprefix("panjereh_api_"),
        method=method,
        path=path,
        summary=said["summary"],
        scope=said.get("x-scope", ""),
        takes=[*parameters, *_members(_content(said.get("requestBody", {})), schemas)],
        gives=_members(_content(answers[0]), schemas) if answers else [],
    )


def _content(said: dict[str, Any]) -> dict[str, Any]:
    """The schema of a body, whatever its type."""
    found: dict[str, Any] = {}
    for kind in said.get("content", {}).values():
        found = kind.get("schema", {})
    return found


def _members(schema: dict[str, Any], schemas: dict[str, Any], prefix: str = "") -> list[Member]:
    """The members of an object, those of objects inside of it after their own."""
    schema = _followed(schema, schemas)
    found: list[Member] = []
    for name, one in schema.get("properties", {}).items():
        needed = name in schema.get("required", ())
        found.append(Member(prefix + name, _type(one), one.get("description", ""), needed))
        inner = _followed(one.get("items", one), schemas)
        if inner.get("properties"):
            found.extend(_members(inner, schemas, f"{prefix}{name}{'[]' if 'items' in one else ''}."))
    return found


def _followed(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return schemas.get(name, {}) if name else schema


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"])
    if "$ref" in schema:
        return "object"
    plain = str(schema.get("format") or schema.get("type", "object"))
    return f"{plain}[]" if plain == "array" else plain
