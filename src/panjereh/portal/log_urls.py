"""Addresses of the log's files: for machines, so the same in every language (C2SP tlog-tiles)."""

from django.urls import path

from panjereh.portal.views import log

app_name = "log"
urlpatterns = [
    path("checkpoint", log.checkpoint, name="checkpoint"),
    path("tile/<path:path>", log.tile, name="tile"),
    path("key", log.key, name="key"),
    path("check_proof.py", log.script, name="script"),
]
