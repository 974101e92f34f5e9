"""The blocks about results: entries in registers, documents, notices, as written."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from panjereh.definitions.block import Block, Feel, Key, Slug, as_list
from panjereh.definitions.texts import Text


class Record(Block):
    """An entry that is made, changed or annulled in a register when the case is approved."""

    registry: Slug = Field(description="id of the registry")
    create: dict[Key, Feel] | None = Field(default=None, description="a new entry: field → FEEL")
    update: dict[Key, Feel] | None = Field(default=None, description="a new version of an entry: field → FEEL")
    annul: bool = Field(default=False, description="the entry is no longer valid")
    entity: Feel | None = Field(
        default=None, description="FEEL for the entity that is changed or annulled, such as `mother.source.entity`"
    )
    valid_from: Feel | None = Field(
        default=None, description="FEEL for the first day on which it is true; otherwise the day of the decision"
    )

    @model_validator(mode="after")
    def does_one_thing(self) -> Self:
        if (self.create is not None) + (self.update is not None) + self.annul != 1:
            raise ValueError("a record either creates, updates or annuls")
        if (self.create is None) != (self.entity is not None):
            raise ValueError("entity: is needed to update or annul, and has no place where an entry is created")
        return self


LARGEST_TOKEN = 600
"""Bytes of the signed token in a certificate's QR code: 101 modules a side, of which a phone reads 0.37 mm each."""


RESERVED_CLAIMS = frozenset({"iss", "nbf", "exp", "iat", "sub", "aud", "jti", "cnf", "vct", "status"})
"""Names that credentials use for themselves (RFC 7519, RFC 7800, SD-JWT VC): no datum in a wallet may have them."""


class Document(Block):
    """A certificate, permit or letter, made from a Typst template."""

    template: str = Field(pattern=r"^[a-z][a-z0-9-]*\.typ$", description="file in this folder")
    title: Text = Field(description="what the document is called")
    data: dict[Key, Feel] = Field(description="what the template may use: name → FEEL")
    labels: dict[Key, Text] = Field(
        default={},
        description="what data are called on the document, where that is not clear from a question or a register",
    )
    public: list[Key] = Field(default=[], description="names of the data that anybody who checks the document sees")
    wallet: list[Key] = Field(
        default=[],
        description="names of the data that the holder may take into a wallet, and show there one by one",
    )
    valid_until: Feel | None = Field(
        default=None, description='FEEL for the last day on which it holds, such as `today() + duration("P1Y")`'
    )
    subject: Feel | None = Field(
        default=None, description="FEEL for whom it is about (a person or a national number); otherwise the applicant"
    )


class Produce(Block):
    """One result of approval. FEEL sees the answers, and with `for_each` also `item` and `index` (from 1)."""

    id: Key = Field(description="name of the result")
    for_each: Key | None = Field(default=None, description="once for each of a repeated page or question")
    when: Feel | None = Field(default=None, description="FEEL: only when true")
    record: Record | None = Field(default=None, description="an entry in a register")
    document: Document | None = Field(
        default=None, description="a document; its FEEL also sees `record` (the entry just made) and `entity`"
    )

    @model_validator(mode="after")
    def makes_something(self) -> Self:
        if self.record is None and self.document is None:
            raise ValueError(f"result {self.id}: give a record, a document or both")
        return self


class Notice(Block):
    """What somebody is told. {…} in its texts is FEEL, or an answer by its id."""

    to: Annotated[list[str], BeforeValidator(as_list)] = Field(
        default=["applicant"], description="applicant, or ids of person questions"
    )
    subject: Text | None = Field(default=None, description="one line; otherwise the title of the service")
    text: Text = Field(description="the message; ends with what to do next")
