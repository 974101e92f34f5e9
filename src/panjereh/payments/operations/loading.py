"""Files of bills: read in pieces, each piece one transaction with the note of how far it got.

Whoever is killed at any point goes on at the next piece: what a piece issued and that it was read are one commit, and a
bill has a key of its own beside that. Between two pieces others write; a piece is short for that.
"""

import hashlib
from collections.abc import Callable, Iterator
from io import BufferedReader, RawIOBase
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from panjereh.identity import policy
from panjereh.identity.policy import Target
from panjereh.kernel import clock
from panjereh.kernel.actor import SYSTEM, Actor
from panjereh.kernel.errors import Invalid
from panjereh.outbox import operations as outbox
from panjereh.outbox.handlers import EffectContext, outside
from panjereh.outbox.models import Effect
from panjereh.payments import billfiles
from panjereh.payments.billfiles import Read
from panjereh.payments.errors import FileIsUnfit
from panjereh.payments.models import BadLine, BillLoad
from panjereh.payments.operations.handing_in import Source, biller_of, hand_in
from panjereh.payments.presenting import AT_MOST, Outcome, Presented, Problem
from panjereh.storage import insert
from panjereh.vault import files, keys

GO_ON = "payments.load_bills"
LARGEST = 1 << 30
A_TURN = 5.0
"""Seconds for which a worker reads before it looks at what else is due."""

WORDS = {
    "empty": _("The file is empty."),
    "other_encoding": _("The file is not in UTF-8. Save it as “CSV UTF-8” and send it again."),
    "line_too_long": _("The first line is longer than any heading. Is this a file of bills?"),
    "missing_columns": _("The heading lacks these columns: %(columns)s."),
    "doubled_columns": _("The heading has these columns twice: %(columns)s."),
    "not_json": _("The first line is no JSON. A file of JSON lines has one bill in each line."),
}


def begin_load(agency: str, name: str, content: BinaryIO, *, actor: Actor) -> BillLoad:
    """An official brings a file: it is kept, encrypted, and a worker reads it. The same file again is the same load.

    Raises NotAllowed, NoBiller, Invalid, FileIsUnfit.
    """
    policy.require(actor, "bill.push", Target(agency=agency))
    biller_of(agency)
    digest, size = _measured(content)
    form = _format(name)
    _try_heading(content, form)
    known = BillLoad.objects.filter(agency=agency, digest=digest).first()
    if known is not None:
        return known
    load = BillLoad(agency=agency, name=_short(name), digest=digest, format=form, size=size, by=actor.party)
    load.file = f"bills/{load.pk}"
    content.seek(0)
    files.keep(load.file, iter(lambda: content.read(1 << 20), b""), load.pk)
    with transaction.atomic():
        insert([load], ignore_conflicts=True)
        stands = BillLoad.objects.get(agency=agency, digest=digest)
        _queue(stands)
    return stands


def load_file(
    agency: str, path: Path, *, actor: Actor = SYSTEM, tell: Callable[[BillLoad], None] = lambda _load: None
) -> BillLoad:
    """Read a file that lies on this machine, from where an earlier run stopped. `tell` hears after each piece.

    Raises NotAllowed, NoBiller, Invalid, FileIsUnfit, DayIsClosed.
    """
    policy.require(actor, "bill.push", Target(agency=agency))
    biller_of(agency)
    with path.open("rb") as content:
        digest, size = _measured(content)
        form = _format(path.name)
        _try_heading(content, form)
        new = BillLoad(agency=agency, name=_short(path.name), digest=digest, format=form, size=size, by=actor.party)
        insert([new], ignore_conflicts=True)
        load = BillLoad.objects.get(agency=agency, digest=digest)
        content.seek(0)
        for done in _pieces(load, content, actor):
            tell(done)
    return BillLoad.objects.get(pk=load.pk)


@outside
def go_on(payload: dict[str, Any], _context: EffectContext) -> None:
    """A worker reads on in a file that somebody brought, for A_TURN; the rest is an effect of its own."""
    load = BillLoad.objects.get(pk=UUID(payload["load"]))
    if load.ended_at is not None:
        return
    until = monotonic() + A_TURN
    with BufferedReader(cast("RawIOBase", files.open_(load.file, load.pk)), 1 << 16) as content:
        for done in _pieces(load, content, SYSTEM):
            if done.ended_at is None and monotonic() > until:
                with transaction.atomic():
                    _queue(done)
                return


