"""A version of a service as its sources: what decides its hash, and all that is needed to compile it again."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

import rfc8785

FORMAT = "panjereh-service/1"


@dataclass(frozen=True)
class Bundle:
    """The files of a service, and canonical JSON of the concepts and registry fields that it uses."""

    service: str
    files: Mapping[str, bytes]
    shared: bytes

    @cached_property
    def hash(self) -> str:
        """SHA-256 in hexadecimal over the names and contents."""
        contents = {name: sha256(content).hexdigest() for name, content in self.files.items()}
        whole: Any = {
            "format": FORMAT,
            "service": self.service,
            "files": contents,
            "shared": sha256(self.shared).hexdigest(),
        }
        return sha256(rfc8785.dumps(whole)).hexdigest()

    def to_bytes(self) -> bytes:
        """All of it as one canonical JSON text."""
        files = {name: base64.b64encode(content).decode() for name, content in self.files.items()}
        whole: Any = {"format": FORMAT, "service": self.service, "files": files, "shared": json.loads(self.shared)}
        return bytes(rfc8785.dumps(whole))

    @classmethod
    def from_bytes(cls, content: bytes) -> "Bundle":
        """Raises ValueError when it is not the text of a bundle."""
        whole = json.loads(content)
        if not isinstance(whole, dict) or whole.get("format") != FORMAT:
            raise ValueError("this is not a bundle of a service")
        files = {name: base64.b64decode(text) for name, text in whole["files"].items()}
        return cls(whole["service"], files, rfc8785.dumps(whole["shared"]))


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what YAML gave; decimals as text."""
    return bytes(rfc8785.dumps(_json(value)))


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    return format(value, "f") if isinstance(value, Decimal) else value
