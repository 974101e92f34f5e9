"""The web entry point, served by Granian."""

import os

import django
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from panjereh.config import collector, env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "panjereh.config.settings.demo")
django.setup(set_prefix=False)

from panjereh.config import easing  # noqa: E402 - parts of Django that want its settings
from panjereh.config.web import Handler, in_utf8  # noqa: E402

easing.ease()
application = wrap_wsgi_with_proxy_headers(in_utf8(Handler()), env.proxies())
collector.ease()
