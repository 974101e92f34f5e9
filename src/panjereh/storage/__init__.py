"""Queries and rows of every page, turned into SQL once: see README.md."""

from panjereh.storage.prepared import Prepared, PreparedUpdate, PreparedValues
from panjereh.storage.rows import Row, insert

__all__ = ["Prepared", "PreparedUpdate", "PreparedValues", "Row", "insert"]
