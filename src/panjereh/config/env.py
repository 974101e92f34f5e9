"""What the operator sets from outside: one environment variable each, read here and nowhere else."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[3]


def data_dir() -> Path:
    """PANJEREH_DATA: where the database, keys, uploads and mail lie. Default: ./data beside the launcher."""
    return Path(os.environ.get("PANJEREH_DATA", ROOT / "data")).resolve()


def services_dir() -> Path:
    """PANJEREH_SERVICES: the folder of the country's definitions. Default: the demonstration country."""
    return Path(os.environ.get("PANJEREH_SERVICES", ROOT / "services")).resolve()


def hosts() -> list[str]:
    """PANJEREH_HOSTS: host names that the portal answers to, separated by commas."""
    return [h.strip() for h in os.environ.get("PANJEREH_HOSTS", "").split(",") if h.strip()]


def public_address() -> str:
    """PANJEREH_ADDRESS: where people reach the portal, such as https://example.org. Printed on certificates."""
    return os.environ.get("PANJEREH_ADDRESS", "http://localhost:8000").rstrip("/")


def proxies() -> list[str]:
    """PANJEREH_PROXIES: addresses or networks of the proxies in front, separated by commas. Default: this machine.

    Only they are believed when they say who asks (X-Forwarded-For): limits on sign-in count by that address.
    """
    return [p.strip() for p in os.environ.get("PANJEREH_PROXIES", "127.0.0.1, ::1").split(",") if p.strip()]


def secret_key() -> str:
    """PANJEREH_SECRET_KEY, or a key made once and kept in data/keys with the other keys."""
    if key := os.environ.get("PANJEREH_SECRET_KEY"):
        return key
    path = data_dir() / "keys" / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass  # another process was faster: read what it wrote
    return path.read_text().strip()


def keys() -> str:
    """PANJEREH_KEYS: pkcs11:token=NAME?module-path=FILE&pin-source=file:FILE (RFC 7512). Default: files."""
    return os.environ.get("PANJEREH_KEYS", "")


def keys_pin() -> str:
    """PANJEREH_KEYS_PIN: the PIN of that token, when no pin-source names its file."""
    return os.environ.get("PANJEREH_KEYS_PIN", "")


def virus_scanner() -> str:
    """PANJEREH_VIRUS_SCANNER: clamd:/run/clamav/clamd.ctl, clamd:host:port, or clamscan. Default: none."""
    return os.environ.get("PANJEREH_VIRUS_SCANNER", "")


def virus_scanner_away() -> str:
    """PANJEREH_VIRUS_SCANNER_AWAY: what becomes of files while it does not answer. `refuse` (default) or `wait`."""
    chosen = os.environ.get("PANJEREH_VIRUS_SCANNER_AWAY", "refuse")
    if chosen not in ("refuse", "wait"):
        raise ImproperlyConfigured(f"PANJEREH_VIRUS_SCANNER_AWAY is {chosen!r}. Write refuse or wait.")
    return chosen


def time_stamps(default: str) -> str:
    """PANJEREH_TIME_STAMPS: address of a time-stamp authority (RFC 3161), `demo`, or `none`."""
    return os.environ.get("PANJEREH_TIME_STAMPS", default).replace("none", "")


def time_stamp_roots() -> str:
    """PANJEREH_TIME_STAMP_ROOTS: PEM file with the certificates by which its time-stamps are trusted."""
    return os.environ.get("PANJEREH_TIME_STAMP_ROOTS", "")


def database() -> dict[str, Any]:
    """PANJEREH_DATABASE: postgresql://user:password@host:port/name. Default: one SQLite file in the data folder."""
    url = os.environ.get("PANJEREH_DATABASE", "")
    if not url:
        return sqlite(data_dir() / "panjereh.sqlite3")
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            f"PANJEREH_DATABASE begins with {parts.scheme!r}. Write postgresql://user:password@host:port/name, "
            "or leave it empty for one SQLite file."
        )
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def sqlite(path: Path) -> dict[str, Any]:
    """One file, every transaction durable, writers in a fair queue (see config/sqlite)."""
    return {
        "ENGINE": "panjereh.config.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "cached_statements": 1000,  # a registration asks in some 360 ways; the driver would keep 128
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def email() -> dict[str, Any]:
    """PANJEREH_SMTP: smtp://user:password@host:port?tls=yes. Default: a folder of files in the data folder."""
    url = os.environ.get("PANJEREH_SMTP", "")
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data_dir() / "mail"),
        }
    parts = urlsplit(url)
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": query.get("tls") == "yes",
        "EMAIL_TIMEOUT": 20,
    }


