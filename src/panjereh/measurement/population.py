"""An invented population: each input is drawn from what a file says of it. The same seed, the same people."""

from typing import Annotated, Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import Field

from panjereh.definitions.block import Block, Key


class Drawn(Block):
    """One input: amounts spread around a median, or one of some choices."""

    median: int | None = Field(default=None, gt=0, description="half of those who have it have less (log-normal)")
    spread: float = Field(default=0.7, gt=0, le=3, description="standard deviation of the logarithm")
    share: float = Field(default=1.0, ge=0, le=1, description="how many have it at all; for others it is 0")
    step: int = Field(default=1, ge=1, description="to which multiple it is rounded down")
    most: int = Field(default=10**12, gt=0, description="no more than this")
    choices: dict[int, Annotated[float, Field(gt=0)]] | None = Field(default=None, description="value → how often")

    def values(self, people: int, dice: np.random.Generator) -> NDArray[np.int64]:
        if self.choices is not None:
            weights = np.array(list(self.choices.values()))
            return dice.choice(np.array(list(self.choices)), size=people, p=weights / weights.sum())
        amounts = dice.lognormal(np.log(self.median or 1), self.spread, people)
        whole = (np.minimum(amounts, self.most) // self.step).astype(np.int64) * self.step
        return np.where(dice.random(people) < self.share, whole, 0)


class Population(Block):
    """population.yaml: who is simulated."""

    kind: Literal["invented"] = Field(default="invented", description="people that are drawn, not real ones")
    seed: int = Field(default=1405, description="which dice are thrown")
    order: Key = Field(description="the name by which people are ordered into tenths, such as `income`")
    inputs: dict[Key, Drawn] = Field(min_length=1, description="name that the decision reads → how it is spread")

    def draw(self, people: int) -> dict[str, NDArray[np.int64]]:
        """Name → the value of each of so many people."""
        dice = np.random.default_rng(self.seed)
        return {name: drawn.values(people, dice) for name, drawn in self.inputs.items()}


def read(content: bytes) -> Population:
    """The population of a file. Raises pydantic's ValidationError, or yaml's YAMLError."""
    data: Any = yaml.safe_load(content)
    return Population.model_validate(data)
