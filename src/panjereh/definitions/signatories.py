"""Who must sign besides the applicant: as written in `signatories`, and as compiled."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from panjereh.definitions.block import Block, Feel, Key, as_list
from panjereh.definitions.expressions import Context, Formula, Formulas
from panjereh.definitions.texts import Text

SignedBy = Literal["declaration", "passkey"]
ALL = "all"


class Signatory(Block):
    """People who must sign besides the applicant, each in their own session; the request is sent when all have."""

    who: Key = Field(description="name of this kind of signatory, unique in the service")
    title: Text = Field(description="as what they sign: The other spouse, Witness")
    from_: Feel = Field(
        alias="from",
        description="FEEL for whom it is: a person question that a register answers (`spouse`), or a field of "
        "a register that names somebody (`applicant.mother`)",
    )
    min: int | None = Field(
        default=None, ge=1, le=20, description="how many of them must sign; without it all whom `from` names"
    )
    signature: SignedBy = Field(
        default="declaration",
        description="how they sign: by a declaration, or with a passkey; at the office on paper, before an official",
    )
    sees: Annotated[list[Key], BeforeValidator(as_list)] = Field(
        default=[ALL],
        min_length=1,
        description="questions whose answers they see before they sign, or `all`; all sign the same document, in "
        "which the other answers stand closed",
    )
    declares: Text | None = Field(
        default=None, description="what they declare by signing, if the title does not say it"
    )
    show_if: Feel | None = Field(default=None, description="FEEL: they must sign only when true")


@dataclass(frozen=True, slots=True)
class Named:
    """A person whom the answers name as signatory.

    entity: their entry, where a register has confirmed it; by_key: a register itself names them by their number
    """

    entity: str | None
    national_id: str | None
    by_key: bool = False
    given_name: str = ""
    family_name: str = ""


@dataclass(frozen=True, slots=True)
class PlannedSignatory:
    """A kind of signatory, ready to run. sees: None for every answer."""

    who: str
    title: Text
    from_: Formula
    min: int | None
    signature: SignedBy
    sees: frozenset[str] | None
    declares: Text | None
    show_if: Formula | None

    @classmethod
    def of(cls, block: Signatory, formula: Formulas) -> "PlannedSignatory":
        return cls(
            who=block.who,
            title=block.title,
            from_=formula(block.from_),
            min=block.min,
            signature=block.signature,
            sees=None if ALL in block.sees else frozenset(block.sees),
            declares=block.declares,
            show_if=formula.maybe(block.show_if),
        )

    def is_needed(self, context: Context) -> bool:
        return self.show_if is None or self.show_if.holds(context)

    def people(self, context: Context) -> list[Named]:
        """Whom the answers name, in their order."""
        return list(_people(self.from_.value(context)))

    def shows(self, question: str) -> bool:
        """Whether they see the answer to this question."""
        return self.sees is None or question in self.sees


def _people(value: Any) -> Iterator[Named]:
    if isinstance(value, list):
        for each in value:
            yield from _people(each)
    elif isinstance(value, Mapping):
        source = value.get("source")
        yield Named(
            entity=source["entity"] if isinstance(source, Mapping) else None,
            national_id=value.get("national_id"),
            given_name=value.get("given_name") or "",
            family_name=value.get("family_name") or "",
        )
    elif isinstance(value, str):
        yield Named(entity=None, national_id=value, by_key=True)
