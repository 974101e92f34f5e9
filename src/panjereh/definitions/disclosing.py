"""When a person sees that their data was read: at once, unless a law puts it off."""

from typing import Literal, Self

from pydantic import Field, model_validator

from panjereh.definitions.block import Block, LawRef, Within


class Disclose(Block):
    """Puts off showing the person that their data was read. They still see how many such readings there are."""

    when: Literal["later", "closing", "never"] = Field(
        description="later: `after` a time; closing: when the case is closed; never"
    )
    after: Within | None = Field(default=None, description="for `later`: how long after the reading, such as P90D")
    law: LawRef = Field(description="law#article that lets it be put off; the person sees it")

    @model_validator(mode="after")
    def says_how_long(self) -> Self:
        if (self.when == "later") != (self.after is not None):
            raise ValueError("`after` belongs to `when: later`, and only there: write such as P90D")
        return self
