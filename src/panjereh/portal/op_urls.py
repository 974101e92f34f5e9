"""Addresses of the portal as an OpenID Connect provider, named as django-allauth names them.

There is no device flow, no registration by programs and no introspection: what is not here can't be misused.
"""

from allauth.idp.oidc import views
from django.urls import include, path

from panjereh.portal.views import op

endpoints = [
    path(".well-known/openid-configuration", op.configuration, name="configuration"),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
    path("identity/authorize", op.authorization, name="authorization"),
    path("identity/token", op.token, name="token"),
    path("identity/userinfo", views.user_info, name="userinfo"),
    path("identity/revoke", views.revoke, name="revoke"),
    path("identity/signout", op.logout, name="logout"),
]

app_name = "idp"
urlpatterns = [path("", include((endpoints, "oidc")))]
