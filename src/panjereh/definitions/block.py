"""What all blocks of the language have in common."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from panjereh.localisation.calendars import Term
from panjereh.localisation.errors import InputProblem


class Block(BaseModel):
    """Unknown keys are mistakes, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _as_feel(value: Any) -> Any:
    """YAML reads `true` and `12` as values; in the place of an expression they are text of FEEL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | Decimal) else value


def as_list(value: Any) -> Any:
    """One thing may be written without brackets."""
    return [value] if isinstance(value, str | dict) else value


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
"""Name of a question, page, lane …: small Latin letters, digits, underscore. FEEL can use it bare."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""Name of a service, agency, law …: small Latin letters and digits, joined by dashes. It stands in addresses."""

Feel = Annotated[str, BeforeValidator(_as_feel), Field(min_length=1, max_length=2000, json_schema_extra={"feel": True})]
"""An expression in FEEL, the language of DMN."""

DecisionName = Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.(yaml|dmn)#[^#\s][^#]*$")]
"""A decision of a file of the service: decisions.yaml#name, or decisions.dmn#name."""

LawRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(#.{1,40})?$")]
"""A law of laws.yaml and, after #, its article: civil-registration-act#12."""


def _as_term(value: Any) -> Any:
    try:
        return value if isinstance(value, Term) else Term.parse(str(value))
    except InputProblem:
        raise ValueError(f"{value!r} is not a length of time; write such as P15D (days), P1M (month), P1Y") from None


Within = Annotated[Term, BeforeValidator(_as_term), WithJsonSchema({"type": "string", "examples": ["P15D", "P1M"]})]
"""A length of time in ISO 8601: P15D, P1M, P1Y."""
