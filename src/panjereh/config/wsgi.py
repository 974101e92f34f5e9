"""The web entry point, served by Granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.demo")
application = get_wsgi_application()
