"""What Django keeps for each asynchronous task is kept for each thread: nothing here runs in an event loop.

The language of the page, the addresses and their first part are asked for hundreds of times in a registration, and each
time Django went through the contexts of tasks (measured: a thirtieth of a page).
"""

import threading

from django.urls import base
from django.utils.translation import trans_real


def keep_by_thread() -> None:
    """Call when Django is set up and before anything is asked of it."""
    trans_real._active = threading.local()  # type: ignore[attr-defined]
    base._prefixes = threading.local()  # type: ignore[attr-defined]
    base._urlconfs = threading.local()  # type: ignore[attr-defined]
