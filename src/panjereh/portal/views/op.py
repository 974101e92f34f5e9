"""The portal as an OpenID Connect provider: the endpoints. django-allauth speaks the protocol, the pages are ours.

What the library leaves open is closed here: PKCE for every site, exact addresses, codes that open once, sign-ins
that are sure and fresh enough, and an answer that names its issuer (RFC 9700; OpenID Connect Core 1.0).
"""

import hashlib
import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allauth.core.internal.httpkit import add_query_params, extract_basic_auth
from allauth.idp.oidc import views
from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from panjereh.identity import levels, sites
from panjereh.identity import queries as identity
from panjereh.identity.adapters import sessions
from panjereh.identity.adapters.oidc_provider import SIGN_IN, ProviderAdapter
from panjereh.identity.errors import CodeUsedBefore
from panjereh.identity.models import Account, Site
from panjereh.identity.operations import site_links
from panjereh.kernel import clock
from panjereh.kernel.actor import Actor, Level
from panjereh.ui.addresses import url
from panjereh.ui.http import prove_page, sign_in_page, visitor
from panjereh.ui.jinja import show_digits

ASKED = "sites_asked"
"""In the session: digest of a request that wants a fresh sign-in → when it came (seconds since 1970)."""

MOST_ASKED = 5
METHODS = ["client_secret_basic", "client_secret_post"]


