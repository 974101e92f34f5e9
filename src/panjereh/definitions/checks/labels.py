"""P83: what is confidential gets neither onto check pages nor into search, what is secret onto no document."""

from collections.abc import Iterator

from panjereh.definitions import classification
from panjereh.definitions.checks.lint import Lint, finding
from panjereh.definitions.country_files import Concept
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder


def documents(lint: Lint) -> Iterator[Finding]:
    """Whoever checks a document learns nothing confidential, and no document tells a secret."""
    if lint.service is None:
        return
    for number, produce in enumerate(lint.definition.produces):
        document = produce.document
        for name, text in document.data.items() if document else ():
            told = lint.service.tells_closed(text)
            path = ("produces", number, "document", "data", name)
            if document and told and name in document.public:
                yield lint.found("P831", path, f"{name!r} tells {', '.join(sorted(told))}, which is confidential.")
            if secret := sorted(each for each in told if lint.service.closed[each] == "secret"):
                yield lint.found("P832", path, f"{name!r} tells {', '.join(secret)}, which is secret.")


def registers(folder: Folder) -> Iterator[Finding]:
    """Keys and captions are seen and searched by everybody who works with a register."""
    for name, file in folder.registries.items():
        source = folder.sources[f"registries/{name}.yaml"]
        for field in dict.fromkeys((file.key, *file.caption)):
            block = file.fields[field]
            concept = folder.concepts.get(block.concept or "")
            label = classification.of(block.classification, _of(concept), concept.type if concept else block.type or "")
            if classification.is_closed(label):
                yield finding("P833", source, ("fields", field), f"{field!r} is {label}.")


def _of(concept: Concept | None) -> classification.Classification | None:
    return concept.classification if concept else None


CHECKS = (documents,)
COUNTRY_CHECKS = (registers,)
