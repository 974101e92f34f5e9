"""`./panjereh keys`: acts on the master key, each written into the transparency log."""

from collections.abc import Callable, Iterator

from django.db import transaction

from panjereh.audit import operations as audit
from panjereh.config import closing
from panjereh.kernel import clock
from panjereh.vault import keys
from panjereh.vault.masters import masters


def show(_number: str | None, _by: str) -> Iterator[str]:
    """One line for each master key, the oldest first."""
    wrapped, current = keys.counts(), masters().current()
    destroyed = wrapped.pop("", 0)
    for number in masters().numbers():
        kept = "in a file" if masters().held_by(number) == "key" else "wrapped by the token"
        note = ", wraps new data keys" if number == current else ""
        yield f"{number}  {kept}, wraps {wrapped.pop(number, 0)} data keys{note}"
    for number, lost in wrapped.items():
        yield f"{number}  MISSING, wraps {lost} data keys: bring it back from a backup"
    yield f"{destroyed} data keys were destroyed to erase what they closed."


def rotate(_number: str | None, by: str) -> Iterator[str]:
    """A new master key, and every data key wrapped by it."""
    old = masters().current()
    new = masters().make()
    _log("rotated", new, by, old=old)
    yield f"{new} is the master key now."
    yield from rewrap(None, by)
    yield f"{old} is needed no more once `keys` says that it wraps nothing. Then: ./panjereh keys retire {old}"


def rewrap(_number: str | None, by: str) -> Iterator[str]:
    """Batch after batch, until every data key is wrapped by the present master key."""
    done = 0
    while batch := keys.rewrap():
        done += batch
        yield f"{done} data keys wrapped anew …"
    if done:
        _log("rewrapped", masters().current(), by, data_keys=done)
    yield f"Every data key is wrapped by {masters().current()}."


def retire(number: str | None, by: str) -> Iterator[str]:
    """Destroy an older one. The log says so first: what is not wrapped by it is not lost."""
    with transaction.atomic():
        _log("retired", str(number), by)
        keys.retire(str(number))
    yield f"{number} is destroyed. Backups that were made while it was there still hold it."


def close(_number: str | None, by: str) -> Iterator[str]:
    """Encrypt what lies open."""
    closed = 0
    for table, count in closing.close_everything():
        closed += count
        if count:
            yield f"{table}: {count} closed"
    if closed:
        _log("closed", masters().current(), by, closed=closed)
    yield "Everything is encrypted."


ACTS: dict[str, Callable[[str | None, str], Iterator[str]]] = {
    "show": show,
    "rotate": rotate,
    "rewrap": rewrap,
    "retire": retire,
    "close": close,
}


def _log(what: str, number: str, by: str, **more: str | int) -> None:
    at = clock.now().isoformat()
    audit.log_decision(
        key=f"keys:{what}:{number}:{at}",
        kind="master-key",
        public={"act": what, "key": number, "by": by, "at": at, **more},
        commitment="",
    )
