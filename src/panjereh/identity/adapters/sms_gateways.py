"""Which gateway carries SMS: an address that the operator sets (PANJEREH_SMS)."""

from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from panjereh.identity.adapters.sms_folder import FolderOfMessages
from panjereh.identity.ports import TextMessages


@cache
def gateway(address: str) -> TextMessages:
    """`folder:/path`, or `kannel://user:password@host:port/cgi-bin/sendsms?from=…` (`kannels` over TLS)."""
    parts = urlsplit(address)
    if parts.scheme == "folder":
        return FolderOfMessages(Path(parts.path))
    if parts.scheme not in ("kannel", "kannels") or not parts.hostname:
        raise ImproperlyConfigured(
            "PANJEREH_SMS is not understood. Write kannel://user:password@host:port/cgi-bin/sendsms?from=SENDER, "
            "or leave it empty: then nobody signs in by telephone."
        )
    from panjereh.identity.adapters.sms_kannel import Kannel  # requests takes its time: only who sends pays

    port = f":{parts.port}" if parts.port else ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Kannel(
        address=f"{'https' if parts.scheme == 'kannels' else 'http'}://{host}{port}{parts.path or '/cgi-bin/sendsms'}",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=parse_qs(parts.query).get("from", [""])[0],
    )