@require_safe
def configuration(_request: HttpRequest) -> JsonResponse:
    """The discovery document (OpenID Connect Discovery 1.0, section 3). Addresses are those of PANJEREH_ADDRESS."""
    found = {
        "issuer": ProviderAdapter().get_issuer(),
        "authorization_endpoint": _whole("idp:oidc:authorization"),
        "token_endpoint": _whole("idp:oidc:token"),
        "userinfo_endpoint": _whole("idp:oidc:userinfo"),
        "jwks_uri": _whole("idp:oidc:jwks"),
        "revocation_endpoint": _whole("idp:oidc:revoke"),
        "end_session_endpoint": _whole("idp:oidc:logout"),
        "scopes_supported": list(sites.CLAIMS),
        "claims_supported": [*sites.fields_of(sites.CLAIMS), "acr", "amr", "auth_time"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": METHODS,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": list(sites.ACR.values()),
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": [code for code, _name in settings.LANGUAGES],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
    }
    response = JsonResponse(found)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _whole(name: str) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return f"{settings.PUBLIC_ADDRESS}{reverse(name)}"


class AuthorizationView(views.AuthorizationView):  # type: ignore[misc]
    """Where the browser comes with what a site asks: signing in, the question of consent, and back with a code."""

    template_name = "portal/site_consent.html"
    site: Site

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if (elsewhere := _in_wanted_language(request)) is not None:
            return elsewhere
        asked = request.GET
        site = sites.of_client(asked.get("client_id", ""))
        if site is None or asked.get("redirect_uri") not in site.redirect_uris or _is_doubled(asked):
            return wrong(request)  # never back to an address that is not known
        self.site = site
        if refusal := _refusal(asked):
            return self._back(refusal)
        prompts = set(asked.get("prompt", "").split())
        actor = visitor(request)
        if (missing := _missing(request, actor, asked, prompts)) is not None:
            return self._back({"error": "login_required"}) if "none" in prompts else missing
        if asked.get("prompt"):
            _forget(request, "prompt")  # seen to above; allauth would do it otherwise
        agreed = self._is_agreed(request, prompts)
        if "none" in prompts and not agreed:
            return self._back({"error": "consent_required"})
        if agreed:
            self._skip_question(asked["client_id"])
        response: HttpResponse = super().get(request, *args, **kwargs)
        return _there(response) if "none" in prompts else response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("request") and visitor(request) is None:
            return sign_in_page(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        """The person agrees: a code for the site, and what it will be told of this sign-in."""
        request, site = self.request, self._site()
        account, actor = request.user, visitor(request)
        if actor is None:
            return sign_in_page(request)
        link_before = sites.link_of(account, site)
        kept = link_before.scopes if link_before and self._is_skipped() else []
        with transaction.atomic():
            link = site_links.agree(account, site, {*form.cleaned_data["scopes"], *kept})
            response: HttpResponse = super().form_valid(form)
            code = parse_qs(urlsplit(response.headers.get("Location", "")).query).get("code", [""])[0]
            if code:
                names = sessions.names(request)
                level, amr = identity.level_of(account, names), levels.amr(names)
                site_links.begin_sign_in(link, code, level=level, amr=amr, proven_at=_proven_at(request))
        return self._going_on(response)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        site = self._site()
        account: Account = self.request.user
        told = ProviderAdapter.scope_display
        values = {sites.PROFILE: account.party.name if account.party else "", sites.EMAIL: account.email}
        if account.party and account.party.entity:
            values[sites.NATIONAL_NUMBER] = show_digits(account.party.national_id or "")
        before = sites.link_of(account, site)
        optional = [scope for scope in self._scopes if scope != "openid"]
        return {
            **found,
            "asking": site,
            "optional": [(scope, told[scope], values.get(scope, "")) for scope in optional],
            "agreed": before.scopes if before else [],
            "signed": found["form"].initial.get("request", ""),
        }

    def _respond_with_access_denied(self) -> HttpResponse:
        return self._going_on(super()._respond_with_access_denied())

    def _site(self) -> Site:
        found = getattr(self, "site", None) or sites.of_client(self._request_info["client_id"])
        assert found is not None  # noqa: S101 - the question was asked for an open site
        return found

    def _is_agreed(self, request: HttpRequest, prompts: set[str]) -> bool:
        """Whether the person has agreed before to all that the site asks for now."""
        link = sites.link_of(request.user, self.site)  # type: ignore[arg-type]  # signed in
        wanted = set(request.GET.get("scope", "").split())
        return link is not None and "consent" not in prompts and wanted <= set(link.scopes)

    def _skip_question(self, client_id: str) -> None:
        """What allauth looks up a site by, with a mark for this one request only."""
        client = Client.objects.get(pk=client_id)
        client.skip_consent = True
        get_validator_context().clients[client_id] = client

    def _is_skipped(self) -> bool:
        client = get_validator_context().clients.get(self._site().client_id)
        return bool(client and client.skip_consent)

    def _back(self, answer: dict[str, str]) -> HttpResponse:
        """Straight back to the site, with an error."""
        asked = self.request.GET
        said = {**answer, **({"state": asked["state"]} if "state" in asked else {}), "iss": _issuer()}
        return _redirect(add_query_params(asked["redirect_uri"], said))

    def _going_on(self, response: HttpResponse) -> HttpResponse:
        """A page that leads on by itself: browsers would not follow a redirect from a form to another site (CSP)."""
        where = response.headers.get("Location", "")
        if not where:
            return response
        where = add_query_params(where, {"iss": _issuer()})
        page = render(self.request, "portal/site_going_on.html", {"site": self._site(), "where": where})
        page.going_to = where  # type: ignore[attr-defined]  # for `_there`
        return page


authorization = AuthorizationView.as_view()


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A site brings the code of a sign-in and is given its tokens: once (RFC 6749, 4.1.3)."""
    client_id, _secret = extract_basic_auth({"Authorization": request.headers.get("Authorization", "")})
    client_id = client_id or request.POST.get("client_id", "")
    try:
        with transaction.atomic():
            sign_in = site_links.take(client_id, request.POST.get("code", ""))
            if sign_in is None:
                return _no_grant()
            setattr(request, SIGN_IN, sign_in)
            response: HttpResponse = views.token(request)
            if response.status_code == HTTPStatus.OK:
                given = json.loads(response.content)
                _drop_refresh_token(given)
                response.content = json.dumps(given).encode()
                site_links.redeem(sign_in, given["access_token"])
            return response
    except CodeUsedBefore as used:
        site_links.withdraw(used.params["code"])
        return _no_grant()


def _drop_refresh_token(given: dict[str, Any]) -> None:
    """oauthlib always makes one. A site that wants to know more later asks the person again."""
    if refresh := given.pop("refresh_token", None):
        Token.objects.filter(type=Token.Type.REFRESH_TOKEN, hash=site_links.digest(refresh)).delete()
    given.pop("refresh_expires_in", None)


def _no_grant() -> JsonResponse:
    return JsonResponse({"error": "invalid_grant"}, status=HTTPStatus.BAD_REQUEST)


class LogoutView(views.LogoutView):  # type: ignore[misc]
    """A site asks to sign somebody out here, too (RP-Initiated Logout 1.0). The person is asked first."""

    template_name = "portal/site_logout.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if (elsewhere := _in_wanted_language(request, "idp:oidc:logout")) is not None:
            return elsewhere
        response: HttpResponse = super().get(request)
        return response

    def _handle(self, form: Any, op_logout: bool) -> HttpResponse:
        response: HttpResponse = super()._handle(form, op_logout)
        if not form.cleaned_data["post_logout_redirect_uri"]:
            return HttpResponseRedirect(url("portal:home"))
        context = {"site": None, "where": response.headers["Location"]}
        return render(self.request, "portal/site_going_on.html", context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().get_context_data(**kwargs)
        client = found["form"].cleaned_data.get("client")
        return {**found, "asking": sites.of_client(client.pk) if client else None, "sent": _sent(found["form"])}

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002 - Django names it
        return wrong(self.request)


logout = LogoutView.as_view()


def _there(page: HttpResponse) -> HttpResponse:
    """Nobody looks at a page when a site asks with prompt=none."""
    where = getattr(page, "going_to", "")
    return _redirect(where) if where else page


def _redirect(where: str) -> HttpResponse:
    answer: HttpResponse = views._ClientHttpResponseRedirect(where)
    return answer


def _sent(form: Any) -> list[tuple[str, str]]:
    """What the site sent, to be sent again with the person's answer."""
    names = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
    return [(name, form.data[name]) for name in names if form.data.get(name)]


def wrong(request: HttpRequest) -> HttpResponse:
    """What a site sent does not fit what it was registered with: the person is told, and goes nowhere."""
    return render(request, "portal/site_wrong.html", {}, status=HTTPStatus.BAD_REQUEST)


def _issuer() -> str:
    return ProviderAdapter().get_issuer()


def _in_wanted_language(request: HttpRequest, name: str = "idp:oidc:authorization") -> HttpResponse | None:
    """To the same question in the first language of `ui_locales` that the portal speaks, if it is another one."""
    spoken = {code for code, _name in settings.LANGUAGES}
    wanted = [tag.partition("-")[0].lower() for tag in request.GET.get("ui_locales", "").split()]
    first = next((code for code in wanted if code in spoken), None)
    if first is None or first == translation.get_language():
        return None
    with translation.override(first):
        return HttpResponseRedirect(f"{reverse(name)}?{request.META['QUERY_STRING']}")


def _is_doubled(asked: QueryDict) -> bool:
    """A parameter that stands twice means different things to different readers (RFC 6749, 3.1)."""
    return any(len(values) > 1 for name, values in asked.lists() if name != "resource")


def _refusal(asked: QueryDict) -> dict[str, str] | None:
    """Why a request of a known site can't be answered, as its program reads it."""
    if asked.get("request") or asked.get("request_uri"):
        return {"error": "request_not_supported" if asked.get("request") else "request_uri_not_supported"}
    if asked.get("resource"):
        return {"error": "invalid_target"}  # RFC 8707: there is nothing here to get at but userinfo
    if asked.get("response_type") != "code" or asked.get("response_mode", "query") != "query":
        return {"error": "unsupported_response_type"}
    if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
        return {"error": "invalid_request", "error_description": "PKCE with S256 is required (RFC 7636)."}
    if "openid" not in asked.get("scope", "").split():
        return {"error": "invalid_scope", "error_description": "The scope openid is missing."}
    prompts = asked.get("prompt", "").split()
    if "none" in prompts and len(prompts) > 1:
        return {"error": "invalid_request", "error_description": "prompt=none stands alone."}
    if asked.get("max_age", "0") and not asked.get("max_age", "0").isdecimal():
        return {"error": "invalid_request", "error_description": "max_age is a number of seconds."}
    return None


def _proven_at(request: HttpRequest) -> datetime:
    """When the person showed last who they are."""
    return datetime.fromtimestamp(max((at for _name, at in sessions.ways(request)), default=_now()), UTC)


def _now() -> int:
    return int(clock.now().timestamp())


def _missing(request: HttpRequest, actor: Actor | None, asked: QueryDict, prompts: set[str]) -> HttpResponse | None:
    """The page to go to first: to sign in, to show more surely who one is, or to show it once more."""
    since = _asked_since(request, asked, prompts)
    if actor is None:
        return sign_in_page(request)
    wanted = sites.level_of_acr(asked.get("acr_values", ""))
    account: Account = request.user  # type: ignore[assignment]  # whoever acts is signed in
    if not identity.level_of(account, sessions.names(request)).meets(wanted):
        return prove_page(request, wanted)
    last = max((at for _name, at in sessions.ways(request)), default=0)
    if last < since:
        return prove_page(request, wanted if wanted is not Level.NONE else "")
    _request_is_met(request)
    return None


def _asked_since(request: HttpRequest, asked: QueryDict, prompts: set[str]) -> int:
    """The moment that the person's last proof must not be older than, in seconds since 1970."""
    now, since = _now(), 0
    if age := asked.get("max_age"):
        since = max(since, now - int(age[:9]))
    if "login" in prompts:
        known: dict[str, int] = request.session.get(ASKED, {})
        key = _key(request)
        if key not in known:
            newest = sorted(known.items(), key=lambda item: item[1])[-MOST_ASKED + 1 :]
            request.session[ASKED] = {**dict(newest), key: now}
        since = max(since, request.session[ASKED][key])
    return since


def _request_is_met(request: HttpRequest) -> None:
    """Coming again with the same request asks anew."""
    known = request.session.get(ASKED, {})
    if _key(request) in known:
        request.session[ASKED] = {key: at for key, at in known.items() if key != _key(request)}


def _key(request: HttpRequest) -> str:
    return hashlib.sha256(request.META.get("QUERY_STRING", "").encode()).hexdigest()[:32]


def _forget(request: HttpRequest, name: str) -> None:
    """Take a parameter out of the address of this request."""
    left = request.GET.copy()
    left.pop(name, None)
    request.GET = left  # type: ignore[assignment]
    request.META["QUERY_STRING"] = left.urlencode()
