"""Every address of the installation. Persian stands at the root, other languages below their code."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from panjereh.api.v1 import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("log/", include("panjereh.portal.log_urls")),
    path("pki/", include("panjereh.portal.pki")),
    path("api/v1/", api.urls),
    *i18n_patterns(
        path("apply/", include("panjereh.intake.urls")),  # what has a first part of its own is found at once
        path("desk/apply/", include("panjereh.intake.urls", namespace="assist"), {"face": "desk"}),
        path("desk/", include("panjereh.desk.urls")),
        path("developers/", include("panjereh.api.urls")),
        path("", include("panjereh.identity.urls")),
        path("", include("panjereh.portal.op_urls")),
        path("", include("panjereh.portal.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "panjereh.ui.errors.bad_request"
handler403 = "panjereh.ui.errors.permission_denied"
handler404 = "panjereh.ui.errors.page_not_found"
handler500 = "panjereh.ui.errors.server_error"
