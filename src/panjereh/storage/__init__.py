"""Queries that run on every page, turned into SQL once: see README.md."""

from panjereh.storage.prepared import Prepared

__all__ = ["Prepared"]
