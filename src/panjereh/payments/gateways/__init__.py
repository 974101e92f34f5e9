"""Ways to pay: one class in one file each. Which are offered says the operator (`PANJEREH_GATEWAYS`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from panjereh.payments.errors import NoSuchGateway
from panjereh.payments.gateways.counter import CardTerminal, Cash, Transfer
from panjereh.payments.gateways.demo import Demo
from panjereh.payments.gateways.paypal import Paypal
from panjereh.payments.gateways.port import Gateway, Way
from panjereh.payments.gateways.shaparak import Shaparak

ONLINE: dict[str, type[Gateway]] = {each.name: each for each in (Demo, Shaparak, Paypal)}
COUNTER: dict[str, type[Gateway]] = {each.name: each for each in (Cash, CardTerminal, Transfer)}

__all__ = ["COUNTER", "ONLINE", "Gateway", "Way", "named", "offered"]


_only: ContextVar[tuple[str, ...] | None] = ContextVar("panjereh_gateways", default=None)


@contextmanager
def only(*addresses: str) -> Iterator[None]:
    """Within the block these gateways are offered, whatever the operator has set: worked examples pay at `demo:`."""
    token = _only.set(addresses)
    try:
        yield
    finally:
        _only.reset(token)


def offered(currency: str) -> list[Gateway]:
    """The gateways to which somebody can be sent who pays in this currency, in the operator's order."""
    return [gateway for gateway in _open() if currency in gateway.currencies]


def named(name: str) -> Gateway:
    """The gateway or way of the counter of this name. Raises NoSuchGateway."""
    if name in COUNTER:
        return COUNTER[name](urlsplit(""))
    for gateway in _open():
        if gateway.name == name:
            return gateway
    raise NoSuchGateway(name=name)


def _open() -> tuple[Gateway, ...]:
    examples = _only.get()
    return configured(tuple(settings.GATEWAYS)) if examples is None else _made(examples)


@cache
def configured(addresses: tuple[str, ...]) -> tuple[Gateway, ...]:
    """Gateways from their addresses, such as shaparak+https://user:password@host/?terminal=1.

    Raises ImproperlyConfigured for one that is not known, is named twice, or is for trying out only, in production.
    """
    found = _made(addresses)
    for gateway in found:
        if gateway.is_for_trying and settings.PRODUCTION:
            raise ImproperlyConfigured(f"The gateway {gateway.name!r} takes no real money: production refuses it.")
    return found


def _made(addresses: tuple[str, ...]) -> tuple[Gateway, ...]:
    found: list[Gateway] = []
    for address in addresses:
        parts = urlsplit(address)
        name = parts.scheme.partition("+")[0]
        if name not in ONLINE or any(each.name == name for each in found):
            raise ImproperlyConfigured(
                f"PANJEREH_GATEWAYS names {name!r}. Write each of {', '.join(ONLINE)} once at most."
            )
        found.append(ONLINE[name](parts._replace(scheme=parts.scheme.partition("+")[2])))
    return tuple(found)