def _queue(load: BillLoad) -> None:
    if load.ended_at is None:
        key = f"{GO_ON}:{load.pk}:{load.offset}"
        outbox.queue(GO_ON, {"load": str(load.pk)}, key=key, lane=Effect.Lane.CROWD)


def _pieces(load: BillLoad, content: BinaryIO, actor: Actor) -> Iterator[BillLoad]:
    """Piece after piece, each written down; the load as it stands after each."""
    lines = billfiles.read(content, load.format, offset=load.offset, line=load.line)
    while load.ended_at is None:
        piece = list(islice(lines, AT_MOST))
        load = _write(load.pk, piece, actor, since=load.offset)
        yield load
    _forget_file(load)


@transaction.atomic
def _write(load_id: UUID, piece: list[Read], actor: Actor, *, since: int) -> BillLoad:
    """One piece: its bills, its bad lines, how far the file is read. Nothing if another process has been here."""
    load = BillLoad.objects.select_for_update().get(pk=load_id)
    if load.ended_at is not None or load.offset != since:
        raise Invalid(_("Another process reads this file at the moment."))
    if not piece:
        load.ended_at = clock.now()
        load.save(update_fields=["ended_at"])
        return load
    right = [(each.line, each.content) for each in piece if isinstance(each.content, Presented)]
    outcomes = hand_in(
        load.agency,
        [content for _line, content in right],
        actor=actor,
        source=Source(load=load.pk),
        lines=[line for line, _content in right],
    )
    bad = [(each.line, each.content) for each in piece if isinstance(each.content, Problem)]
    bad += [(line, each.problem) for (line, _c), each in zip(right, outcomes, strict=True) if each.problem]
    insert([_bad_line(load.pk, line, problem) for line, problem in bad])
    _count(load, outcomes, len(bad))
    load.offset, load.line = piece[-1].end, piece[-1].line
    load.save(update_fields=["offset", "line", "fresh", "known", "bad"])
    return load


def _count(load: BillLoad, outcomes: list[Outcome], bad: int) -> None:
    load.fresh += sum(each.kind == "fresh" for each in outcomes)
    load.known += sum(each.kind == "known" for each in outcomes)
    load.bad += bad


def _bad_line(load: UUID, line: int, problem: Problem) -> BadLine:
    return BadLine(load_id=load, line=line, column=problem.column, code=problem.code, params=problem.params)


def _forget_file(load: BillLoad) -> None:
    """What was read is not kept: it holds numbers of people."""
    if load.file:
        default_storage.delete(load.file)
        keys.destroy([load.pk])
        BillLoad.objects.filter(pk=load.pk).update(file="")


def _measured(content: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size, a piece at a time. Raises Invalid for what is larger than LARGEST."""
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    while piece := content.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    if size > LARGEST:
        raise Invalid(_("The file is larger than a gigabyte. Send it in parts."))
    content.seek(0)
    return digest.hexdigest(), size


def _format(name: str) -> str:
    """By the end of the name. Raises Invalid."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("csv", "txt"):
        return BillLoad.Format.CSV
    if ending in ("jsonl", "ndjson"):
        return BillLoad.Format.JSON_LINES
    raise Invalid(_("A file of bills ends with .csv or .jsonl. Save it in one of these forms."))


def _try_heading(content: BinaryIO, form: str) -> None:
    """What is no file of bills at all is refused before anything is written. Raises FileIsUnfit."""
    content.seek(0)
    try:
        if next(billfiles.read(content, form), None) is None and form == BillLoad.Format.JSON_LINES:
            raise FileIsUnfit(reason="empty")
    except FileIsUnfit as error:
        listed = ", ".join(error.params.get("columns", ()))
        error.message = WORDS[error.params["reason"]] % {"columns": listed}
        raise
    content.seek(0)


def _short(name: str) -> str:
    return Path(name).name[-120:]
