"""Settings of the test suite: nothing touches the operator's data folder, mail stays in memory."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("PANJEREH_DATA", tempfile.mkdtemp(prefix="panjereh-test-"))
os.environ.setdefault("PANJEREH_SECRET_KEY", "only for tests")

from panjereh.config.settings.base import *  # noqa: F403
from panjereh.config.settings.base import DATA, DATABASES, STATIC_ROOT, STORAGES

DEMONSTRATION = True
SMS_GATEWAY = f"folder:{DATA / 'sms'}"
GATEWAYS = ["demo:"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",  # tests of passwords want no strength
    "panjereh.identity.adapters.oidc_provider.SiteSecretHasher",
]
if DATABASES["default"]["ENGINE"] == "panjereh.config.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # one for each parallel worker
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOG_FOLDER = Path(tempfile.mkdtemp(prefix="panjereh-log-"))  # of this process alone: so is its database
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # nothing is collected for tests, but the folder must be there
