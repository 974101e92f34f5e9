"""A DMN model as plain data, as it is written: DMN 1.5, chapters 6 to 10, its XML schema field by field.

Nothing is worked out here. What a tool draws or adds for itself (diagrams, extensions, foreign attributes) is kept as
text, so that a model that is read and written says the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Union

from panjereh.rules.dmn.schema import attribute, many, many_of, one, one_of, raw, text


@dataclass(frozen=True, kw_only=True)
class Element:
    """What all elements may have. `foreign`: attributes of other vocabularies, as {namespace}name."""

    id: str | None = attribute("id")
    label: str | None = attribute("label")
    foreign: Mapping[str, str] = field(default_factory=dict)
    description: str | None = text("description")
    extension: tuple[str, ...] = raw("extensionElements")


@dataclass(frozen=True, kw_only=True)
class Named(Element):
    name: str = attribute("name", "")


@dataclass(frozen=True, kw_only=True)
class Reference(Element):
    """A pointer to an element, of this file or (namespace#id) of an imported one."""

    SHORT: ClassVar = "href"
    href: str = attribute("href", "")


@dataclass(frozen=True, kw_only=True)
class Variable(Named):
    """A name under which a value can be used, and the type that it must have."""

    type: str | None = attribute("typeRef")


@dataclass(frozen=True, kw_only=True)
class Import(Named):
    namespace: str = attribute("namespace", "")
    location: str | None = attribute("locationURI")
    kind: str = attribute("importType", "")


@dataclass(frozen=True, kw_only=True)
class Tests(Element):
    """Unary tests: the condition of a cell, or all values that are allowed."""

    SHORT: ClassVar = "text"
    language: str | None = attribute("expressionLanguage")
    text: str | None = text("text")


@dataclass(frozen=True, kw_only=True)
class FunctionItem(Element):
    """The type of a function."""

    result: str | None = attribute("outputTypeRef")
    parameters: tuple[Variable, ...] = many(parameters=Variable)


_COMPONENTS: dict[str, type[Any]] = {}


@dataclass(frozen=True, kw_only=True)
class ItemDefinition(Named):
    """A type: another one restricted, a context of components, or a function; or a list of such."""

    SHORT: ClassVar = "type"
    language: str | None = attribute("typeLanguage")
    collection: bool = attribute("isCollection", False)
    type: str | None = text("typeRef")
    allowed: Tests | None = one(allowedValues=Tests)
    constraint: Tests | None = one(typeConstraint=Tests)
    function: FunctionItem | None = one(functionItem=FunctionItem)
    components: tuple["ItemDefinition", ...] = many_of(_COMPONENTS)


_COMPONENTS["itemComponent"] = ItemDefinition

# -- expressions

EXPRESSIONS: dict[str, type[Any]] = {}
"""All kinds of expressions by the names of their elements."""


@dataclass(frozen=True, kw_only=True)
class Boxed(Element):
    """An expression, with the type that its value must have."""

    type: str | None = attribute("typeRef")


@dataclass(frozen=True, kw_only=True)
class Literal(Boxed):
    """A text of FEEL."""

    SHORT: ClassVar = "text"
    language: str | None = attribute("expressionLanguage")
    text: str | None = text("text")
    imported: tuple[str, ...] = raw("importedValues")


@dataclass(frozen=True, kw_only=True)
class InputClause(Element):
    """A column of conditions."""

    SHORT: ClassVar = "expression"
    expression: Literal | None = one(inputExpression=Literal)
    values: Tests | None = one(inputValues=Tests)


@dataclass(frozen=True, kw_only=True)
class OutputClause(Named):
    """A column of results. `values`: what can come, the most important first; `default`: what holds without a row."""

    SHORT: ClassVar = "name"
    type: str | None = attribute("typeRef")
    values: Tests | None = one(outputValues=Tests)
    default: Literal | None = one(defaultOutputEntry=Literal)


@dataclass(frozen=True, kw_only=True)
class AnnotationClause(Named):
    SHORT: ClassVar = "name"


@dataclass(frozen=True, kw_only=True)
class Annotation(Element):
    SHORT: ClassVar = "text"
    text: str | None = text("text")


@dataclass(frozen=True, kw_only=True)
class Rule(Element):
    tests: tuple[Tests, ...] = many(inputEntry=Tests)
    outputs: tuple[Literal, ...] = many(outputEntry=Literal)
    notes: tuple[Annotation, ...] = many(annotationEntry=Annotation)


@dataclass(frozen=True, kw_only=True)
class Table(Boxed):
    hit: str = attribute("hitPolicy", "UNIQUE")
    aggregation: str | None = attribute("aggregation")
    orientation: str | None = attribute("preferredOrientation")
    output_label: str | None = attribute("outputLabel")
    inputs: tuple[InputClause, ...] = many(input=InputClause)
    outputs: tuple[OutputClause, ...] = many(output=OutputClause)
    annotations: tuple[AnnotationClause, ...] = many(annotation=AnnotationClause)
    rules: tuple[Rule, ...] = many(rule=Rule)


@dataclass(frozen=True, kw_only=True)
class Child(Element):
    """An expression within another one, under a name of its own (such as `if` or `return`)."""

    SHORT: ClassVar = "expression"
    type: str | None = attribute("typeRef")
    expression: "Expression | None" = one_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Entry(Element):
    variable: Variable | None = one(variable=Variable)
    expression: "Expression | None" = one_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Context(Boxed):
    """Entries one after another; one without a name says what the whole is."""

    entries: tuple[Entry, ...] = many(contextEntry=Entry)


@dataclass(frozen=True, kw_only=True)
class ListOf(Boxed):
    items: tuple["Expression", ...] = many_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Relation(Boxed):
    columns: tuple[Variable, ...] = many(column=Variable)
    rows: tuple[ListOf, ...] = many(row=ListOf)


@dataclass(frozen=True, kw_only=True)
class FunctionOf(Boxed):
    kind: str | None = attribute("kind")
    parameters: tuple[Variable, ...] = many(formalParameter=Variable)
    expression: "Expression | None" = one_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Binding(Element):
    parameter: Variable | None = one(parameter=Variable)
    expression: "Expression | None" = one_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Invocation(Boxed):
    function: "Expression | None" = one_of(EXPRESSIONS)
    bindings: tuple[Binding, ...] = many(binding=Binding)


@dataclass(frozen=True, kw_only=True)
class Conditional(Boxed):
    condition: Child | None = one(if_=Child)
    then: Child | None = one(then=Child)
    otherwise: Child | None = one(else_=Child)


@dataclass(frozen=True, kw_only=True)
class Iterated(Boxed):
    variable: str = attribute("iteratorVariable", "")
    source: Child | None = one(in_=Child)


@dataclass(frozen=True, kw_only=True)
class For(Iterated):
    result: Child | None = one(return_=Child)


@dataclass(frozen=True, kw_only=True)
class Some(Iterated):
    condition: Child | None = one(satisfies=Child)


@dataclass(frozen=True, kw_only=True)
class Every(Iterated):
    condition: Child | None = one(satisfies=Child)


@dataclass(frozen=True, kw_only=True)
class Filter(Boxed):
    source: Child | None = one(in_=Child)
    condition: Child | None = one(match=Child)


Expression = Union[  # noqa: UP007  # it is read when the program starts, before some of the classes
    Literal, Table, Context, ListOf, Relation, FunctionOf, Invocation, Conditional, For, Some, Every, Filter
]
EXPRESSIONS |= {
    "literalExpression": Literal,
    "decisionTable": Table,
    "context": Context,
    "list": ListOf,
    "relation": Relation,
    "functionDefinition": FunctionOf,
    "invocation": Invocation,
    "conditional": Conditional,
    "for": For,
    "some": Some,
    "every": Every,
    "filter": Filter,
}

# -- the graph of requirements


@dataclass(frozen=True, kw_only=True)
class InformationRequirement(Element):
    decision: Reference | None = one(requiredDecision=Reference)
    input: Reference | None = one(requiredInput=Reference)


@dataclass(frozen=True, kw_only=True)
class KnowledgeRequirement(Element):
    SHORT: ClassVar = "knowledge"
    knowledge: Reference | None = one(requiredKnowledge=Reference)


@dataclass(frozen=True, kw_only=True)
class AuthorityRequirement(Element):
    decision: Reference | None = one(requiredDecision=Reference)
    input: Reference | None = one(requiredInput=Reference)
    authority: Reference | None = one(requiredAuthority=Reference)


@dataclass(frozen=True, kw_only=True)
class InputData(Named):
    variable: Variable | None = one(variable=Variable)


@dataclass(frozen=True, kw_only=True)
class Decision(Named):
    question: str | None = text("question")
    answers: str | None = text("allowedAnswers")
    variable: Variable | None = one(variable=Variable)
    needs: tuple[InformationRequirement, ...] = many(informationRequirement=InformationRequirement)
    uses: tuple[KnowledgeRequirement, ...] = many(knowledgeRequirement=KnowledgeRequirement)
    authorities: tuple[AuthorityRequirement, ...] = many(authorityRequirement=AuthorityRequirement)
    business: tuple[str, ...] = raw(
        "supportedObjective",
        "impactedPerformanceIndicator",
        "decisionMaker",
        "decisionOwner",
        "usingProcess",
        "usingTask",
    )
    expression: Expression | None = one_of(EXPRESSIONS)


@dataclass(frozen=True, kw_only=True)
class Knowledge(Named):
    """A business knowledge model: a function that decisions use."""

    variable: Variable | None = one(variable=Variable)
    logic: FunctionOf | None = one(encapsulatedLogic=FunctionOf)
    uses: tuple[KnowledgeRequirement, ...] = many(knowledgeRequirement=KnowledgeRequirement)
    authorities: tuple[AuthorityRequirement, ...] = many(authorityRequirement=AuthorityRequirement)


@dataclass(frozen=True, kw_only=True)
class Service(Named):
    """A decision service: some decisions with what they take from outside."""

    variable: Variable | None = one(variable=Variable)
    outputs: tuple[Reference, ...] = many(outputDecision=Reference)
    encapsulated: tuple[Reference, ...] = many(encapsulatedDecision=Reference)
    input_decisions: tuple[Reference, ...] = many(inputDecision=Reference)
    input_data: tuple[Reference, ...] = many(inputData=Reference)


@dataclass(frozen=True, kw_only=True)
class KnowledgeSource(Named):
    """An authority, such as a law."""

    location: str | None = attribute("locationURI")
    authorities: tuple[AuthorityRequirement, ...] = many(authorityRequirement=AuthorityRequirement)
    type: str | None = text("type")
    owner: tuple[str, ...] = raw("owner")


@dataclass(frozen=True, kw_only=True)
class Definitions(Named):
    """A whole file."""

    namespace: str = attribute("namespace", "")
    expression_language: str | None = attribute("expressionLanguage")
    type_language: str | None = attribute("typeLanguage")
    exporter: str | None = attribute("exporter")
    exporter_version: str | None = attribute("exporterVersion")
    imports: tuple[Import, ...] = many(import_=Import)
    types: tuple[ItemDefinition, ...] = many(itemDefinition=ItemDefinition)
    inputs: tuple[InputData, ...] = many(inputData=InputData)
    knowledge: tuple[Knowledge, ...] = many(businessKnowledgeModel=Knowledge)
    decisions: tuple[Decision, ...] = many(decision=Decision)
    services: tuple[Service, ...] = many(decisionService=Service)
    sources: tuple[KnowledgeSource, ...] = many(knowledgeSource=KnowledgeSource)
    artifacts: tuple[str, ...] = raw(
        "group", "textAnnotation", "association", "elementCollection", "performanceIndicator", "organizationUnit"
    )
    diagram: tuple[str, ...] = raw("DMNDI")
