"""How much a datum must be protected: four labels, from what everybody may know to what hardly anybody may.

public        everybody may know it
internal      those who work on the matter; found by search, told in notices (what is not labelled)
confidential  health, belief, adoption, court orders, accounts: not searched by beginnings, never in e-mails or messages
secret        the same, and on no document
"""

from typing import Literal

Classification = Literal["public", "internal", "confidential", "secret"]
LABELS: tuple[Classification, ...] = ("public", "internal", "confidential", "secret")
BY_TYPE: dict[str, Classification] = {"iban": "confidential", "file": "confidential"}
"""The label of a type, where it is not internal."""


def of(own: Classification | None, concept: Classification | None, type_name: str) -> Classification:
    """The stricter of what a question says and what its concept says; without both, that of the type."""
    given = [label for label in (own, concept) if label is not None]
    return max(given, key=LABELS.index) if given else BY_TYPE.get(type_name, "internal")


def is_closed(label: Classification) -> bool:
    """Confidential or secret."""
    return LABELS.index(label) >= LABELS.index("confidential")