def log_policy() -> Path | None:
    """PANJEREH_LOG_POLICY: a file that names witnesses of our log, and logs that we witness. Default: nobody."""
    name = os.environ.get("PANJEREH_LOG_POLICY", "")
    return Path(name).resolve() if name else None


def recovery_hours() -> int:
    """PANJEREH_RECOVERY_HOURS: how long the owner of an account can stop its recovery at a counter. Default: a day."""
    text = os.environ.get("PANJEREH_RECOVERY_HOURS", "") or "24"
    if not text.isdecimal():
        raise ImproperlyConfigured(f"PANJEREH_RECOVERY_HOURS is {text!r}. Write a whole number of hours.")
    return int(text)


def sms_gateway() -> str:
    """PANJEREH_SMS: kannel://user:password@host:port/cgi-bin/sendsms?from=SENDER. Default: nobody signs in by phone."""
    return os.environ.get("PANJEREH_SMS", "")


def gateways(default: str = "") -> list[str]:
    """PANJEREH_GATEWAYS: where people pay online, separated by spaces, such as
    shaparak+https://user:password@host/path?terminal=1. Default: none; in the demonstration its own."""
    return os.environ.get("PANJEREH_GATEWAYS", default).split()


def desk_level(default: str) -> str:
    """PANJEREH_DESK_LEVEL: the sign-in level that officials need for the desk: `low`, `substantial` or `high`."""
    chosen = os.environ.get("PANJEREH_DESK_LEVEL", "") or default
    if chosen not in ("low", "substantial", "high"):
        raise ImproperlyConfigured(f"PANJEREH_DESK_LEVEL is {chosen!r}. Write low, substantial or high.")
    return chosen


def providers(*, production: bool) -> list[dict[str, Any]]:
    """PANJEREH_PROVIDERS: a YAML file of the providers of identity by which people sign in. Default: none."""
    name = os.environ.get("PANJEREH_PROVIDERS", "")
    if not name:
        return []
    from panjereh.config.providers_file import read  # YAML is loaded only where there is such a file

    return read(Path(name), production=production)


def providers_for_allauth(providers: list[dict[str, Any]]) -> dict[str, Any]:
    """The same as django-allauth wants it, with PKCE."""
    apps = [
        {
            "provider_id": one["id"],
            "name": one["name"]["en"],
            "client_id": one["client_id"],
            "secret": one["secret"],
            "settings": {"server_url": one["issuer"].rstrip("/"), "oauth_pkce_enabled": True},
        }
        for one in providers
    ]
    return {"openid_connect": {"APPS": apps}}


def web_processes() -> int:
    """PANJEREH_WEB_PROCESSES. Default: one on SQLite, where writers queue anyway; one per core on PostgreSQL."""
    return positive("PANJEREH_WEB_PROCESSES", (os.cpu_count() or 1) if os.environ.get("PANJEREH_DATABASE") else 1)


def session_engine() -> str:
    """Only a process that is the only one may remember sessions: one that ended elsewhere would live on here."""
    is_alone = not os.environ.get("PANJEREH_DATABASE") and web_processes() == 1
    return f"django.contrib.sessions.backends.{'cached_db' if is_alone else 'db'}"


def workers() -> int:
    """PANJEREH_WORKERS: background workers. Default: one."""
    return positive("PANJEREH_WORKERS", 1)


def positive(name: str, default: int) -> int:
    """A variable that holds a count of at least one."""
    text = os.environ.get(name, "") or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise ImproperlyConfigured(f"{name} is {text!r}. Write a whole number of at least 1.")
    return int(text)
