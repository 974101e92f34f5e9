"""Decision models by DMN 1.5: data, XML and YAML forms, and the graph that is evaluated."""

from panjereh.rules.dmn import tables as tables  # tables are one more kind of boxed expression
from panjereh.rules.dmn.deciding import ModelDecision, decisions_in
from panjereh.rules.dmn.engine import Explanation, Model, Step
from panjereh.rules.dmn.loading import load, loaded

__all__ = ["Explanation", "Model", "ModelDecision", "Step", "decisions_in", "load", "loaded"]
