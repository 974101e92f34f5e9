"""Looking for viruses in what people hand in, where ClamAV is installed (PANJEREH_VIRUS_SCANNER).

A file is looked through at once, before it is kept: who sent it learns at once, and officials get nothing else. Only
where the settings allow it (PANJEREH_VIRUS_SCANNER_AWAY=wait) a file is kept while the scanner is away; a worker looks
it through later, and until then officials cannot open it.
"""

import logging
import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from panjereh.audit import operations as audit
from panjereh.cases.models import Upload
from panjereh.correspondence import operations as correspondence
from panjereh.kernel import clock
from panjereh.kernel.errors import Conflict, Invalid, Unavailable
from panjereh.kernel.ids import new_id
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, outside
from panjereh.vault import files

if TYPE_CHECKING:
    from clamav_client.clamd import ClamdNetworkSocket

EFFECT = "cases.scan"
PATIENCE = 10  # seconds for one file
FOUND = re.compile(r": (?P<name>.+) FOUND$", re.MULTILINE)

log = logging.getLogger(__name__)
Scan = Callable[[bytes], str]
"""Gives the name of what was found, empty when nothing was. Raises ScannerIsAway."""


class ScannerIsAway(Unavailable):
    """The virus scanner does not answer, or not in time."""

    code = "scanner_away"


class Infected(Invalid):
    """The file holds a virus. Nothing of it was kept."""

    code = "infected"


class NotScanned(Conflict):
    """Nobody opens the file before it was looked through."""

    code = "not_scanned"


def look_through(content: bytes) -> str:
    """The state of a file that is to be kept. Raises Infected, ScannerIsAway with words for whoever sends it."""
    if not settings.VIRUS_SCANNER:
        return Upload.Scan.NONE
    try:
        found = scanner()(content)
    except ScannerIsAway as error:
        log.error("%s", error)
        if settings.VIRUS_SCANNER_AWAY == "wait":
            return Upload.Scan.WAITING
        raise ScannerIsAway(
            _("We can’t look files through for viruses just now, so yours was not kept. Try again later.")
        ) from error
    if found:
        _note(found)
        raise Infected(_("This file holds a virus, so we did not keep it. Clean your device and send another copy."))
    return Upload.Scan.CLEAN


def must_be_clean(upload: Upload) -> None:
    """Before an official opens it. Raises NotScanned."""
    if upload.scan == Upload.Scan.WAITING:
        raise NotScanned(_("This file has not been looked through for viruses yet. Try again in some minutes."))
    if upload.scan == Upload.Scan.INFECTED:
        raise NotScanned(_("This file held a virus and was deleted. Ask the applicant for another copy."))


def scan_later(upload: Upload) -> None:
    outbox.queue(EFFECT, {"upload": str(upload.pk)}, key=f"{EFFECT}:{upload.pk}")


@outside
def scan(payload: dict[str, Any], _context: EffectContext) -> None:
    """Look through what was kept while the scanner was away. Raises ScannerIsAway: it will be tried again."""
    upload = Upload.objects.filter(pk=UUID(payload["upload"]), scan=Upload.Scan.WAITING).first()
    if upload is None:
        return
    with files.open_(upload.stored_as, upload.scope) as file:
        found = scanner()(file.read())
    if not found:
        Upload.objects.filter(pk=upload.pk).update(scan=Upload.Scan.CLEAN)
        return
    with transaction.atomic():
        Upload.objects.filter(stored_as=upload.stored_as).update(scan=Upload.Scan.INFECTED)
        _note(found, upload)
        _tell(upload)
    default_storage.delete(upload.stored_as)


def scanner() -> Scan:
    """`clamd:/run/clamav/clamd.ctl`, `clamd:host:port`, `clamscan`, or `clamscan:/folder/of/signatures`."""
    from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket  # only who has a scanner loads it

    kind, _colon, where = settings.VIRUS_SCANNER.partition(":")
    if kind == "clamd" and where.startswith("/"):
        return lambda content: _ask(ClamdUnixSocket(where, timeout=PATIENCE), content)
    if kind == "clamd" and where.rpartition(":")[2].isdecimal():
        host, _colon, port = where.rpartition(":")
        return lambda content: _ask(ClamdNetworkSocket(host or "127.0.0.1", int(port), timeout=PATIENCE), content)
    if kind == "clamscan":
        return lambda content: _run(["--database", where] if where else [], content)
    raise ScannerIsAway("PANJEREH_VIRUS_SCANNER is clamd:/path/of/its/socket, clamd:host:port, or clamscan.")


def _ask(daemon: "ClamdNetworkSocket", content: bytes) -> str:
    from clamav_client.clamd import ClamdError

    try:
        answers = daemon.instream(BytesIO(content))
    except (ClamdError, OSError, UnicodeDecodeError) as error:
        raise ScannerIsAway(f"clamd does not answer: {error}") from error
    status, name = next(iter(answers.values()), ("ERROR", None))
    if status not in ("OK", "FOUND"):
        raise ScannerIsAway(f"clamd could not look through a file: {name}")
    return str(name) if status == "FOUND" else ""


def _run(options: list[str], content: bytes) -> str:
    program = shutil.which("clamscan")
    if program is None:
        raise ScannerIsAway("clamscan is not installed.")
    command = [program, "--no-summary", "--stdout", *options, "-"]
    try:
        ended = subprocess.run(command, input=content, capture_output=True, timeout=PATIENCE * 6, check=False)  # noqa: S603 - no word of it comes from outside
    except subprocess.TimeoutExpired as error:
        raise ScannerIsAway("clamscan took too long.") from error
    if ended.returncode not in (0, 1):
        raise ScannerIsAway(f"clamscan ended with {ended.returncode}.")
    found = FOUND.search(ended.stdout.decode(errors="replace"))
    return (found["name"] if found else "unknown") if ended.returncode == 1 else ""


def _note(found: str, upload: Upload | None = None) -> None:
    """Into the log of the machine and the transparency log: what was found, and nothing of whose it was."""
    log.warning("a file with %r was refused", found[:100])
    audit.log_decision(
        key=f"virus:{upload.pk if upload else new_id()}",
        kind="virus",
        public={"found": found[:100], "at": clock.now().isoformat(), "kept_before": upload is not None},
        commitment="",
    )


def _tell(upload: Upload) -> None:
    case = upload.case
    language = case.language if case else "fa"
    with translation.override(language):
        correspondence.tell(
            upload.owner_id,
            key=f"virus:{upload.pk}",
            subject=_("A file of yours was deleted"),
            text=_("The file %(name)s held a virus, so we deleted it. Clean your device and send another copy.")
            % {"name": upload.name},
            agency=case.agency if case else "",
            case=case.number if case else "",
            scope=case.pk if case else None,
            language=language,
        )
