"""The demonstration country on one machine: `./panjereh start`."""

from panjereh.config.settings.base import *  # noqa: F403

DEMONSTRATION = True
