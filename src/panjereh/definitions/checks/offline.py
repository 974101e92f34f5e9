"""P812 and P813: what leaves with a document fits into a QR code, and into a credential of a wallet."""

from collections.abc import Iterator, Mapping

from panjereh.definitions.checks.lint import Lint
from panjereh.definitions.effects import LARGEST_TOKEN, RESERVED_CLAIMS
from panjereh.definitions.findings import Finding
from panjereh.definitions.results import DocumentPlan
from panjereh.definitions.vocabulary import RegistryField

FRAME = 130
"""Bytes of signature, key, agency, code and dates."""
USUAL = 30
"""Bytes of a value of which nothing is known: a name or a number."""
USUAL_TEXT = 40
"""Signs that people write where a text may be long. What is longer after all is printed with its address only."""


def codes(lint: Lint) -> Iterator[Finding]:
    for number, result in enumerate(lint.service.results if lint.service else ()):
        size = estimate(result.document) if result.document else 0
        if size > LARGEST_TOKEN:
            path = ("produces", number, "document", "public")
            yield lint.found("P812", path, f"It would hold about {size} bytes; {LARGEST_TOKEN} are legible.")


def estimate(plan: DocumentPlan) -> int:
    """About how many bytes the token of such a document has."""
    return FRAME + _bytes(plan.title) + sum(_field(plan, name) for name in plan.public if name in plan.data)


def _field(plan: DocumentPlan, name: str) -> int:
    return _bytes(plan.label(name)) + _value(plan.show.field(plan.data[name].text, plan.registry))


def _value(known: RegistryField | None) -> int:
    options = known.kind.options if known else None
    choices = getattr(options, "choices", None)
    if choices:
        return max(_bytes(choice.text) for choice in choices if not isinstance(choice, str))
    longest = getattr(options, "max", None)
    return 2 * min(longest, USUAL_TEXT) if isinstance(longest, int) and known and "text" in known.kind.name else USUAL


def _bytes(words: Mapping[str, str]) -> int:
    return sum(len(text.encode()) + 2 for text in words.values())


def wallets(lint: Lint) -> Iterator[Finding]:
    for number, produce in enumerate(lint.definition.produces):
        for name in produce.document.wallet if produce.document else ():
            if name in RESERVED_CLAIMS:
                path = ("produces", number, "document", "wallet")
                yield lint.found("P813", path, f"Credentials call something else {name!r}.")


CHECKS = (codes, wallets)
