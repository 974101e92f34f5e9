"""What follows an entry of a register: renewal, change, duplicate, transfer, suspension, its lifting, revocation.

A block says which; the question for the entry and what becomes of it are filled in here, the same for every service.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from panjereh.definitions.block import Block, Feel, Key, Slug, Within
from panjereh.definitions.effects import Produce, Record
from panjereh.definitions.question import Asked, Page, Source
from panjereh.definitions.registry import Holding, RegistryFile
from panjereh.definitions.texts import Text

Kind = Literal["renewal", "change", "duplicate", "transfer", "suspension", "lifting", "revocation"]

NEEDS: Mapping[str, str] = {"renewal": "lasts", "change": "fields", "transfer": "to", "suspension": "until"}
"""Kind → the key without which it means nothing."""


class FollowUp(Block):
    """What the service does with an entry that the applicant holds (see `holding` of the register). It asks for the
    entry, unless a question of the same name does, and writes what becomes of it."""

    as_: Kind = Field(
        alias="as",
        description="renewal: it holds longer; change: other `fields`; duplicate: nothing changes, a document is made "
        "again; transfer: it belongs to somebody else; suspension: it does not hold for a while; lifting: it holds "
        "again; revocation: today is its last day",
    )
    of: Slug = Field(description="the register")
    entry: Key = Field(description="name of the answer that names the entry")
    lasts: Within | None = Field(
        default=None,
        description="of renewal: for how long, counted from its last day, or from today if that has passed",
    )
    to: Feel | None = Field(default=None, description="of transfer: FEEL for the number of the new holder")
    until: Feel | None = Field(default=None, description="of suspension: FEEL for the last day of it")
    fields: dict[Key, Feel] = Field(default={}, description="further fields that get another value: field → FEEL")
    label: Text | None = Field(default=None, description="the question; otherwise what the register calls its key")
    proves: list[Key] = Field(default=[], description="ids of the conditions for which the entry is evidence")

    @model_validator(mode="after")
    def says_what_it_needs(self) -> Self:
        if (key := NEEDS.get(self.as_)) and not getattr(self, key):
            raise ValueError(f"a {self.as_} needs `{key}`")
        return self


NUMBERS = {
    frozenset({"person"}): "applicant.national_id",
    frozenset({"organisation"}): "applicant.company_id",
}
BOTH = 'if applicant_kind = "organisation" then applicant.company_id else applicant.national_id'


def page_of(block: FollowUp, registry: RegistryFile, holding: Holding, kinds: Iterable[str]) -> Page:
    """The page that asks which of their entries the applicant means. `kinds`: of applicants."""
    label = block.label or registry.fields[registry.key].label
    given = {holding.holder: NUMBERS.get(frozenset(kinds), BOTH)}
    asked = Asked(
        id=block.entry,
        type="entry",
        label=label,
        source=Source(lookup=f"{registry.registry}.{holding.lookup}", given=given),
        proves=block.proves,
        options={"field": registry.key},
    )
    return Page(page=f"which_{block.entry}"[:50], questions=[asked], title=registry.title)


def record_of(block: FollowUp, registry: RegistryFile, holding: Holding) -> Record | None:
    """What becomes of the entry; None for a duplicate."""
    entity = f"{block.entry}.source.entity"
    fields = {**_OWN[block.as_](block, holding), **block.fields}
    return Record(registry=registry.registry, update=fields, entity=entity) if fields else None


def _renewed(block: FollowUp, holding: Holding) -> dict[str, str]:
    ends = f"{block.entry}.{holding.until}"
    return {
        str(holding.until): f"(if {ends} != null and {ends} > submitted_on then {ends} else submitted_on) "
        f'+ duration("{block.lasts}")'
    }


_OWN: Mapping[str, Callable[[FollowUp, Holding], dict[str, str]]] = {
    "renewal": _renewed,
    "change": lambda _block, _holding: {},
    "duplicate": lambda _block, _holding: {},
    "transfer": lambda block, holding: {holding.holder: str(block.to)},
    "suspension": lambda block, holding: {str(holding.suspended): str(block.until)},
    "lifting": lambda _block, holding: {str(holding.suspended): "null"},
    "revocation": lambda _block, holding: {str(holding.until): "today()"},
}


def is_possible(block: FollowUp, registry: RegistryFile) -> bool:
    """Whether the register says what this kind of follow-up needs to know."""
    needed = {"renewal": "until", "revocation": "until", "suspension": "suspended", "lifting": "suspended"}.get(
        block.as_
    )
    return registry.holding is not None and (needed is None or getattr(registry.holding, needed) is not None)


def filled_in(definition: Any, registries: Mapping[str, RegistryFile]) -> Any:
    """The definition with the page and the record of its follow-up; itself if it has none, or one that can't be.

    The record goes to the first result that makes none, so that its document sees the entry; else it is one of its own.
    """
    block: FollowUp | None = definition.follow_up
    registry = registries.get(block.of) if block else None
    if block is None or registry is None or registry.holding is None or not is_possible(block, registry):
        return definition
    asked = {each.id for page in definition.ask for each in page.questions}
    ask = definition.ask
    if block.entry not in asked:
        ask = [page_of(block, registry, registry.holding, [each.kind for each in definition.applicants]), *ask]
    record = record_of(block, registry, registry.holding)
    return definition.model_copy(update={"ask": ask, "produces": _with(record, definition.produces, block)})


def _with(record: Record | None, produces: list[Produce], block: FollowUp) -> list[Produce]:
    if record is None:
        return produces
    for place, each in enumerate(produces):
        if each.record is None and each.for_each is None and each.when is None:
            return [*produces[:place], each.model_copy(update={"record": record}), *produces[place + 1 :]]
    return [*produces, Produce(id=block.entry, record=record)]
