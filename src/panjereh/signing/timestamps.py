"""The time-stamp authority of the settings (RFC 3161), and asking it through pyHanko."""

from functools import cache
from pathlib import Path

from asn1crypto import tsp
from django.conf import settings
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from panjereh.signing.adapters.tsa_http import HttpTsa
from panjereh.signing.errors import DemonstrationKeys, NoTimeStamp
from panjereh.signing.ports import TimeStampAuthority

DEMO = "demo"


def authority() -> TimeStampAuthority | None:
    """Who gives time-stamps, or None when the settings name nobody."""
    if not settings.TIME_STAMPS:
        return None
    if settings.TIME_STAMPS == DEMO:
        return _demonstration(settings.DATA / "keys" / "seals" / "tsa")
    return HttpTsa(settings.TIME_STAMPS, settings.TIME_STAMP_ROOTS)


@cache
def _demonstration(folder: Path) -> TimeStampAuthority:
    from panjereh.signing.adapters.tsa_demo import DemonstrationTsa

    if settings.PRODUCTION:
        raise DemonstrationKeys(folder=str(folder))
    return DemonstrationTsa(folder)


class Stamper(TimeStamper):
    """pyHanko asks, our port answers. Whether the token is right is looked at when the file is checked."""

    def __init__(self, tsa: TimeStampAuthority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tsa = tsa

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self.tsa.answer(req.dump()))


def stamper() -> Stamper:
    """Raises NoTimeStamp when the settings name no authority."""
    tsa = authority()
    if tsa is None:
        raise NoTimeStamp(address="", reason="PANJEREH_TIME_STAMPS names no authority")
    return Stamper(tsa)


REFUSALS = (TimestampRequestError, ValueError, TypeError, KeyError, AttributeError)
"""What pyHanko and asn1crypto raise over an answer that is a refusal, belongs to another request, or is no answer.

The last one is how pyHanko 0.38 ends when the nonce is another's."""
