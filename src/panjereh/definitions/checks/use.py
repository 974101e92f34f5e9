"""P4 and P5: nothing is asked without need, nothing is decided without law."""

from collections.abc import Iterator

from panjereh.definitions.checks.expressions import compiled, used
from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.findings import Finding
from panjereh.definitions.registry import RegistryFile
from panjereh.definitions.yaml import Path
from panjereh.kernel.actor import Level


def unused(lint: Lint) -> Iterator[Finding]:
    """A question that nothing uses is not asked."""
    read = _read_names(lint)
    for path, _, asked in lint.asked:
        kind = lint.type_of[asked.id]
        if asked.id in read or asked.proves or asked.why is not None or kind == "declaration":
            continue
        yield lint.found("P401", path, f"Nothing uses the answer to {asked.id!r}.")


def _read_names(lint: Lint) -> set[str]:
    """Every name that an expression, a fee table or a notice reads, at any depth."""
    read: set[str] = set()
    for each in used(lint):
        expression = compiled(each.text)
        if expression is None:
            continue
        read |= {name for path in expression.reads for name in path} | expression.item_names
    table = lint.service.fee_table if lint.service else None
    read |= set(table.names) if table else set()
    read |= {name for notice in lint.definition.notices.values() for name in notice.to}
    read |= {str(asked.about) for _, _, asked in lint.asked}
    return read


def evidence(lint: Lint) -> Iterator[Finding]:
    proven = {name for _, _, asked in lint.asked for name in asked.proves}
    for name, condition in lint.definition.conditions.items():
        if name not in proven and not condition.official:
            yield lint.found("P402", ("conditions", name), f"Nothing proves the condition {name!r}.")


def refusals(lint: Lint) -> Iterator[Finding]:
    if lint.definition.ask and not lint.definition.conditions:
        yield lint.found("P403", ("service",), "An official can refuse, but there is no condition to cite.")


def held(lint: Lint) -> Iterator[Finding]:
    """What a register holds about somebody who is identified is not asked again."""
    holders = _holders(lint)
    identified = lint.definition.identity.meets(Level.SUBSTANTIAL)
    fetched = {asked.id for _, _, asked in lint.asked if asked.source is not None}
    for path, _, asked in lint.asked:
        if asked.source is not None or asked.concept not in holders:
            continue
        about = asked.about or ("applicant" if asked.concept.startswith("person.") else "nobody")
        if (about == "applicant" and identified) or about in fetched:
            whom = "the applicant" if about == "applicant" else repr(about)
            changes = asked.id in _written(lint)
            if not changes:
                yield lint.found("P404", path, f"{asked.id!r} asks what {holders[asked.concept]} holds about {whom}.")


def _holders(lint: Lint) -> dict[str, str]:
    """Concept → the registry that holds it."""
    return {
        field.concept: name
        for name, registry in lint.folder.registries.items()
        for field in registry.fields.values()
        if field.concept is not None
    }


def _written(lint: Lint) -> set[str]:
    """Answers that change an entry: a new address must be asked although the register holds the old one."""
    found: set[str] = set()
    for produce in lint.definition.produces:
        for text in (produce.record.update or {}).values() if produce.record else ():
            expression = compiled(text)
            found |= {name for path in expression.reads for name in path} if expression else set()
    return found


def purposes(lint: Lint) -> Iterator[Finding]:
    """Each look-up has a purpose, and the registry allows it."""
    for path, _, asked in lint.asked:
        if asked.source is None:
            continue
        registry, _, lookup = asked.source.lookup.partition(".")
        found = lint.folder.registries.get(registry)
        if found is None or lookup not in found.lookups:
            continue
        yield from _allowed(lint, (*path, "source"), found, set(found.lookups[lookup].returns))
    fields = set(lint.service.applicant_fields) if lint.service else set()
    population = lint.folder.registries.get("population")
    if fields and population is not None:
        yield from _allowed(lint, ("purposes",), population, fields & set(population.fields))


def _allowed(lint: Lint, path: Path, registry: RegistryFile, fields: set[str]) -> Iterator[Finding]:
    own = [
        each for each in lint.definition.purposes if any(r.partition(".")[0] == registry.registry for r in each.reads)
    ]
    if not own:
        yield lint.found("P405", path, f"No purpose of the service reads {registry.registry!r}.")
        return
    purpose = own[0]
    granted = {
        field
        for read in registry.reads
        if read.purpose == purpose.id and read.law == purpose.law and lint.definition.agency in read.by
        for field in read.fields
    }
    if not granted:
        message = (
            f"{registry.registry!r} grants {lint.definition.agency!r} nothing for {purpose.id!r} by {purpose.law}."
        )
        yield lint.found("P406", path, message)
    elif fields - granted:
        yield lint.found(
            "P406",
            path,
            f"{registry.registry!r} does not grant {', '.join(sorted(fields - granted))} for {purpose.id!r}.",
        )


def law(lint: Lint) -> Iterator[Finding]:
    definition = lint.definition
    if not definition.legal_basis:
        yield lint.found("P501", ("service",), "The service names no law that it carries out.")
    if not definition.ask:
        return
    if definition.deadlines.decide is None:
        yield lint.found("P502", ("deadlines",), "Nothing says until when the agency must decide.")
    if definition.deadlines.appeal is None:
        yield lint.found("P503", ("deadlines",), "Nothing says how long a refusal can be appealed.")
    known = lint.service.applicant_fields if lint.service else ()
    if known and definition.identity is Level.NONE:
        yield lint.found(
            "P505", ("identity",), f"The service uses {', '.join(known)} of an applicant who need not sign in."
        )


CHECKS = (unused, evidence, refusals, held, purposes, law)
