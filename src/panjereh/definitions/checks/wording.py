"""P2: texts are there in every language and short enough for where they stand."""

from collections.abc import Iterator

from panjereh.definitions.checks.expressions import compiled
from panjereh.definitions.checks.lint import Lint, finding, texts_in
from panjereh.definitions.findings import Finding
from panjereh.definitions.loader import Folder
from panjereh.definitions.texts import Text
from panjereh.definitions.types import Channel
from panjereh.definitions.wording import split
from panjereh.definitions.yaml import Source

SHORT = 40
PHONES = {"sms", "ussd"}
LONGEST = {"sms": 140, "ussd": 120}
"""Signs of one message that are left for the question."""


def translations(lint: Lint) -> Iterator[Finding]:
    yield from translations_of(lint.source, lint.folder.languages)


def translations_of(source: Source, languages: tuple[str, ...]) -> Iterator[Finding]:
    for path, words in texts_in(source.data):
        missing = [language for language in languages if not words.get(language, "").strip()]
        if missing:
            yield finding("P201", source, path, f"The text in {', '.join(missing)} is missing.")


def shared_translations(folder: Folder) -> Iterator[Finding]:
    """Texts of the country's own files."""
    for name, source in folder.sources.items():
        if "/" not in name or name.startswith("registries/"):
            yield from translations_of(source, folder.languages)
    concepts = folder.sources.get("concepts.yaml")
    for name, concept in folder.concepts.items():
        if concepts and concept.short and (long := too_long(concept.short, SHORT)):
            yield finding("P202", concepts, (name, "short"), f"{long}: it has more than {SHORT} characters.")


def lengths(lint: Lint) -> Iterator[Finding]:
    """`short` has at most 40 characters; a long label has a short form; a question fits into one message."""
    channels = set(lint.definition.channels)
    for path, _, asked in lint.asked:
        question = lint.service.questions.get(asked.id) if lint.service else None
        if asked.short and (long := too_long(asked.short, SHORT)):
            yield lint.found("P202", (*path, "short"), f"The {long} text has more than {SHORT} characters.")
        if question is None:
            continue
        if channels & PHONES and question.short is None and too_long(question.label, SHORT):
            yield lint.found("P203", (*path, "label"), f"The label of {asked.id!r} is longer than {SHORT} characters.")
        for channel in sorted(channels & PHONES):
            if too_long(question.short or question.label, LONGEST[channel]):
                yield lint.found("P202", (*path, "label"), f"The label of {asked.id!r} does not fit into {channel}.")


def too_long(text: Text, most: int) -> str | None:
    """The first language in which the text is longer."""
    return next((language for language, words in text.items() if len(words) > most), None)


def channels(lint: Lint) -> Iterator[Finding]:
    """Every channel can ask every question."""
    for path, _, asked in lint.asked:
        question = lint.service.questions.get(asked.id) if lint.service else None
        if question is None:
            continue
        for channel in lint.definition.channels:
            enclosed = channel == "paper" and question.kind.name == "file"
            if question.kind.way(Channel(channel)) is None and not enclosed:
                yield lint.found(
                    "P204", path, f"{channel} can’t ask {asked.id!r}, a question of type {question.kind.name}."
                )
        if "voice" in lint.definition.channels and question.say is None:
            yield lint.found("P205", path, f"{asked.id!r} has no `say`.")


def labels(lint: Lint) -> Iterator[Finding]:
    for path, _, asked in lint.asked:
        if asked.label is None and asked.concept is None:
            yield lint.found("P208", path, f"{asked.id!r} has neither label nor concept.")
        for number, check in enumerate(asked.check):
            if check.text is None:
                yield lint.found(
                    "P206", (*path, "check", number), f"The check of {asked.id!r} does not say what is wrong."
                )


def placeholders(lint: Lint) -> Iterator[Finding]:
    """A notice mentions the same things in every language."""
    for kind, notice in lint.definition.notices.items():
        for key, text in (("subject", notice.subject), ("text", notice.text)):
            sets = {language: _mentioned(words) for language, words in (text or {}).items()}
            every = frozenset().union(*sets.values())
            for language, own in sets.items():
                if own != every:
                    missing = ", ".join(f"{{{each}}}" for each in sorted(every - own))
                    yield lint.found("P207", ("notices", kind, key, language), f"{missing} is missing in {language}.")


def _mentioned(words: str) -> frozenset[str]:
    """What a text mentions: the names that its placeholders read."""
    expressions = [compiled(split(inner)[0]) for inner in Text({"en": words}).placeholders]
    return frozenset().union(*(expression.names for expression in expressions if expression))


CHECKS = (translations, lengths, channels, labels, placeholders)
