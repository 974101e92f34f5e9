"""Settings under which worked examples are played: everything in memory, or in a folder that is thrown away."""

import atexit
import os
import shutil
import tempfile

_folder = tempfile.mkdtemp(prefix="panjereh-try-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["PANJEREH_DATA"] = _folder
os.environ["PANJEREH_SECRET_KEY"] = "thrown away"  # noqa: S105 - nobody signs in here

from panjereh.config import env  # noqa: E402
from panjereh.config.settings.base import *  # noqa: E402, F403
from panjereh.config.settings.base import STORAGES  # noqa: E402

DEMONSTRATION = True
DATABASES = {"default": {**env.sqlite(env.data_dir()), "NAME": ":memory:"}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STORAGES = {**STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
