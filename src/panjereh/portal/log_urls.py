"""Addresses of the log's files: for machines, so the same in every language (C2SP tlog-tiles)."""

from django.urls import path

from panjereh.portal.views import log

app_name = "log"
urlpatterns = [
    path("checkpoint", log.checkpoint, name="checkpoint"),
    path("tile/<path:path>", log.tile, name="tile"),
    path("key", log.key, name="key"),
    path("witness/add-checkpoint", log.add_checkpoint, name="add_checkpoint"),
    path("witness/<slug:origin>/checkpoint", log.witnessed, name="witnessed"),
    path("witness/key", log.witness_key, name="witness_key"),
    path("check_signature.py", log.signature_script, name="signature_script"),
    path("check_proof.py", log.script, name="script"),
]
