"""The connection of a thread: Django's own, found without its way through the contexts of asynchronous code.

Every query asks for it; nothing here runs in an event loop.
"""

import threading

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_here = threading.local()


def connection_to(alias: str) -> BaseDatabaseWrapper:
    """Each thread keeps the one that it met first, as Django does."""
    try:
        found: BaseDatabaseWrapper = _here.__dict__[alias]
    except KeyError:
        found = _here.__dict__[alias] = connections[alias]
    return found
