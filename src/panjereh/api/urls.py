"""Pages for the people who write programs. The operations themselves stand in `v1`."""

from django.urls import path

from panjereh.api import documentation

app_name = "developers"
urlpatterns = [path("", documentation.page, name="page")]
