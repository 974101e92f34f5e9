"""What an approval brings about, as plain data: entries for registers, documents, fees, words of notices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from panjereh import rules
from panjereh.definitions.effects import Document, Notice, Produce, Record
from panjereh.definitions.expressions import Context, Formula, Formulas
from panjereh.definitions.screens import plain
from panjereh.definitions.texts import Text
from panjereh.definitions.types import PlaceTree
from panjereh.definitions.vocabulary import Registry, RegistryField
from panjereh.kernel.money import Money
from panjereh.rules.explaining import said


@dataclass(frozen=True, slots=True)
class RecordWrite:
    """An entry to make, change or annul. `data` is canonical JSON; `key` is unique in the case."""

    key: str
    action: Literal["create", "update", "annul"]
    registry: str
    data: dict[str, Any]
    entity: str | None
    valid_from: date | None
    new_key: bool


@dataclass(frozen=True, slots=True)
class DocumentOrder:
    """A document to issue.

    data: what the template may use, typed (dates are dates, choices are texts per language)
    public: names of the data that anybody who checks it sees
    wallet: names of the data that the holder may take into a wallet
    valid_until: the last day on which it holds, if there is one
    labels: what the data are called
    subjects: the register entities that it is about; empty = the applicant
    """

    key: str
    template: bytes
    title: Text
    data: dict[str, Any]
    public: list[str]
    labels: dict[str, Text]
    subjects: list[str]
    languages: tuple[str, ...]
    wallet: list[str] = field(default_factory=list)
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class FeeRow:
    """The row of the table from which the fee comes, with its law and words.

    looked_at: what it looked at, as label and value, both in words by language
    """

    id: str
    law: str | None
    text: Mapping[str, str] | None
    looked_at: tuple[tuple[Mapping[str, str], Mapping[str, str]], ...] = ()

    @classmethod
    def of(cls, reason: rules.Reason) -> "FeeRow":
        looked_at = tuple(
            (label, {language: said(value, language) for language in label}) for label, value in reason.looked_at
        )
        return cls(reason.row, reason.law, reason.text, looked_at)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "law": self.law,
            "text": dict(self.text) if self.text else None,
            "looked_at": [[dict(label), dict(value)] for label, value in self.looked_at],
        }


@dataclass(frozen=True, slots=True)
class Fee:
    """What the service costs in this case, and why."""

    money: Money
    rows: list[FeeRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A notice in one language."""

    subject: str
    text: str
    to: list[str]


class Show:
    """How a data expression that is simply an answer is called and read: `birth_date`, `item.sex`, `record.sex`."""

    def __init__(self, kinds: Mapping[str, RegistryField], languages: tuple[str, ...]) -> None:
        self.kinds, self.languages = kinds, languages

    def field(self, expression: str, record: Registry | None) -> RegistryField | None:
        head, _, tail = expression.strip().rpartition(".")
        if head == "record" and record is not None:
            return record.fields.get(tail)
        return self.kinds.get(tail) if head in ("", "item") else None

    def words(self, known: RegistryField | None, value: Any, places: PlaceTree) -> Any:
        """A chosen id or a place in the words of each language; anything else as it is."""
        if known is None or not isinstance(value, str):
            return value
        if known.kind.name == "place" and places.get(value):
            return Text({language: places.label(value, language) or value for language in self.languages})
        for choice in getattr(known.kind.options, "choices", ()) if isinstance(known.kind.options, object) else ():
            if getattr(choice, "id", None) == value:
                return choice.text
        return value


@dataclass(frozen=True, slots=True)
class Result:
    """One entry of `produces`, compiled."""

    id: str
    for_each: str | None
    when: Formula | None
    record: "RecordPlan | None"
    document: "DocumentPlan | None"

    def scopes(self, context: Context) -> Iterator[tuple[str, dict[str, Any]]]:
        """The key and context of each thing to make."""
        if self.for_each is None:
            if self.when is None or self.when.holds(context):
                yield self.id, dict(context)
            return
        for index, item in enumerate(context.get(self.for_each) or ()):
            own = item if isinstance(item, Mapping) else {}
            inner = {**context, **own, "item": item, "index": index + 1}
            if self.when is None or self.when.holds(inner):
                yield f"{self.id}.{index}", inner


