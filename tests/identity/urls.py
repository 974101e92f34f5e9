"""The addresses of signing in, and one page to land on."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse  # noqa: TID251 - it stands for a face
from django.urls import include, path


def my(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.user.email if request.user.is_authenticated else "nobody")


urlpatterns = i18n_patterns(
    path("", include("panjereh.identity.urls")), path("my/", my), path("", my), prefix_default_language=False
)
