"""Who must sign: they can be found, see what they sign, and have a term."""

from collections.abc import Iterator

from panjereh.definitions.checks.expressions import compiled
from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.checks.names import unknown
from panjereh.definitions.findings import Finding
from panjereh.definitions.signatories import ALL, Signatory
from panjereh.definitions.yaml import Path
from panjereh.kernel.actor import Level


def named(lint: Lint) -> Iterator[Finding]:
    """Each kind has a name of its own and comes from somebody whom a register knows; there are enough of them."""
    seen = {"applicant"}
    for number, block in enumerate(lint.definition.signatories):
        path: Path = ("signatories", number)
        if block.who in seen:
            yield lint.found("P110", (*path, "who"), f"{block.who!r} signs already.")
        seen.add(block.who)
        if not _can_be_found(lint, block):
            yield lint.found("P841", (*path, "from"), f"“{block.from_}” names nobody whom a register knows.")
        most = _most(lint, block)
        if block.min is not None and most is not None and block.min > most:
            yield lint.found("P842", (*path, "min"), f"{block.min} must sign, and {most} at most are named.")
        for place, name in enumerate(block.sees):
            if name != ALL and name not in lint.questions:
                yield unknown(lint, "P116", (*path, "sees", place), name, lint.questions)


def _can_be_found(lint: Lint, block: Signatory) -> bool:
    expression = compiled(block.from_)
    if expression is None:
        return True  # P601 says so
    lets = lint.definition.let
    for path in expression.reads:
        asked = lint.questions.get(path[0])
        if path[0] in lets or (path[0] == "applicant" and len(path) > 1):
            return True
        if asked is not None and path[0] in lint.people and asked.source is not None:
            return True
    return False


def _most(lint: Lint, block: Signatory) -> int | None:
    """How many people a question can name; None where that can't be told."""
    asked = lint.questions.get(block.from_.strip())
    if asked is None or asked.id not in lint.people:
        return None
    return asked.repeat.max if asked.repeat else 1


def sure(lint: Lint) -> Iterator[Finding]:
    """Whoever signs is known for certain, has a term, and sees the answers that they sign for."""
    definition = lint.definition
    if not definition.signatories:
        if definition.deadlines.sign is not None:
            yield lint.found("P843", ("deadlines", "sign"), "Nobody signs besides the applicant.")
        return
    if definition.deadlines.sign is None:
        yield lint.found("P843", ("signatories",), "Nothing says how long the others have to sign.")
    if not definition.identity.meets(Level.SUBSTANTIAL):
        yield lint.found("P844", ("identity",), f"Others sign a request of somebody known only {definition.identity}.")


def secrets(lint: Lint) -> Iterator[Finding]:
    """What is secret is shown to a signatory only where `sees` names it."""
    secret = sorted(name for name, label in lint.service.closed.items() if label == "secret") if lint.service else []
    for number, block in enumerate(lint.definition.signatories):
        if secret and ALL in block.sees:
            yield lint.found("P845", ("signatories", number), f"{block.who!r} would see {', '.join(secret)}.")


CHECKS = (named, sure, secrets)