@dataclass(frozen=True, slots=True)
class RecordPlan:
    action: Literal["create", "update", "annul"]
    registry: Registry
    data: Mapping[str, Formula]
    entity: Formula | None
    valid_from: Formula | None

    def write(self, key: str, context: Context) -> RecordWrite:
        data = {name: self._canonical(name, formula.value(context)) for name, formula in self.data.items()}
        entity = self.entity.value(context) if self.entity else None
        day = self.valid_from.value(context) if self.valid_from else None
        made = self.action == "create" and self.registry.new_key is not None
        return RecordWrite(
            key=key,
            action=self.action,
            registry=self.registry.id,
            data=data,
            entity=None if entity is None else str(entity),
            valid_from=day if isinstance(day, date) else None,
            new_key=made and data.get(self.registry.key) is None,
        )

    def _canonical(self, name: str, value: Any) -> Any:
        known = self.registry.fields.get(name)
        if known is not None and known.kind.name == "money" and isinstance(value, Decimal):
            return int(value)
        return plain(value)


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    template: bytes
    title: Text
    data: Mapping[str, Formula]
    labels: Mapping[str, Text]
    public: tuple[str, ...]
    wallet: tuple[str, ...]
    valid_until: Formula | None
    subject: Formula | None
    show: Show
    registry: Registry | None

    def order(self, key: str, context: Context, record: Mapping[str, Any] | None, places: PlaceTree) -> DocumentOrder:
        inner = dict(context)
        if record is not None:
            inner |= {"record": typed_record(self.registry, record.get("data") or {}), "entity": record.get("entity")}
        data: dict[str, Any] = {}
        labels: dict[str, Text] = {}
        for name, formula in self.data.items():
            known = self.show.field(formula.text, self.registry)
            data[name] = self.show.words(known, formula.value(inner), places)
            labels[name] = self.label(name)
        day = self.valid_until.value(inner) if self.valid_until else None
        return DocumentOrder(
            key,
            self.template,
            self.title,
            data,
            list(self.public),
            labels,
            self._subjects(inner, record),
            self.show.languages,
            list(self.wallet),
            day if isinstance(day, date) else None,
        )

    def label(self, name: str) -> Text:
        """What a datum is called: as the document says, else as the answer or register does, else its name."""
        known = self.show.field(self.data[name].text, self.registry)
        return self.labels.get(name) or (known.label if known else Text({"en": name.replace("_", " ")}))

    def _subjects(self, context: Context, record: Mapping[str, Any] | None) -> list[str]:
        if self.subject is None:
            return [str(record["entity"])] if record and record.get("entity") else []
        value = self.subject.value(context)
        people = value if isinstance(value, list) else [value]
        return [entity for entity in map(_entity, people) if entity]


def _entity(person: Any) -> str | None:
    """The entity of a person that a register vouched for, or an entity itself."""
    if isinstance(person, Mapping):
        source = person.get("source")
        return str(source["entity"]) if isinstance(source, Mapping) and source.get("entity") else None
    return str(person) if person else None


def typed_record(registry: Registry | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's canonical data as expressions see them."""
    fields = registry.fields if registry else {}
    return {
        name: fields[name].kind.to_feel(value) if name in fields and value is not None else value
        for name, value in data.items()
    }


def compile_result(
    block: Produce, files: Mapping[str, bytes], registries: Mapping[str, Registry], show: Show, formula: Formulas
) -> Result:
    registry = registries.get(block.record.registry) if block.record else None
    return Result(
        id=block.id,
        for_each=block.for_each,
        when=formula.maybe(block.when),
        record=_record(block.record, registries, formula) if block.record else None,
        document=_document(block.document, files, show, registry, formula) if block.document else None,
    )


def _record(block: Record, registries: Mapping[str, Registry], formula: Formulas) -> RecordPlan:
    action: Literal["create", "update", "annul"] = (
        "create" if block.create is not None else "update" if block.update is not None else "annul"
    )
    data = block.create or block.update or {}
    return RecordPlan(
        action,
        registries[block.registry],
        {name: formula(text) for name, text in data.items()},
        formula.maybe(block.entity),
        formula.maybe(block.valid_from),
    )


def _document(
    block: Document, files: Mapping[str, bytes], show: Show, registry: Registry | None, formula: Formulas
) -> DocumentPlan:
    return DocumentPlan(
        files[block.template],
        block.title,
        {name: formula(text) for name, text in block.data.items()},
        dict(block.labels),
        tuple(block.public),
        tuple(block.wallet),
        formula.maybe(block.valid_until),
        formula.maybe(block.subject),
        show,
        registry,
    )


def fee_of(table: rules.Decides | None, context: Context) -> Fee:
    """What the table says; without a table it is free."""
    if table is None:
        return Fee(Money(0))
    decision = table.evaluate(context)
    amount = decision.outputs.get("amount")
    if amount is None and len(decision.outputs) == 1:
        (amount,) = decision.outputs.values()
    return Fee(Money(int(amount or 0)), [FeeRow.of(reason) for reason in rules.reasons(decision)])


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """A notice with its placeholders compiled."""

    to: tuple[str, ...]
    subject: Text | None
    text: Text

    @classmethod
    def of(cls, block: Notice) -> "PlannedNotice":
        return cls(tuple(block.to), block.subject, block.text)
