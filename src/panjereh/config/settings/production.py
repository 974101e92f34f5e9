"""Somebody's own country: refuses demonstration identities, keys and data; wants TLS and a real host name."""

from panjereh.config import env
from panjereh.config.settings.base import *  # noqa: F403

DEMONSTRATION = False
PRODUCTION = True
DESK_LEVEL = env.desk_level(default="substantial")
PROVIDERS = env.providers(production=True)
SOCIALACCOUNT_PROVIDERS = env.providers_for_allauth(PROVIDERS)
SESSION_COOKIE_NAME = "__Host-panjereh"  # browsers take it from this very host only, and by TLS
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_NAME = "__Host-language"
TIME_STAMPS = env.time_stamps(default="")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [
    r"^pki/",  # who checks a certificate must not need another one first (RFC 5280, 8)
    r"^api/",  # a program that sends its secret in the clear is refused, not led on
]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
