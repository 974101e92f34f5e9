"""What differs between two versions of a service, in words that a jurist can check."""

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from panjereh.definitions import yaml
from panjereh.definitions.bundle import Bundle

NAMES = ("id", "page", "role", "service", "purpose", "law")
"""Keys by which the items of a list are known from one version to the next, the first that all have."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is new, gone or changed: where it stands, and what it said and says (None: it is not there)."""

    place: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None and self.after is None:
            return self.place
        if self.before is None:
            return f"{self.place}: new, {self.after}"
        if self.after is None:
            return f"{self.place}: gone (it was {self.before})"
        return f"{self.place}: {self.before} → {self.after}"


def differences(old: Bundle | None, new: Bundle) -> list[str]:
    """One sentence for each thing that is new, gone or changed; for files that are not YAML the changed lines."""
    return ["The service is new."] if old is None else [str(each) for each in compared(old, new)]


def compared(old: Bundle, new: Bundle) -> list[Difference]:
    """The same as pairs of what was and what is."""
    found: list[Difference] = []
    for name in sorted({*old.files, *new.files}):
        before, after = old.files.get(name), new.files.get(name)
        if before is None or after is None:
            found.append(Difference(f"{name}: the file is {'new' if before is None else 'gone'}", None, None))
        elif before != after:
            found += _in_file(name, before, after)
    if old.shared != new.shared:
        found += between(json.loads(old.shared), json.loads(new.shared), "shared")
    return found


def _in_file(name: str, before: bytes, after: bytes) -> list[Difference]:
    if name.endswith(".yaml"):
        place = "" if name == "service.yaml" else name.removesuffix(".yaml")
        return list(between(yaml.read(before, name).data, yaml.read(after, name).data, place)) or [
            Difference(f"{name}: only its layout or remarks", None, None)
        ]
    lines = difflib.ndiff(before.decode("utf-8", "replace").splitlines(), after.decode("utf-8", "replace").splitlines())
    return [Difference(f"{name}: {line}", None, None) for line in lines if line.startswith(("- ", "+ "))]


def between(old: Any, new: Any, place: str) -> Iterator[Difference]:
    """What differs between two values as YAML gives them; `place` is where they stand."""
    if old == new:
        return
    before, after = _named(old), _named(new)
    if before is None or after is None:
        yield Difference(place, _shown(old), _shown(new))
        return
    for name in [*before, *(name for name in after if name not in before)]:
        inner = f"{place}.{name}" if place else name
        if name not in after:
            yield Difference(inner, _shown(before[name]), None)
        elif name not in before:
            yield Difference(inner, None, _shown(after[name]))
        else:
            yield from between(before[name], after[name], inner)
    if before.keys() == after.keys() and list(before) != list(after):
        yield Difference(f"{place or 'service'}: another order, {', '.join(after)}", None, None)


def _named(value: Any) -> dict[str, Any] | None:
    """Parts by name: the keys of a mapping, or the items of a list that have names; None for anything else."""
    if isinstance(value, Mapping):
        return {str(key): each for key, each in value.items()}
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        return None
    for key in NAMES:
        names = [str(each.get(key)) for each in value]
        if all(key in each for each in value) and len(set(names)) == len(names):
            return dict(zip(names, value, strict=True))
    return None


def _shown(value: Any) -> str:
    """A value in a line: texts in quotes, parts of mappings by their names."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(each) for each in value) + "]"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return f"“{value}”" if isinstance(value, str) and " " in value else str(value)
