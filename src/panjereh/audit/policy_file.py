"""Whom this installation trusts with logs, from a file in the form of C2SP tlog-policy.

    log <vkey> [<url>]               a log that this installation watches as a witness
    witness <name> <vkey> [<url>]    a witness that is asked to sign our own checkpoints

Lines that begin with # are comments. `group` and `quorum` are for those who verify proofs; here they change nothing.
"""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from panjereh.audit.errors import BadPolicyFile
from panjereh.signing.errors import BadNote
from panjereh.signing.notes import COSIGNATURE, SIGNATURE, Verifier


@dataclass(frozen=True, slots=True)
class Witness:
    """Somebody who watches our log, and where to reach them ("" if nowhere)."""

    name: str
    verifier: Verifier
    url: str


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """logs: by origin. witnesses: in the order of the file."""

    logs: dict[str, Verifier] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)


def current() -> PolicyFile:
    """What PANJEREH_LOG_POLICY names; nobody if it names nothing. Raises BadPolicyFile."""
    file: Path | None = settings.LOG_POLICY
    return parse(file.read_text()) if file is not None else PolicyFile()


def parse(text: str) -> PolicyFile:
    policy = PolicyFile()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            _take(policy, words)
        except (BadNote, ValueError) as error:
            raise BadPolicyFile(f"Line {number} of the log policy: {error}", line=number) from error
    return policy


def _take(policy: PolicyFile, words: list[str]) -> None:
    match words:
        case ["log", vkey, *url] if len(url) <= 1:
            verifier = _verifier(vkey, SIGNATURE)
            _refuse_twice(verifier, list(policy.logs.values()))
            policy.logs[verifier.name] = verifier
        case ["witness", name, vkey, *url] if len(url) <= 1:
            verifier = _verifier(vkey, COSIGNATURE)
            _refuse_twice(verifier, [known.verifier for known in policy.witnesses])
            if name == "none" or name in [known.name for known in policy.witnesses]:
                raise ValueError(f"the name {name} stands for something else already")
            policy.witnesses.append(Witness(name, verifier, url[0].rstrip("/") if url else ""))
        case ["group", _, _, _, *_] | ["quorum", _]:
            pass
        case _:
            raise ValueError("write `log <vkey> [<url>]` or `witness <name> <vkey> [<url>]`")


def _verifier(vkey: str, type_: int) -> Verifier:
    verifier = Verifier.parse(vkey)
    if verifier.type != type_:
        raise ValueError("a log’s key has type 01, a witness’s type 04; this is the other")
    return verifier


def _refuse_twice(verifier: Verifier, known: list[Verifier]) -> None:
    if verifier.key in [each.key for each in known] or verifier.name in [each.name for each in known]:
        raise ValueError("this key or its name stands there twice")
