"""The built-in functions of FEEL (DMN 1.5, 10.3.4), each under its signature in `functions.BUILTINS`."""

from panjereh.rules.builtins import contexts, conversion, lists, numeric, ranges, strings, temporal

__all__ = ["contexts", "conversion", "lists", "numeric", "ranges", "strings", "temporal"]
