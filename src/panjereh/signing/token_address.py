"""Which PKCS #11 token holds the keys, written as RFC 7512 has it: `pkcs11:token=…?module-path=…&pin-source=file:…`."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from panjereh.signing.errors import BadTokenAddress, NoPin


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """token: its label; module: the library that speaks to it; pin_source: the file with its PIN, else the settings."""

    token: str
    module: str
    pin_source: str = ""

    def pin(self) -> str:
        """The PIN, read anew each time, so that it can be corrected while everything runs. Raises NoPin."""
        if self.pin_source:
            try:
                return Path(self.pin_source).read_text().rstrip("\r\n")
            except OSError as error:
                raise NoPin(source=self.pin_source) from error
        if not settings.KEYS_PIN:
            raise NoPin(source="PANJEREH_KEYS_PIN")
        return str(settings.KEYS_PIN)


def parse(text: str) -> TokenAddress:
    """Read an address. The PIN itself may not stand in it: addresses show up in process lists and logs."""
    path, _, query = text.removeprefix("pkcs11:").partition("?")
    if not text.startswith("pkcs11:"):
        raise BadTokenAddress(reason="it does not begin with pkcs11:")
    where, how = _attributes(path, ";"), _attributes(query, "&")
    if "pin-value" in how:
        raise BadTokenAddress(reason="pin-value is refused: use pin-source=file:… or PANJEREH_KEYS_PIN")
    if unknown := sorted({*where, *how} - {"token", "module-path", "pin-source"}):
        raise BadTokenAddress(reason=f"{', '.join(unknown)} is not understood")
    if not where.get("token") or not how.get("module-path"):
        raise BadTokenAddress(reason="it needs token=… and, after a question mark, module-path=…")
    source = how.get("pin-source", "")
    if source and not source.startswith(("file:", "/")):
        raise BadTokenAddress(reason="pin-source is not a file")
    return TokenAddress(where["token"], how["module-path"], urlsplit(source).path)


def _attributes(text: str, separator: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(separator) if part)
    return {name: unquote(value) for name, _, value in pairs}
