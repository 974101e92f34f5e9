"""One thing that can be chosen."""

from typing import Annotated

from pydantic import Field, StringConstraints

from panjereh.definitions.block import Block
from panjereh.definitions.texts import Text

ChoiceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")]


class Choice(Block):
    """One thing that can be chosen: what is stored, and what people read."""

    id: ChoiceId = Field(description="what is stored")
    text: Text = Field(description="what people read")
    hint: Text | None = Field(default=None, description="a line below the text")
    short: Text | None = Field(default=None, description="at most 40 characters, for text messages")
