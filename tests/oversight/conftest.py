"""A country with published services, people and officials: the fixtures of the desk serve here, too."""

from tests.desk.conftest import *  # noqa: F403
