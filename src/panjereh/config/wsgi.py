"""The web entry point, served by Granian."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from panjereh.config import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.demo")
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), env.proxies())
