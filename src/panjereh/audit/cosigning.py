"""Asking witnesses to sign our newest checkpoint, and noticing when one of them saw another log than ours."""

import hashlib
import logging
from http import HTTPStatus

from panjereh.audit import merkle, policy_file, queries, store, witness
from panjereh.audit.memory import DatabaseMemory
from panjereh.audit.models import Checkpoint, Cosignature
from panjereh.audit.policy_file import Witness
from panjereh.kernel import clock
from panjereh.signing import queries as signing
from panjereh.signing.checkpoints import NUMBER
from panjereh.signing.errors import BadCheckpoint, BadNote
from panjereh.signing.notes import Note
from panjereh.storage import insert

PATIENCE = 10.0  # seconds for a witness to answer
log = logging.getLogger(__name__)


def ask_witnesses() -> int:
    """Bring the newest checkpoint to every witness that has not signed it. Returns how many signed now.

    One that does not answer is asked again in the next round; the log waits for nobody.
    """
    witnesses, checkpoint = policy_file.current().witnesses, queries.latest_checkpoint()
    if not witnesses or checkpoint is None:
        return 0
    signed = set(Cosignature.objects.filter(checkpoint=checkpoint).values_list("witness", flat=True))
    return sum(_ask(each, checkpoint) for each in witnesses if each.url and each.verifier.vkey not in signed)


def _ask(asked: Witness, checkpoint: Checkpoint) -> bool:
    import requests  # only who has witnesses loads it

    try:
        status, text = _submit(asked, checkpoint, _last_size(asked))
        if status == witness.Status.ANOTHER_SIZE and NUMBER.fullmatch(text.strip()):
            size = int(text)
            if size > checkpoint.size:
                return _differs(asked, checkpoint, f"it has seen {size} entries; there are {checkpoint.size} here")
            status, text = _submit(asked, checkpoint, size)
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED):
            return _collect(asked)  # it follows the log by itself, or does not know us
        if status == witness.Status.INCONSISTENT:
            return _differs(asked, checkpoint, "it saw another history of this log")
    except requests.RequestException as error:
        log.warning("the witness %s does not answer: %s", asked.name, error)
        return False
    if status != witness.Status.SIGNED:
        log.error("the witness %s refuses with %s: %s", asked.name, status, text.strip()[:200])
        return False
    return _keep(asked, checkpoint, f"{checkpoint.signature}{text}")


def _submit(asked: Witness, checkpoint: Checkpoint, old_size: int) -> tuple[int, str]:
    import requests

    proof = store.tree(checkpoint.size).consistency(old_size)
    body = witness.request(old_size, proof, checkpoint.signature)
    answer = requests.post(
        f"{asked.url}/add-checkpoint", data=body, timeout=PATIENCE, allow_redirects=False,
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )  # fmt: skip
    return answer.status_code, answer.content[: witness.LARGEST].decode(errors="replace")


def _fetch(asked: Witness) -> str:
    """The newest checkpoint of ours that a witness shows; "" for none."""
    import requests

    origin = hashlib.sha256(signing.log_key().name.encode()).hexdigest()
    answer = requests.get(f"{asked.url}/{origin}/checkpoint", timeout=PATIENCE, allow_redirects=False)
    found = answer.status_code == HTTPStatus.OK
    return answer.content[: witness.LARGEST].decode(errors="replace") if found else ""


def _collect(asked: Witness) -> bool:
    """Take the signature of a witness that follows the log by itself and shows what it has signed."""
    note = _fetch(asked)
    try:
        stated = signing.read_checkpoint(note)
    except BadCheckpoint:
        log.warning("the witness %s shows nothing of this log", asked.name)
        return False
    checkpoint = Checkpoint.objects.filter(size=stated.size).first()
    if checkpoint is None or checkpoint.root != stated.root.hex():
        return _differs(asked, queries.latest_checkpoint(), "it saw another history of this log")
    return _keep(asked, checkpoint, note)


def _keep(asked: Witness, checkpoint: Checkpoint, note: str) -> bool:
    """Keep the line of the witness, if it really signed this checkpoint."""
    verifier = asked.verifier
    try:
        parsed = Note.parse(note)
        at = parsed.cosigned_by(verifier)
    except BadNote:
        at = None
    if at is None:
        log.error("the witness %s sent a signature that is wrong", asked.name)
        return False
    line = parsed.lines_by(verifier)
    insert(
        [Cosignature(checkpoint=checkpoint, witness=verifier.vkey, line=line, at=clock.now())], ignore_conflicts=True
    )
    return True


def _differs(asked: Witness, checkpoint: Checkpoint | None, why: str) -> bool:
    """A split view: keep what the witness holds with our signature beside what we hold, and say so loudly."""
    log.error("the witness %s disagrees about our own log: %s", asked.name, why)
    shown = _fetch(asked)
    try:
        stated = signing.read_checkpoint(shown)
    except BadCheckpoint:
        shown = ""  # it can't show anything that we signed
    else:
        if _is_ours(stated.size, stated.root):
            return False
    memory = DatabaseMemory(told_by=asked.verifier.name)
    memory.contradiction(signing.log_key().name, shown, checkpoint.signature if checkpoint else "")
    return False


def _is_ours(size: int, root: bytes) -> bool:
    """Whether the log as stored had this root at that size."""
    return size <= store.head().size and merkle.span(store.tree(store.head().size).node, 0, size) == root


def _last_size(asked: Witness) -> int:
    """The size of the newest checkpoint that this witness has signed, as far as we know."""
    signed = Cosignature.objects.filter(witness=asked.verifier.vkey).order_by("-checkpoint_id")
    return signed.values_list("checkpoint_id", flat=True).first() or 0
