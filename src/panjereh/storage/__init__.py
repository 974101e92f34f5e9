"""Queries and rows of every page, turned into SQL once: see README.md."""

from panjereh.storage.prepared import Prepared, PreparedValues
from panjereh.storage.rows import Row, insert

__all__ = ["Prepared", "PreparedValues", "Row", "insert"]
