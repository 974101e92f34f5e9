"""The installation's key store, and keys wherever they lie: those made before a move to a token stay in files."""

from functools import cache
from pathlib import Path

from django.conf import settings

from panjereh.signing import token_address
from panjereh.signing.adapters.files import Files
from panjereh.signing.errors import KeyIsMissing
from panjereh.signing.ports import KeyStore

TOKEN = ".token"  # noqa: S105 - a suffix


@cache
def files() -> KeyStore:
    return Files()


@cache
def token(address: str) -> KeyStore:
    """Of one address there is one in each process: it holds the session."""
    from panjereh.signing.adapters.pkcs11_token import Pkcs11  # only who has a token loads it

    return Pkcs11(token_address.parse(address))


def for_new_keys() -> KeyStore:
    """Where new keys are made: in the token of the settings, or in files."""
    return token(settings.KEYS) if settings.KEYS else files()


def holding(place: Path) -> KeyStore:
    """The store in which the key of that place was made. Raises KeyIsMissing."""
    if place.with_name(place.name + TOKEN).exists():
        if not settings.KEYS:
            raise KeyIsMissing(place=str(place))
        return token(settings.KEYS)
    if place.with_name(place.name + Files.SUFFIX).exists():
        return files()
    raise KeyIsMissing(place=str(place))


def destroy(place: Path) -> None:
    """The private key is gone for good; what it signed stays checkable."""
    if has(place):
        holding(place).destroy(place)


def where(place: Path) -> str:
    """In which kind of store the private key lies: file, token, or none."""
    if place.with_name(place.name + TOKEN).exists():
        return "token"
    return "file" if has(place) else "none"


def has(place: Path) -> bool:
    """Was a key made for that place?"""
    return any(place.with_name(place.name + suffix).exists() for suffix in (Files.SUFFIX, TOKEN))
