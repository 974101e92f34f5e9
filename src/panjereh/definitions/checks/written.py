"""P8: a process written as steps says what it means, and every way in it leads to an end."""

from collections.abc import Iterator, Sequence

from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.findings import Finding
from panjereh.definitions.reading import similar
from panjereh.definitions.steps import COMMON, FITTING, Step, Written
from panjereh.definitions.yaml import Path

OPTIONS = (*COMMON, "correct", "confirm", "refused", "within", "silence")
ENDING = ("end", "again", "decide", "objection")
"""Verbs that may end the case or lead it elsewhere."""


def written(lint: Lint) -> Iterator[Finding]:
    process = lint.definition.process
    if not isinstance(process, Written):
        return
    found = list(process.everywhere())
    for path, step, siblings in found:
        yield from _options(lint, path, step)
        yield from _names(lint, path, step)
        yield from _waiting(lint, path, step)
        yield from _ways(lint, path, step)
        if siblings[0] is step:
            yield from _reached(lint, path[:-1], siblings)
    yield from _ids(lint, found)


def is_sound(lint: Lint) -> bool:
    """Whether nothing was found, so that it makes sense to draw it."""
    return not any(written(lint))


def _options(lint: Lint, path: Path, step: Step) -> Iterator[Finding]:
    for option in OPTIONS:
        if option in step.model_fields_set and option not in FITTING[step.verb]:
            fitting = ", ".join(FITTING[step.verb]) or "nothing"
            yield lint.found("P821", (*path, option), f"`{step.verb}` has no `{option}`; it can have {fitting}.")


def _ids(lint: Lint, found: Sequence[tuple[Path, Step, list[Step]]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, step, _ in found:
        if step.verb in ("end", "again"):
            continue
        if step.name in seen:
            yield lint.found("P822", path, f"There is a second step called {step.name!r}.")
        seen.add(step.name)
    for path, step, _ in found:
        if step.again is not None and step.again not in seen:
            message = f"There is no step {step.again!r} to go back to.{similar(step.again, seen)}"
            yield lint.found("P822", (*path, "again"), message)


def _names(lint: Lint, path: Path, step: Step) -> Iterator[Finding]:
    if step.verb == "ask" and (step.id is None or step.title is None):
        yield lint.found("P827", path, "`ask` needs `id` and `title`: what is it that is asked?")
    if step.consult is not None and step.title is None:
        yield lint.found("P827", path, "`consult` needs a `title`: whose answer does the case wait for?")
    if step.verb == "wait" and step.title is None:
        yield lint.found("P827", path, "`wait` needs a `title`: for what does the person wait?")
    if step.verb == "objection" and "refused" not in path:
        yield lint.found("P827", path, "`objection` stands below `refused`: there is nothing else to object to.")


def _waiting(lint: Lint, path: Path, step: Step) -> Iterator[Finding]:
    if step.verb == "wait" and step.within is None:
        yield lint.found("P826", path, f"The case would wait for {step.wait!r} for ever.")
    if "silence" in step.model_fields_set and step.within is None and step.verb in ("ask", "wait"):
        yield lint.found("P826", (*path, "silence"), "`silence` says what follows a term, but there is no `within`.")


def _ways(lint: Lint, path: Path, step: Step) -> Iterator[Finding]:
    if step.choose is not None:
        rest = [choice.if_ is None for choice in step.choose]
        if len(rest) < 2 or sum(rest) != 1 or not rest[-1]:
            yield lint.found("P824", (*path, "choose"), "The last way, and only that, is without `if`.")
    if step.together is not None:
        if len(step.together) < 2 or not all(step.together):
            yield lint.found("P825", (*path, "together"), "Side by side go at least two lists of steps.")
        for inner, branch in step.inside:
            yield from _staying(lint, (*path, *inner), branch)


def _staying(lint: Lint, path: Path, steps: Sequence[Step]) -> Iterator[Finding]:
    """Nothing below `together` ends the case: the others would be left over."""
    for number, step in enumerate(steps):
        if step.verb in ENDING:
            yield lint.found("P825", (*path, number), f"`{step.verb}` can't stand side by side with other steps.")
        for inner, inside in step.inside:
            if step.together is None:
                yield from _staying(lint, (*path, number, *inner), inside)


def _reached(lint: Lint, path: Path, steps: Sequence[Step]) -> Iterator[Finding]:
    for number, step in enumerate(steps[:-1]):
        if _ends(step):
            yield lint.found("P823", (*path, number + 1), f"No way leads here: `{step.verb}` before it ends the way.")
            return


def _ends(step: Step) -> bool:
    """Whether no way goes on behind it."""
    if step.choose is not None:
        return all(choice.steps and _ends(choice.steps[-1]) for choice in step.choose)
    return step.verb in ("end", "again")


CHECKS = (written,)
