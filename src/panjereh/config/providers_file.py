"""The operator's file of providers of identity (PANJEREH_PROVIDERS), read strictly: a slip is told at start."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from panjereh.kernel.actor import Level

LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Text = Annotated[str, Field(min_length=1)]


class Described(BaseModel):
    """One provider. client_secret_file: a file with the secret alone, beside this file or by its whole path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: dict[str, Text]
    issuer: Text
    client_id: Text
    client_secret: str = ""
    client_secret_file: Path | None = None
    scopes: list[Text] = ["openid"]
    levels: dict[str, Level] = {}
    national_number: str = ""
    trust_email: bool = False


def read(path: Path, *, production: bool) -> list[dict[str, Any]]:
    """What the settings hold. Raises ImproperlyConfigured, with the provider and what is wrong with it."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ImproperlyConfigured(f"PANJEREH_PROVIDERS can't be read: {error}") from error
    if not isinstance(told, dict) or not isinstance(told.get("providers"), list) or len(told) != 1:
        raise ImproperlyConfigured(f"{path} must hold one list, `providers:`.")
    found = [_one(each, path, production=production) for each in told["providers"]]
    if len({one["id"] for one in found}) < len(found) or len({one["issuer"] for one in found}) < len(found):
        raise ImproperlyConfigured(f"{path}: two providers have the same id or the same issuer.")
    return found


def _one(told: Any, path: Path, *, production: bool) -> dict[str, Any]:
    name = told.get("id", "?") if isinstance(told, dict) else "?"
    try:
        found = Described.model_validate(told)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ImproperlyConfigured(f"{path}, provider {name}: {wrong}") from error
    address = urlsplit(found.issuer)
    tries = address.scheme == "http" and address.hostname in LOOPBACK and not production
    if not (address.scheme == "https" or tries) or not address.hostname or address.query or address.fragment:
        raise ImproperlyConfigured(f"{path}, provider {name}: the issuer must be a whole address with https://.")
    if "openid" not in found.scopes or not {"fa", "en"} <= found.name.keys():
        raise ImproperlyConfigured(f"{path}, provider {name}: scopes want `openid`, and the name is said in fa and en.")
    return {
        **found.model_dump(include={"id", "name", "issuer", "client_id", "national_number", "trust_email"}),
        "secret": _secret(found, path, name),
        "scopes": list(found.scopes),
        "levels": {acr: str(level) for acr, level in found.levels.items()},
    }


def _secret(found: Described, path: Path, name: str) -> str:
    if found.client_secret_file is None:
        if not found.client_secret:
            raise ImproperlyConfigured(f"{path}, provider {name}: say client_secret_file, or client_secret.")
        return found.client_secret
    try:
        return (path.parent / found.client_secret_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{path}, provider {name}: the secret can't be read: {error}") from error
